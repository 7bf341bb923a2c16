//! `cargo xtask sbom`: what each package that users get is made of, as a `CycloneDX` document.

mod packages;

use crate::dependencies::{linked_with, list, shipped_with};
use crate::repo::Repo;
use crate::step::{Outcome, Passed};
use packages::Package;
use serde_json::{Value, json};
use std::fs;

/// Writes `target/xtask/sbom/PACKAGE.cdx.json` for each package that users get from a registry, and for the C library.
///
/// The documents are the same for the same lock files: they carry no time and no serial number.
pub(crate) fn write_all(repo: &Repo) -> Outcome {
    let directory = repo.scratch("sbom")?;
    fs::remove_dir_all(&directory)
        .and_then(|()| fs::create_dir(&directory))
        .map_err(|error| format!("{}: {error}", directory.display()))?;
    for package in packages::all(repo)? {
        let path = directory.join(format!("{}.cdx.json", package.file));
        let document = document(&package);
        let with = |scope: &str| {
            let components = list(&document["components"]).iter();
            components
                .filter(|component| component["scope"] == scope)
                .count()
        };
        println!(
            "{}: {} components, {} more for its build",
            path.display(),
            with("required"),
            with("excluded")
        );
        fs::write(&path, format!("{document:#}\n"))
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(Passed::Whole)
}

/// The `CycloneDX` 1.5 document of a package.
fn document(package: &Package) -> Value {
    let Package {
        metadata,
        root,
        crates,
        needs,
        ..
    } = package;
    let shipped = shipped_with(metadata, crates);
    let linked = linked_with(metadata, crates);
    let found: Vec<&Value> = list(&metadata["packages"])
        .iter()
        .filter(|it| shipped.contains(&it["id"]))
        .collect();
    let reference = |id: &Value| found.iter().find(|it| it["id"] == *id).map(|it| purl(it));

    let mut components = needs.clone();
    let mut dependencies = Vec::new();
    for package in &found {
        let is_linked = linked.contains(&package["id"]);
        // What only helps to build is not in what users get.
        let own = with_scope(
            component(package),
            if is_linked { "required" } else { "excluded" },
        );
        let mut needed: Vec<String> = list(&metadata["resolve"]["nodes"])
            .iter()
            .filter(|node| node["id"] == package["id"])
            .flat_map(|node| list(&node["deps"]))
            .filter(|it| {
                list(&it["dep_kinds"])
                    .iter()
                    .any(|kind| kind["kind"] != "dev")
            })
            .filter_map(|dependency| reference(&dependency["pkg"]))
            .collect();
        needed.sort();
        dependencies.push(json!({ "ref": purl(package), "dependsOn": needed }));
        if own["bom-ref"] != root["bom-ref"] {
            components.push(own);
        }
    }
    if dependencies.iter().all(|it| it["ref"] != root["bom-ref"]) {
        let held = crates.iter().filter_map(reference);
        let mut needed: Vec<String> = held.chain(needs.iter().filter_map(reference_of)).collect();
        needed.sort();
        dependencies.push(json!({ "ref": root["bom-ref"], "dependsOn": needed }));
    }
    components.sort_by_key(|it| it["bom-ref"].to_string());
    dependencies.sort_by_key(|it| it["ref"].to_string());
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": root },
        "components": components,
        "dependencies": dependencies,
    })
}

fn reference_of(component: &Value) -> Option<String> {
    component["bom-ref"].as_str().map(str::to_owned)
}

/// The component that a crate is.
fn component(package: &Value) -> Value {
    let text = |field: &str| package[field].as_str().unwrap_or_default();
    // Before SPDX, crates wrote `/` for `OR`.
    let licence = text("license").replace('/', " OR ");
    library(text("name"), text("version"), &purl(package), &licence)
}

/// A component, of a package or of what a package holds.
fn library(name: &str, version: &str, purl: &str, licence: &str) -> Value {
    json!({
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "licenses": [{ "expression": licence }],
    })
}

fn with_scope(mut component: Value, scope: &str) -> Value {
    component["scope"] = json!(scope);
    component
}

/// The crate's address, in the form that all package managers share.
fn purl(package: &Value) -> String {
    let text = |field: &str| package[field].as_str().unwrap_or_default();
    // A `+`, which begins build metadata, has to be escaped there.
    let version = text("version").replace('+', "%2B");
    format!("pkg:cargo/{}@{version}", text("name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A package of another registry that holds the crate `ours`.
    fn sample() -> Package {
        let package = |id: &str, kind: &str| json!({"id": id, "name": id, "version": "1.0.0+x", "license": "MIT/Apache-2.0", "targets": [{"kind": [kind]}]});
        let needs = |id: &str, kind: Value| json!({"pkg": id, "dep_kinds": [{"kind": kind}]});
        let normal = || Value::Null;
        let metadata = json!({
            "packages": [
                package("ours", "cdylib"),
                package("used", "lib"),
                package("macro", "proc-macro"),
                package("of-the-macro", "lib"),
                package("built-with", "lib"),
                package("tested-with", "lib"),
            ],
            "resolve": {"nodes": [
                {"id": "ours", "deps": [
                    needs("used", normal()),
                    needs("macro", normal()),
                    needs("built-with", json!("build")),
                    needs("tested-with", json!("dev")),
                ]},
                {"id": "used", "deps": []},
                {"id": "macro", "deps": [needs("of-the-macro", normal())]},
            ]},
        });
        Package {
            file: "npm-ours".into(),
            root: library("ours", "1.0.0", "pkg:npm/ours@1.0.0", "MIT"),
            crates: vec![json!("ours")],
            needs: vec![with_scope(
                library("other", "2.0.0", "pkg:npm/other@2.0.0", "MIT"),
                "required",
            )],
            metadata: metadata.into(),
        }
    }

    #[test]
    fn a_document_says_what_users_get_and_what_built_it() {
        let document = document(&sample());
        let scopes: Vec<String> = list(&document["components"])
            .iter()
            .map(|it| format!("{} {}", it["name"], it["scope"]).replace('"', ""))
            .collect();
        assert_eq!(
            scopes,
            [
                "built-with excluded",
                "macro excluded",
                "of-the-macro excluded",
                "ours required",
                "used required",
                "other required"
            ]
        );
        let used = list(&document["components"])
            .iter()
            .find(|it| it["name"] == "used")
            .unwrap();
        assert_eq!(used["purl"], "pkg:cargo/used@1.0.0%2Bx");
        assert_eq!(used["licenses"][0]["expression"], "MIT OR Apache-2.0");
    }

    #[test]
    fn a_package_needs_its_crate_and_what_its_registry_brings() {
        let document = document(&sample());
        let root = list(&document["dependencies"])
            .iter()
            .find(|it| it["ref"] == "pkg:npm/ours@1.0.0")
            .unwrap();
        assert_eq!(
            root["dependsOn"],
            json!(["pkg:cargo/ours@1.0.0%2Bx", "pkg:npm/other@2.0.0"])
        );
    }

    #[test]
    fn a_crate_is_no_component_of_itself() {
        let mut package = sample();
        package.root = component(&package.metadata["packages"][0]);
        let document = document(&package);
        assert!(
            list(&document["components"])
                .iter()
                .all(|it| it["name"] != "ours")
        );
        let own = list(&document["dependencies"])
            .iter()
            .filter(|it| it["ref"] == package.root["bom-ref"]);
        assert_eq!(own.count(), 1);
    }
}
