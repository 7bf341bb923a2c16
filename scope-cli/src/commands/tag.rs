//! `scope tag`: tags.

use clap::{Args, Subcommand};
use scope_core::{Part, check_tag};

use crate::Status;
use crate::commands::check::{CheckArgs, check};
use crate::failure::Failure;

/// Check tags
#[derive(Args, Debug)]
pub(crate) struct TagArgs {
    #[command(subcommand)]
    command: TagCommand,
}

#[derive(Debug, Subcommand)]
enum TagCommand {
    /// Print the texts that are tags
    Check(CheckArgs),
}

pub(crate) fn run(args: &TagArgs) -> Result<Status, Failure> {
    let TagCommand::Check(args) = &args.command;
    check(&[Part::Tag], &["tag"], args, check_tag)
}
