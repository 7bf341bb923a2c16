//! What a workspace holds that is nowhere else, beside what git says of it.

mod common;

use std::env;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use common::*;
use proptest::prelude::*;
use scope_workspace::{CloneOptions, Job};

/// A workspace with files of every kind that git tracks.
fn tree() -> (Fixture, PathBuf) {
    let fixture = Fixture::new();
    let (origin, url) = fixture.origin("widget");
    fs::create_dir_all(origin.join("src/deep/er")).unwrap();
    for (name, text) in [
        ("src/a", "a\n"),
        ("src/deep/b", "b\n"),
        ("src/deep/er/c", ""),
        ("src-x", "sorts before src/\n"),
        ("src0", "sorts after src/\n"),
        (".gitignore", "*.o\n/out/\n!keep.o\n"),
        ("src/deep/.gitignore", "local\n"),
    ] {
        fs::write(origin.join(name), text).unwrap();
    }
    fs::write(origin.join("run"), "#!/bin/sh\n").unwrap();
    fs::set_permissions(origin.join("run"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("src/a", origin.join("link")).unwrap();
    git(&origin, &["add", "."]);
    git(&origin, &["commit", "-q", "-m", "all"]);
    let made = fixture
        .workspaces
        .clone(USER, &url, &<_>::default(), Job::default())
        .unwrap();
    (fixture, made.path)
}

/// How many changed and how many new things there are, by the library and by git. Git is asked second: it may write.
fn counted(fixture: &Fixture, dir: &Path) -> [(u64, u64); 2] {
    let work = fixture.workspaces.work(USER, "acme", "widget", 0).unwrap();
    assert_eq!(work.unknown, None);
    let lines = git(
        dir,
        &["-c", "status.renames=false", "status", "--porcelain"],
    );
    let is_new = |line: &&str| line.starts_with("??");
    let new = lines.lines().filter(is_new).count() as u64;
    let changed = lines.lines().count() as u64 - new;
    [(work.uncommitted, work.untracked), (changed, new)]
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table")]
fn every_situation_is_counted_as_git_counts_it() {
    type Situation = (&'static str, fn(&Path), (u64, u64));
    let situations: [Situation; 32] = [
        ("clean", |_| {}, (0, 0)),
        ("touched", |dir| touch(dir, "src/a"), (0, 0)),
        (
            "a list of ignored files that is a link",
            |dir| {
                fs::create_dir(dir.join("new")).unwrap();
                put(dir, "new/list", "*\n");
                symlink("list", dir.join("new/.gitignore")).unwrap();
            },
            (0, 1),
        ),
        (
            "one that is committed",
            |dir| {
                fs::create_dir(dir.join("new")).unwrap();
                put(dir, "new/list", "*\n");
                symlink("list", dir.join("new/.gitignore")).unwrap();
                git(dir, &["add", "--force", "new"]);
                git(dir, &["commit", "-q", "-m", "one"]);
                put(dir, "new/file", "");
            },
            (0, 1),
        ),
        ("written anew", |dir| put(dir, "src/a", "a\n"), (0, 0)),
        ("other size", |dir| put(dir, "src/a", "other\n"), (1, 0)),
        ("same size", |dir| put(dir, "src/a", "b\n"), (1, 0)),
        (
            "gone",
            |dir| fs::remove_file(dir.join("src/deep/b")).unwrap(),
            (1, 0),
        ),
        (
            "directory gone",
            |dir| fs::remove_dir_all(dir.join("src/deep")).unwrap(),
            (3, 0),
        ),
        ("new", |dir| put(dir, "new", ""), (0, 1)),
        ("new below", |dir| put(dir, "src/deep/er/new", ""), (0, 1)),
        ("new, hidden", |dir| put(dir, ".new", ""), (0, 1)),
        ("new directory", |dir| put(dir, "new/one/two", ""), (0, 1)),
        (
            "empty directories",
            |dir| fs::create_dir_all(dir.join("new/one")).unwrap(),
            (0, 0),
        ),
        (
            "new link",
            |dir| symlink("/", dir.join("new")).unwrap(),
            (0, 1),
        ),
        ("ignored", |dir| put(dir, "src/a.o", ""), (0, 0)),
        (
            "ignored directory",
            |dir| put(dir, "out/one/two", ""),
            (0, 0),
        ),
        (
            "ignored, in a new directory",
            |dir| put(dir, "new/one/a.o", ""),
            (0, 0),
        ),
        (
            "ignored there alone",
            |dir| put(dir, "src/deep/local", ""),
            (0, 0),
        ),
        ("ignored elsewhere", |dir| put(dir, "src/local", ""), (0, 1)),
        (
            "not ignored after all",
            |dir| put(dir, "src/keep.o", ""),
            (0, 1),
        ),
        ("executable", |dir| mode(dir, "src/a", 0o755), (1, 0)),
        (
            "no longer executable",
            |dir| mode(dir, "run", 0o644),
            (1, 0),
        ),
        (
            "of other permissions",
            |dir| mode(dir, "src/a", 0o600),
            (0, 0),
        ),
        (
            "link elsewhere",
            |dir| again(dir, "link", |path| symlink("src/b", path)),
            (1, 0),
        ),
        (
            "link made anew",
            |dir| again(dir, "link", |path| symlink("src/a", path)),
            (0, 0),
        ),
        (
            "link for a file",
            |dir| again(dir, "src/a", |path| symlink("deep/b", path)),
            (1, 0),
        ),
        (
            "file for a link",
            |dir| again(dir, "link", |path| fs::write(path, "src/a")),
            (1, 0),
        ),
        (
            "directory for a file",
            |dir| again(dir, "src/a", |path| fs::create_dir(path)),
            (1, 0),
        ),
        (
            "staged, and back in the tree",
            |dir| {
                put(dir, "src/a", "other\n");
                git(dir, &["add", "."]);
                put(dir, "src/a", "a\n");
            },
            (1, 0),
        ),
        (
            "to be added",
            |dir| {
                put(dir, "new", "");
                git(dir, &["add", "--intent-to-add", "new"]);
            },
            (1, 0),
        ),
        (
            "removed from the index",
            |dir| {
                git(dir, &["rm", "-q", "--cached", "src/a"]);
            },
            (1, 1),
        ),
    ];
    for (name, act, expected) in situations {
        let (fixture, dir) = tree();
        act(&dir);
        let [ours, gits] = counted(&fixture, &dir);
        assert_eq!((ours, gits), (expected, expected), "{name}");
        // And once git has written down what it saw.
        assert_eq!(counted(&fixture, &dir), [expected; 2], "{name}, again");
    }
}

#[test]
fn an_index_in_any_form_is_understood_or_left_to_who_does() {
    for arguments in [
        &["update-index", "--index-version", "2"][..],
        &["update-index", "--index-version", "3"],
        &["update-index", "--index-version", "4"],
        &["update-index", "--untracked-cache"],
        &["-c", "core.untrackedCache=true", "status"],
        &["update-index", "--really-refresh"],
        // Without the trees that it makes.
        &["read-tree", "HEAD"],
    ] {
        let (fixture, dir) = tree();
        git(&dir, arguments);
        assert_eq!(counted(&fixture, &dir), [(0, 0); 2], "{arguments:?}");
        put(&dir, "src/a", "b\n");
        assert_eq!(counted(&fixture, &dir), [(1, 0); 2], "{arguments:?}");
    }
}

/// More files than one thread looks at, and directories deeper than are looked at here.
#[test]
fn big_and_deep_trees_are_counted_as_git_counts_them() {
    let (fixture, dir) = tree();
    for number in 0..2500 {
        put(&dir, &format!("many/{}/{number}", number % 40), "x\n");
    }
    git(&dir, &["add", "."]);
    git(&dir, &["commit", "-q", "-m", "many"]);
    assert_eq!(counted(&fixture, &dir), [(0, 0); 2]);
    put(&dir, "many/39/new.o", "ignored\n");
    assert_eq!(counted(&fixture, &dir), [(0, 0); 2]);
    put(&dir, "many/0/new", "x\n");
    assert_eq!(counted(&fixture, &dir), [(0, 1); 2]);
    put(&dir, "many/20/20", "y\n");
    assert_eq!(counted(&fixture, &dir), [(1, 1); 2]);
    git(&dir, &["add", "."]);
    git(&dir, &["commit", "-q", "-m", "all"]);
    // However deep it is.
    let deep = ["d"; 80].join("/");
    put(&dir, &format!("{deep}/file"), "x\n");
    assert_eq!(counted(&fixture, &dir), [(0, 1); 2]);
    git(&dir, &["add", "."]);
    git(&dir, &["commit", "-q", "-m", "deep"]);
    assert_eq!(counted(&fixture, &dir), [(0, 0); 2]);
    put(&dir, &format!("{deep}/file"), "y\n");
    assert_eq!(counted(&fixture, &dir), [(1, 0); 2]);
}

/// The nanosecond that a file was changed in can be the one that the index was written in.
#[test]
fn what_changes_at_once_is_seen() {
    let (fixture, dir) = tree();
    for round in 0..100 {
        let text = format!("{}\n", round % 10);
        put(&dir, "src/a", &text);
        git(&dir, &["add", "src/a"]);
        git(&dir, &["commit", "-q", "-m", "one"]);
        put(&dir, "src/a", &format!("{}\n", (round + 1) % 10));
        let work = fixture.workspaces.work(USER, "acme", "widget", 0).unwrap();
        assert_eq!((work.uncommitted, work.untracked), (1, 0), "{round}");
    }
}

fn put(dir: &Path, name: &str, text: &str) {
    let path = dir.join(name);
    // It may be a directory by now, and its directory a file.
    if path
        .parent()
        .is_some_and(|above| fs::create_dir_all(above).is_ok())
    {
        let _ = fs::write(path, text);
    }
}

fn touch(dir: &Path, name: &str) {
    let file = fs::File::options()
        .write(true)
        .open(dir.join(name))
        .unwrap();
    file.set_modified(std::time::SystemTime::UNIX_EPOCH)
        .unwrap();
}

fn mode(dir: &Path, name: &str, mode: u32) {
    let path = dir.join(name);
    if fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_file()) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
}

fn again(dir: &Path, name: &str, make: impl FnOnce(&Path) -> std::io::Result<()>) {
    let path = dir.join(name);
    let _ = fs::remove_file(&path);
    let _ = make(&path);
}

#[derive(Clone, Debug)]
enum Act {
    Put(&'static str, &'static str),
    Remove(&'static str),
    Mode(&'static str, u32),
    Link(&'static str),
    Git(&'static [&'static str]),
}

fn act() -> impl Strategy<Value = Act> {
    let name = prop::sample::select(vec![
        "src/a",
        "src/deep/b",
        "src/deep/er/c",
        "src-x",
        "run",
        "link",
        "new",
        "new/one",
        "src/new",
        "a.o",
        "out/x",
        "src/deep/local",
        ".gitignore",
        "keep.o",
        "src",
        ".workspace.json.x",
    ]);
    let text = prop::sample::select(vec![
        "",
        "a\n",
        "b\n",
        "*\n",
        "!*.o\n",
        "longer than before\n",
    ]);
    let run: &[&[&str]] = &[
        &["add", "--all"],
        &["commit", "-q", "--allow-empty", "-m", "one"],
        &["reset", "-q", "--hard"],
        &["reset", "-q"],
        &["status"],
        &["rm", "-q", "-r", "--cached", "--ignore-unmatch", "src/deep"],
        &["gc", "-q"],
    ];
    prop_oneof![
        6 => (name.clone(), text).prop_map(|(name, text)| Act::Put(name, text)),
        2 => name.clone().prop_map(Act::Remove),
        1 => (name.clone(), prop::sample::select(vec![0o644, 0o755])).prop_map(|(name, mode)| Act::Mode(name, mode)),
        1 => name.prop_map(Act::Link),
        5 => prop::sample::select(run.to_vec()).prop_map(Act::Git),
    ]
}

/// How many: many by `cargo xtask prove`.
fn cases() -> u32 {
    env::var("SCOPE_CASES").map_or(20, |text| text.parse().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases()) })]

    #[test]
    fn whatever_is_done_is_counted_as_git_counts_it(acts in prop::collection::vec(act(), 1..12)) {
        let (fixture, dir) = tree();
        for act in acts {
            match &act {
                Act::Put(name, text) => put(&dir, name, text),
                Act::Remove(name) => {
                    let _ = fs::remove_file(dir.join(name)).or_else(|_| fs::remove_dir_all(dir.join(name)));
                }
                Act::Mode(name, bits) => mode(&dir, name, *bits),
                Act::Link(name) => again(&dir, name, |path| symlink("src-x", path)),
                Act::Git(arguments) => drop(git(&dir, arguments)),
            }
            let [ours, gits] = counted(&fixture, &dir);
            // A directory that is all new is one thing to git.
            let told = |(changed, new)| (changed, new > 0);
            prop_assert_eq!(told(ours), told(gits), "{:?}", act);
        }
    }
}

/// A release tag of a branch that is gone is on the remote, and nobody's work; one that was made or moved here is.
#[test]
fn tags_that_came_from_the_remote_are_no_work() {
    let fixture = Fixture::new();
    let (origin, url) = fixture.origin("widget");
    git(&origin, &["checkout", "-q", "-b", "release"]);
    commit(&origin, "notes", "1.0\n");
    git(&origin, &["tag", "-a", "-m", "1.0", "v1"]);
    git(&origin, &["tag", "v1-light"]);
    git(&origin, &["checkout", "-q", "main"]);
    git(&origin, &["branch", "-q", "-D", "release"]);
    let options = CloneOptions::default();
    let made = fixture
        .workspaces
        .clone(USER, &url, &options, Job::default())
        .unwrap();
    let unpushed = || {
        let work = fixture.workspaces.work(USER, "acme", "widget", 5).unwrap();
        assert_eq!(work.unknown, None);
        assert_eq!(work.names.len() as u64, work.unpushed);
        work.unpushed
    };
    assert_eq!(unpushed(), 0);
    // One that comes later.
    git(&origin, &["checkout", "-q", "--detach"]);
    commit(&origin, "notes", "2.0\n");
    git(&origin, &["tag", "v2"]);
    git(&origin, &["checkout", "-q", "main"]);
    commit(&origin, "README", "more\n");
    git(&origin, &["tag", "v3"]);
    let synced = fixture
        .workspaces
        .sync(USER, "acme", "widget", Job::default())
        .unwrap();
    assert_ne!(synced.from, synced.to);
    assert_eq!(git(&made.path, &["tag", "--list", "v3"]), "v3");
    assert_eq!(unpushed(), 0);
    // Moved here, to a commit that nobody else has.
    git(&made.path, &["checkout", "-q", "--detach", "v1"]);
    commit(&made.path, "notes", "mine\n");
    git(&made.path, &["tag", "-f", "v1-light"]);
    git(&made.path, &["checkout", "-q", "main"]);
    assert_eq!(unpushed(), 1);
}
