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
            "Cargo.toml" => toml_text(&repo.read(&path)?, "[package]", "version")
                .into_iter()
                .collect(),
            "Cargo.lock" => own_in_lock(&repo.read(&path)?),
            "package.json" | "package-lock.json" => in_json(&path, &repo.read(&path)?)?,
            // A version that is `dynamic` there comes from the crate.
            "pyproject.toml" => toml_text(&repo.read(&path)?, "[project]", "version")
                .into_iter()
                .collect(),
            _ => Vec::new(),
        };
        for found in found {
            expect(path.clone(), &found);
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

/// The versions that a lock file of cargo gives the packages that come from no registry.
fn own_in_lock(lock: &str) -> Vec<String> {
    let packages = lock.split("[[package]]").skip(1);
    packages
        .filter(|package| !package.contains("\nsource = "))
        .filter_map(|package| toml_text(&format!("[package]{package}"), "[package]", "version"))
        .collect()
}

/// The version of a package of npm, and in its lock file the same again; none where the package is private and has none.
fn in_json(path: &str, text: &str) -> Result<Vec<String>, Failure> {
    let json: Value = serde_json::from_str(text).map_err(|error| format!("{path}: {error}"))?;
    let versions = [&json["version"], &json["packages"][""]["version"]];
    Ok(versions
        .into_iter()
        .filter_map(|version| version.as_str().map(str::to_owned))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::{in_json, own_in_lock};

    #[test]
    fn a_lock_file_gives_the_versions_of_our_own() {
        let lock = "version = 4\n\n[[package]]\nname = \"other\"\nversion = \"2.0.0\"\nsource = \"registry\"\n\n\
            [[package]]\nname = \"own\"\nversion = \"1.0.0\"\ndependencies = [\n \"other\",\n]\n";
        assert_eq!(own_in_lock(lock), ["1.0.0"]);
        let npm = r#"{"version": "1.0.0", "packages": {"": {"version": "1.0.1"}, "other": {"version": "2.0.0"}}}"#;
        assert_eq!(
            in_json("package-lock.json", npm).unwrap(),
            ["1.0.0", "1.0.1"]
        );
        assert!(
            in_json("package.json", r#"{"private": true}"#)
                .unwrap()
                .is_empty()
        );
    }
}
