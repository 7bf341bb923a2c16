//! The form of Rust code.

use crate::step::{Passed, Step};
use crate::tool::CARGO;

pub(crate) const STEP: Step = Step {
    name: "format",
    about: "Rust code is as rustfmt writes it",
    run: |repo| {
        CARGO.run(repo, "fmt --all --check").show()?;
        Ok(Passed::Whole)
    },
};
