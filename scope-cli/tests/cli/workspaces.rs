//! `scope workspace list`, `create` and the others that act on a disk.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::machine::not_shown;
use crate::run::{Ran, command, run_with, scope};

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
    assert_eq!(json[0]["userId"], USER);
    assert_eq!(json[0]["directory"], "acme__widget");
    assert_eq!(json[0]["path"], path.trim_end());
    assert_eq!(json[0]["metadata"]["fullName"], "acme/widget");
    assert_eq!(json[0]["recovered"], serde_json::Value::Null);
    assert!(
        on(&data, &["delete", "acme/widget"])
            .good()
            .starts_with("freed ")
    );
    assert!(!Path::new(path.trim_end()).exists());
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
    let refused = on(&data, &["clone", &url]).invalid();
    assert!(
        refused.ends_with(" = help: pass --allow-file-urls to allow it\n"),
        "{refused}"
    );
    on(&data, &["clone", "--allow-file-urls", &url]).good();
    let sync = ["sync", "acme/widget", "--allow-file-urls"];
    assert_eq!(on(&data, &sync).good(), "main is up to date\n");
    let json: serde_json::Value =
        serde_json::from_str(&on(&data, &[&sync[..], &["--format", "jsonl"]].concat()).good())
            .unwrap();
    assert_eq!(
        (&json["branch"], &json["from"]),
        (&"main".into(), &json["to"])
    );
    assert_eq!(json["workspace"]["metadata"]["currentBranch"], "main");
    assert_eq!(on(&data, &["work", "acme/widget"]).good(), "clean\n");
    let found = scope(&["workspace", "discover", root.to_str().unwrap()]).good();
    assert!(
        found.contains("\tmain\t") && found.trim_end().ends_with("/acme/widget"),
        "{found}"
    );
}

#[test]
fn what_was_skipped_is_told_on_request() {
    let base = tempfile::tempdir().unwrap();
    let src = base.path().canonicalize().unwrap();
    for (name, text) in [("app", "ref: refs/heads/main\n"), ("bad", "nonsense\n")] {
        fs::create_dir_all(src.join(name).join(".git")).unwrap();
        fs::write(src.join(name).join(".git/HEAD"), text).unwrap();
    }
    fs::create_dir(src.join("target")).unwrap();
    let path = src.to_str().unwrap();
    let quiet = scope(&["workspace", "discover", path]);
    assert_eq!(quiet.stderr, "");
    let told = scope(&["workspace", "discover", "--show-skipped", path]);
    assert_eq!(told.stdout, quiet.stdout);
    let expected = format!(
        "skipped {path}/bad: its .git leads to no repository\nskipped {path}/target: by its name\n"
    );
    assert_eq!((told.status, &*told.stderr), (Some(0), &*expected));
    assert!(told.stdout.ends_with("/app\n"));
}

