//! The vectors of `conformance/`, checked by a reading of the specification in another language.

use crate::step::{Passed, Step};
use crate::tool::PYTHON;

pub(crate) const STEP: Step = Step {
    name: "vectors",
    about: "the conformance vectors fit their schema and an independent implementation",
    run: |repo| {
        // `-B`: a test leaves nothing in the source tree.
        PYTHON.run(repo, "-B conformance/check.py").show()?;
        Ok(Passed::Whole)
    },
};
