//! What the packages depend on may be used with them, comes from where it should, and is there once.
//!
//! `deny.toml` says what is allowed. cargo-deny holds the dependencies against all of it, and against the advisories of
//! `RustSec`; where it is not installed, the rest is held against it here, as `cargo metadata` tells them.

use crate::dependencies::{list, shipped_with};
use crate::manifest::toml_texts;
use crate::repo::Repo;
use crate::step::{Failure, Outcome, Passed, Step};
use crate::tool::CARGO;
use serde_json::Value;
use std::collections::BTreeMap;

pub(crate) const STEP: Step = Step {
    name: "licences",
    about: "dependencies carry licences and come from sources that deny.toml allows, each in one version",
    run,
};

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

fn run(repo: &Repo) -> Outcome {
    if CARGO.run(repo, "deny --version").try_read()?.0 {
        CARGO
            .run(repo, "deny --all-features check licenses bans sources")
            .show()?;
        return advisories(repo);
    }
    let deny = repo.read("deny.toml")?;
    let allowed = toml_texts(&deny, "[licenses]", "allow").ok_or("deny.toml allows no licence")?;
    let shipped: Vec<&Value> = shipped(repo.metadata()?).collect();
    let exempt = toml_texts(&deny, "[bans]", "skip").unwrap_or_default();
    let mut wrong = twice(&shipped, &exempt);
    for package in shipped {
        let text = |field: &str| package[field].as_str().unwrap_or_default();
        let named = format!("{} {}", text("name"), text("version"));
        if !permits(text("license"), &allowed) {
            wrong.push(format!("{named} is under {:?}", text("license")));
        }
        if text("source") != CRATES_IO {
            wrong.push(format!("{named} comes from {}", text("source")));
        }
    }
    for member in repo.members()? {
        let needs = list(&member["dependencies"]).iter();
        for need in needs.filter(|need| need["req"] == "*" && need["path"].is_null()) {
            wrong.push(format!(
                "{} takes any version of {}",
                member["name"], need["name"]
            ));
        }
    }
    if !wrong.is_empty() {
        return Err(Failure::at(
            "dependencies that deny.toml does not allow",
            &wrong,
        ));
    }
    Ok(Passed::Except(
        "advisories, for want of cargo-deny; to get it: cargo install cargo-deny".into(),
    ))
}

/// What is known to be wrong with the dependencies: by the advisories as they are now, or as they were last fetched.
fn advisories(repo: &Repo) -> Outcome {
    for (offline, lacking) in [
        ("", None),
        (
            " --offline",
            Some("advisories newer than those fetched last"),
        ),
    ] {
        let args = format!("deny{offline} --all-features check advisories");
        let (passed, out, err) = CARGO.run(repo, &args).try_read()?;
        if passed {
            return Ok(lacking.map_or(Passed::Whole, |what| Passed::Except(what.into())));
        }
        // What it finds has a code, `error[vulnerability]`; that it could not look has none.
        if err.contains("error[") {
            return Err(format!("advisories:\n{out}{err}").into());
        }
    }
    Ok(Passed::Except(
        "advisories, whose database can be fetched from nowhere".into(),
    ))
}

/// The packages that are there in several versions, which every user builds all of. Those of `exempt` are not counted:
/// `name@2` is any version 2.
fn twice(packages: &[&Value], exempt: &[String]) -> Vec<String> {
    let is_exempt = |name: &str, version: &str| {
        exempt.iter().any(|skip| {
            skip.split_once('@').is_some_and(|(skip, of)| {
                skip == name && (version == of || version.starts_with(&format!("{of}.")))
            })
        })
    };
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in packages {
        let text = |field: &str| package[field].as_str().unwrap_or_default();
        let (name, version) = (text("name"), text("version"));
        if !is_exempt(name, version) {
            versions.entry(name).or_default().push(version);
        }
    }
    versions.retain(|_, versions| versions.len() > 1);
    let told = |(name, versions): (&str, Vec<&str>)| {
        format!("{name} is there as {}", versions.join(" and as "))
    };
    versions.into_iter().map(told).collect()
}

/// The packages that reach users: all that members depend on, but for tests and benches alone.
fn shipped(metadata: &Value) -> impl Iterator<Item = &Value> {
    let members = metadata["workspace_members"].as_array();
    let reached = shipped_with(metadata, members.map_or(&[], Vec::as_slice));
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages.filter(move |package| !package["source"].is_null() && reached.contains(&package["id"]))
}

/// Whether an SPDX expression can be satisfied with the allowed licences.
fn permits(expression: &str, allowed: &[String]) -> bool {
    // Before SPDX, crates wrote `/` for `OR`.
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = &words[..];
    let permitted = any(&mut rest, allowed);
    permitted && rest.is_empty()
}

/// `all ("OR" all)*`
fn any(rest: &mut &[&str], allowed: &[String]) -> bool {
    let mut permitted = all(rest, allowed);
    while take(rest, "OR") {
        permitted |= all(rest, allowed);
    }
    permitted
}

/// `one ("AND" one)*`
fn all(rest: &mut &[&str], allowed: &[String]) -> bool {
    let mut permitted = one(rest, allowed);
    while take(rest, "AND") {
        permitted &= one(rest, allowed);
    }
    permitted
}

/// `"(" any ")"`, or a licence, perhaps `WITH` an exception
fn one(rest: &mut &[&str], allowed: &[String]) -> bool {
    if take(rest, "(") {
        let permitted = any(rest, allowed);
        return take(rest, ")") && permitted;
    }
    let Some((licence, after)) = rest.split_first() else {
        return false;
    };
    *rest = after;
    if !take(rest, "WITH") {
        return allowed.iter().any(|it| it == licence);
    }
    let Some((exception, after)) = rest.split_first() else {
        return false;
    };
    *rest = after;
    allowed.contains(&format!("{licence} WITH {exception}"))
}

fn take(rest: &mut &[&str], word: &str) -> bool {
    match rest.split_first() {
        Some((first, after)) if *first == word => {
            *rest = after;
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read_as_spdx_has_it() {
        let allowed = ["MIT", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"].map(String::from);
        for yes in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0 OR MIT",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "GPL-3.0 AND BSD-2-Clause OR MIT",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(permits(yes, &allowed), "{yes}");
        }
        for no in [
            "",
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "Apache-2.0",
            "(MIT",
            "MIT)",
            "MIT MIT",
            "Apache-2.0 WITH",
            "MIT AND (GPL-3.0 OR BSD-2-Clause)",
        ] {
            assert!(!permits(no, &allowed), "{no}");
        }
    }

    #[test]
    fn versions_of_one_package_are_seen() {
        let package =
            |name: &str, version: &str| serde_json::json!({"name": name, "version": version});
        let packages = [
            package("a", "1.0.0"),
            package("b", "1.0.0"),
            package("a", "2.0.0"),
        ];
        assert_eq!(
            twice(&packages.each_ref(), &[]),
            ["a is there as 1.0.0 and as 2.0.0"]
        );
        assert!(twice(&packages[1..].iter().collect::<Vec<_>>(), &[]).is_empty());
        let skipping = |skip: &str| twice(&packages.each_ref(), &[skip.to_owned()]);
        assert!(skipping("a@2").is_empty() && skipping("a@1.0.0").is_empty());
        assert_eq!(skipping("a@20").len(), 1);
        assert_eq!(skipping("b@1").len(), 1);
    }
}
