//! One developer's projects (W12): what the vectors cannot say of them.

mod common;

use std::fs;
use std::time::{Duration, SystemTime};

use common::*;
use scope_workspace::{DiscoverOptions, discover_projects};

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
