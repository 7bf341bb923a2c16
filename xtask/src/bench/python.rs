//! The benches of the Python package.

use super::results;
use crate::step::{Passed, Step};
use crate::test::python::{environment, install};
use crate::tool::COMPILED;

pub(crate) const STEP: Step = Step {
    name: "python",
    about: "the Python package beside pure Python and packageurl-python, as ratios",
    run: |repo| {
        let python = environment(repo)?;
        install(repo, &python)?;
        COMPILED
            .run_at(repo, &python)
            .args("-B benches/python/bench.py --quiet")
            .env(results::RESULTS, &results::place(repo, "python")?)
            .show()?;
        Ok(Passed::Whole)
    },
};
