//! `scope checkout`: what directories are checkouts of; and the keys of directories, for `scope key`.

use std::ffi::OsString;

use clap::Args;
use clap::builder::PossibleValuesParser;
use scope_core::{ErrorCode, Part, ScopeKey};
use scope_git::{CheckoutInfo, CheckoutKind, CheckoutOptions};

use crate::Status;
use crate::answer::{Answer, Command, Refusal, Texts, answer};
use crate::args::OutputArgs;
use crate::failure::Failure;
use crate::input::{Entry, Form, listed};
use crate::output::{Layout, Record, Value, text};

/// What `--print` takes, and text output shows.
const FIELDS: &[&str] = &[
    "primary_path",
    "worktree_path",
    "worktree_key",
    "branch",
    "is_bare",
    "is_linked_worktree",
    "is_detached",
];

/// Tell what directories are checkouts of
///
/// Looks for the git repository of each directory as git does. Nothing in it is executed.
#[derive(Args, Debug)]
pub(crate) struct CheckoutArgs {
    #[command(flatten)]
    directories: DirectoryArgs,

    /// Print this field alone, for scripts
    #[arg(long, value_name = "FIELD", conflicts_with = "format")]
    #[arg(value_parser = PossibleValuesParser::new(FIELDS))]
    print: Option<String>,

    #[command(flatten)]
    output: OutputArgs,
}

/// Which directories, and how they are looked at.
#[derive(Args, Debug)]
pub(crate) struct DirectoryArgs {
    /// Directories; `-` for one a line from standard input
    #[arg(value_name = "DIRECTORY", default_value = ".")]
    items: Vec<OsString>,

    /// Take notice of `GIT_DIR` and git's other variables
    #[arg(long)]
    use_environment: bool,
}

/// Which key of a directory is wanted.
#[derive(Args, Debug)]
pub(crate) struct ScopeArgs {
    #[command(flatten)]
    directories: DirectoryArgs,

    /// The kind of key; auto is the repository, and outside of one global
    #[arg(long, value_name = "KIND", default_value = "auto")]
    #[arg(value_parser = PossibleValuesParser::new(CheckoutKind::ALL.iter().map(|kind| kind.as_str())))]
    kind: String,

    /// The branch, instead of the one that is checked out; with the kind auto, the key is that of the branch
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
}

impl DirectoryArgs {
    fn entries(&self) -> Result<Vec<Entry<'_>>, Failure> {
        listed(&[], &self.items, &FORM)
    }

    fn options(&self) -> CheckoutOptions {
        CheckoutOptions::default().use_environment(self.use_environment)
    }
}

/// A directory.
pub(crate) const FORM: Form = Form {
    ill_formed: ErrorCode::NonUtf8Path,
    ..Form::new(&[Part::Path], "directories")
};

impl ScopeArgs {
    /// The directories.
    pub(crate) fn entries(&self) -> Result<Vec<Entry<'_>>, Failure> {
        self.directories.entries()
    }

    /// The key of a directory.
    pub(crate) fn key(&self, texts: &Texts<'_>) -> Result<ScopeKey, Refusal> {
        let kind = self.kind.parse::<CheckoutKind>();
        let kind = kind.map_err(|error| error.about(&*self.kind))?;
        let options = self.directories.options();
        Ok(options.resolve_scope(texts.get(0), kind, self.branch.as_deref())?)
    }
}

pub(crate) fn run(args: &CheckoutArgs) -> Result<Status, Failure> {
    let command = Command {
        form: FORM,
        layout: Layout::Block(FIELDS),
        output: &args.output,
        only: args.print.as_deref(),
    };
    let options = args.directories.options();
    answer(&command, &args.directories.entries()?, |texts| {
        Ok(Answer::Found(record(options.checkout_info(texts.get(0))?)))
    })
}

fn record(info: CheckoutInfo) -> Record {
    let truth = |is: bool| Value::Json(is.to_string());
    vec![
        text("primary_path", info.primary_path),
        ("worktree_path", Value::from(info.worktree_path)),
        ("worktree_key", Value::from(info.worktree_key)),
        ("branch", Value::from(info.branch)),
        ("is_bare", truth(info.is_bare)),
        ("is_linked_worktree", truth(info.is_linked_worktree)),
        ("is_detached", truth(info.is_detached)),
    ]
}