#[test]
fn a_refusal_is_told_to_people_and_to_programs() {
    let base = tempfile::tempdir().unwrap();
    let data = base.path().canonicalize().unwrap();
    let gone = on(&data, &["get", "acme/widget", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&gone.stdout).unwrap();
    assert_eq!(json[0]["error"]["code"], "workspace_not_found");
    assert_eq!(json[0]["error"]["number"], 50);
    assert_eq!(
        gone.invalid(),
        "error[workspace_not_found]: invalid workspace \"acme/widget\": \
         there is no such workspace; create or clone it first\n"
    );
    let half = on(&data, &["get", "acme"]).invalid();
    assert!(half.ends_with(" = help: write OWNER/REPO\n"), "{half}");
    on(&data, &["create", "acme/empty"]).good();
    let empty = on(&data, &["sync", "acme/empty"]).invalid();
    assert!(empty.starts_with("error[not_a_repository]: "), "{empty}");
    assert!(
        empty.ends_with("delete it, and clone the repository\n"),
        "{empty}"
    );
    let nowhere = scope(&["workspace", "discover", "/no/such"]).invalid();
    assert!(nowhere.ends_with(" or set CODE_SOURCE_DIR\n"), "{nowhere}");
    let missing = on(Path::new("/no/such"), &["list"]).invalid();
    assert!(
        missing.ends_with(" = help: make the directory first\n"),
        "{missing}"
    );
    let upper = USER.to_uppercase();
    let data_dir = data.to_str().unwrap();
    let args = [
        "workspace",
        "list",
        "--user-id",
        &upper,
        "--data-dir",
        data_dir,
    ];
    let shouted = scope(&args).invalid();
    assert!(
        shouted.contains(&format!("did you mean `{USER}`?")),
        "{shouted}"
    );
}

#[test]
fn work_usage_and_paths_are_shown() {
    let base = tempfile::tempdir().unwrap();
    let data = base.path().canonicalize().unwrap();
    on(&data, &["create", "acme/widget"]).good();
    let dir = data.join(format!("workspaces/{USER}/acme__widget"));
    fs::write(dir.join("one"), "").unwrap();
    fs::write(dir.join("two"), "").unwrap();
    assert_eq!(on(&data, &["work", "acme/widget"]).good(), "2 untracked\n");
    let usage = on(&data, &["usage"]).good();
    assert!(usage.ends_with(" kB, of 2.0 GB\n"), "{usage}");
    let usage = on(&data, &["usage", "--quota", "1000"]).good();
    assert!(usage.ends_with(" kB, more than 1.0 kB\n"), "{usage}");
    let one = dir.join("one");
    let expected = format!("{}\n", one.display());
    assert_eq!(
        on(&data, &["validate-path", one.to_str().unwrap()]).good(),
        expected
    );
    let outside = on(&data, &["validate-path", "/etc/passwd"]).invalid();
    assert!(
        outside.starts_with("error[outside_workspaces]: "),
        "{outside}"
    );
    std::os::unix::fs::symlink("/etc/passwd", dir.join("link")).unwrap();
    let link = on(
        &data,
        &["validate-path", dir.join("link").to_str().unwrap()],
    )
    .invalid();
    assert!(link.starts_with("error[symbolic_link]: "), "{link}");
}

#[test]
fn directories_are_meant_from_where_the_shell_is() {
    let base = tempfile::tempdir().unwrap();
    let root = base.path().canonicalize().unwrap();
    fs::create_dir_all(root.join("src/app/.git")).unwrap();
    fs::write(root.join("src/app/.git/HEAD"), "ref: refs/heads/main\n").unwrap();
    fs::create_dir(root.join("data")).unwrap();
    let from = |dir: &Path, args: &[&str]| {
        let mut command = command(args);
        command.current_dir(dir).env_remove("DATA_DIR");
        run_with(command, b"")
    };
    let create = [
        "workspace",
        "create",
        "acme/widget",
        "--user-id",
        USER,
        "--data-dir",
        "../data",
    ];
    let path = format!("{}/data/workspaces/{USER}/acme__widget\n", root.display());
    assert_eq!(from(&root.join("src"), &create).good(), path);
    let found = from(&root, &["workspace", "discover", "src"]).good();
    let end = format!("\tmain\t{}/src/app\n", root.display());
    assert!(found.ends_with(&end), "{found}");
    let nowhere = from(&root, &["workspace", "list", "--user-id", USER]).refused();
    assert!(
        nowhere.contains("pass --data-dir or set DATA_DIR"),
        "{nowhere}"
    );
}

#[test]
fn a_clone_that_is_told_to_end_leaves_nothing_behind() {
    let base = tempfile::tempdir().unwrap();
    let data = base.path().canonicalize().unwrap();
    // A server that takes a connection and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!(
        "https://localhost:{}/acme/widget",
        silent.local_addr().unwrap().port()
    );
    let place = ["--user-id", USER, "--data-dir", data.to_str().unwrap()];
    // As `nohup` does, but for where the output goes.
    let mut child = Command::new("sh")
        .args(["-c", "trap '' HUP; exec \"$0\" \"$@\""])
        .arg(env!("CARGO_BIN_EXE_scope"))
        .args(["workspace", "clone", &url])
        .args(place)
        .env("NO_PROXY", "localhost")
        .env("no_proxy", "localhost")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    silent.set_nonblocking(true).unwrap();
    let _connection = loop {
        if let Ok(connection) = silent.accept() {
            break connection;
        }
        assert_eq!(child.try_wait().unwrap(), None, "it ended by itself");
        std::thread::sleep(std::time::Duration::from_millis(10));
    };
    let staging = data.join("workspaces/.staging");
    assert_eq!(fs::read_dir(&staging).unwrap().count(), 1);
    // It listens to one of the two: what it is told to ignore is ignored still.
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let signals = |which| {
        let mask = status.lines().find_map(|line| line.strip_prefix(which));
        u64::from_str_radix(mask.unwrap().trim(), 16).unwrap()
    };
    let bit = |signal: u32| 1 << (signal - 1);
    let (hangup, end) = (bit(1), bit(15));
    assert_eq!(signals("SigIgn:") & (hangup | end), hangup);
    assert_eq!(signals("SigCgt:") & (hangup | end), end);
    let told = Command::new("kill")
        .args(["-s", "TERM", &child.id().to_string()])
        .status();
    assert!(told.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(1));
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert!(said.starts_with("error[cancelled]: "), "{said}");
    assert_eq!(fs::read_dir(&staging).unwrap().count(), 0);
}

