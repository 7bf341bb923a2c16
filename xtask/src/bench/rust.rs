//! The benches in Rust.

use crate::step::{Passed, Step};
use crate::tool::CARGO;

pub(crate) const STEP: Step = Step {
    name: "rust",
    about: "the Rust library beside its peers",
    run: |repo| {
        CARGO.run(repo, "bench --package scope-benches").show()?;
        Ok(Passed::Whole)
    },
};
