//! The core's tests with fewer features than the step `rust` turns on.

use crate::repo::Repo;
use crate::step::{Outcome, Passed, Step};
use crate::tool::CARGO;

pub(crate) const STEP: Step = Step {
    name: "core-features",
    about: "the core's tests without any feature, and with each one alone",
    run,
};

fn run(repo: &Repo) -> Outcome {
    let core = repo
        .members()?
        .find(|package| package["name"] == "scope-core");
    let features = core.and_then(|package| package["features"].as_object());
    let features = features.ok_or("cargo metadata does not tell scope-core's features")?;
    let each = features
        .keys()
        .map(String::as_str)
        .filter(|feature| *feature != "default");
    for feature in [""].into_iter().chain(each) {
        CARGO
            .run(repo, "test -p scope-core --no-default-features --features")
            .arg(feature)
            .show()?;
    }
    Ok(Passed::Whole)
}
