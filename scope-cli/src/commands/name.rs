//! `scope name`: names.

use clap::{Args, Subcommand};
use scope_core::{Part, check_name};

use crate::Status;
use crate::commands::check::{CheckArgs, check};
use crate::failure::Failure;

/// Check names
#[derive(Args, Debug)]
pub(crate) struct NameArgs {
    #[command(subcommand)]
    command: NameCommand,
}

#[derive(Debug, Subcommand)]
enum NameCommand {
    /// Print the texts that are names
    Check(CheckArgs),
}

pub(crate) fn run(args: &NameArgs) -> Result<Status, Failure> {
    let NameCommand::Check(args) = &args.command;
    check(&[Part::Name], &["name"], args, check_name)
}
