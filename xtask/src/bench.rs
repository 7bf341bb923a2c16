//! `cargo xtask bench`: what the project claims of its speed, measured here.

mod c;
mod chart;
mod node;
mod page;
mod python;
pub(crate) mod results;
mod rust;

use crate::instructions;
use crate::repo::Repo;
use crate::step::{self, Selection, Step};
use std::process::ExitCode;

/// What `cargo xtask bench` takes.
#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    selection: Selection,
    /// Write the counts that `cargo xtask check instructions` compares with anew, and measure no time
    #[arg(long, conflicts_with_all = ["steps", "list"])]
    update: bool,
}

impl Options {
    pub(crate) fn run(&self, repo: &Repo) -> ExitCode {
        if self.update {
            return step::end(instructions::update(repo));
        }
        step::run("bench", STEPS, &self.selection, repo)
    }
}

/// The page is last: it is written from what the others measured.
pub(crate) const STEPS: &[Step] = &[rust::STEP, c::STEP, node::STEP, python::STEP, page::STEP];
