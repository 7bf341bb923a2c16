//! The Rust packages promise what the last version promised, unless their version says otherwise.

use crate::repo::Repo;
use crate::step::{Outcome, Passed, Step};
use crate::tool::{CARGO, GIT};

pub(crate) const STEP: Step = Step {
    name: "semver",
    about: "what the Rust packages offer has changed since the last tag as their version says",
    run,
};

fn run(repo: &Repo) -> Outcome {
    let (tagged, tag, _) = GIT
        .run(repo, "describe --tags --abbrev=0 --match v[0-9]*")
        .try_read()?;
    if !tagged {
        return Ok(Passed::Except(
            "no version is tagged yet that could be compared with".into(),
        ));
    }
    if !CARGO.run(repo, "semver-checks --version").try_read()?.0 {
        return Ok(Passed::Except(format!(
            "the comparison with {}, for want of cargo-semver-checks; to get it: cargo install cargo-semver-checks",
            tag.trim()
        )));
    }
    let mut run = CARGO
        .run(repo, "semver-checks --all-features --baseline-rev")
        .arg(tag.trim());
    for package in repo
        .members()?
        .filter(|package| package["publish"].is_null())
    {
        // A program offers nothing to link with.
        let mut targets = package["targets"].as_array().into_iter().flatten();
        if targets.any(|target| target["kind"][0] == "lib") {
            run = run
                .arg("--package")
                .arg(package["name"].as_str().unwrap_or_default());
        }
    }
    run.env(
        "CARGO_TARGET_DIR",
        &repo.scratch("semver")?.display().to_string(),
    )
    .show()?;
    Ok(Passed::Whole)
}
