//! Create, get, list, touch, delete, hold, validate: what they promise on a quiet disk.

mod common;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use common::*;
use scope_core::ErrorCode;
use scope_workspace::{CloneOptions, Delete, Job, Options, Workspaces};

/// Whatever it holds.
const FORCE: Delete = Delete { force: true };

#[test]
fn workspaces_can_be_shared_between_threads() {
    fn is_shared<T: Send + Sync + 'static>() {}
    is_shared::<Workspaces>();
    is_shared::<scope_workspace::Held>();
    is_shared::<scope_workspace::Error>();
}

#[test]
fn a_workspace_is_made_found_and_deleted() {
    let fixture = Fixture::new();
    let made = fixture.workspaces.create(USER, "acme", "widget").unwrap();
    assert_eq!(made.path, fixture.user_dir().join("acme__widget"));
    assert_eq!(
        fs::read_to_string(made.path.join(".workspace.json")).unwrap(),
        "{\"owner\":\"acme\",\"repo\":\"widget\",\"fullName\":\"acme/widget\",\
         \"lastAccessedAt\":\"2026-01-01T00:00:00Z\",\"createdAt\":\"2026-01-01T00:00:00Z\"}"
    );
    assert_eq!(
        fixture.workspaces.get(USER, "acme", "widget").unwrap(),
        made
    );
    assert_eq!(
        fixture.workspaces.create(USER, "acme", "widget").unwrap(),
        made
    );
    assert_eq!(fixture.workspaces.list(USER).unwrap().workspaces, [made]);
    assert_eq!(fixture.workspaces.list(OTHER).unwrap().workspaces, []);
    assert!(
        fixture
            .workspaces
            .delete(USER, "acme", "widget", FORCE)
            .unwrap()
            .freed_bytes
            > 0
    );
    assert_eq!(
        code(fixture.workspaces.get(USER, "acme", "widget")),
        ErrorCode::WorkspaceNotFound
    );
    assert_eq!(
        code(fixture.workspaces.delete(USER, "acme", "widget", FORCE)),
        ErrorCode::WorkspaceNotFound
    );
    assert!(names(&fixture.user_dir()).is_empty() && fixture.staging_is_empty());
}

#[test]
fn two_names_that_look_alike_are_two_workspaces() {
    let fixture = Fixture::new();
    let a = fixture
        .workspaces
        .create(USER, "vercel", "next.js")
        .unwrap();
    let b = fixture
        .workspaces
        .create(USER, "vercel", "next_js")
        .unwrap();
    assert_ne!(a.path, b.path);
    fixture
        .workspaces
        .delete(USER, "vercel", "next.js", FORCE)
        .unwrap();
    assert!(!a.path.exists() && b.path.exists());
}

#[test]
fn touch_writes_the_time_and_keeps_what_it_does_not_know() {
    let fixture = Fixture::new();
    let made = fixture.workspaces.create(USER, "acme", "widget").unwrap();
    let file = made.path.join(".workspace.json");
    let text = fs::read_to_string(&file)
        .unwrap()
        .replace('}', ",\"note\":[1]}");
    fs::write(&file, text).unwrap();
    fixture.set_time("2026-02-01T00:00:00Z");
    let touched = fixture.workspaces.touch(USER, "acme", "widget").unwrap();
    assert_eq!(
        touched.metadata.last_accessed_at,
        time("2026-02-01T00:00:00Z")
    );
    let text = fs::read_to_string(&file).unwrap();
    assert!(
        text.contains("\"lastAccessedAt\":\"2026-02-01T00:00:00Z\"")
            && text.ends_with("\"note\":[1]}"),
        "{text}"
    );
    assert_eq!(names(&made.path), [".workspace.json"]);
}

#[test]
fn touches_at_once_lose_nothing() {
    let fixture = Fixture::new();
    fixture.workspaces.create(USER, "acme", "widget").unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..25 {
                    fixture.workspaces.touch(USER, "acme", "widget").unwrap();
                }
            });
        }
    });
    assert!(fixture.staging_is_empty());
}

#[test]
fn creates_at_once_make_one() {
    let fixture = Fixture::new();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| fixture.workspaces.create(USER, "acme", "widget").unwrap());
        }
    });
    assert_eq!(fixture.workspaces.list(USER).unwrap().workspaces.len(), 1);
    assert!(fixture.staging_is_empty());
}

