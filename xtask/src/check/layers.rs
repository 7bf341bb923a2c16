//! Arrows between packages run one way: towards the core, which imports none of the others.

use crate::repo::Repo;
use crate::step::{Outcome, Step, none_at};
use std::path::Path;

pub(crate) const STEP: Step = Step {
    name: "layers",
    about: "packages depend on lower layers only, and the core on none",
    run,
};

/// Directories of packages, from the lowest layer to the highest. Packages of one layer do not depend on each other.
const LAYERS: &[&[&str]] = &[
    &["scope-core"],
    &["scope-fs"],
    &["scope-git"],
    &["scope-workspace"],
    &["scope-cli", "bindings"],
    &["benches", "conformance", "examples", "fuzz", "xtask"],
];

fn run(repo: &Repo) -> Outcome {
    let mut wrong = Vec::new();
    for package in repo.members()? {
        let name = package["name"].as_str().unwrap_or_default();
        let manifest = package["manifest_path"].as_str().unwrap_or_default();
        let Some(from) = layer(repo, manifest) else {
            wrong.push(format!(
                "{name} has no layer yet: xtask/src/check/layers.rs gives it one"
            ));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let Some(path) = dependency["path"].as_str() else {
                continue;
            };
            if layer(repo, path).is_none_or(|to| to >= from) {
                wrong.push(format!("{name} depends on {}", dependency["name"]));
            }
        }
    }
    none_at("arrows that run the wrong way", &wrong)
}

/// The layer of what has this absolute path.
fn layer(repo: &Repo, path: &str) -> Option<usize> {
    let path = Path::new(path).strip_prefix(&repo.root).ok()?;
    LAYERS
        .iter()
        .position(|layer| layer.iter().any(|directory| path.starts_with(directory)))
}
