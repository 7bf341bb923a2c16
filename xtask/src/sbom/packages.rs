//! The packages that users get: of Rust, of Python, of Node, and the C library.

use super::{component, library, with_scope};
use crate::dependencies::list;
use crate::manifest::{toml_text, toml_texts};
use crate::repo::Repo;
use crate::step::Failure;

use crate::tool::CARGO;
use serde_json::Value;
use std::rc::Rc;

const PYTHON: &str = "bindings/python/pyproject.toml";
const NODE: &str = "bindings/node/package.json";
const PLATFORMS: &str = "bindings/node/npm/";

/// A package, and where what it holds is to be found.
pub(super) struct Package {
    /// What its document is called.
    pub(super) file: String,
    /// The component that it is.
    pub(super) root: Value,
    /// The ids of the crates that it is, or that it holds compiled.
    pub(super) crates: Vec<Value>,
    /// The components that its registry brings along.
    pub(super) needs: Vec<Value>,
    /// What `cargo metadata` says, of the platform that the package is for.
    pub(super) metadata: Rc<Value>,
}

/// All packages that reach users.
pub(super) fn all(repo: &Repo) -> Result<Vec<Package>, Failure> {
    let metadata = Rc::new(repo.metadata()?.clone());
    let mut packages: Vec<Package> = repo
        .members()?
        .filter(|package| package["publish"].is_null())
        .map(|package| Package {
            file: format!("cargo-{}", package["name"].as_str().unwrap_or_default()),
            root: component(package),
            crates: vec![package["id"].clone()],
            needs: Vec::new(),
            metadata: Rc::clone(&metadata),
        })
        .collect();
    packages.push(c(repo, &metadata)?);
    packages.push(python(repo, &metadata)?);
    packages.extend(node(repo, &metadata)?);
    Ok(packages)
}

fn c(repo: &Repo, metadata: &Rc<Value>) -> Result<Package, Failure> {
    holding(repo, "scope-c", "generic", "scope_core", metadata)
}

fn python(repo: &Repo, metadata: &Rc<Value>) -> Result<Package, Failure> {
    let manifest = repo.read(PYTHON)?;
    let name = toml_text(&manifest, "[project]", "name").ok_or(format!("{PYTHON} has no name"))?;
    let mut package = holding(repo, "scope-python", "pypi", &name, metadata)?;
    let needed = toml_texts(&manifest, "[project]", "dependencies");
    for requirement in needed.ok_or(format!("{PYTHON} does not list its dependencies"))? {
        let is_of_a_name = |char: char| char.is_ascii_alphanumeric() || "-_.".contains(char);
        let end = requirement
            .find(|char| !is_of_a_name(char))
            .unwrap_or(requirement.len());
        package
            .needs
            .push(needed_by_range("pypi", &requirement[..end]));
    }
    Ok(package)
}

/// The package, and the one of each platform.
fn node(repo: &Repo, metadata: &Rc<Value>) -> Result<Vec<Package>, Failure> {
    let manifest = json(repo, NODE)?;
    let mut main = npm(repo, &manifest, metadata)?;
    for name in manifest["dependencies"]
        .as_object()
        .into_iter()
        .flat_map(|it| it.keys())
    {
        main.needs.push(needed_by_range("npm", name));
    }
    let mut packages = Vec::new();
    for path in repo.files()? {
        if !path.starts_with(PLATFORMS) || !path.ends_with("/package.json") {
            continue;
        }
        let platform = json(repo, &path)?;
        let triple =
            triple(&platform).ok_or_else(|| format!("{path} does not tell its platform"))?;
        if !list(&manifest["napi"]["targets"])
            .iter()
            .any(|target| *target == *triple)
        {
            return Err(format!("{path} is for {triple}, which {NODE} does not name").into());
        }
        let text = CARGO
            .run(
                repo,
                "metadata --format-version 1 --all-features --filter-platform",
            )
            .arg(&triple)
            .read()?;
        let of_platform =
            serde_json::from_str(&text).map_err(|error| format!("cargo metadata: {error}"))?;
        let package = npm(repo, &platform, &Rc::new(of_platform))?;
        main.needs
            .push(with_scope(package.root.clone(), "optional"));
        packages.push(package);
    }
    packages.insert(0, main);
    Ok(packages)
}

fn npm(repo: &Repo, manifest: &Value, metadata: &Rc<Value>) -> Result<Package, Failure> {
    let name = manifest["name"]
        .as_str()
        .ok_or("a package of npm has no name")?;
    holding(repo, "scope-node", "npm", name, metadata)
}

/// The package of that name in another registry, which holds a crate compiled.
fn holding(
    repo: &Repo,
    held: &str,
    registry: &str,
    name: &str,
    metadata: &Rc<Value>,
) -> Result<Package, Failure> {
    let member = repo.members()?.find(|package| package["name"] == held);
    let member = member.ok_or_else(|| format!("there is no package {held}"))?;
    let text = |field: &str| member[field].as_str().unwrap_or_default();
    let purl = format!("pkg:{registry}/{name}@{}", text("version"));
    Ok(Package {
        file: format!("{registry}-{name}"),
        root: library(name, text("version"), &purl, text("license")),
        crates: vec![member["id"].clone()],
        needs: Vec::new(),
        metadata: Rc::clone(metadata),
    })
}

/// A component of which the user's package manager chooses the version.
fn needed_by_range(registry: &str, name: &str) -> Value {
    let purl = format!("pkg:{registry}/{name}");
    serde_json::json!({ "type": "library", "bom-ref": purl, "name": name, "purl": purl, "scope": "required" })
}

/// What Rust calls the platform that npm describes so.
fn triple(platform: &Value) -> Option<String> {
    let cpu = match platform["cpu"][0].as_str()? {
        "x64" => "x86_64",
        "arm64" => "aarch64",
        _ => return None,
    };
    Some(
        match (platform["os"][0].as_str()?, platform["libc"][0].as_str()) {
            ("linux", Some("glibc")) => format!("{cpu}-unknown-linux-gnu"),
            ("linux", Some("musl")) => format!("{cpu}-unknown-linux-musl"),
            ("darwin", None) => format!("{cpu}-apple-darwin"),
            ("win32", None) => format!("{cpu}-pc-windows-msvc"),
            _ => return None,
        },
    )
}

fn json(repo: &Repo, path: &str) -> Result<Value, Failure> {
    serde_json::from_str(&repo.read(path)?).map_err(|error| format!("{path}: {error}").into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn platforms_have_a_triple() {
        let linux = json!({"os": ["linux"], "cpu": ["arm64"], "libc": ["musl"]});
        assert_eq!(
            triple(&linux).as_deref(),
            Some("aarch64-unknown-linux-musl")
        );
        let windows = json!({"os": ["win32"], "cpu": ["x64"]});
        assert_eq!(triple(&windows).as_deref(), Some("x86_64-pc-windows-msvc"));
        assert_eq!(triple(&json!({"os": ["linux"], "cpu": ["x64"]})), None);
        assert_eq!(triple(&json!({"os": ["aix"], "cpu": ["ppc64"]})), None);
    }
}
