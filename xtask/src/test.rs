//! `cargo xtask test`: the tests of every language.

pub(crate) mod c;
mod core_features;
mod no_std;
pub(crate) mod node;
pub(crate) mod python;
mod rust;
mod vectors;

use crate::step::Step;

/// Also a step of `cargo xtask check`, since it is what compares the vectors with their schema.
pub(crate) const VECTORS: Step = vectors::STEP;

/// Cheap ones first.
pub(crate) const STEPS: &[Step] = &[
    VECTORS,
    rust::STEP,
    core_features::STEP,
    no_std::STEP,
    c::STEP,
    node::STEP,
    python::STEP,
    crate::agree::STEP,
    crate::fuzz::STEP,
];
