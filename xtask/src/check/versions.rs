//! One version, in every manifest of every language.

use crate::repo::Repo;
use crate::step::{Failure, Outcome, Step, none_at};
use serde_json::Value;

pub(crate) const STEP: Step = Step {
    name: "versions",
    about: "every manifest of every language carries the workspace's version",
    run,
};

fn run(repo: &Repo) -> Outcome {
    let manifest = repo.read("Cargo.toml")?;
    let version = in_table(&manifest, "[workspace.package]", "version");
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
        let found = match path.rsplit('/').next() {
            Some("package.json") => in_package_json(&path, &repo.read(&path)?)?,
            // A version that is `dynamic` there comes from the crate.
            Some("pyproject.toml") => in_table(&repo.read(&path)?, "[project]", "version"),
            _ => None,
        };
        if let Some(found) = found {
            expect(path, &found);
        }
    }
    none_at("versions that differ", &wrong)
}

/// The text that a key has in a table of a TOML file, where it is given on one line.
fn in_table(toml: &str, table: &str, key: &str) -> Option<String> {
    let lines = toml
        .lines()
        .map(str::trim)
        .skip_while(|line| *line != table)
        .skip(1);
    let mut pairs = lines
        .take_while(|line| !line.starts_with('['))
        .filter_map(|l| l.split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.trim() == key)?;
    value.split('"').nth(1).map(str::to_owned)
}

/// The version of a `package.json`, unless the package is private and has none.
fn in_package_json(path: &str, text: &str) -> Result<Option<String>, Failure> {
    let json: Value = serde_json::from_str(text).map_err(|error| format!("{path}: {error}"))?;
    Ok(json["version"].as_str().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::in_table;

    #[test]
    fn a_key_is_looked_for_in_its_table_only() {
        let toml = "[a]\nversion = \"1\"\n\n[b]\nname=\"x\"\nversion = \"2\" # two\n[c]\n";
        assert_eq!(in_table(toml, "[a]", "version").as_deref(), Some("1"));
        assert_eq!(in_table(toml, "[b]", "version").as_deref(), Some("2"));
        assert_eq!(in_table(toml, "[c]", "version"), None);
    }
}