#[test]
fn another_repository_in_the_directory_is_left_alone() {
    let fixture = Fixture::new();
    let made = fixture.workspaces.create(USER, "acme", "widget").unwrap();
    let file = made.path.join(".workspace.json");
    let text = fs::read_to_string(&file)
        .unwrap()
        .replace("widget", "gadget");
    fs::write(&file, text).unwrap();
    let before = snapshot(&made.path);
    let workspaces = &fixture.workspaces;
    assert_eq!(
        code(workspaces.get(USER, "acme", "widget")),
        ErrorCode::WorkspaceMismatch
    );
    assert_eq!(
        code(workspaces.create(USER, "acme", "widget")),
        ErrorCode::WorkspaceMismatch
    );
    assert_eq!(
        code(workspaces.touch(USER, "acme", "widget")),
        ErrorCode::WorkspaceMismatch
    );
    assert_eq!(
        code(workspaces.delete(USER, "acme", "widget", FORCE)),
        ErrorCode::WorkspaceMismatch
    );
    let listing = workspaces.list(USER).unwrap();
    assert_eq!(
        (listing.workspaces.len(), listing.problems[0].error.code()),
        (0, ErrorCode::WorkspaceMismatch)
    );
    assert_eq!(snapshot(&made.path), before);
}

#[test]
fn lost_metadata_is_recovered_where_something_proves_it() {
    let fixture = Fixture::new();
    for (owner, repo) in [("acme", "widget"), ("vercel", "next.js")] {
        let made = fixture.workspaces.create(USER, owner, repo).unwrap();
        git(&made.path, &["init", "-q", "-b", "main"]);
        let url = format!("https://host.test/{owner}/{repo}.git");
        git(&made.path, &["remote", "add", "origin", &url]);
        let file = made.path.join(".workspace.json");
        for (lost, expected) in [
            (None, ErrorCode::MetadataMissing),
            (Some("{".to_owned()), ErrorCode::InvalidJson),
            (Some("x".repeat(65_537)), ErrorCode::TooLong),
        ] {
            match lost {
                None => fs::remove_file(&file).unwrap(),
                Some(text) => fs::write(&file, text).unwrap(),
            }
            let found = fixture.workspaces.get(USER, owner, repo).unwrap();
            assert_eq!(
                (found.metadata.owner(), found.metadata.repo()),
                (owner, repo)
            );
            assert_eq!(found.recovered.unwrap().code(), expected);
        }
        fixture.workspaces.touch(USER, owner, repo).unwrap();
        assert_eq!(
            fixture.workspaces.get(USER, owner, repo).unwrap().recovered,
            None
        );
    }
}

#[test]
fn an_origin_that_gives_another_name_proves_nothing() {
    let fixture = Fixture::new();
    let made = fixture
        .workspaces
        .create(USER, "vercel", "next.js")
        .unwrap();
    git(&made.path, &["init", "-q"]);
    git(
        &made.path,
        &[
            "remote",
            "add",
            "origin",
            "https://host.test/acme/widget.git",
        ],
    );
    fs::remove_file(made.path.join(".workspace.json")).unwrap();
    assert_eq!(
        code(fixture.workspaces.get(USER, "vercel", "next.js")),
        ErrorCode::MetadataMissing
    );
    assert_eq!(
        code(fixture.workspaces.delete(USER, "vercel", "next.js", FORCE)),
        ErrorCode::MetadataMissing
    );
    assert!(made.path.exists());
}

#[test]
fn what_is_held_is_not_deleted() {
    let fixture = Fixture::new();
    fixture.workspaces.create(USER, "acme", "widget").unwrap();
    let one = fixture.workspaces.hold(USER, "acme", "widget").unwrap();
    let two = fixture.workspaces.hold(USER, "acme", "widget").unwrap();
    drop(one);
    assert_eq!(
        code(fixture.workspaces.delete(USER, "acme", "widget", FORCE)),
        ErrorCode::InUse
    );
    drop(two);
    fixture
        .workspaces
        .delete(USER, "acme", "widget", FORCE)
        .unwrap();
}

