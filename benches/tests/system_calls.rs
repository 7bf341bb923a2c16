//! What is claimed of system calls: those of a resolution, of a listing and of a cleanup that finds nothing to do.
#![cfg(target_os = "linux")]

#[path = "../../scope-git/tests/common/machine.rs"]
mod machine;

use std::fs;
use std::path::Path;

use machine::not_shown;
use scope_benches::checkout::{Checkout, system_calls};
use scope_benches::trace::{refusal, traced};
use scope_benches::workspaces::{make_data_dir, user};
use tempfile::TempDir;

/// Whether a program may be traced here. Where not, that is said of what is counted.
fn can_trace(what: &str) -> bool {
    let refused = refusal();
    if let Some(why) = &refused {
        not_shown(what, why);
    }
    refused.is_none()
}

#[test]
fn a_resolution_makes_no_more_system_calls_than_the_readme_says() {
    if !can_trace("how many system calls a resolution makes") {
        return;
    }
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

/// The calls of one run on a data directory, and how many workspaces it saw.
fn calls(data: &TempDir, args: &[&str]) -> Vec<String> {
    let data = data.path().to_str().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_workspace_once"));
    traced(program, &[&[data], args].concat())
}

fn data(users: u32, each: u32) -> TempDir {
    let data = tempfile::tempdir().unwrap();
    make_data_dir(data.path(), users, each);
    // The first run makes what is the library's own.
    let _ = calls(&data, &["cleanup"]);
    data
}

#[test]
fn a_listing_makes_as_many_system_calls_with_a_thousand_users_as_with_one() {
    if !can_trace("that the system calls of a listing do not depend on the number of users") {
        return;
    }
    let [one, many] = [data(1, 2), data(1000, 2)].map(|data| calls(&data, &["list", &user(0)]));
    assert!(one.iter().any(|line| line.starts_with("write(1, \"2\\n\"")));
    assert_eq!(one.len(), many.len(), "{}", many.join("\n"));
}

#[test]
fn a_cleanup_of_what_nobody_left_reads_the_metadata_and_no_git_state() {
    if !can_trace("how many system calls a cleanup makes") {
        return;
    }
    let [ten, thirty] = [data(1, 10), data(1, 30)].map(|data| calls(&data, &["cleanup"]));
    assert!(
        thirty
            .iter()
            .any(|line| line.starts_with("write(1, \"30\\n\""))
    );
    // In the git directory there may be metadata too, and nothing else there is looked at.
    let is_of_git = |line: &&String| line.contains(".git");
    let mut of_git = thirty.iter().filter(is_of_git);
    assert!(of_git.all(|line| line.contains(".git/workspace.json")));
    // To ask for that, and to open a file, to ask how long it is, to read and to close it.
    let reading = 20 * 5;
    let more = thirty.len() - ten.len();
    assert!(
        (reading..=reading + 20 * 3).contains(&more),
        "{more} calls for 20 workspaces:\n{}",
        thirty.join("\n")
    );
}