const HELP: &str = " = help: pass --force to delete it with all that is in it\n";

#[test]
fn what_would_be_lost_is_named_and_deleted_by_force_alone() {
    let base = tempfile::tempdir().unwrap();
    let data = base.path().canonicalize().unwrap();
    on(&data, &["create", "acme/widget"]).good();
    let dir = data.join(format!("workspaces/{USER}/acme__widget"));
    fs::write(dir.join("notes"), "").unwrap();
    fs::write(dir.join("escape\u{1b}"), "").unwrap();
    let refused = on(&data, &["delete", "acme/widget"]).invalid();
    let lines: Vec<&str> = refused.lines().collect();
    assert!(
        lines[0].starts_with(
            "error[work_would_be_lost]: invalid workspace \"acme/widget\": it holds work that exists nowhere else; \
             push or save it, or delete with force"
        ),
        "{refused}"
    );
    assert!(lines[0].contains("2 untracked"), "{refused}");
    assert!(refused.contains("notes"), "{refused}");
    assert!(refused.ends_with(HELP), "{refused}");
    assert!(!refused.contains('\u{1b}'), "{refused:?}");
    let said = on(&data, &["delete", "acme/widget", "--format", "json"]);
    assert_eq!(said.status, Some(1));
    let json: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(json[0]["error"]["code"], "work_would_be_lost");
    assert_eq!(json[0]["error"]["number"], 300);
    let detail = json[0]["error"]["detail"].as_str().unwrap();
    let mut named: Vec<&str> = detail.lines().collect();
    named[1..].sort_unstable();
    assert_eq!(named, ["2 untracked", "escape\u{fffd}", "notes"]);
    assert!(dir.join("notes").exists());
    let freed = on(&data, &["delete", "acme/widget", "--force"]).good();
    assert!(freed.starts_with("freed "), "{freed}");
    assert!(!dir.exists());
}

#[test]
fn what_cannot_be_checked_is_deleted_by_force_alone() {
    let base = tempfile::tempdir().unwrap();
    let data = base.path().canonicalize().unwrap();
    on(&data, &["create", "acme/widget"]).good();
    let dir = data.join(format!("workspaces/{USER}/acme__widget"));
    fs::write(dir.join(".git"), "gitdir: /nowhere\n").unwrap();
    let refused = on(&data, &["delete", "acme/widget"]).invalid();
    assert!(
        refused.starts_with(
            "error[work_unknown]: invalid workspace \"acme/widget\": \
             it could not be checked for work that exists nowhere else; the detail says why; "
        ),
        "{refused}"
    );
    assert!(refused.contains(".git leads to /nowhere"), "{refused}");
    assert!(refused.ends_with(HELP), "{refused}");
    assert!(dir.exists());
    on(&data, &["delete", "--force", "acme/widget"]).good();
    assert!(!dir.exists());
}

