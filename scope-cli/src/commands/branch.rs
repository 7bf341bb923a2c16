//! `scope branch`: branch names.

use clap::{Args, Subcommand};
use scope_core::{Part, check_branch};

use crate::Status;
use crate::commands::check::{CheckArgs, check};
use crate::failure::Failure;

/// Check branch names
#[derive(Args, Debug)]
pub(crate) struct BranchArgs {
    #[command(subcommand)]
    command: BranchCommand,
}

#[derive(Debug, Subcommand)]
enum BranchCommand {
    /// Print the texts that are branch names
    Check(CheckArgs),
}

pub(crate) fn run(args: &BranchArgs) -> Result<Status, Failure> {
    let BranchCommand::Check(args) = &args.command;
    check(&[Part::BranchName], &["branch_name"], args, check_branch)
}
