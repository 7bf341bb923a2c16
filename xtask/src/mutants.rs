//! `cargo xtask mutants`: changes the code in small ways, and says which changes no test notices.
//!
//! Most changes are noticed by few tests. So they are made in rounds: the first has a test that is built and run in a
//! second, and each later one has more tests, but only for the changes that none before it noticed.

use crate::repo::Repo;
use crate::step::{Failure, Outcome, Passed};
use crate::tool::{CARGO, Tool};
use std::fs;
use std::path::Path;

const NICE: Tool = Tool {
    program: "nice",
    get: "it is part of every system",
};

/// The tests of the rounds before the last, in which all tests run; by package.
const ROUNDS: &[(&str, &[&str])] = &[(
    "scope-core",
    &[
        "--test=conformance",
        "--lib --test=conversions --test=types --test=scanner",
    ],
)];

/// What `cargo xtask mutants` takes.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The package to change
    #[arg(long, default_value = "scope-core")]
    package: String,
    /// Leave out the changes that the last run saw noticed
    #[arg(long)]
    again: bool,
    /// The files to change, as globs; all of the package if none is named
    files: Vec<String>,
}

impl Options {
    pub(crate) fn run(&self, repo: &Repo) -> Outcome {
        if !CARGO.run(repo, "mutants --version").try_read()?.0 {
            return Err("cargo-mutants is missing; to get it: cargo install cargo-mutants".into());
        }
        let made = repo.scratch("mutants")?.join(&self.package);
        fs::create_dir_all(&made).map_err(|error| format!("{}: {error}", made.display()))?;
        let early = ROUNDS.iter().find(|(package, _)| *package == self.package);
        let rounds = early
            .map_or(&[][..], |(_, rounds)| rounds)
            .iter()
            .chain([&"--tests"]);
        let (mut noticed, mut missed) = (0, Vec::new());
        for (number, tests) in rounds.enumerate() {
            self.round(repo, &made, tests, number > 0 || self.again)?;
            noticed += lines(&made, "caught.txt").len();
            missed = lines(&made, "missed.txt");
        }
        // A change that makes a test run for ever is noticed by that; earlier rounds hand it on.
        noticed += lines(&made, "timeout.txt").len();
        println!(
            "{noticed} changes were noticed, {} were not; those that do not compile count as neither",
            missed.len()
        );
        for mutant in missed {
            println!("    {mutant}");
        }
        Ok(Passed::Whole)
    }

    /// One round. The unchanged code is tested first: where that fails, every change would seem to be noticed.
    fn round(&self, repo: &Repo, made: &Path, tests: &str, again: bool) -> Result<(), Failure> {
        /// All changes were noticed; some were not; some made a test run for too long.
        const ENDED: [i32; 3] = [0, 2, 3];
        let mut run = NICE
            .run(
                repo,
                "-n 19 cargo mutants --jobs 1 --baseline run --package",
            )
            .arg(&self.package)
            .arg("--output")
            .arg(made);
        for test in tests.split_whitespace() {
            // For `cargo test --no-run` too: what is not asked is not built.
            run = run.arg(format!("--cargo-arg={test}"));
        }
        if again {
            run = run.arg("--iterate");
        }
        for file in &self.files {
            run = run.arg("--file").arg(file);
        }
        let code = run.show_code()?;
        if ENDED.contains(&code) {
            Ok(())
        } else {
            Err(format!("cargo-mutants ended with {code}").into())
        }
    }
}

/// The changes that a file of cargo-mutants' report lists.
fn lines(made: &Path, name: &str) -> Vec<String> {
    let text = fs::read_to_string(made.join("mutants.out").join(name)).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}
