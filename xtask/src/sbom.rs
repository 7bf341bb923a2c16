//! `cargo xtask sbom`: what each package that users get is made of, as a `CycloneDX` document.

use crate::dependencies::shipped_with;
use crate::repo::Repo;
use crate::step::{Outcome, Passed};
use serde_json::{Value, json};
use std::fs;

/// Writes `target/xtask/sbom/PACKAGE.cdx.json` for each package that reaches users.
///
/// The documents are the same for the same Cargo.lock: they carry no time and no serial number.
pub(crate) fn write_all(repo: &Repo) -> Outcome {
    let directory = repo.scratch("sbom")?;
    for package in repo.members()? {
        if !is_for_users(package) {
            continue;
        }
        let name = package["name"].as_str().unwrap_or_default();
        let path = directory.join(format!("{name}.cdx.json"));
        let document = document(repo.metadata()?, package);
        let count = document["components"].as_array().map_or(0, Vec::len);
        fs::write(&path, format!("{document:#}\n"))
            .map_err(|error| format!("{}: {error}", path.display()))?;
        println!("{}: {count} components", path.display());
    }
    Ok(Passed::Whole)
}

/// Whether users get the package: it is published, or it is a library that another language loads.
fn is_for_users(package: &Value) -> bool {
    let loaded = ["cdylib", "staticlib"];
    let targets = package["targets"].as_array().into_iter().flatten();
    let mut kinds =
        targets.flat_map(|target| target["crate_types"].as_array().into_iter().flatten());
    package["publish"].is_null() || kinds.any(|kind| loaded.iter().any(|it| kind == it))
}

/// The `CycloneDX` 1.5 document of a package.
fn document(metadata: &Value, package: &Value) -> Value {
    let shipped = shipped_with(metadata, &[package["id"].clone()]);
    let mut components: Vec<&Value> = metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|it| shipped.contains(&it["id"]) && it["id"] != package["id"])
        .collect();
    components.sort_by_key(|it| purl(it));
    let among = |id: &Value| id == &package["id"] || components.iter().any(|it| it["id"] == *id);
    let by_id = |id: &Value| {
        metadata["packages"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|it| it["id"] == *id)
            .map(purl)
    };
    let mut dependencies: Vec<Value> = metadata["resolve"]["nodes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|node| among(&node["id"]))
        .map(|node| {
            let mut needs: Vec<String> = node["deps"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|dependency| among(&dependency["pkg"]))
                .filter_map(|dependency| by_id(&dependency["pkg"]))
                .collect();
            needs.sort();
            json!({ "ref": by_id(&node["id"]), "dependsOn": needs })
        })
        .collect();
    dependencies.sort_by_key(|it| it["ref"].to_string());
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": component(package) },
        "components": components.iter().map(|it| component(it)).collect::<Vec<_>>(),
        "dependencies": dependencies,
    })
}

fn component(package: &Value) -> Value {
    // Before SPDX, crates wrote `/` for `OR`.
    let licence = package["license"].as_str().unwrap_or_default();
    json!({
        "type": "library",
        "bom-ref": purl(package),
        "name": package["name"],
        "version": package["version"],
        "purl": purl(package),
        "licenses": [{ "expression": licence.replace('/', " OR ") }],
    })
}

/// The package's address, in the form that all package managers share.
fn purl(package: &Value) -> String {
    let text = |field: &str| package[field].as_str().unwrap_or_default();
    // A `+`, which begins build metadata, has to be escaped there.
    let version = text("version").replace('+', "%2B");
    format!("pkg:cargo/{}@{version}", text("name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_names_what_ships_and_nothing_else() {
        let package = |id: &str, source: &str| json!({"id": id, "name": id, "version": "1.0.0+x", "license": "MIT/Apache-2.0", "source": source});
        let needs = |id: &str, kind: Value| json!({"pkg": id, "dep_kinds": [{"kind": kind}]});
        let metadata = json!({
            "packages": [package("ours", ""), package("used", "crates"), package("tested-with", "crates")],
            "resolve": {"nodes": [
                {"id": "ours", "deps": [needs("used", Value::Null), needs("tested-with", json!("dev"))]},
                {"id": "used", "deps": []},
            ]},
        });
        let document = document(&metadata, &metadata["packages"][0]);
        let used = "pkg:cargo/used@1.0.0%2Bx";
        assert_eq!(document["components"].as_array().map(Vec::len), Some(1));
        assert_eq!(document["components"][0]["purl"], used);
        assert_eq!(
            document["components"][0]["licenses"][0]["expression"],
            "MIT OR Apache-2.0"
        );
        assert_eq!(document["dependencies"][0]["dependsOn"], json!([used]));
    }
}
