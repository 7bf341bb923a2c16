//! `cargo xtask prove`: the long forms of tests that `cargo xtask test` runs short.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::repo::Repo;
use crate::step::{self, Passed, Selection, Step};
use crate::tool::CARGO;

/// What `cargo xtask prove` takes.
#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    selection: Selection,
    /// For how many seconds random situations are judged
    #[arg(long, default_value_t = 1200)]
    seconds: u64,
}

/// How long situations are judged: steps take nothing but the repository.
static SECONDS: AtomicU64 = AtomicU64::new(0);

impl Options {
    pub(crate) fn run(&self, repo: &Repo) -> ExitCode {
        SECONDS.store(self.seconds, Ordering::Relaxed);
        step::run("prove", STEPS, &self.selection, repo)
    }
}

const STEPS: &[Step] = &[Step {
    name: "workspaces",
    about: "no swapped directory leads anywhere, 1,000 kills lose nothing, nothing that git calls work is called clean",
    run: |repo| {
        let test = |tests| {
            let arguments = format!("test --package scope-workspace {tests} -- --nocapture");
            CARGO.run(repo, &arguments)
        };
        test("--test attacks --test work")
            .env("SCOPE_SWAP_SECONDS", "20")
            .env("SCOPE_CASES", "200")
            .show()?;
        test("--test crash").env("SCOPE_KILLS", "1000").show()?;
        test("--test judge")
            .env("SCOPE_SITUATIONS", "1000000")
            .env(
                "SCOPE_JUDGE_SECONDS",
                &SECONDS.load(Ordering::Relaxed).to_string(),
            )
            .show()?;
        Ok(Passed::Whole)
    },
}];
