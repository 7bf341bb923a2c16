//! All that `cargo test` knows of.

use crate::repo::Repo;
use crate::step::{Outcome, Passed, Step};
use crate::tool::{CARGO, Tool};

pub(crate) const STEP: Step = Step {
    name: "rust",
    about: "unit, integration and documentation tests of all Rust packages, all features",
    run,
};

const STRACE: Tool = Tool {
    program: "strace",
    get: "apt-get install strace",
};

fn run(repo: &Repo) -> Outcome {
    let all = CARGO.run(repo, "test --workspace --all-features");
    if cfg!(target_os = "linux") {
        // Not every container lets a process trace another, and the tests of this package do nothing else.
        let (traces, _, why) = STRACE.run(repo, "-o /dev/null true").try_read()?;
        if !traces {
            all.args("--exclude scope-benches").show()?;
            let why = why.lines().next().unwrap_or_default();
            return Ok(Passed::Except(format!(
                "counting system calls, which is refused here: {why}"
            )));
        }
    }
    all.show()?;
    Ok(Passed::Whole)
}
