//! `scope workspace list`, `create` and the others that act on a disk.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::run::{Ran, scope};

const USER: &str = "123e4567-e89b-12d3-a456-426614174000";

fn on(data: &Path, args: &[&str]) -> Ran {
    let place = ["--user-id", USER, "--data-dir", data.to_str().unwrap()];
    scope(&[&["workspace"], args, &place].concat())
}

#[test]
fn a_workspace_from_its_making_to_its_end() {
    let base = tempfile::tempdir().unwrap();
    let data = base.path().canonicalize().unwrap();
    let path = format!("{}/workspaces/{USER}/acme__widget\n", data.display());
    assert_eq!(on(&data, &["create", "acme/widget"]).good(), path);
    assert_eq!(on(&data, &["get", "acme/widget"]).good(), path);
    assert_eq!(on(&data, &["touch", "acme/widget"]).good(), path);
    assert_eq!(on(&data, &["list"]).good(), path);
    let json: serde_json::Value =
        serde_json::from_str(&on(&data, &["list", "--format", "json"]).good()).unwrap();
    assert_eq!(json[0]["fullName"], "acme/widget");
    assert!(
        on(&data, &["delete", "acme/widget"])
            .good()
            .starts_with("freed ")
    );
    let gone = on(&data, &["get", "acme/widget"]);
    assert_eq!((gone.status, &*gone.stdout), (Some(1), ""));
    assert!(
        gone.stderr.contains("there is no such workspace"),
        "{}",
        gone.stderr
    );
}

#[test]
fn a_dry_run_says_what_would_go() {
    let base = tempfile::tempdir().unwrap();
    let data = base.path().canonicalize().unwrap();
    on(&data, &["create", "acme/widget"]).good();
    on(&data, &["create", "acme/gadget"]).good();
    fs::write(
        data.join(format!("workspaces/{USER}/acme__gadget/work")),
        "",
    )
    .unwrap();
    let place = ["--data-dir", data.to_str().unwrap()];
    let cleanup = |args: &[&str]| {
        scope(
            &[
                &["workspace", "cleanup", "--older-than", "0d"],
                args,
                &place,
            ]
            .concat(),
        )
    };
    let table = cleanup(&["--dry-run"]).good();
    assert!(
        table.contains("would delete") && table.contains("1 untracked"),
        "{table}"
    );
    let report: serde_json::Value =
        serde_json::from_str(&cleanup(&["--format", "jsonl"]).good()).unwrap();
    assert_eq!(
        (&report["idle"][0]["verdict"], &report["idle"][1]["verdict"]),
        (&"warned".into(), &"deleted".into())
    );
    assert!(
        !data
            .join(format!("workspaces/{USER}/acme__widget"))
            .exists()
    );
    assert_eq!(
        scope(&["workspace", "cleanup", "--older-than", "soon"]).status,
        Some(2)
    );
}

#[test]
fn a_clone_is_made_synced_and_discovered() {
    let base = tempfile::tempdir().unwrap();
    let root = base.path().canonicalize().unwrap();
    let (data, origin) = (root.join("data"), root.join("acme/widget"));
    fs::create_dir_all(&data).unwrap();
    fs::create_dir_all(&origin).unwrap();
    for args in [
        &["init", "-q", "-b", "main"][..],
        &[
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@example.com",
            "commit",
            "-q",
            "--allow-empty",
            "-m",
            "one",
        ],
    ] {
        assert!(
            Command::new("git")
                .args(args)
                .current_dir(&origin)
                .status()
                .unwrap()
                .success()
        );
    }
    let url = format!("file://{}", origin.display());
    assert_eq!(on(&data, &["clone", &url]).status, Some(1));
    on(&data, &["clone", "--allow-file-urls", &url]).good();
    let found = scope(&["workspace", "discover", root.to_str().unwrap()]).good();
    assert!(
        found.contains("  main  ") && found.trim_end().ends_with("/acme/widget"),
        "{found}"
    );
}
