//! `cargo xtask mutants`: changes the code in small ways, and says which changes no test notices.

use crate::repo::Repo;
use crate::step::{Outcome, Passed};
use crate::tool::{CARGO, Tool};

const NICE: Tool = Tool {
    program: "nice",
    get: "it is part of every system",
};

/// What `cargo xtask mutants` takes.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The package to change
    #[arg(long, default_value = "scope-core")]
    package: String,
    /// The files to change, as globs; all of the package if none is named
    files: Vec<String>,
}

impl Options {
    /// The unchanged code is tested first: where that fails, every change would seem to be noticed.
    pub(crate) fn run(&self, repo: &Repo) -> Outcome {
        if !CARGO.run(repo, "mutants --version").try_read()?.0 {
            return Err("cargo-mutants is missing; to get it: cargo install cargo-mutants".into());
        }
        let mut run = NICE
            .run(
                repo,
                "-n 19 cargo mutants --jobs 1 --baseline run --package",
            )
            .arg(&self.package)
            .arg("--output")
            .arg(repo.scratch("mutants")?);
        for file in &self.files {
            run = run.arg("--file").arg(file);
        }
        run.show()?;
        Ok(Passed::Whole)
    }
}
