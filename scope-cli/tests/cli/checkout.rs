//! `scope key` and `scope checkout` of directories.
#![cfg(unix)]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::run::{Ran, command, run_with};

/// A repository `app` and a linked worktree `side` with a directory `src`, in a directory of that name of their own.
fn place(name: &str) -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&place);
    fs::create_dir_all(&place).unwrap();
    let place = fs::canonicalize(place).unwrap();
    let git = |directory: &str, args: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(place.join(directory)).args(args);
        command.env("GIT_CONFIG_GLOBAL", "/dev/null");
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "acme");
            command.env(format!("GIT_{role}_EMAIL"), "acme@example.com");
        }
        assert!(command.status().unwrap().success(), "git {args:?}");
    };
    git(".", &["init", "--quiet", "--initial-branch=main", "app"]);
    git(
        "app",
        &["commit", "--quiet", "--allow-empty", "--message=one"],
    );
    git(
        "app",
        &["worktree", "add", "--quiet", "-b", "topic", "../side"],
    );
    fs::create_dir(place.join("side/src")).unwrap();
    place
}

fn scope_in(directory: &Path, args: &[&str]) -> Ran {
    let mut command = command(args);
    command.current_dir(directory);
    run_with(command, b"")
}

#[test]
fn a_directory_has_a_key_of_each_kind() {
    let place = place("kinds");
    let app = place.join("app").display().to_string();
    let key = |args: &[&str]| {
        let args = [&["key"], args, &["--print", "display"]].concat();
        scope_in(&place.join("side/src"), &args).good()
    };
    assert_eq!(key(&[]), format!("{app}\n"));
    assert_eq!(key(&["."]), format!("{app}\n"));
    assert_eq!(
        key(&["--kind", "auto", "../../app", ".."]),
        format!("{app}\n{app}\n")
    );
    assert_eq!(key(&["--kind", "branch"]), format!("{app}:topic\n"));
    assert_eq!(
        key(&["--kind", "branch", "--branch", "not/there"]),
        format!("{app}:not/there\n")
    );
    assert_eq!(key(&["--kind", "worktree"]), format!("{app}@side\n"));
    assert_eq!(key(&["--kind", "global"]), "global\n");
    assert_eq!(key(&["/"]), "global\n");
    // The words after `key` stay what they were.
    assert_eq!(key(&["branch", "/src/app", "main"]), "/src/app:main\n");
}

#[test]
fn a_checkout_is_told_in_json() {
    let place = place("json");
    let text = scope_in(&place.join("side/src"), &["checkout", "--format", "json"]).good();
    let answers: Value = serde_json::from_str(&text).unwrap();
    let text = |path: &str| place.join(path).display().to_string();
    let expected = json!({
        "primary_path": text("app"),
        "worktree_path": text("side"),
        "worktree_key": "side",
        "branch": "topic",
        "is_bare": false,
        "is_linked_worktree": true,
        "is_detached": false,
    });
    let given = answers[0].as_object().unwrap();
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(given[name], *value, "{name}");
    }
}

#[test]
fn faults_of_directories_say_which_and_why() {
    let place = place("faults");
    let fault = |args: &[&str]| scope_in(&place, args).invalid();
    let stderr = fault(&["key", "--kind", "worktree", "app"]);
    assert!(
        stderr.starts_with("error[not_linked_worktree]: "),
        "{stderr}"
    );
    assert!(stderr.contains("repository"), "{stderr}");
    let stderr = fault(&["key", "--kind", "repository", "/"]);
    assert!(stderr.starts_with("error[not_a_repository]: "), "{stderr}");
    let stderr = fault(&["checkout", "missing"]);
    assert!(stderr.starts_with("error[path_not_found]: "), "{stderr}");

    let mut command = command(["key".as_ref(), OsStr::from_bytes(b"a\xff")]);
    command.current_dir(&place);
    let stderr = run_with(command, b"").invalid();
    assert!(stderr.starts_with("error[non_utf8_path]: "), "{stderr}");
}

#[test]
fn the_environment_counts_when_it_is_asked_for() {
    let place = place("environment");
    let ask = |args: &[&str]| {
        let mut command = command(args);
        command
            .current_dir(&place)
            .env("GIT_DIR", "app/.git")
            .env("GIT_WORK_TREE", "app");
        run_with(command, b"").good()
    };
    let app = place.join("app").display().to_string();
    let arguments = ["checkout", "--print", "primary_path", "side"];
    assert_eq!(ask(&arguments), format!("{app}\n"));
    let mut command = command([
        "checkout",
        "--use-environment",
        "--print",
        "primary_path",
        ".",
    ]);
    command.current_dir(&place).env("GIT_DIR", "side/.git");
    assert_eq!(run_with(command, b"").good(), format!("{app}\n"));
}
