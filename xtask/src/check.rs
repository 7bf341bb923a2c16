//! `cargo xtask check`: what tests do not show.

mod clippy;
mod docs;
mod excerpts;
mod format;
mod layers;
mod licences;
mod links;
mod minimal_versions;
mod msrv;
mod semver;
mod tidy;
mod unsafe_code;
mod versions;

use crate::step::Step;

/// Cheap ones first.
pub(crate) const STEPS: &[Step] = &[
    format::STEP,
    tidy::STEP,
    links::STEP,
    excerpts::STEP,
    unsafe_code::STEP,
    layers::STEP,
    versions::STEP,
    licences::STEP,
    crate::test::VECTORS,
    clippy::STEP,
    docs::STEP,
    msrv::STEP,
    semver::STEP,
    minimal_versions::STEP,
    crate::generate::STEP,
    crate::instructions::STEP,
];
