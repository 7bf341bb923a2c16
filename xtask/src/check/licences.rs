//! What the packages depend on may be used with them, and comes from where it should.
//!
//! `deny.toml` says what is allowed. cargo-deny holds the dependencies against all of it; where that is not installed,
//! licences and sources are held against it here, as `cargo metadata` tells them.

use crate::dependencies::shipped_with;
use crate::repo::Repo;
use crate::step::{Failure, Outcome, Passed, Step};
use crate::tool::CARGO;
use serde_json::Value;

pub(crate) const STEP: Step = Step {
    name: "licences",
    about: "dependencies carry licences and come from sources that deny.toml allows",
    run,
};

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

fn run(repo: &Repo) -> Outcome {
    if CARGO.run(repo, "deny --version").try_read()?.0 {
        CARGO
            .run(repo, "deny --all-features check licenses bans sources")
            .show()?;
        return Ok(Passed::Whole);
    }
    let deny = repo.read("deny.toml")?;
    let allowed = allowed(&deny)?;
    let mut wrong = Vec::new();
    for package in shipped(repo.metadata()?) {
        let text = |field: &str| package[field].as_str().unwrap_or_default();
        let named = format!("{} {}", text("name"), text("version"));
        if !permits(text("license"), &allowed) {
            wrong.push(format!("{named} is under {:?}", text("license")));
        }
        if text("source") != CRATES_IO {
            wrong.push(format!("{named} comes from {}", text("source")));
        }
    }
    if !wrong.is_empty() {
        return Err(Failure::at(
            "dependencies that deny.toml does not allow",
            &wrong,
        ));
    }
    Ok(Passed::Except(
        "duplicates and bans, for want of cargo-deny; to get it: cargo install cargo-deny".into(),
    ))
}

/// The packages that reach users: all that members depend on, but for tests and benches alone.
fn shipped(metadata: &Value) -> impl Iterator<Item = &Value> {
    let members = metadata["workspace_members"].as_array();
    let reached = shipped_with(metadata, members.map_or(&[], Vec::as_slice));
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages.filter(move |package| !package["source"].is_null() && reached.contains(&package["id"]))
}

/// The licences that `deny.toml` allows.
fn allowed(deny: &str) -> Result<Vec<&str>, Failure> {
    let list = deny
        .split_once("[licenses]")
        .and_then(|(_, rest)| rest.split_once("allow = ["));
    let (list, _) = list
        .and_then(|(_, rest)| rest.split_once(']'))
        .ok_or("deny.toml allows no licence")?;
    Ok(list.split('"').skip(1).step_by(2).collect())
}

/// Whether an SPDX expression can be satisfied with the allowed licences.
fn permits(expression: &str, allowed: &[&str]) -> bool {
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
fn any(rest: &mut &[&str], allowed: &[&str]) -> bool {
    let mut permitted = all(rest, allowed);
    while take(rest, "OR") {
        permitted |= all(rest, allowed);
    }
    permitted
}

/// `one ("AND" one)*`
fn all(rest: &mut &[&str], allowed: &[&str]) -> bool {
    let mut permitted = one(rest, allowed);
    while take(rest, "AND") {
        permitted &= one(rest, allowed);
    }
    permitted
}

/// `"(" any ")"`, or a licence, perhaps `WITH` an exception
fn one(rest: &mut &[&str], allowed: &[&str]) -> bool {
    if take(rest, "(") {
        let permitted = any(rest, allowed);
        return take(rest, ")") && permitted;
    }
    let Some((licence, after)) = rest.split_first() else {
        return false;
    };
    *rest = after;
    if !take(rest, "WITH") {
        return allowed.contains(licence);
    }
    let Some((exception, after)) = rest.split_first() else {
        return false;
    };
    *rest = after;
    allowed.contains(&format!("{licence} WITH {exception}").as_str())
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
        let allowed = ["MIT", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"];
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
    fn the_list_is_found() {
        let deny = "[graph]\n[licenses]\nallow = [\n    \"MIT\", # short\n    \"Zlib\",\n]\n";
        assert_eq!(allowed(deny).unwrap(), ["MIT", "Zlib"]);
    }
}
