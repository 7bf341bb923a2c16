//! The benches in Rust.

use super::results::{RESULTS, place};
use crate::step::{Passed, Step};
use crate::tool::CARGO;

pub(crate) const STEP: Step = Step {
    name: "rust",
    about: "the Rust library beside its peers",
    run: |repo| {
        // Those that criterion does not measure keep ratios.
        CARGO
            .run(repo, "bench --package scope-benches")
            .env(RESULTS, &place(repo, "workspace")?)
            .show()?;
        Ok(Passed::Whole)
    },
};
