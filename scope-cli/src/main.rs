//! The command `scope`: the operations of the scope library for shells.
//!
//! It holds no rule: it reads items, asks `scope_core` and prints the answers.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::unreachable,
        clippy::indexing_slicing,
        clippy::string_slice
    )
)]

mod answer;
mod args;
mod commands;
mod diagnostic;
mod failure;
mod input;
mod json;
mod output;
mod visible;

use std::process::ExitCode;

use clap::Parser as _;

use crate::failure::Failure;

/// Whether every item was good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    /// All of them were.
    Good,
    /// At least one was not.
    Invalid,
}

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        diagnostic::print(&format!(
            "error: internal error at {}; this is a defect of scope, please report it\n",
            place.as_deref().unwrap_or("an unknown place")
        ));
    }));
    match commands::run(&args::Cli::parse()) {
        Ok(Status::Good) | Err(Failure::BrokenPipe) => ExitCode::SUCCESS,
        Ok(Status::Invalid) => ExitCode::from(1),
        Err(failure) => {
            diagnostic::print(&failure.render());
            ExitCode::from(2)
        }
    }
}
