//! `scope workspace`: the directories of repositories that users work on.

use std::ffi::OsString;

use clap::Args;
use clap::builder::PossibleValuesParser;
use scope_core::{Part, RepositoryId, workspace_dir_name, workspace_path};

use crate::Status;
use crate::answer::{Answer, Command, answer};
use crate::args::OutputArgs;
use crate::commands::on_disk::{self, OnDisk};
use crate::failure::Failure;
use crate::input::{Form, listed};
use crate::output::{Layout, Value, text};

const FIELDS: &[&str] = &["dir_name", "distinct_dir_name", "path"];

/// Name the directories of workspaces, or act on those on a disk
///
/// Two repositories can share a `dir_name`; no two share a `distinct_dir_name`, which is the last part of the `path`.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct WorkspaceArgs {
    #[command(subcommand)]
    on_disk: Option<OnDisk>,

    /// Repositories; of another host than the default one, HOST/PATH
    #[arg(value_name = "OWNER/REPO")]
    items: Vec<OsString>,

    /// The directory that holds every user's workspaces, absolute; adds the path
    #[arg(long, value_name = "PATH", requires = "user_id")]
    data_dir: Option<String>,

    /// The user whose workspace it is: a UUID in lower case
    #[arg(long, value_name = "UUID", requires = "data_dir")]
    user_id: Option<String>,

    /// Print this field alone, for scripts
    #[arg(long, value_name = "FIELD", conflicts_with = "format")]
    #[arg(value_parser = PossibleValuesParser::new(FIELDS))]
    print: Option<String>,

    #[command(flatten)]
    output: OutputArgs,
}

pub(crate) fn run(args: &WorkspaceArgs) -> Result<Status, Failure> {
    if let Some(command) = &args.on_disk {
        return on_disk::run(command);
    }
    let place = args.data_dir.as_deref().zip(args.user_id.as_deref());
    if let Some((data_dir, user_id)) = place {
        // Only the options' values can be at fault in this one.
        workspace_path(data_dir, user_id, "owner", "repo").map_err(|error| {
            let text = match error.input {
                Part::DataDir => data_dir,
                _ => user_id,
            };
            Failure::option(error, Some(text))
        })?;
    }
    let form = Form {
        separator: b'/',
        ..Form::new(&[Part::Owner, Part::Repo], "OWNER/REPO")
    };
    let command = Command {
        form,
        layout: Layout::Block(FIELDS),
        output: &args.output,
        only: args.print.as_deref(),
    };
    answer(&command, &listed(&[], &args.items, &form)?, |texts| {
        let (owner, repo) = (texts.get(0), texts.get(1));
        let id = RepositoryId::from_owner_and_repo(owner, repo)?;
        let path = place
            .map(|(data_dir, user_id)| workspace_path(data_dir, user_id, owner, repo))
            .transpose()?;
        Ok(Answer::Found(vec![
            text("dir_name", workspace_dir_name(id.owner(), id.repo())?),
            text("distinct_dir_name", id.directory()),
            ("path", Value::from(path)),
        ]))
    })
}
