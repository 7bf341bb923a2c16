//! `cargo xtask bench`: what the project claims of its speed, measured here.

mod rust;

use crate::step::Step;

pub(crate) const STEPS: &[Step] = &[rust::STEP];
