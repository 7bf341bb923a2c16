//! `cargo xtask prove`: the long forms of tests that `cargo xtask test` runs short.

use crate::step::{Passed, Step};
use crate::tool::CARGO;

pub(crate) const STEPS: &[Step] = &[Step {
    name: "workspaces",
    about: "20 seconds of swapped directories an operation lead nowhere, and 200 kills lose no workspace",
    run: |repo| {
        CARGO
            .run(
                repo,
                "test --package scope-workspace --test attacks --test crash --test work -- --nocapture",
            )
            .env("SCOPE_SWAP_SECONDS", "20")
            .env("SCOPE_CASES", "200")
            .env("SCOPE_KILLS", "200")
            .show()?;
        Ok(Passed::Whole)
    },
}];