#[test]
fn work_is_named_where_that_is_asked_for() {
    let base = tempfile::tempdir().unwrap();
    let data = base.path().canonicalize().unwrap();
    on(&data, &["create", "acme/widget"]).good();
    let dir = data.join(format!("workspaces/{USER}/acme__widget"));
    for name in ["one", "two", "three"] {
        fs::write(dir.join(name), "").unwrap();
    }
    let shown = on(&data, &["work", "acme/widget", "--names"]).good();
    let mut lines: Vec<&str> = shown.lines().collect();
    lines[1..].sort_unstable();
    let expected = [
        "3 untracked",
        "untracked\tone",
        "untracked\tthree",
        "untracked\ttwo",
    ];
    assert_eq!(lines, expected);
    let shown = on(&data, &["work", "acme/widget", "--names", "2"]).good();
    assert_eq!(shown.lines().count(), 3);
    let said = |args: &[&str]| -> serde_json::Value {
        let args = [&["work", "acme/widget", "--format", "jsonl"], args].concat();
        serde_json::from_str(&on(&data, &args).good()).unwrap()
    };
    assert_eq!(said(&[])["names"], serde_json::json!([]));
    let one = &said(&["--names", "1"])["names"];
    assert_eq!(one.as_array().unwrap().len(), 1);
    assert_eq!(one[0]["kind"], "untracked");
    let many = on(&data, &["work", "acme/widget", "--names", "many"]);
    assert_eq!(many.status, Some(2));
}

/// A terminal shows one line of progress, which is gone in the end, and the table.
#[test]
fn a_cleanup_on_a_terminal_shows_progress() {
    let base = tempfile::tempdir().unwrap();
    let data = base.path().canonicalize().unwrap();
    on(&data, &["create", "acme/widget"]).good();
    // script(1) gives it a terminal, and a shell of its caller's choice.
    let on_terminal = |line: &str| {
        Command::new("script")
            .args(["--quiet", "--return", "--command", line, "/dev/null"])
            .env("SHELL", "/bin/sh")
            .env("SCOPE", env!("CARGO_BIN_EXE_scope"))
            .env("DATA_DIR", &data)
            .stdin(Stdio::null())
            .output()
            .expect("script is missing; to get it: apt-get install bsdutils")
    };
    let probed = on_terminal("true");
    if !probed.status.success() {
        let why = [probed.stdout, probed.stderr].concat();
        return not_shown(
            "a cleanup shows progress on a terminal",
            &String::from_utf8_lossy(&why),
        );
    }
    let out = on_terminal("\"$SCOPE\" workspace cleanup --older-than 0d --dry-run");
    let shown = String::from_utf8(out.stdout).unwrap();
    assert!(out.status.success(), "{shown}");
    let progress = format!("\r\u{1b}[K{USER} 0/1\r\u{1b}[K");
    assert!(shown.starts_with(&progress), "{shown:?}");
    assert!(
        shown.contains(&format!("would delete  {USER}  acme/widget  idle 0 days  ")),
        "{shown}"
    );
    assert!(
        shown.contains("1 workspace of 1 user, 0 of them used lately; "),
        "{shown}"
    );
}

#[test]
fn what_cannot_be_looked_into_and_odd_names_do_not_stop_a_discovery() {
    use std::os::unix::ffi::OsStrExt as _;
    let base = tempfile::tempdir().unwrap();
    let src = base.path().canonicalize().unwrap();
    for name in [&b"not\xffutf8"[..], b"esc\x1b[31m", b"c1\xc2\x9b"] {
        let git = src.join(std::ffi::OsStr::from_bytes(name)).join(".git");
        fs::create_dir_all(&git).unwrap();
        fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
    }
    let json = scope(&[
        "workspace",
        "discover",
        "--format",
        "json",
        src.to_str().unwrap(),
    ])
    .good();
    assert!(!json.trim_end().contains(char::is_control), "{json:?}");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let mut names: Vec<&str> = json
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["c1\u{9b}", "esc\u{1b}[31m", "not\u{fffd}utf8"]);
}
