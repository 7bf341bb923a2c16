//! The Rust documentation.

use crate::step::{Passed, Step};
use crate::tool::CARGO;

pub(crate) const STEP: Step = Step {
    name: "docs",
    about: "rustdoc has nothing to warn of: no dead link, nothing undocumented",
    run: |repo| {
        CARGO
            .run(repo, "doc --workspace --all-features --no-deps")
            .env("RUSTDOCFLAGS", "-D warnings")
            .show()?;
        Ok(Passed::Whole)
    },
};