#[test]
fn paths_are_validated() {
    let fixture = Fixture::new();
    let made = fixture.workspaces.create(USER, "acme", "widget").unwrap();
    fixture.workspaces.create(OTHER, "acme", "widget").unwrap();
    fs::create_dir_all(made.path.join("src")).unwrap();
    fs::write(made.path.join("src/lib.rs"), "").unwrap();
    symlink("/etc", made.path.join("link")).unwrap();
    fs::write(fixture.user_dir().join("stray"), "").unwrap();
    let check = |path: &Path| {
        fixture
            .workspaces
            .validate_path(USER, path)
            .map_err(|error| error.code())
    };
    let path = &made.path;
    assert_eq!(check(path), Ok(path.clone()));
    assert_eq!(check(&path.join("src/lib.rs")), Ok(path.join("src/lib.rs")));
    assert_eq!(
        check(&path.join("./src/../src//lib.rs/")),
        Ok(path.join("src/lib.rs"))
    );
    for (wrong, expected) in [
        (fixture.user_dir(), ErrorCode::OutsideWorkspaces),
        (
            fixture.user_dir().join("stray"),
            ErrorCode::OutsideWorkspaces,
        ),
        (
            fixture.user_dir().join("../.staging/x"),
            ErrorCode::OutsideWorkspaces,
        ),
        (path.join("../.."), ErrorCode::OutsideWorkspaces),
        (path.join("../../../../etc"), ErrorCode::OutsideWorkspaces),
        (
            fixture
                .data
                .join("workspaces")
                .join(OTHER)
                .join("acme__widget"),
            ErrorCode::OutsideWorkspaces,
        ),
        ("/etc/passwd".into(), ErrorCode::OutsideWorkspaces),
        (path.join("link"), ErrorCode::SymbolicLink),
        (path.join("link/passwd"), ErrorCode::SymbolicLink),
        (path.join("nothing"), ErrorCode::PathNotFound),
        (path.join("src/lib.rs/x"), ErrorCode::PathNotFound),
        ("acme__widget".into(), ErrorCode::NotAbsolute),
        (path.join("a\0b"), ErrorCode::InvalidCharacter),
    ] {
        assert_eq!(check(&wrong), Err(expected), "{}", wrong.display());
    }
}

#[test]
fn usage_is_measured_and_told() {
    let fixture = Fixture::with(|options| options.quota_bytes = 100_000);
    let made = fixture.workspaces.create(USER, "acme", "widget").unwrap();
    assert!(!fixture.workspaces.usage(USER).unwrap().is_over());
    fs::write(made.path.join("big"), vec![1; 200_000]).unwrap();
    let usage = fixture.workspaces.usage(USER).unwrap();
    assert!(
        usage.is_over() && usage.complete && usage.bytes >= 200_000,
        "{usage:?}"
    );
    assert_eq!(fixture.workspaces.usage(OTHER).unwrap().bytes, 0);
}

/// git writes real paths into its files; the service knows its data directory by the link.
#[test]
fn a_data_directory_may_be_behind_a_link() {
    let fixture = Fixture::new();
    let (_, url) = fixture.origin("widget");
    let link = fixture.base.path().canonicalize().unwrap().join("link");
    symlink(&fixture.data, &link).unwrap();
    let options = Options {
        allow_file_urls: true,
        ..Options::default()
    };
    let workspaces = Workspaces::open_with(&link, options).unwrap();
    let made = workspaces
        .clone(USER, &url, &CloneOptions::default(), Job::default())
        .unwrap();
    assert!(made.path.starts_with(&link));
    let real = fixture.user_dir().join("acme__widget");
    for path in [&made.path, &real] {
        let readme = path.join("README");
        assert_eq!(workspaces.validate_path(USER, &readme).unwrap(), readme);
    }
    git(&real, &["worktree", "add", "-q", "--detach", "side"]);
    fs::write(real.join("side/new"), "").unwrap();
    let work = workspaces.work(USER, "acme", "widget", 5).unwrap();
    assert_eq!(work.unknown, None);
    let names: Vec<&str> = work.names.iter().map(|named| &*named.name).collect();
    // The worktree as what the repository around it does not track, and the file in it.
    assert_eq!(names, ["side/", "side/new"]);
    git(&real, &["worktree", "remove", "--force", "side"]);
    let options = Delete::default();
    workspaces.delete(USER, "acme", "widget", options).unwrap();
    assert!(!real.exists());
}

#[test]
fn a_data_directory_has_to_be_one() {
    let base = tempfile::tempdir().unwrap();
    let open = |path: &Path| {
        Workspaces::open(path)
            .map(|_| ())
            .map_err(|error| error.code())
    };
    fs::write(base.path().join("file"), "").unwrap();
    assert_eq!(open(Path::new("data")), Err(ErrorCode::NotAbsolute));
    assert_eq!(
        open(&base.path().join("none")),
        Err(ErrorCode::PathNotFound)
    );
    assert_eq!(
        open(&base.path().join("file")),
        Err(ErrorCode::NotADirectory)
    );
    assert_eq!(
        open(&base.path().join("..").join("x")),
        Err(ErrorCode::DotComponent)
    );
    symlink("/etc", base.path().join("workspaces")).unwrap();
    assert_eq!(open(base.path()), Err(ErrorCode::SymbolicLink));
    assert_eq!(Options::default().quota_bytes, 2_000_000_000);
}
