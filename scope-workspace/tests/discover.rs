//! One developer's projects (W12): what the vectors cannot say of them.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use common::*;
use scope_core::ErrorCode;
use scope_workspace::{
    CancelToken, DiscoverOptions, Discovery, Job, SkipReason, discover_projects,
    discover_projects_with,
};

#[test]
fn newest_first_with_their_branches() {
    let base = tempfile::tempdir().unwrap();
    let src = base.path().canonicalize().unwrap();
    for (name, age) in [("old", 300), ("new", 100), ("middle", 200)] {
        let dir = src.join(name);
        fs::create_dir(&dir).unwrap();
        git(&dir, &["init", "-q", "-b", name]);
        let head = fs::File::options()
            .write(true)
            .open(dir.join(".git/HEAD"))
            .unwrap();
        head.set_modified(SystemTime::now() - Duration::from_secs(age))
            .unwrap();
    }
    let detached = src.join("detached");
    fs::create_dir(&detached).unwrap();
    git(&detached, &["init", "-q", "-b", "main"]);
    commit(&detached, "a", "");
    git(&detached, &["checkout", "-q", "--detach"]);
    git(
        &detached,
        &["worktree", "add", "-q", "-b", "side", "../linked"],
    );
    let found = discover_projects(&[&src], &DiscoverOptions::default()).unwrap();
    let shown: Vec<_> = found
        .projects
        .iter()
        .map(|project| (&*project.name, project.branch.as_deref()))
        .collect();
    assert_eq!(
        shown[2..],
        [
            ("new", Some("new")),
            ("middle", Some("middle")),
            ("old", Some("old"))
        ]
    );
    assert!(
        shown[..2].contains(&("detached", None)) && shown[..2].contains(&("linked", Some("side")))
    );
}

#[test]
fn every_number_of_threads_finds_the_same() {
    let base = tempfile::tempdir().unwrap();
    let src = base.path().canonicalize().unwrap();
    for group in 0..20 {
        for one in 0..20 {
            let dir = src.join(format!("g{group}/p{one}"));
            fs::create_dir_all(dir.join(if one % 2 == 0 { ".git" } else { "lib" })).unwrap();
            if one % 2 == 0 {
                fs::write(dir.join(".git/HEAD"), "ref: refs/heads/main\n").unwrap();
            }
        }
    }
    let found = |threads| {
        let options = DiscoverOptions {
            threads,
            skip: vec!["g19".into()],
        };
        // Twice the same, and one in the other: each is found once.
        discover_projects(&[src.clone(), src.clone(), src.join("g3")], &options).unwrap()
    };
    assert_eq!(found(1).projects.len(), 190);
    for threads in [0, 2, 8] {
        assert_eq!(found(threads), found(1));
    }
}

fn source(base: &tempfile::TempDir) -> PathBuf {
    base.path().canonicalize().unwrap().join("src")
}

fn found(src: &Path) -> Discovery {
    discover_projects(&[src], &DiscoverOptions::default()).unwrap()
}

fn made(dir: impl Into<PathBuf>) -> PathBuf {
    let dir = dir.into();
    fs::create_dir_all(&dir).unwrap();
    git(&dir, &["init", "-q", "-b", "main"]);
    dir
}

