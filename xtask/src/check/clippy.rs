//! Lints.

use crate::step::{Passed, Step};
use crate::tool::CARGO;

pub(crate) const STEP: Step = Step {
    name: "clippy",
    about: "no lint fires on any target, with all features and, for the core, with none",
    run: |repo| {
        CARGO
            .run(
                repo,
                "clippy --workspace --all-targets --all-features -- -D warnings",
            )
            .show()?;
        CARGO
            .run(
                repo,
                "clippy -p scope-core --no-default-features -- -D warnings",
            )
            .show()?;
        Ok(Passed::Whole)
    },
};
