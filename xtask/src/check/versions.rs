//! One version, in every manifest of every language.

use crate::manifest::{c_macro, toml_text};
use crate::repo::Repo;
use crate::step::{Failure, Outcome, Step, none_at};

use serde_json::Value;

pub(crate) const STEP: Step = Step {
    name: "versions",
    about: "every manifest and lock file of every language, and the C header, carry the workspace's version",
    run,
};

const HEADER: &str = "include/scope_core.h";

fn run(repo: &Repo) -> Outcome {
    let manifest = repo.read("Cargo.toml")?;
    let version = toml_text(&manifest, "[workspace.package]", "version");
    let version = version.ok_or("Cargo.toml has no workspace version")?;
    let mut wrong = Vec::new();
    let mut expect = |place: String, found: &str| {
        if found != version {
            wrong.push(format!(
                "{place}: {found}, where the workspace is {version}"
            ));
        }
    };

    for package in repo.members()? {
        let name = package["name"].as_str().unwrap_or_default();
        expect(
            format!("package {name}"),
            package["version"].as_str().unwrap_or_default(),
        );
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let req = dependency["req"].as_str().unwrap_or_default();
            if dependency["path"].is_string() && req != "*" {
                let place = format!("package {name}'s need of {}", dependency["name"]);
                expect(place, req.trim_start_matches(['^', '=']));
            }
        }
    }
    for path in repo.files()? {
        let name = path.rsplit('/').next().unwrap_or_default();
        let found = match name {
            // Members take the workspace's; `fuzz` is none.
            "Cargo.toml" => toml_text(&repo.read(&path)?, "[package]", "version"),
            "package.json" | "package-lock.json" => in_json(&path, &repo.read(&path)?)?,
            // A version that is `dynamic` there comes from the crate.
            "pyproject.toml" => toml_text(&repo.read(&path)?, "[project]", "version"),
            _ => None,
        };
        if let Some(found) = found {
            expect(path, &found);
        }
    }
    // CMake and pkg-config take theirs from the header.
    let header = repo.read(HEADER)?;
    expect(
        HEADER.into(),
        c_macro(&header, "SCOPE_VERSION").unwrap_or("none"),
    );
    none_at("versions that differ", &wrong)
}

/// The version of a package of npm, or of its lock file; none where the package is private and has none.
fn in_json(path: &str, text: &str) -> Result<Option<String>, Failure> {
    let json: Value = serde_json::from_str(text).map_err(|error| format!("{path}: {error}"))?;
    Ok(json["version"].as_str().map(str::to_owned))
}