fn fifo(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

/// Branches by the path below the source.
fn branches(src: &Path) -> BTreeMap<String, Option<String>> {
    let projects = found(src).projects.into_iter();
    projects
        .map(|project| {
            let below = project.path.strip_prefix(src).unwrap();
            (below.display().to_string(), project.branch)
        })
        .collect()
}

fn skipped(src: &Path) -> BTreeMap<String, SkipReason> {
    let skipped = found(src).skipped.into_iter();
    skipped
        .map(|one| {
            let below = one.path.strip_prefix(src).unwrap();
            (below.display().to_string(), one.reason)
        })
        .collect()
}

#[test]
fn a_name_keeps_from_looking_further_down_and_from_nothing_else() {
    let base = tempfile::tempdir().unwrap();
    let src = source(&base);
    for name in ["app", "build", "env", "org/vendor", ".dotfiles"] {
        made(src.join(name));
    }
    for name in [
        "node_modules/x",
        ".cache/x",
        "org/out/x",
        "named/x",
        "org/plain",
    ] {
        made(src.join(name));
    }
    fs::remove_dir_all(src.join("org/plain/.git")).unwrap();
    let names = |found: &Discovery| {
        let projects = found.projects.iter();
        projects
            .map(|project| project.name.clone())
            .collect::<BTreeSet<_>>()
    };
    let all = [".dotfiles", "app", "build", "env", "vendor", "x"].map(str::to_owned);
    assert_eq!(names(&found(&src)), BTreeSet::from(all));
    assert_eq!(
        skipped(&src),
        [".cache", "node_modules", "org/out"]
            .map(|path| (path.to_owned(), SkipReason::Name))
            .into()
    );
    // What the caller names is passed over, projects too.
    let options = DiscoverOptions {
        skip: vec!["named".into(), "app".into(), "vendor".into()],
        ..DiscoverOptions::default()
    };
    let few = discover_projects(&[&src], &options).unwrap();
    let left = [".dotfiles", "build", "env"].map(str::to_owned);
    assert_eq!(names(&few), BTreeSet::from(left));
    assert!(few.skipped.iter().any(|one| one.path == src.join("app")));
}

#[test]
fn nothing_is_waited_for_and_no_link_followed() {
    let base = tempfile::tempdir().unwrap();
    let src = source(&base);
    let (good, other) = (src.join("good"), base.path().join("other"));
    made(good);
    made(&other);
    for name in [
        "git-fifo",
        "head-fifo",
        "head-linked-fifo",
        "git-link",
        "head-link",
        "file-link",
    ] {
        fs::create_dir_all(src.join(name).join(".git")).unwrap();
    }
    let pipe = base.path().join("pipe");
    fifo(&pipe);
    for name in ["git-fifo", "git-link", "file-link"] {
        fs::remove_dir(src.join(name).join(".git")).unwrap();
    }
    fifo(&src.join("git-fifo/.git"));
    fifo(&src.join("head-fifo/.git/HEAD"));
    symlink(&pipe, src.join("head-linked-fifo/.git/HEAD")).unwrap();
    symlink(other.join(".git"), src.join("git-link/.git")).unwrap();
    symlink(other.join(".git/HEAD"), src.join("head-link/.git/HEAD")).unwrap();
    let file = base.path().join("file");
    fs::write(&file, format!("gitdir: {}\n", other.join(".git").display())).unwrap();
    symlink(&file, src.join("file-link/.git")).unwrap();
    symlink(&other, src.join("dir-link")).unwrap();
    symlink(&file, src.join("not-a-dir-link")).unwrap();
    symlink("nowhere", src.join("dangling")).unwrap();
    let start = Instant::now();
    assert_eq!(
        branches(&src),
        [("good".into(), Some("main".into()))].into()
    );
    assert!(start.elapsed() < Duration::from_secs(30));
    let mut expected: BTreeMap<String, SkipReason> = [
        "git-fifo",
        "head-fifo",
        "head-linked-fifo",
        "git-link",
        "head-link",
        "file-link",
    ]
    .map(|name| (name.to_owned(), SkipReason::NotARepository))
    .into();
    expected.insert("dir-link".into(), SkipReason::SymbolicLink);
    assert_eq!(skipped(&src), expected);
}

#[test]
fn what_head_names_is_shown() {
    let base = tempfile::tempdir().unwrap();
    let src = source(&base);
    let odd = made(src.join("odd"));
    fs::write(odd.join(".git/HEAD"), b"ref: refs/heads/caf\xe9\n").unwrap();
    let detached = made(src.join("detached"));
    commit(&detached, "a", "");
    git(&detached, &["checkout", "-q", "--detach"]);
    let rebased = made(src.join("rebased"));
    commit(&rebased, "a", "one\n");
    commit(&rebased, "a", "two\n");
    git(
        &rebased,
        &[
            "-c",
            "sequence.editor=sed -i 1s/pick/edit/",
            "rebase",
            "-q",
            "-i",
            "HEAD~1",
        ],
    );
    let tagged = made(src.join("tagged"));
    fs::write(tagged.join(".git/HEAD"), "ref: refs/tags/v1\n").unwrap();
    fs::create_dir_all(src.join("tables")).unwrap();
    git(
        &src.join("tables"),
        &["init", "-q", "-b", "trunk", "--ref-format=reftable"],
    );
    let expected = [
        ("odd", Some("caf\u{fffd}")),
        ("detached", None),
        // As `git status` says, and rule G3.
        ("rebased", Some("main")),
        ("tagged", None),
        ("tables", Some("trunk")),
    ];
    let expected = expected.map(|(name, branch)| (name.to_owned(), branch.map(str::to_owned)));
    assert_eq!(branches(&src), expected.into());
}

#[test]
fn a_project_whose_files_have_an_odd_time_is_found() {
    let base = tempfile::tempdir().unwrap();
    let src = source(&base);
    let old = made(src.join("old"));
    let head = fs::File::options().write(true).open(old.join(".git/HEAD"));
    let before = SystemTime::UNIX_EPOCH - Duration::from_secs(5);
    head.unwrap().set_modified(before).unwrap();
    let project = &found(&src).projects[0];
    assert_eq!(project.modified_at, time("1969-12-31T23:59:55Z"));
}

#[test]
fn worktrees_beside_a_bare_repository_are_the_projects() {
    let base = tempfile::tempdir().unwrap();
    let src = source(&base);
    let origin = made(base.path().join("origin"));
    commit(&origin, "a", "");
    let url = origin.display().to_string();
    for (name, bare) in [("app", ".bare"), ("same", ".git")] {
        let place = src.join(name);
        fs::create_dir_all(&place).unwrap();
        git(&place, &["clone", "-q", "--bare", &url, bare]);
        if bare == ".bare" {
            fs::write(place.join(".git"), "gitdir: ./.bare\n").unwrap();
        }
        git(&place, &["worktree", "add", "-q", "main", "main"]);
        git(&place, &["worktree", "add", "-q", "topic", "-b", "topic"]);
    }
    // Its settings of its own make another worktree of it.
    let own = made(src.join("own"));
    git(&own, &["config", "extensions.worktreeConfig", "true"]);
    git(&own, &["config", "core.bare", "true"]);
    git(
        &own,
        &[
            "config",
            "--file",
            ".git/config.worktree",
            "core.bare",
            "false",
        ],
    );
    // And a worktree of a repository that lies elsewhere.
    git(
        &origin,
        &[
            "worktree",
            "add",
            "-q",
            "-b",
            "far",
            src.join("far").to_str().unwrap(),
        ],
    );
    let expected = [
        ("app/main", "main"),
        ("app/topic", "topic"),
        ("same/main", "main"),
        ("same/topic", "topic"),
        ("own", "main"),
        ("far", "far"),
    ];
    let expected = expected.map(|(name, branch)| (name.to_owned(), Some(branch.to_owned())));
    assert_eq!(branches(&src), expected.into());
    let around = SkipReason::BareRepository;
    let expected = [
        ("app", around),
        ("app/.bare", SkipReason::Name),
        ("same", around),
    ];
    let expected = expected.map(|(path, reason)| (path.to_owned(), reason));
    assert_eq!(skipped(&src), expected.into());
}

#[test]
fn a_search_can_be_stopped_and_tells_how_far_it_is() {
    let base = tempfile::tempdir().unwrap();
    let src = source(&base);
    for name in ["a/b/c", "a/d", "e"] {
        fs::create_dir_all(src.join(name)).unwrap();
    }
    let mut told = Vec::new();
    let mut tell = |progress: &scope_workspace::Progress| told.push(progress.done);
    let job = Job {
        progress: Some(&mut tell),
        ..Job::default()
    };
    discover_projects_with(&[&src], &DiscoverOptions::default(), job).unwrap();
    assert_eq!(told, [1, 3, 5]);
    let cancel = CancelToken::new();
    cancel.cancel();
    let job = Job {
        cancel,
        ..Job::default()
    };
    let stopped = discover_projects_with(&[&src], &DiscoverOptions::default(), job);
    assert_eq!(code(stopped), ErrorCode::Cancelled);
}

#[test]
fn the_list_of_what_was_skipped_is_bounded_and_always_the_same() {
    let base = tempfile::tempdir().unwrap();
    let src = source(&base);
    for number in 0..1200 {
        fs::create_dir_all(src.join(format!("d{number:04}/target"))).unwrap();
    }
    let list = |threads| {
        let options = DiscoverOptions {
            threads,
            ..DiscoverOptions::default()
        };
        discover_projects(&[&src], &options).unwrap().skipped
    };
    let all = list(1);
    assert_eq!(all.len(), 1000);
    assert_eq!(all[999].path, src.join("d0999/target"));
    assert_eq!(list(8), all);
}

/// Whether git takes a directory for the root of a worktree.
fn git_says(dir: &Path) -> bool {
    let out = Command::new("git")
        .args(["rev-parse", "--is-inside-work-tree", "--show-toplevel"])
        .current_dir(dir)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    let top = [b"true\n", dir.as_os_str().as_bytes(), b"\n"].concat();
    out.status.success() && out.stdout == top
}

/// What W12 says of a directory, with git's word for what a worktree is.
fn judged(dir: &Path, depth: usize, projects: &mut BTreeSet<PathBuf>) {
    if git_says(dir) {
        projects.insert(dir.to_owned());
        return;
    }
    let name = dir.file_name().unwrap();
    let is_shut = [".hidden", "node_modules", "build"]
        .iter()
        .any(|shut| name == OsStr::new(shut));
    if depth == 2 || depth > 0 && is_shut {
        return;
    }
    for name in names(dir) {
        let below = dir.join(name);
        if fs::symlink_metadata(&below).unwrap().is_dir() && !below.ends_with(".git") {
            judged(&below, depth + 1, projects);
        }
    }
}

/// Makes a directory of a kind. All but the first five kinds have something of a repository.
fn make(kind: usize, dir: &Path, origin: &Path) {
    fs::create_dir_all(dir).unwrap();
    let branch = format!("b{}", dir.as_os_str().len());
    match kind {
        0 => {}
        1 => fs::create_dir(dir.join(".git")).unwrap(),
        2 => fs::write(dir.join(".git"), "gitdir: nowhere\n").unwrap(),
        3 => fs::write(dir.join(".git"), "nonsense\n").unwrap(),
        4 => {
            made(dir);
            fs::write(dir.join(".git/HEAD"), "nonsense\n").unwrap();
        }
        5 => {
            made(dir);
        }
        6 => {
            git(dir, &["init", "-q", "--bare", ".bare"]);
            fs::write(dir.join(".git"), "gitdir: .bare\n").unwrap();
        }
        7 => {
            git(
                origin,
                &["worktree", "add", "-q", "--detach", dir.to_str().unwrap()],
            );
        }
        8 => {
            git(dir, &["init", "-q", "--bare", ".git"]);
            git(dir, &["config", "core.worktree", ".."]);
            git(dir, &["config", "--unset", "core.bare"]);
        }
        9 => {
            let apart = format!("--separate-git-dir={}", dir.join("apart").display());
            git(dir, &["init", "-q", "-b", &branch, &apart]);
        }
        _ => {
            git(dir, &["init", "-q", "--bare"]);
        }
    }
}

#[test]
fn the_projects_are_those_that_git_says_are_worktrees() {
    let base = tempfile::tempdir().unwrap();
    // Above the source there is no repository that git could find for what is none itself.
    let src = source(&base);
    let origin = made(base.path().join("origin"));
    commit(&origin, "a", "");
    let sources: Vec<PathBuf> = (0..11).map(|kind| src.join(format!("s{kind}"))).collect();
    let mut expected = BTreeSet::new();
    for (kind, src) in sources.iter().enumerate() {
        for name in ["plain", ".hidden", "node_modules", "build"] {
            make(kind, &src.join("deep").join(name), &origin);
            make(kind, &src.join(name), &origin);
            make(5, &src.join(name).join("inner"), &origin);
        }
        judged(src, 0, &mut expected);
    }
    // Four kinds are worktrees, of each name at both depths; in the other seven, one name lets the inner one be seen.
    assert_eq!(expected.len(), 4 * 8 + 7);
    let found = discover_projects(&sources, &DiscoverOptions::default()).unwrap();
    let paths = found.projects.into_iter().map(|project| project.path);
    assert_eq!(paths.collect::<BTreeSet<_>>(), expected);
}

/// What git refuses is no healthy project, and a branch that is being rebased is the one that a user is on.
#[test]
fn git_is_asked_what_a_repository_is() {
    let base = tempfile::tempdir().unwrap();
    let src = base.path().canonicalize().unwrap();
    for name in ["good", "broken", "future"] {
        let dir = src.join(name);
        fs::create_dir(&dir).unwrap();
        git(&dir, &["init", "-q", "-b", "main"]);
        commit(&dir, "file", "one\n");
    }
    fs::write(src.join("broken/.git/config"), "[core\n").unwrap();
    let future = "[core]\n\trepositoryformatversion = 9\n";
    fs::write(src.join("future/.git/config"), future).unwrap();
    let good = src.join("good");
    git(&good, &["checkout", "-q", "-b", "topic"]);
    commit(&good, "file", "two\n");
    git(&good, &["checkout", "-q", "main"]);
    commit(&good, "file", "three\n");
    git(&good, &["checkout", "-q", "topic"]);
    let rebased = Command::new("git")
        .args(["-c", "user.name=acme", "-c", "user.email=acme@example.com"])
        .args(["rebase", "-q", "main"])
        .current_dir(&good)
        .output()
        .unwrap();
    assert!(!rebased.status.success(), "it stops at a conflict");
    let found = discover_projects(&[&src], &DiscoverOptions::default()).unwrap();
    let projects: Vec<_> = found
        .projects
        .iter()
        .map(|project| (&*project.name, project.branch.as_deref()))
        .collect();
    assert_eq!(projects, [("good", Some("topic"))]);
    let skipped: Vec<_> = found
        .skipped
        .iter()
        .map(|skipped| (skipped.path.clone(), skipped.reason))
        .collect();
    assert_eq!(
        skipped,
        [
            (src.join("broken"), SkipReason::NotARepository),
            (src.join("future"), SkipReason::NotARepository)
        ]
    );
}
