//! Cleanup (W7): what goes, what stays, and what the report says of it.

mod common;

use std::fs;
use std::path::PathBuf;

use common::*;
use scope_core::ErrorCode;
use scope_workspace::{CancelToken, Cleanup, CloneOptions, Job, Report, Verdict, Work};

const DRY: bool = true;

fn clean(fixture: &Fixture, dry_run: bool) -> Report {
    let cleanup = Cleanup {
        dry_run,
        ..Cleanup::default()
    };
    fixture.workspaces.cleanup(cleanup, Job::default()).unwrap()
}

/// A clean clone of `acme/NAME`, which is idle after that.
fn idle_clone(fixture: &Fixture, name: &str) -> PathBuf {
    let (_, url) = fixture.origin(name);
    fixture.set_time("2026-01-01T00:00:00Z");
    let made = fixture
        .workspaces
        .clone(USER, &url, &CloneOptions::default(), Job::default())
        .unwrap();
    fixture.set_time("2026-01-08T00:00:00Z");
    made.path
}

fn verdicts(report: &Report) -> Vec<(&str, Verdict)> {
    report
        .idle
        .iter()
        .map(|decided| (&*decided.full_name, decided.verdict))
        .collect()
}

#[test]
fn seven_days_to_the_second() {
    let fixture = Fixture::new();
    fixture.workspaces.create(USER, "acme", "widget").unwrap();
    fixture.set_time("2026-01-07T23:59:59.999999999Z");
    assert_eq!(
        (clean(&fixture, !DRY).kept, clean(&fixture, !DRY).idle),
        (1, vec![])
    );
    fixture.set_time("2025-01-01T00:00:00Z");
    assert_eq!(clean(&fixture, !DRY).kept, 1);
    fixture.set_time("2026-01-08T00:00:00Z");
    let report = clean(&fixture, DRY);
    assert_eq!(verdicts(&report), [("acme/widget", Verdict::Deleted)]);
    assert!(report.dry_run && fixture.user_dir().join("acme__widget").exists());
    let done = clean(&fixture, !DRY);
    assert_eq!(
        (verdicts(&done), done.freed_bytes),
        (verdicts(&report), report.freed_bytes)
    );
    assert!(!fixture.user_dir().join("acme__widget").exists() && fixture.staging_is_empty());
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table")]
fn each_kind_of_work_keeps_a_workspace_and_is_named() {
    type Dirty = fn(&std::path::Path);
    let kinds: [(&str, Dirty, Work); 8] = [
        ("clean", |_| {}, Work::default()),
        (
            "ignored",
            |dir| {
                fs::write(dir.join(".git/info/exclude"), "/.workspace.json\n*.o\n").unwrap();
                fs::write(dir.join("a.o"), "x").unwrap();
            },
            Work::default(),
        ),
        (
            "changed",
            |dir| fs::write(dir.join("README"), "other\n").unwrap(),
            Work {
                uncommitted: 1,
                ..Work::default()
            },
        ),
        (
            "staged",
            |dir| {
                fs::write(dir.join("new"), "x").unwrap();
                git(dir, &["add", "new"]);
            },
            Work {
                uncommitted: 1,
                ..Work::default()
            },
        ),
        (
            "untracked",
            |dir| fs::write(dir.join("new"), "x").unwrap(),
            Work {
                untracked: 1,
                ..Work::default()
            },
        ),
        (
            "stashed",
            |dir| {
                fs::write(dir.join("README"), "other\n").unwrap();
                git(dir, &["stash"]);
            },
            Work {
                stashed: 1,
                ..Work::default()
            },
        ),
        (
            "unpushed",
            |dir| {
                git(dir, &["checkout", "-q", "-b", "topic"]);
                commit(dir, "a", "1");
                commit(dir, "b", "2");
                git(dir, &["checkout", "-q", "main"]);
            },
            Work {
                unpushed: 2,
                ..Work::default()
            },
        ),
        (
            "detached",
            |dir| {
                git(dir, &["checkout", "-q", "--detach"]);
                commit(dir, "a", "1");
            },
            Work {
                unpushed: 1,
                ..Work::default()
            },
        ),
    ];
    let fixture = Fixture::new();
    for (name, make_dirty, _) in &kinds {
        make_dirty(&idle_clone(&fixture, name));
    }
    let report = clean(&fixture, !DRY);
    assert_eq!(report.problems, []);
    for (name, _, expected) in &kinds {
        let decided = report
            .idle
            .iter()
            .find(|decided| decided.full_name == format!("acme/{name}"));
        let decided = decided.unwrap();
        assert_eq!(decided.work, *expected, "{name}");
        let goes = *expected == Work::default();
        assert_eq!(
            decided.verdict,
            if goes {
                Verdict::Deleted
            } else {
                Verdict::Warned
            },
            "{name}"
        );
        assert_eq!(
            fixture.user_dir().join(format!("acme__{name}")).exists(),
            !goes,
            "{name}"
        );
    }
    assert!(fixture.staging_is_empty());
}

#[test]
fn unknown_is_kept() {
    let fixture = Fixture::new();
    for (name, spoil) in [
        (
            "nohead",
            (|dir| fs::write(dir.join(".git/HEAD"), "?").unwrap()) as fn(&std::path::Path),
        ),
        ("noindex", |dir| {
            fs::write(dir.join(".git/index"), "?").unwrap();
        }),
        ("noconfig", |dir| {
            fs::write(dir.join(".git/config"), "[").unwrap();
        }),
        ("alternates", |dir| {
            fs::write(dir.join(".git/objects/info/alternates"), "/x\n").unwrap();
        }),
        ("worktree", |dir| {
            git(dir, &["worktree", "add", "-q", "../../linked"]);
        }),
        ("linked", |dir| {
            fs::rename(dir.join(".git"), dir.join("../../elsewhere")).unwrap();
            std::os::unix::fs::symlink("../../elsewhere", dir.join(".git")).unwrap();
        }),
        ("file", |dir| {
            fs::rename(dir.join(".git"), dir.join("../../moved")).unwrap();
            fs::write(dir.join(".git"), "gitdir: ../../moved\n").unwrap();
        }),
    ] {
        let dir = idle_clone(&fixture, name);
        fs::create_dir_all(dir.join(".git/objects/info")).unwrap();
        spoil(&dir);
        let report = clean(&fixture, !DRY);
        let decided = report
            .idle
            .iter()
            .find(|decided| decided.full_name == format!("acme/{name}"))
            .unwrap();
        assert_eq!(decided.verdict, Verdict::Warned, "{name}");
        assert!(decided.work.unknown.is_some(), "{name}: {:?}", decided.work);
        assert!(dir.exists(), "{name}");
    }
}

#[test]
fn lost_metadata_deletes_nothing_and_the_rest_go_on() {
    let fixture = Fixture::new();
    for name in ["a", "b", "c", "d"] {
        fixture.workspaces.create(USER, "acme", name).unwrap();
    }
    let file = |name: &str| {
        fixture
            .user_dir()
            .join(format!("acme__{name}/.workspace.json"))
    };
    fs::remove_file(file("a")).unwrap();
    fs::write(file("b"), "{}").unwrap();
    let text = fs::read_to_string(file("c"))
        .unwrap()
        .replace("\"c\"", "\"x\"")
        .replace("acme/c", "acme/x");
    fs::write(file("c"), text).unwrap();
    fs::write(fixture.user_dir().join("stray"), "").unwrap();
    fixture.set_time("2027-01-01T00:00:00Z");
    let report = clean(&fixture, !DRY);
    let codes: Vec<_> = report
        .problems
        .iter()
        .map(|problem| problem.error.code())
        .collect();
    assert_eq!(
        codes,
        [
            ErrorCode::MetadataMissing,
            ErrorCode::MissingField,
            ErrorCode::WorkspaceMismatch,
            ErrorCode::NotADirectory
        ]
    );
    assert_eq!(verdicts(&report), [("acme/d", Verdict::Deleted)]);
    assert_eq!(
        names(&fixture.user_dir()),
        ["acme__a", "acme__b", "acme__c", "stray"]
    );
}

#[test]
fn what_is_in_use_stays() {
    let fixture = Fixture::new();
    let made = fixture.workspaces.create(USER, "acme", "widget").unwrap();
    let held = fixture.workspaces.hold(USER, "acme", "widget").unwrap();
    fixture.set_time("2027-01-01T00:00:00Z");
    assert_eq!(
        verdicts(&clean(&fixture, !DRY)),
        [("acme/widget", Verdict::InUse)]
    );
    assert!(made.path.exists());
    drop(held);
    assert_eq!(
        verdicts(&clean(&fixture, !DRY)),
        [("acme/widget", Verdict::Deleted)]
    );
}

/// A copy of a workspace, as one of another repository.
fn copy_as(made: &std::path::Path, user: &str, name: &str) -> PathBuf {
    let copy = made
        .parent()
        .unwrap()
        .parent()
        .unwrap()
        .join(user)
        .join(format!("acme__{name}"));
    fs::create_dir_all(copy.parent().unwrap()).unwrap();
    let copied = std::process::Command::new("cp")
        .arg("-a")
        .args([made, &copy])
        .status();
    assert!(copied.unwrap().success());
    for file in [".workspace.json", ".git/workspace.json"] {
        let text = fs::read_to_string(copy.join(file)).unwrap();
        fs::write(copy.join(file), text.replace("widget", name)).unwrap();
    }
    copy
}

/// Of 1,000 workspaces of 20 users 50 are due. Nothing is opened of the others but their metadata, and several of the 50
/// are looked at at once.
#[test]
fn of_what_is_not_due_only_the_metadata_is_read() {
    use rustix::fs::inotify::{CreateFlags, ReadFlags, Reader, WatchFlags, add_watch, init};
    use std::collections::BTreeMap;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    let fixture = Fixture::new();
    let (_, url) = fixture.origin("widget");
    let made = fixture
        .workspaces
        .clone(USER, &url, &<_>::default(), Job::default())
        .unwrap();
    fixture.set_time("2026-01-08T00:00:00Z");
    let user = |number: usize| format!("{number:08x}-0000-4000-8000-000000000001");
    let events = init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK).unwrap();
    // What is watched, by its number.
    let mut watched = BTreeMap::new();
    for number in 0..950 {
        let recent = fixture
            .data
            .join("workspaces")
            .join(user(number % 20))
            .join(format!("acme__recent{number}"));
        fs::create_dir_all(recent.join(".git/refs")).unwrap();
        let text = fs::read_to_string(made.path.join(".workspace.json")).unwrap();
        let text = text
            .replace("widget", &format!("recent{number}"))
            .replace("2026-01-01T", "2026-01-07T");
        fs::write(recent.join(".workspace.json"), text).unwrap();
        fs::write(recent.join("file"), "never looked at\n").unwrap();
        for dir in [recent.join(".git"), recent] {
            let flags = WatchFlags::OPEN | WatchFlags::ACCESS;
            let watch = add_watch(&events, &dir, flags).unwrap();
            watched.insert(watch, dir);
        }
    }
    for number in 0..50 {
        let due = copy_as(&made.path, &user(number % 20), &format!("due{number}"));
        if number % 5 == 0 {
            fs::write(due.join("new"), "work\n").unwrap();
        }
    }
    fixture
        .workspaces
        .delete(
            USER,
            "acme",
            "widget",
            scope_workspace::Delete { force: true },
        )
        .unwrap();
    let staging = fixture.data.join("workspaces/.staging");
    let watch = add_watch(&events, &staging, WatchFlags::CREATE).unwrap();
    watched.insert(watch, staging.clone());

    let (is_over, most) = (AtomicBool::new(false), AtomicUsize::new(0));
    let report = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                let looks = names(&staging)
                    .iter()
                    .filter(|name| name.starts_with("look."))
                    .count();
                most.fetch_max(looks, Ordering::Relaxed);
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
        });
        let report = clean(&fixture, !DRY);
        is_over.store(true, Ordering::Relaxed);
        report
    });
    assert_eq!(report.problems, []);
    assert_eq!(
        (report.users, report.workspaces, report.kept),
        (21, 1000, 950)
    );
    let of = |verdict| {
        report
            .idle
            .iter()
            .filter(|decided| decided.verdict == verdict)
            .count()
    };
    assert_eq!((of(Verdict::Deleted), of(Verdict::Warned)), (40, 10));
    assert!(most.into_inner() > 1, "one was looked at after another");

    let mut buffer = [std::mem::MaybeUninit::uninit(); 4096];
    let mut reader = Reader::new(&events, &mut buffer);
    let (mut looks, mut metadata) = (0, 0);
    while let Ok(event) = reader.next() {
        assert!(!event.events().contains(ReadFlags::QUEUE_OVERFLOW));
        let name = event.file_name().unwrap_or_default().to_str().unwrap();
        let dir = &watched[&event.wd()];
        if *dir == staging {
            looks += usize::from(name.starts_with("look."));
        } else {
            let is_metadata = matches!(name, ".workspace.json" | "workspace.json");
            assert!(is_metadata, "{name:?} of {} was opened", dir.display());
            metadata += 1;
        }
    }
    // What goes is looked at twice.
    assert_eq!(looks, 40 * 2 + 10);
    assert!(metadata >= 950);
}

