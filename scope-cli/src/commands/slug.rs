//! `scope slug`: slugs, the `scope` of `@scope/name`.

use std::ffi::OsString;

use clap::{Args, Subcommand};
use scope_core::{Part, check_slug, suggest_slug};

use crate::Status;
use crate::answer::{Answer, Command, answer};
use crate::args::{OutputArgs, PolicyArgs};
use crate::commands::check::{CheckArgs, check};
use crate::failure::Failure;
use crate::input::{Form, listed};
use crate::output::{Layout, Value};

/// Check and suggest slugs
#[derive(Args, Debug)]
pub(crate) struct SlugArgs {
    #[command(subcommand)]
    command: SlugCommand,
}

#[derive(Debug, Subcommand)]
enum SlugCommand {
    Check(SlugCheckArgs),
    Suggest(SuggestArgs),
}

/// Print the texts that are slugs
#[derive(Args, Debug)]
struct SlugCheckArgs {
    #[command(flatten)]
    check: CheckArgs,

    /// Only those that a user may claim
    #[arg(long)]
    claimable: bool,

    #[command(flatten)]
    policy: PolicyArgs,
}

/// Make a slug from each text
///
/// Prints an empty line, and ends with status 1, where too little of a text is left.
#[derive(Args, Debug)]
struct SuggestArgs {
    /// Any texts
    #[arg(value_name = "TEXT")]
    items: Vec<OsString>,

    #[command(flatten)]
    output: OutputArgs,
}

pub(crate) fn run(args: &SlugArgs) -> Result<Status, Failure> {
    match &args.command {
        SlugCommand::Check(args) => {
            if args.policy.is_given() && !args.claimable {
                let message = "a policy decides what may be claimed: give --claimable too";
                return Err(Failure::Usage(message.to_owned()));
            }
            let policy = args.policy.policy().map_err(Failure::Option)?;
            check(&[Part::Scope], &["slug"], &args.check, |slug| {
                if args.claimable {
                    policy.check_claimable(slug)
                } else {
                    check_slug(slug)
                }
            })
        }
        SlugCommand::Suggest(args) => suggest(args),
    }
}

fn suggest(args: &SuggestArgs) -> Result<Status, Failure> {
    let form = Form::new(&[Part::Scope], "texts");
    let command = Command {
        form,
        layout: Layout::Columns(&["slug"]),
        output: &args.output,
        only: None,
    };
    answer(&command, &listed(&[], &args.items, &form)?, |texts| {
        let slug = suggest_slug(texts.get(0));
        let nothing = slug.is_none();
        let record = vec![("slug", Value::from(slug))];
        Ok(if nothing {
            Answer::Nothing(record, "no slug can be made of this text")
        } else {
            Answer::Found(record)
        })
    })
}
