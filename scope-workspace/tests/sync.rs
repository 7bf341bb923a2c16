//! What a sync leaves as it was, and what it and others keep each other from.

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use common::*;
use scope_core::ErrorCode;
use scope_workspace::{CloneOptions, Delete, Error, Job, Options, Synced, Workspaces};

fn cloned() -> (Fixture, PathBuf, PathBuf) {
    let fixture = Fixture::new();
    let (origin, url) = fixture.origin("widget");
    let options = CloneOptions::default();
    let made = fixture
        .workspaces
        .clone(USER, &url, &options, Job::default())
        .unwrap();
    (fixture, origin, made.path)
}

fn sync(workspaces: &Workspaces) -> Result<Synced, Error> {
    workspaces.sync(USER, "acme", "widget", Job::default())
}

/// What a sync could change: files and what git says of them, the index, the refs.
fn state(dir: &Path) -> [String; 4] {
    let readme = fs::read_to_string(dir.join("README")).unwrap_or_default();
    let status = git(dir, &["status", "--porcelain", "--ignored"]);
    let index = git(dir, &["ls-files", "--stage"]);
    let refs = git(dir, &["for-each-ref"]);
    [readme, status, index, refs]
}

#[test]
fn where_git_holds_a_lock_nothing_is_changed() {
    for lock in ["index.lock", "refs/heads/main.lock"] {
        let (fixture, origin, dir) = cloned();
        commit(&origin, "README", "new\n");
        let before = state(&dir);
        fs::write(dir.join(".git").join(lock), "").unwrap();
        assert_eq!(code(sync(&fixture.workspaces)), ErrorCode::InUse, "{lock}");
        assert!(dir.join(".git").join(lock).exists(), "{lock} is git's");
        fs::remove_file(dir.join(".git").join(lock)).unwrap();
        assert_eq!(state(&dir), before, "{lock}");
        let synced = sync(&fixture.workspaces).unwrap();
        assert_eq!(synced.to, git(&origin, &["rev-parse", "HEAD"]), "{lock}");
        assert!(fixture.staging_is_empty());
    }
}

#[test]
fn what_is_in_the_way_leaves_all_as_it_was() {
    type InTheWay = fn(&Path);
    let ways: [(&str, InTheWay); 4] = [
        ("an untracked file", |dir| {
            fs::write(dir.join("new"), "mine\n").unwrap();
        }),
        ("an ignored file", |dir| {
            fs::write(dir.join(".git/info/exclude"), "/.workspace.json\nnew\n").unwrap();
            fs::write(dir.join("new"), "mine\n").unwrap();
        }),
        ("a directory with a file", |dir| {
            fs::create_dir(dir.join("new")).unwrap();
            fs::write(dir.join("new/file"), "mine\n").unwrap();
        }),
        ("a nested repository", |dir| {
            fs::create_dir(dir.join("new")).unwrap();
            git(&dir.join("new"), &["init", "-q"]);
        }),
    ];
    for (name, put) in ways {
        let (fixture, origin, dir) = cloned();
        commit(&origin, "README", "new\n");
        commit(&origin, "new", "theirs\n");
        put(&dir);
        let (before, new) = (state(&dir), snapshot(&dir.join("new")));
        assert_eq!(
            code(sync(&fixture.workspaces)),
            ErrorCode::UncommittedChanges,
            "{name}"
        );
        assert_eq!(state(&dir), before, "{name}");
        assert_eq!(snapshot(&dir.join("new")), new, "{name}");
        assert!(fixture.staging_is_empty(), "{name}");
    }
}

#[test]
fn what_does_not_fast_forward_is_fetched_all_the_same() {
    let (fixture, origin, dir) = cloned();
    commit(&dir, "README", "mine\n");
    commit(&origin, "README", "theirs\n");
    let [readme, status, index, _] = state(&dir);
    assert_eq!(code(sync(&fixture.workspaces)), ErrorCode::NotFastForward);
    assert_eq!(state(&dir)[..3], [readme, status, index]);
    let theirs = git(&origin, &["rev-parse", "HEAD"]);
    assert_eq!(git(&dir, &["rev-parse", "origin/main"]), theirs);
    git(&dir, &["merge", "-q", "-s", "ours", "origin/main"]);
    let synced = sync(&fixture.workspaces).unwrap();
    assert_eq!(synced.from, synced.to);
}

#[test]
fn before_the_first_commit_a_branch_was_at_zeros() {
    let fixture = Fixture::new();
    let (origin, url) = fixture.origin("widget");
    let made = fixture.workspaces.create(USER, "acme", "widget").unwrap();
    git(&made.path, &["init", "-q", "-b", "main"]);
    git(&made.path, &["remote", "add", "origin", &url]);
    git(&made.path, &["config", "branch.main.remote", "origin"]);
    git(
        &made.path,
        &["config", "branch.main.merge", "refs/heads/main"],
    );
    let synced = sync(&fixture.workspaces).unwrap();
    assert_eq!(synced.from, "0".repeat(40));
    assert_eq!(synced.to, git(&origin, &["rev-parse", "HEAD"]));
    assert_eq!(fs::read(made.path.join("README")).unwrap(), b"hello\n");
}

#[test]
fn what_is_held_is_not_synced_and_what_is_synced_is_not_used() {
    let (fixture, origin, dir) = cloned();
    let workspaces = &fixture.workspaces;
    let touch = || workspaces.touch(USER, "acme", "widget").map(drop);
    let hold = || workspaces.hold(USER, "acme", "widget").map(drop);
    let delete = |force| {
        let options = Delete { force };
        workspaces.delete(USER, "acme", "widget", options).map(drop)
    };
    let in_hand = workspaces.hold(USER, "acme", "widget").unwrap();
    assert_eq!((touch(), hold()), (Ok(()), Ok(())));
    for refused in [sync(workspaces).map(drop), delete(false), delete(true)] {
        assert_eq!(code(refused), ErrorCode::InUse);
    }
    drop(in_hand);

    // A git that waits before it fetches.
    let bin = fixture.base.path().join("bin");
    fs::create_dir(&bin).unwrap();
    let (begun, go) = (bin.join("begun"), bin.join("go"));
    let text = format!(
        "#!/bin/sh\ncase \" $* \" in *' fetch '*)\n: >'{}'\nwhile [ ! -e '{}' ]; do sleep 0.02; done ;;\nesac\n\
         exec git \"$@\"\n",
        begun.display(),
        go.display()
    );
    fs::write(bin.join("text"), text).unwrap();
    machine::install(&bin.join("text"), &bin.join("waiting-git"));
    let program = bin.join("waiting-git");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let options = Options {
        git: program.into(),
        allow_file_urls: true,
        ..Options::default()
    };
    let waiting = Workspaces::open_with(&fixture.data, options).unwrap();
    commit(&origin, "README", "new\n");
    thread::scope(|scope| {
        let syncing = scope.spawn(|| sync(&waiting));
        while !begun.exists() {
            assert!(!syncing.is_finished(), "it never fetched");
            thread::sleep(Duration::from_millis(10));
        }
        let refused = [
            touch(),
            hold(),
            delete(false),
            delete(true),
            sync(workspaces).map(drop),
        ];
        fs::write(&go, "").unwrap();
        for refused in refused {
            assert_eq!(code(refused), ErrorCode::InUse);
        }
        syncing.join().unwrap().unwrap();
    });
    assert_eq!(fs::read(dir.join("README")).unwrap(), b"new\n");
    assert_eq!((touch(), hold(), delete(false)), (Ok(()), Ok(()), Ok(())));
}
