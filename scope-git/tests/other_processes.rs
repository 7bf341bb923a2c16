//! What takes a process of its own: another user, another environment, another current directory.
#![cfg(unix)]

mod common;

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::Command;

use common::machine::not_shown;
use common::{Place, git};
use scope_core::{ErrorCode, Part};
use scope_git::{CheckoutKind, CheckoutOptions};

/// Where the processes below find what they are asked; none outside them.
const QUESTION: &str = "SCOPE_GIT_QUESTION";
const OPTIONS: &str = "SCOPE_GIT_USE_ENVIRONMENT";

/// Not a test by itself: what the processes that the tests start run.
#[test]
fn answer() {
    let Some(path) = std::env::var_os(QUESTION) else {
        return;
    };
    let options = CheckoutOptions::default().use_environment(std::env::var_os(OPTIONS).is_some());
    let scope = options.resolve_scope(&path, CheckoutKind::Auto, None);
    let answer = match (options.checkout_info(&path), scope) {
        (Ok(info), Ok(key)) => {
            assert_eq!(key.primary_path(), Some(&*info.primary_path));
            let or_none = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
            let (worktree, branch) = (or_none(info.worktree_path), or_none(info.branch));
            format!("{} {worktree} {branch}", info.primary_path)
        }
        // The key that `auto` gives outside a repository.
        (Err(fault), Ok(key)) => {
            assert_eq!(fault.error.code, ErrorCode::NotARepository);
            key.display().to_string()
        }
        (Err(fault), Err(same)) => {
            assert_eq!(fault, same);
            match fault.error.part {
                part @ Part::MountPoint => format!("{} ({part} {})", fault.error.code, fault.text),
                _ => fault.error.code.to_string(),
            }
        }
        (info, scope) => panic!("{info:?} and {scope:?}"),
    };
    println!("\nanswer: {answer}");
}

/// This program, asked about `path` in the directory `current`.
fn asking(program: &Path, path: &str, current: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(current).env(QUESTION, path);
    command.args(["--exact", "answer", "--nocapture", "--test-threads=1"]);
    command
}

fn answer_of(mut command: Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = String::from_utf8_lossy(&output.stdout);
    let answer = text.lines().find_map(|line| line.strip_prefix("answer: "));
    let missing = || {
        panic!(
            "{command:?}: {text}{}",
            String::from_utf8_lossy(&output.stderr)
        )
    };
    answer.map_or_else(missing, str::to_owned)
}

fn own_program() -> std::path::PathBuf {
    std::env::current_exe().unwrap()
}

/// The answer with these variables, which count.
fn in_environment(place: &Place, path: &str, variables: &[(&str, &str)]) -> String {
    let mut command = asking(&own_program(), &place.text(path), place.root());
    command.env(OPTIONS, "1").envs(variables.iter().copied());
    answer_of(command).replace(&format!("{}/", place.root().display()), "")
}

/// What git says is the root of the worktree, in the same environment.
fn root_by_git(place: &Place, path: &str, variables: &[(&str, &str)]) -> Option<String> {
    let mut args = vec!["-C".to_owned(), place.text(path)];
    args.extend(["rev-parse", "--show-toplevel"].map(str::to_owned));
    let mut command = Command::new("git");
    command.args(args).envs(variables.iter().copied());
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1");
    let output = command.output().unwrap();
    let root = common::text(&output).replace(&format!("{}/", place.root().display()), "");
    output.status.success().then_some(root)
}

#[test]
fn the_environment_counts_only_where_it_is_asked_for() {
    let place = Place::new();
    place.repository("app");
    place.repository("other");
    place.worktree("app", "side", "side");
    let git_dir = place.text("other/.git");
    let variables = [("GIT_DIR", &*git_dir), ("GIT_WORK_TREE", "/")];
    let mut command = asking(&own_program(), &place.text("app/src"), place.root());
    command.envs(variables);
    let app = place.text("app");
    assert_eq!(answer_of(command), format!("{app} {app} main"));

    let check = |path: &str, variables: &[(&str, &str)], expected: &str| {
        assert_eq!(
            in_environment(&place, path, variables),
            expected,
            "{variables:?}"
        );
        // Where there is no repository the answer is the key, which is `global`.
        let root = expected.split(' ').nth(1).filter(|root| *root != "none");
        assert_eq!(
            root_by_git(&place, path, variables).as_deref(),
            root,
            "git: {variables:?}"
        );
    };
    check("app/src", &[], "app app main");
    // Without a worktree of its own, a named repository has the directory that is asked about.
    check("app/src", &[("GIT_DIR", &git_dir)], "app/src app/src main");
    check("app", &[("GIT_DIR", "../other/.git")], "app app main");
    check(
        "app",
        &[("GIT_DIR", "../other/.git"), ("GIT_WORK_TREE", "src")],
        "app/src app/src main",
    );
    check(
        "app/src",
        &[("GIT_WORK_TREE", "deep")],
        "app/src/deep app/src/deep main",
    );
    check("side", &[("GIT_DIR", ".git")], "app side side");
    check("app", &[("GIT_DIR", "/nowhere")], "global");
    check("app", &[("GIT_DIR", "")], "global");
    place.git(".", &["clone", "--quiet", "--bare", "app", "bare.git"]);
    check("bare.git", &[("GIT_DIR", ".")], "bare.git none main");
    // What all worktrees share can be elsewhere.
    let common = place.text("other/.git");
    check(
        "side",
        &[("GIT_DIR", ".git"), ("GIT_COMMON_DIR", &common)],
        "other side side",
    );
}

