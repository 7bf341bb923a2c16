//! The Node package: built, tested with Node's own runner, its types compiled, and packed.

use crate::repo::Repo;
use crate::step::{Failure, Passed, Step};
use crate::tool::Tool;

/// Where the package is.
const PACKAGE: &str = "--prefix bindings/node";

pub(crate) const NPM: Tool = Tool {
    program: "npm",
    get: "install Node 20 or later, which brings it",
};

pub(crate) const STEP: Step = Step {
    name: "node",
    about: "the Node package: vectors, properties, differences from the core, threads, types, the packed tarball, memory",
    run: |repo| {
        build(repo)?;
        for step in ["run test:types", "test", "run test:package"] {
            NPM.run(repo, PACKAGE).args(step).show()?;
        }
        if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
            NPM.run(repo, PACKAGE).args("run test:asan").show()?;
            return Ok(Passed::Whole);
        }
        Ok(Passed::Except(
            "AddressSanitizer, which is asked for under Linux on x86-64 alone".into(),
        ))
    },
};

/// Builds the package in place.
pub(crate) fn build(repo: &Repo) -> Result<(), Failure> {
    repo.once("node package", || {
        // Scripts of dependencies download what the lock file does not name; none of ours needs one.
        for step in ["ci --ignore-scripts --no-audit --no-fund", "run build"] {
            NPM.run(repo, PACKAGE).args(step).show()?;
        }
        Ok(())
    })
}
