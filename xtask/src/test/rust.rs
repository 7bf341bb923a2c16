//! All that `cargo test` knows of.

use crate::step::{Passed, Step};
use crate::tool::CARGO;

pub(crate) const STEP: Step = Step {
    name: "rust",
    about: "unit, integration and documentation tests of all Rust packages, all features",
    run: |repo| {
        CARGO.run(repo, "test --workspace --all-features").show()?;
        Ok(Passed::Whole)
    },
};
