//! The benches of the Node package.

use crate::step::{Passed, Step};
use crate::test::node::NPM;

pub(crate) const STEP: Step = Step {
    name: "node",
    about: "the Node package beside what is written by hand, and beside its peers",
    run: |repo| {
        for (package, script) in [
            ("bindings/node", "run build"),
            ("benches/node", "ci --ignore-scripts --no-audit --no-fund"),
            ("benches/node", "run bench"),
        ] {
            NPM.run(repo, "--prefix").arg(package).args(script).show()?;
        }
        Ok(Passed::Whole)
    },
};
