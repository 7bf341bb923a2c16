//! Finding repositories in a directory of sources: none is left out without a word.

use crate::place::Place;

/// What is found in `$T/s` after `script`: paths below it, with the branch.
fn found(script: &str) -> (Vec<(String, Option<String>)>, Place) {
    let place = Place::after(&format!("mkdir s; {script}"));
    let dir = place.path("s");
    let ran = place.scope(&[
        "workspace",
        "discover",
        "--format",
        "json",
        dir.to_str().unwrap(),
    ]);
    let json = ran.json();
    let mut all: Vec<_> = json
        .as_array()
        .unwrap()
        .iter()
        .map(|project| {
            let path = project["path"].as_str().unwrap();
            let below = path.strip_prefix(dir.to_str().unwrap()).unwrap();
            let branch = project["branch"].as_str().map(str::to_owned);
            (below.trim_start_matches('/').to_owned(), branch)
        })
        .collect();
    all.sort();
    (all, place)
}

fn paths(script: &str) -> Vec<String> {
    found(script).0.into_iter().map(|(path, _)| path).collect()
}

// P1. golang/build is a repository, and its name is that of a directory that is usually skipped.
#[test]
fn a_repository_is_found_whatever_its_name() {
    assert_eq!(
        paths(
            "for n in app build env org/vendor target dist out bin node_modules venv; do git init -q s/$n; done"
        ),
        [
            "app",
            "bin",
            "build",
            "dist",
            "env",
            "node_modules",
            "org/vendor",
            "out",
            "target",
            "venv"
        ]
    );
}

// Names keep from looking further down, and no more.
#[test]
fn what_is_below_a_skipped_name_is_not_looked_at() {
    assert_eq!(
        paths("git init -q s/app; mkdir -p s/node_modules/x; git init -q s/node_modules/x/y"),
        ["app"]
    );
}

// P3. Bytes are what git takes a name for.
#[test]
fn a_repository_on_a_branch_whose_name_is_not_utf_8_is_found() {
    let (all, _) = found(
        "git init -q s/app; git -C s/app commit -q --allow-empty -m x; printf 'ref: refs/heads/caf\\351\\n' > s/app/.git/HEAD",
    );
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].0, "app");
    assert!(matches!(all[0].1.as_deref(), None | Some("caf\u{fffd}")));
}

// P5. The place around them is no checkout, and they are.
#[test]
fn worktrees_beside_a_bare_repository_are_found() {
    let (all, place) = found(
        "git init -q o; git -C o commit -q --allow-empty -m x; mkdir -p s/proj; git clone -q --bare o s/proj/.bare; echo 'gitdir: ./.bare' > s/proj/.git; \
         cd s/proj; git worktree add -q main main 2> /dev/null; git worktree add -q topic -b topic 2> /dev/null",
    );
    assert_eq!(
        all,
        [
            ("proj/main".into(), Some("main".into())),
            ("proj/topic".into(), Some("topic".into()))
        ]
    );
    let dir = place.path("s/proj/main");
    let key = place.scope(&[
        "key",
        dir.to_str().unwrap(),
        "--kind",
        "branch",
        "--print",
        "display_short",
    ]);
    assert_eq!(key.good(), "proj:main");
}

// Before their first commit, detached, with reftables, as a linked worktree.
#[test]
fn repositories_of_every_kind_are_found() {
    let (all, _) = found(
        "git init -q s/unborn; git init -q s/detached; (cd s/detached; empty_commit x; git checkout -q --detach); \
         git init -q --ref-format=reftable s/reftable; git init -q --object-format=sha256 s/sha256; git init -q --separate-git-dir=\"$T/kept\" s/separate; \
         (cd s/detached; git worktree add -q ../linked -b linked 2> /dev/null)",
    );
    let main = Some("main".to_owned());
    assert_eq!(
        all,
        [
            ("detached".into(), None),
            ("linked".into(), Some("linked".into())),
            ("reftable".into(), main.clone()),
            ("separate".into(), main.clone()),
            ("sha256".into(), main.clone()),
            ("unborn".into(), main),
        ]
    );
}

// One FIFO may not keep the whole list waiting.
#[test]
fn what_cannot_be_read_is_left_out_or_told_and_keeps_nobody_waiting() {
    for broken in [
        "mkdir -p s/x/.git; mkfifo s/x/.git/HEAD",
        "mkdir s/x; mkfifo s/x/.git",
        "mkdir -p s/x/.git; ln -s /dev/zero s/x/.git/HEAD",
        "mkdir s/x; echo 'gitdir: .git' > s/x/.git",
        "git init -q s/x; rm -r s/x/.git/refs",
        "ln -s . s/x",
        "ln -s /proc s/x",
    ] {
        let found = paths(&format!("git init -q s/app; {broken}"));
        assert!(found.contains(&"app".to_owned()), "{broken}: {found:?}");
    }
}