#[test]
fn the_environment_limits_how_far_up_is_looked() {
    let place = Place::new();
    place.repository("app");
    place.link("alias", "app/src");
    let check = |path: &str, ceilings: &str, expected: &str| {
        let variables = [("GIT_CEILING_DIRECTORIES", ceilings)];
        assert_eq!(
            in_environment(&place, path, &variables),
            expected,
            "{ceilings}"
        );
        let by_git = root_by_git(&place, path, &variables);
        assert_eq!(by_git.is_some(), expected != "global", "git: {ceilings}");
    };
    let (src, app) = (place.text("app/src"), place.text("app"));
    check("app/src/deep", &src, "global");
    check("app/src/deep", &app, "global");
    check("app/src/deep", &place.text("alias"), "global");
    check(
        "app/src/deep",
        &format!(":{}", place.text("alias")),
        "app app main",
    );
    check("app/src/deep", &format!("/elsewhere:{src}"), "global");
    // The directory itself is looked at all the same, and what is above the repository does not matter.
    check("app", &app, "app app main");
    check("app/src", &src, "app app main");
    check(
        "app/src/deep",
        place.root().to_str().unwrap(),
        "app app main",
    );
    check("app/src/deep", "src", "app app main");
}

#[test]
fn a_relative_path_counts_from_the_current_directory() {
    let place = Place::new();
    place.repository("app");
    let app = place.text("app");
    let expected = format!("{app} {app} main");
    let asked =
        |path: &str, current: &str| answer_of(asking(&own_program(), path, &place.at(current)));
    assert_eq!(asked(".", "app/src/deep"), expected);
    assert_eq!(asked("deep/..", "app/src"), expected);
    assert_eq!(asked("app/src", "."), expected);
    assert_eq!(asked("..", "app/src"), expected);
    assert_eq!(asked("src", "."), "path_not_found");
}

#[test]
fn a_current_directory_that_is_gone() {
    let place = Place::new();
    place.repository("app");
    let gone = place.directory("app/gone");
    let mut command = Command::new("sh");
    let script = "rmdir \"$PWD\" && exec \"$0\" --exact answer --nocapture --test-threads=1";
    command.args(["-c", script]).arg(own_program());
    command.current_dir(&gone).env(QUESTION, ".");
    assert_eq!(answer_of(command), "path_not_found");
}

