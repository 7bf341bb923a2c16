//! All that `cargo test` knows of.

use std::fs;

use crate::step::{Passed, Step};
use crate::tool::CARGO;

pub(crate) const STEP: Step = Step {
    name: "rust",
    about: "unit, integration and documentation tests of all Rust packages, all features",
    run: |repo| {
        // A test that the machine keeps from showing what it is for says so there.
        let path = repo.scratch("rust")?.join("not-shown.txt");
        fs::write(&path, "").map_err(|error| format!("{}: {error}", path.display()))?;
        CARGO
            .run(repo, "test --workspace --all-features")
            .env("SCOPE_NOT_SHOWN", &path.to_string_lossy())
            .show()?;
        let said =
            fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut lines: Vec<&str> = said.lines().collect();
        lines.sort_unstable();
        lines.dedup();
        if lines.is_empty() {
            return Ok(Passed::Whole);
        }
        Ok(Passed::Except(lines.join(", ")))
    },
};
