//! The Node package: built, tested with Node's own runner, its types compiled, and packed.

use crate::step::{Passed, Step};
use crate::tool::Tool;

/// Where the package is.
const PACKAGE: &str = "--prefix bindings/node";

pub(crate) const NPM: Tool = Tool {
    program: "npm",
    get: "install Node 20 or later, which brings it",
};

pub(crate) const STEP: Step = Step {
    name: "node",
    about: "the Node package: vectors, properties, differences from the core, threads, types, the packed tarball",
    run: |repo| {
        // Scripts of dependencies download what the lock file does not name; none of ours needs one.
        let steps = [
            "ci --ignore-scripts --no-audit --no-fund",
            "run build",
            "run test:types",
            "test",
            "run test:package",
        ];
        for step in steps {
            NPM.run(repo, PACKAGE).args(step).show()?;
        }
        Ok(Passed::Whole)
    },
};
