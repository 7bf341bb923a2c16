//! One module for each command.

pub(crate) mod alias;
pub(crate) mod branch;
mod check;
pub(crate) mod checkout;
pub(crate) mod completions;
pub(crate) mod key;
pub(crate) mod man;
pub(crate) mod name;
pub(crate) mod on_disk;
pub(crate) mod parse;
pub(crate) mod resolve;
pub(crate) mod slug;
pub(crate) mod spec;
pub(crate) mod tag;
pub(crate) mod workspace;

use crate::Status;
use crate::args::{Cli, Command};
use crate::failure::Failure;

/// Carries out the command.
pub(crate) fn run(cli: &Cli) -> Result<Status, Failure> {
    match &cli.command {
        Command::Parse(args) => parse::run(args),
        Command::Resolve(args) => resolve::run(args),
        Command::Slug(args) => slug::run(args),
        Command::Name(args) => name::run(args),
        Command::Tag(args) => tag::run(args),
        Command::Branch(args) => branch::run(args),
        Command::Key(args) => key::run(args),
        Command::Checkout(args) => checkout::run(args),
        Command::Workspace(args) => workspace::run(args),
        Command::Alias(args) => alias::run(args),
        Command::Spec(args) => spec::run(args),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
    }
}