/// A file system that begins in a worktree ends the search, unless the caller's environment says otherwise. What is then
/// not found is not taken for something outside: `auto` is no guess that it is (G5).
#[cfg(target_os = "linux")]
#[test]
fn another_file_system_is_not_left() {
    let place = Place::new();
    place.repository("app");
    place.directory("app/mounted");
    place.directory("outside");
    let apart = |mounted: &str, script: &str| {
        let mut command = Command::new("unshare");
        command.arg("--mount");
        if !is_root() {
            command.arg("--map-root-user");
        }
        command.args(["sh", "-c", script]).arg(own_program());
        command.arg(place.at(mounted));
        command
    };
    let missing = "unshare is missing; to get it: apt-get install util-linux";
    let probed = apart("app/mounted", "mount -t tmpfs none \"$1\"").output();
    let probed = probed.expect(missing);
    if !probed.status.success() {
        let what = "the search for a repository ends where a file system is mounted";
        return not_shown(what, &String::from_utf8_lossy(&probed.stderr));
    }
    let answer = |mounted: &str, setup: &str, across: &str| {
        let script = format!(
            "mount -t tmpfs none \"$1\" && mkdir -p \"$1/deep/er\" && cd \"$1/deep/er\" && {setup} \
            && {{ git -c safe.directory='*' rev-parse --show-toplevel || echo refused; }} \
            && exec \"$0\" --exact answer --nocapture --test-threads=1",
        );
        let mut command = apart(mounted, &script);
        command.env(QUESTION, ".").env(OPTIONS, "1");
        command.env("GIT_DISCOVERY_ACROSS_FILESYSTEM", across);
        let output = command.output().expect(missing);
        let by_git = String::from_utf8_lossy(&output.stdout)
            .lines()
            .next()
            .map(str::to_owned);
        (by_git.unwrap_or_default(), answer_of(command))
    };
    let refused = |answer: &str| ("refused".to_owned(), answer.to_owned());
    let app = place.text("app");
    let found = (app.clone(), format!("{app} {app} main"));
    let mounted = place.text("app/mounted");
    let stopped = format!("not_a_repository (mount_point {mounted})");
    assert_eq!(answer("app/mounted", "true", "0"), refused(&stopped));
    assert_eq!(answer("app/mounted", "true", "1"), found);
    // What is above need not be sound; it only has to be there.
    let damaged = format!("echo garbage > '{app}/.git/HEAD'");
    assert_eq!(answer("app/mounted", &damaged, "0"), refused(&stopped));
    place.file("app/.git/HEAD", "ref: refs/heads/main\n");
    // The limits of the search come before the file system's.
    let ceiling = format!("export GIT_CEILING_DIRECTORIES='{mounted}'");
    assert_eq!(answer("app/mounted", &ceiling, "0"), refused("global"));
    // With no repository above, it is outside of every one.
    assert_eq!(answer("outside", "true", "0"), refused("global"));
    // A repository on the file system itself is found as ever.
    let nested = "git init -q --initial-branch=main ..";
    let (by_git, nested) = answer("app/mounted", nested, "0");
    let root = format!("{mounted}/deep");
    assert_eq!(
        (by_git, nested),
        (root.clone(), format!("{root} {root} main"))
    );
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// What root runs a program with as somebody else.
const NOBODY: [&str; 4] = [
    "setpriv",
    "--reuid=65534",
    "--regid=65534",
    "--clear-groups",
];

/// Whether there is a process that is not root's, and `place` lets it in. Where not, that is said of `what`.
fn is_nobody_there(place: &Place, what: &str) -> bool {
    place.program("program", &own_program());
    fs::set_permissions(place.root(), fs::Permissions::from_mode(0o755)).unwrap();
    if !is_root() {
        return true;
    }
    let probed = Command::new(NOBODY[0])
        .args(&NOBODY[1..])
        .args(["sh", "-c", "cd \"$0\" && exec ./program --list"])
        .arg(place.root())
        .current_dir("/")
        .output()
        .expect("setpriv is missing; to get it: apt-get install util-linux");
    if !probed.status.success() {
        not_shown(what, &String::from_utf8_lossy(&probed.stderr));
    }
    probed.status.success()
}

/// The answer of a process that is not root's.
fn as_nobody(place: &Place, path: &str) -> String {
    let program = place.at("program");
    if !is_root() {
        return answer_of(asking(&program, &place.text(path), Path::new("/")));
    }
    let mut command = Command::new(NOBODY[0]);
    command.args(&NOBODY[1..]);
    command
        .arg(program)
        .current_dir("/")
        .env(QUESTION, place.text(path));
    command.args(["--exact", "answer", "--nocapture", "--test-threads=1"]);
    answer_of(command)
}

#[test]
fn who_owns_a_repository_does_not_matter() {
    let place = Place::new();
    place.repository("app");
    place.worktree("app", "side", "side");
    let (app, side) = (place.text("app"), place.text("side"));
    if is_nobody_there(&place, "another user asks about root's repository") {
        assert_eq!(as_nobody(&place, "app/src"), format!("{app} {app} main"));
        assert_eq!(as_nobody(&place, "side"), format!("{app} {side} side"));
    }
    if is_root() {
        // And the other way round: root in somebody's repository, where git would refuse.
        let chown = Command::new("chown")
            .args(["-R", "65534:65534", &app, &side])
            .output()
            .unwrap();
        if !chown.status.success() {
            let what = "root asks about another user's repository";
            return not_shown(what, &String::from_utf8_lossy(&chown.stderr));
        }
        let info = scope_git::checkout_info(place.at("app/src")).unwrap();
        assert_eq!(
            (info.primary_path, info.branch.as_deref()),
            (app.clone(), Some("main"))
        );
        let mut command = Command::new("git");
        command
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1");
        command.args(["-C", &app, "rev-parse", "--show-toplevel"]);
        assert!(!command.output().unwrap().status.success());
        assert_eq!(
            common::text(&git(&place.at("app"), &["rev-parse", "--show-toplevel"])),
            app
        );
    }
}

#[test]
fn what_may_not_be_read_is_a_fault_and_never_a_guess() {
    let place = Place::new();
    place.repository("outer");
    place.repository("outer/app");
    place.worktree("outer/app", "outer/side", "side");
    if !is_nobody_there(&place, "what another user may not read is a fault") {
        return;
    }
    let closed = |path: &str, mode: u32, asked: &str| {
        let path = place.at(path);
        let before = fs::metadata(&path).unwrap().permissions();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let answer = as_nobody(&place, asked);
        fs::set_permissions(&path, before).unwrap();
        answer
    };
    for path in [
        "outer/app",
        "outer/app/.git",
        "outer/app/.git/HEAD",
        "outer/app/.git/config",
    ] {
        assert_eq!(closed(path, 0, "outer/app/src"), "unreadable", "{path}");
    }
    // Nor is the repository around it the answer where one may not even ask what is in the directory.
    assert_eq!(closed("outer/app", 0, "outer/app"), "unreadable");
    // Nor is a git directory damaged which one may not look for.
    assert_eq!(
        closed("outer/app/.git/worktrees", 0, "outer/side"),
        "unreadable"
    );
    // To be let through is enough, as it is for git.
    let app = place.text("outer/app");
    let expected = format!("{app} {app} main");
    for path in ["outer/app", "outer/app/src", "outer/app/.git"] {
        assert_eq!(
            closed(path, 0o711, "outer/app/src/deep"),
            expected,
            "{path}"
        );
    }
}
