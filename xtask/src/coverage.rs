//! `cargo xtask coverage`: how much of the core its tests reach.

use crate::dependencies::list;
use crate::repo::Repo;
use crate::step::{Outcome, Passed};
use crate::tool::{CARGO, RUSTC};
use crate::toolchain::{NO_NIGHTLY, is_installed};
use serde_json::Value;
use std::collections::BTreeMap;

/// Runs the core's tests, those of the documentation too, and prints lines and branches file by file, and every line
/// that nothing reached.
pub(crate) fn run(repo: &Repo) -> Outcome {
    if !CARGO.run(repo, "llvm-cov --version").try_read()?.0 {
        return Err("cargo-llvm-cov is missing; to get it: cargo install cargo-llvm-cov".into());
    }
    // Only a nightly compiler counts branches and documentation tests.
    if !is_installed(repo, "nightly") {
        return Err(NO_NIGHTLY.into());
    }
    let version = RUSTC.run(repo, "+nightly --version --verbose").read()?;
    let major = version
        .lines()
        .find_map(|line| line.strip_prefix("LLVM version: ")?.split('.').next())
        .ok_or("rustc does not tell its LLVM")?;
    // Where rustup's own llvm-tools are not installed, those of the same release from elsewhere read the data as well.
    let tools = format!("llvm-cov-{major}");
    println!("uses {tools} and llvm-profdata-{major}: apt-get install llvm-{major}");
    let llvm_cov = |args: &str| {
        CARGO
            .run(repo, "+nightly llvm-cov")
            .args(args)
            .env("LLVM_COV", &tools)
            .env("LLVM_PROFDATA", &format!("llvm-profdata-{major}"))
    };
    llvm_cov("--branch --doctests --package scope-core --all-features --no-report").show()?;
    llvm_cov("report --branch --doctests --package scope-core --show-missing-lines").show()?;
    let report = llvm_cov("report --branch --doctests --package scope-core --json").read()?;
    let report =
        serde_json::from_str(&report).map_err(|error| format!("cargo llvm-cov: {error}"))?;
    println!("Branches of which one side is never taken:");
    for place in one_sided(&report) {
        println!("{place}");
    }
    Ok(Passed::Whole)
}

/// Where a condition was always true, or always false. What is compiled several times, for several types, counts once.
fn one_sided(report: &Value) -> Vec<String> {
    let mut places = Vec::new();
    for file in list(&report["data"][0]["files"]) {
        let mut taken: BTreeMap<(u64, u64), (u64, u64)> = BTreeMap::new();
        for branch in list(&file["branches"]) {
            let number = |at: usize| branch[at].as_u64().unwrap_or_default();
            // Line, column, end, and how often it was true and false.
            let (truly, falsely) = taken.entry((number(0), number(1))).or_default();
            *truly += number(4);
            *falsely += number(5);
        }
        for ((line, column), (truly, falsely)) in taken {
            let name = file["filename"].as_str().unwrap_or_default();
            match (truly, falsely) {
                (0, 0) => places.push(format!("{name}:{line}:{column}: never asked")),
                (0, _) => places.push(format!("{name}:{line}:{column}: never true")),
                (_, 0) => places.push(format!("{name}:{line}:{column}: never false")),
                _ => {}
            }
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::one_sided;
    use serde_json::json;

    #[test]
    fn a_branch_is_whole_if_any_copy_takes_each_side() {
        let report = json!({"data": [{"files": [{"filename": "a.rs", "branches": [
            [3, 5, 3, 9, 7, 0, 0, 0, 4],
            [3, 5, 3, 9, 0, 1, 0, 0, 4],
            [8, 2, 8, 4, 7, 0, 0, 0, 4],
            [9, 2, 9, 4, 0, 0, 0, 0, 4],
        ]}]}]});
        assert_eq!(
            one_sided(&report),
            ["a.rs:8:2: never false", "a.rs:9:2: never asked"]
        );
    }
}
