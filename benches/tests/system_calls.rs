//! A resolution makes no more system calls than the README of `scope-git` says.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;

use scope_benches::checkout::{Checkout, system_calls};

#[test]
fn a_resolution_makes_no_more_system_calls_than_the_readme_says() {
    let calls = system_calls(
        Path::new(env!("CARGO_BIN_EXE_resolve_times")),
        &Checkout::new(),
    );
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../scope-git/README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let (before, _) = readme.split_once(" system calls").unwrap();
    let stated: usize = before.rsplit(' ').next().unwrap().parse().unwrap();
    assert!(
        calls.len() <= stated,
        "{} are more than {stated}:\n{}",
        calls.len(),
        calls.join("\n")
    );
}