#[test]
fn two_cleanups_are_kept_apart_and_a_cancelled_one_reports() {
    let fixture = Fixture::new();
    fixture.workspaces.create(USER, "acme", "widget").unwrap();
    fixture.set_time("2027-01-01T00:00:00Z");
    let mut inner = None;
    let mut told = |_: &scope_workspace::Progress| {
        // Told of the user first, before anything is removed.
        if inner.is_none() {
            let cleanup = Cleanup::default();
            inner = Some(fixture.workspaces.cleanup(cleanup, Job::default()));
            assert_eq!(clean(&fixture, DRY).idle.len(), 1);
        }
    };
    let job = Job {
        progress: Some(&mut told),
        ..Job::default()
    };
    assert_eq!(
        fixture
            .workspaces
            .cleanup(Cleanup::default(), job)
            .unwrap()
            .idle
            .len(),
        1
    );
    assert_eq!(code(inner.unwrap()), ErrorCode::InUse);
    fixture.workspaces.create(USER, "acme", "widget").unwrap();
    let cancel = CancelToken::new();
    cancel.cancel();
    let job = Job {
        cancel,
        progress: None,
    };
    assert_eq!(
        fixture
            .workspaces
            .cleanup(Cleanup::default(), job)
            .unwrap()
            .workspaces,
        0
    );
}

