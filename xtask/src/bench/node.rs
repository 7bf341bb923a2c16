//! The benches of the Node package.

use super::results;
use crate::step::{Passed, Step};
use crate::test::node::{NPM, build};

pub(crate) const STEP: Step = Step {
    name: "node",
    about: "the Node package beside what is written by hand, and beside its peers",
    run: |repo| {
        build(repo)?;
        let run = |script: &str| NPM.run(repo, "--prefix benches/node").args(script);
        run("ci --ignore-scripts --no-audit --no-fund").show()?;
        run("run bench")
            .env(results::RESULTS, &results::place(repo, "node")?)
            .show()?;
        Ok(Passed::Whole)
    },
};
