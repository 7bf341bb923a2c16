//! Which repository a workspace is of, and that nothing of who may read it gets out (W3, W10).

mod common;

use std::fs;

use common::machine::install;
use common::*;
use scope_core::ErrorCode;
use scope_workspace::{CloneOptions, Job, Options, Workspaces};

/// A git that writes down how it was started, and fails with the URL and the name that ssh logs in by.
const FAILING: &str = "#!/bin/sh
{ echo \"$@\"; env; } >>\"$0.started\"
for last; do case $last in *://*|*:*) url=$last;; esac; done
echo \"fatal: unable to access '$url/'; see https://SECRET@host.test/x\" >&2
echo 'SECRET@host.test: Permission denied (publickey).' >&2
exit 128
";

#[test]
fn who_may_read_a_repository_is_told_to_nobody() {
    let fixture = Fixture::new();
    let [text, program] = ["git.sh", "git"].map(|name| fixture.base.path().join(name));
    fs::write(&text, FAILING).unwrap();
    install(&text, &program);
    let options = Options {
        git: program.clone().into(),
        ..Options::default()
    };
    let workspaces = Workspaces::open_with(&fixture.data, options).unwrap();
    for (source, shown) in [
        (
            "https://SECRET@host.test/acme/widget",
            "https://***@host.test/acme/widget",
        ),
        (
            "ssh://SECRET@host.test/acme/widget",
            "ssh://***@host.test/acme/widget",
        ),
        ("SECRET@host.test:acme/widget", "***@host.test:acme/widget"),
    ] {
        let error = workspaces
            .clone(USER, source, &CloneOptions::default(), Job::default())
            .unwrap_err();
        assert_eq!(error.code(), ErrorCode::GitFailed);
        assert_eq!(error.rejection.text, shown);
        let json = serde_json::to_string(&error).unwrap();
        for said in [error.to_string(), json, format!("{error:?}")] {
            assert!(said.contains("Permission denied"), "{said}");
            assert!(!said.contains("SECRET"), "{said}");
        }
        let started = fs::read_to_string(program.with_extension("started")).unwrap();
        assert_eq!(started.contains("SECRET"), !source.starts_with("https"));
    }
    assert!(fixture.staging_is_empty());
}

#[test]
fn a_token_that_is_in_the_configuration_stays_there() {
    let fixture = Fixture::new();
    let (_, url) = fixture.origin("widget");
    let made = fixture
        .workspaces
        .clone(USER, &url, &CloneOptions::default(), Job::default())
        .unwrap();
    let secret = "https://SECRET@host.invalid/acme/widget.git";
    git(&made.path, &["remote", "set-url", "origin", secret]);
    let error = fixture
        .workspaces
        .sync(USER, "acme", "widget", Job::default())
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::GitFailed);
    assert_eq!(
        error.rejection.text,
        "https://***@host.invalid/acme/widget.git"
    );
    assert!(!error.to_string().contains("SECRET"), "{error}");
}