#[test]
fn the_report_is_plain_data() {
    let fixture = Fixture::with(|options| options.quota_bytes = 1);
    fixture.workspaces.create(USER, "acme", "widget").unwrap();
    fixture
        .workspaces
        .create(USER, "vercel", "next.js")
        .unwrap();
    let lost = fixture.workspaces.get(USER, "vercel", "next.js").unwrap();
    fs::remove_file(lost.path.join(".workspace.json")).unwrap();
    fixture.set_time("2027-01-01T00:00:00Z");
    let cleanup = Cleanup {
        dry_run: true,
        measure_usage: true,
        ..Cleanup::default()
    };
    let report = fixture.workspaces.cleanup(cleanup, Job::default()).unwrap();
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["dryRun"], true);
    assert_eq!(json["now"], "2027-01-01T00:00:00Z");
    assert_eq!(json["idle"][0]["verdict"], "deleted");
    assert_eq!(json["idle"][0]["lastActiveAt"], "2026-01-01T00:00:00Z");
    assert_eq!(json["problems"][0]["error"]["code"], "metadata_missing");
    assert_eq!(json["overQuota"][0]["userId"], USER);
}

#[test]
fn nothing_that_a_repository_names_is_run() {
    let fixture = Fixture::new();
    let dir = idle_clone(&fixture, "widget");
    let trace = fixture.base.path().join("ran");
    let program = format!("touch {}; cat", trace.display());
    for setting in [
        "core.fsmonitor",
        "filter.x.clean",
        "filter.x.smudge",
        "filter.x.process",
        "diff.external",
        "core.sshCommand",
        "core.pager",
        "core.editor",
        "credential.helper",
        "core.askPass",
        "core.gitProxy",
        "gpg.program",
        "remote.origin.uploadpack",
        "core.alternateRefsCommand",
    ] {
        git(&dir, &["config", setting, &program]);
    }
    git(&dir, &["config", "filter.x.required", "true"]);
    fs::create_dir_all(dir.join(".git/info")).unwrap();
    fs::write(dir.join(".git/info/attributes"), "* filter=x diff=x\n").unwrap();
    fs::create_dir_all(dir.join(".git/hooks")).unwrap();
    for hook in [
        "post-checkout",
        "post-merge",
        "post-index-change",
        "fsmonitor-watchman",
        "reference-transaction",
    ] {
        let path = dir.join(".git/hooks").join(hook);
        fs::write(&path, format!("#!/bin/sh\ntouch {}\n", trace.display())).unwrap();
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
    // The same content written anew: whoever wants to know compares it.
    fs::write(dir.join("README"), "hello\n").unwrap();
    let origin = fixture.data.parent().unwrap().join("acme/widget.git");
    commit(&origin, "more", "x\n");
    fixture
        .workspaces
        .sync(USER, "acme", "widget", Job::default())
        .unwrap();
    assert!(dir.join("more").exists());
    fixture.set_time("2027-01-01T00:00:00Z");
    assert_eq!(
        verdicts(&clean(&fixture, !DRY)),
        [("acme/widget", Verdict::Deleted)]
    );
    assert!(!trace.exists());
}
