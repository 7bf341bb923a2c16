//! Hostile directories: what stands where it should not, and what changes while we work. Nothing outside is read,
//! written or deleted.

mod common;

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use common::machine::{install, not_shown};
use common::*;
use landlock::{ABI, Access as _, AccessFs, Ruleset, RulesetAttr as _, RulesetStatus};
use rustix::fs::{CWD, FileType, Mode, RenameFlags, mknodat, renameat_with};
use scope_core::{ErrorCode, RetentionPolicy, Timestamp};
use scope_workspace::{Cleanup, Delete, Job, Resolution, Verdict, Workspaces};

/// Whatever it holds.
const FORCE: Delete = Delete { force: true };

fn fixtures() -> impl Iterator<Item = Fixture> {
    both_resolutions()
        .into_iter()
        .map(|resolution| Fixture::with(|options| options.resolution = resolution))
}

/// A directory that is not ours, with something in it that looks like a workspace.
fn outside(fixture: &Fixture) -> PathBuf {
    let outside = fixture.data.parent().unwrap().join("outside");
    fs::create_dir_all(outside.join("acme__widget/sub")).unwrap();
    let text = "{\"owner\":\"acme\",\"repo\":\"widget\",\"fullName\":\"acme/widget\",\
                \"lastAccessedAt\":\"2000-01-01T00:00:00Z\",\"createdAt\":\"2000-01-01T00:00:00Z\"}";
    fs::write(outside.join("acme__widget/.workspace.json"), text).unwrap();
    fs::write(outside.join("acme__widget/sub/secret"), "secret").unwrap();
    outside
}

#[test]
fn a_symbolic_link_at_any_level_is_refused() {
    for fixture in fixtures() {
        let outside = outside(&fixture);
        let before = snapshot(&outside);
        let workspaces = &fixture.workspaces;
        let each = |expected: ErrorCode| {
            assert_eq!(code(workspaces.get(USER, "acme", "widget")), expected);
            assert_eq!(code(workspaces.create(USER, "acme", "widget")), expected);
            assert_eq!(code(workspaces.touch(USER, "acme", "widget")), expected);
            assert_eq!(
                code(workspaces.delete(USER, "acme", "widget", FORCE)),
                expected
            );
            assert_eq!(code(workspaces.hold(USER, "acme", "widget")), expected);
            assert_eq!(code(workspaces.work(USER, "acme", "widget", 0)), expected);
            assert_eq!(
                code(workspaces.sync(USER, "acme", "widget", Job::default())),
                expected
            );
            let report = workspaces
                .cleanup(Cleanup::default(), Job::default())
                .unwrap();
            assert_eq!(report.problems.len(), 1);
            assert_eq!(report.problems[0].error.code(), expected);
            assert_eq!(report.idle, []);
        };
        // The user's directory.
        symlink(&outside, fixture.user_dir()).unwrap();
        each(ErrorCode::SymbolicLink);
        assert_eq!(code(workspaces.list(USER)), ErrorCode::SymbolicLink);
        assert_eq!(code(workspaces.usage(USER)), ErrorCode::SymbolicLink);
        let path = fixture.user_dir().join("acme__widget");
        assert_eq!(
            code(workspaces.validate_path(USER, &path)),
            ErrorCode::SymbolicLink
        );
        fs::remove_file(fixture.user_dir()).unwrap();
        // The workspace.
        fs::create_dir(fixture.user_dir()).unwrap();
        symlink(outside.join("acme__widget"), &path).unwrap();
        each(ErrorCode::SymbolicLink);
        let listing = workspaces.list(USER).unwrap();
        assert_eq!(
            (listing.workspaces, listing.problems[0].error.code()),
            (vec![], ErrorCode::SymbolicLink)
        );
        assert_eq!(
            code(workspaces.validate_path(USER, &path)),
            ErrorCode::SymbolicLink
        );
        fs::remove_file(&path).unwrap();
        // Its metadata.
        fs::create_dir(&path).unwrap();
        symlink(
            outside.join("acme__widget/.workspace.json"),
            path.join(".workspace.json"),
        )
        .unwrap();
        each(ErrorCode::SymbolicLink);
        assert_eq!(snapshot(&outside), before);
    }
}

#[test]
fn a_git_directory_that_is_a_link_is_refused() {
    for fixture in fixtures() {
        let (_, url) = fixture.origin("widget");
        let made = fixture
            .workspaces
            .clone(USER, &url, &<_>::default(), Job::default())
            .unwrap();
        let elsewhere = fixture.data.parent().unwrap().join("elsewhere");
        fs::rename(made.path.join(".git"), &elsewhere).unwrap();
        symlink(&elsewhere, made.path.join(".git")).unwrap();
        let before = snapshot(&elsewhere);
        let work = fixture.workspaces.work(USER, "acme", "widget", 0).unwrap();
        assert_eq!(work.unknown.unwrap().code(), ErrorCode::SymbolicLink);
        assert_eq!(
            code(
                fixture
                    .workspaces
                    .sync(USER, "acme", "widget", Job::default())
            ),
            ErrorCode::SymbolicLink
        );
        fixture.set_time("2027-01-01T00:00:00Z");
        let report = fixture
            .workspaces
            .cleanup(Cleanup::default(), Job::default())
            .unwrap();
        assert_eq!(report.idle[0].verdict, Verdict::Warned);
        assert_eq!(snapshot(&elsewhere), before);
        // To delete it on request removes the link and nothing behind it.
        fixture
            .workspaces
            .delete(USER, "acme", "widget", FORCE)
            .unwrap();
        assert_eq!(snapshot(&elsewhere), before);
    }
}

#[test]
fn what_a_tree_holds_does_no_harm_when_it_goes() {
    for fixture in fixtures() {
        let outside = outside(&fixture);
        let made = fixture.workspaces.create(USER, "acme", "widget").unwrap();
        let tree = made.path.join("tree");
        fs::create_dir(&tree).unwrap();
        symlink(&outside, tree.join("to-directory")).unwrap();
        symlink(
            outside.join("acme__widget/sub/secret"),
            tree.join("to-file"),
        )
        .unwrap();
        symlink("/", tree.join("to-root")).unwrap();
        symlink("loop", tree.join("loop")).unwrap();
        mknodat(CWD, tree.join("fifo"), FileType::Fifo, Mode::RWXU, 0).unwrap();
        // Not where the kernel's or a container's rules forbid it.
        let null = rustix::fs::makedev(1, 3);
        let device = mknodat(
            CWD,
            tree.join("device"),
            FileType::CharacterDevice,
            Mode::RWXU,
            null,
        );
        assert_eq!(device.is_ok(), tree.join("device").exists());
        mknodat(CWD, tree.join("socket"), FileType::Socket, Mode::RWXU, 0).unwrap();
        fs::write(tree.join("new\nline"), "").unwrap();
        fs::write(tree.join(OsStr::from_bytes(b"not\xffutf8")), "").unwrap();
        fs::create_dir_all(tree.join("shut/in")).unwrap();
        fs::write(tree.join("shut/in/file"), "").unwrap();
        fs::set_permissions(tree.join("shut/in"), PermissionsExt::from_mode(0o000)).unwrap();
        fs::set_permissions(tree.join("shut"), PermissionsExt::from_mode(0o500)).unwrap();
        // Deeper than a path can be long.
        let deep = |at: &Path| {
            let mut dir = fs::File::open(at).unwrap();
            for _ in 0..3000 {
                rustix::fs::mkdirat(&dir, "a", Mode::RWXU).unwrap();
                dir = rustix::fs::openat(&dir, "a", rustix::fs::OFlags::RDONLY, Mode::empty())
                    .unwrap()
                    .into();
            }
        };
        deep(&tree);
        let before = snapshot(&outside);
        assert!(!fixture.workspaces.usage(USER).unwrap().complete);
        fixture
            .workspaces
            .delete(USER, "acme", "widget", FORCE)
            .unwrap();
        assert_eq!(snapshot(&outside), before);
        assert!(names(&fixture.user_dir()).is_empty() && fixture.staging_is_empty());
    }
}

#[test]
fn a_hard_link_to_outside_frees_nothing_and_changes_nothing() {
    let fixture = Fixture::new();
    let outside = outside(&fixture);
    let big = outside.join("big");
    fs::write(&big, vec![1; 1 << 20]).unwrap();
    let made = fixture.workspaces.create(USER, "acme", "widget").unwrap();
    fs::hard_link(&big, made.path.join("link")).unwrap();
    fs::write(made.path.join("own"), vec![1; 1 << 18]).unwrap();
    fs::hard_link(made.path.join("own"), made.path.join("twin")).unwrap();
    let freed = fixture
        .workspaces
        .delete(USER, "acme", "widget", FORCE)
        .unwrap()
        .freed_bytes;
    assert!((1 << 18..1 << 20).contains(&freed), "{freed}");
    assert_eq!(fs::read(&big).unwrap(), vec![1; 1 << 20]);
}

#[test]
fn what_stands_in_the_place_of_metadata_is_neither_waited_for_nor_read() {
    for fixture in fixtures() {
        let made = fixture.workspaces.create(USER, "acme", "widget").unwrap();
        let file = made.path.join(".workspace.json");
        fs::remove_file(&file).unwrap();
        mknodat(CWD, &file, FileType::Fifo, Mode::RWXU, 0).unwrap();
        assert_eq!(
            code(fixture.workspaces.get(USER, "acme", "widget")),
            ErrorCode::NotAFile
        );
        fs::remove_file(&file).unwrap();
        fs::create_dir(&file).unwrap();
        assert_eq!(
            code(fixture.workspaces.get(USER, "acme", "widget")),
            ErrorCode::NotAFile
        );
        fixture.set_time("2027-01-01T00:00:00Z");
        let report = fixture
            .workspaces
            .cleanup(Cleanup::default(), Job::default())
            .unwrap();
        assert_eq!(report.problems[0].error.code(), ErrorCode::NotAFile);
        assert!(file.exists());
    }
}

#[test]
fn names_that_are_no_names_do_no_harm() {
    let fixture = Fixture::new();
    fixture.workspaces.create(USER, "acme", "widget").unwrap();
    for name in [
        &b"new\nline"[..],
        b"not\xffutf8",
        b"-rf",
        b"acme__",
        b"__",
        b"acme__widget__x",
    ] {
        fs::create_dir(fixture.user_dir().join(OsStr::from_bytes(name))).unwrap();
    }
    for name in [
        &b"not\xffutf8"[..],
        b"new\nline",
        b"ABCDEFGH-e89b-12d3-a456-426614174000",
        b"..",
    ] {
        let _ = fs::create_dir(
            fixture
                .data
                .join("workspaces")
                .join(OsStr::from_bytes(name)),
        );
    }
    let before = snapshot(&fixture.data);
    let listing = fixture.workspaces.list(USER).unwrap();
    assert_eq!((listing.workspaces.len(), listing.problems.len()), (1, 6));
    fixture.set_time("2027-01-01T00:00:00Z");
    let report = fixture
        .workspaces
        .cleanup(
            Cleanup {
                dry_run: true,
                ..<_>::default()
            },
            Job::default(),
        )
        .unwrap();
    assert_eq!(
        (report.users, report.idle.len(), report.problems.len()),
        (1, 1, 6)
    );
    assert_eq!(snapshot(&fixture.data), before);
}

/// Nothing can be renamed to the directory beside all users' directories from a file system of a user's own.
#[test]
fn a_users_directory_may_be_a_volume() {
    if env::var_os("SCOPE_TEST_VOLUME").is_none() {
        let what = "a user's directory may be a volume of its own";
        let mut apart = Command::new("unshare");
        apart.args(["--mount", "--map-root-user", "--"]);
        let name = "a_users_directory_may_be_a_volume";
        let probe = ["sh", "-c", "mount -t tmpfs none \"$TMPDIR\""];
        again_where(&apart, &probe, what, name, "SCOPE_TEST_VOLUME");
        return;
    }
    for fixture in fixtures() {
        let user = fixture.user_dir();
        fs::create_dir(&user).unwrap();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "none"])
            .arg(&user)
            .status()
            .unwrap();
        assert!(mount.success());
        let workspaces = &fixture.workspaces;
        let (origin, url) = fixture.origin("widget");
        workspaces
            .clone(USER, &url, &<_>::default(), Job::default())
            .unwrap();
        commit(&origin, "README", "new\n");
        let synced = workspaces.sync(USER, "acme", "widget", Job::default());
        let synced = synced.unwrap();
        assert_ne!(synced.from, synced.to);
        workspaces.touch(USER, "acme", "widget").unwrap();
        assert_eq!(workspaces.list(USER).unwrap().workspaces.len(), 1);
        let made = workspaces.create(USER, "acme", "gadget").unwrap();
        fs::write(made.path.join("new"), "").unwrap();
        let delete = |repo| workspaces.delete(USER, "acme", repo, Delete::default());
        assert_eq!(code(delete("gadget")), ErrorCode::WorkWouldBeLost);
        assert!(made.path.join("new").exists());
        fixture.set_time("2027-01-01T00:00:00Z");
        let report = workspaces.cleanup(Cleanup::default(), Job::default());
        let report = report.unwrap();
        assert_eq!(report.problems, []);
        assert_eq!(names(&user), [".staging", "acme__gadget"]);
        workspaces.delete(USER, "acme", "gadget", FORCE).unwrap();
        assert!(names(&user.join(".staging")).is_empty() && fixture.staging_is_empty());
        let unmount = Command::new("umount").arg(&user).status().unwrap();
        assert!(unmount.success());
    }
}

#[test]
fn a_mounted_file_system_is_left_alone() {
    // Run again in a mount namespace of its own, where this process may make one.
    if env::var_os("SCOPE_TEST_MOUNTS").is_none() {
        let what = "a file system mounted in a workspace is left alone";
        let mut apart = Command::new("unshare");
        apart.args(["--mount", "--map-root-user", "--"]);
        let name = "a_mounted_file_system_is_left_alone";
        let probe = ["sh", "-c", "mount -t tmpfs none \"$TMPDIR\""];
        again_where(&apart, &probe, what, name, "SCOPE_TEST_MOUNTS");
        return;
    }
    for fixture in fixtures() {
        let made = fixture.workspaces.create(USER, "acme", "widget").unwrap();
        let mounted = made.path.join("mounted");
        fs::create_dir(&mounted).unwrap();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "none"])
            .arg(&mounted)
            .status()
            .unwrap();
        assert!(mount.success());
        fs::write(mounted.join("kept"), "").unwrap();
        assert!(!fixture.workspaces.usage(USER).unwrap().complete);
        let error = fixture
            .workspaces
            .delete(USER, "acme", "widget", FORCE)
            .unwrap_err();
        assert_eq!(error.code(), ErrorCode::IoFailed);
        // It is told of, and stops nothing.
        let report = fixture
            .workspaces
            .cleanup(Cleanup::default(), Job::default())
            .unwrap();
        assert_eq!((report.leftovers, report.problems.len()), (0, 1));
        assert_eq!(report.problems[0].error.code(), ErrorCode::IoFailed);
        let staging = fixture.data.join("workspaces/.staging");
        let left = staging.join(&names(&staging)[0]).join("mounted/kept");
        let is_kept = left.exists() || mounted.join("kept").exists();
        let unmount = Command::new("umount")
            .arg(left.parent().unwrap())
            .status()
            .unwrap();
        assert!(is_kept && unmount.success());
        let report = fixture
            .workspaces
            .cleanup(Cleanup::default(), Job::default())
            .unwrap();
        assert_eq!(report.leftovers, 1);
        assert!(fixture.staging_is_empty());
    }
}

#[test]
fn directories_without_permission_are_reported_and_deleted() {
    // Root may do everything, so somebody else runs this.
    if env::var_os("SCOPE_TEST_NOBODY").is_none() && rustix::process::geteuid().is_root() {
        let what = "what another user than root may not enter is reported and deleted";
        let mut nobody = Command::new("setpriv");
        nobody.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]);
        let name = "directories_without_permission_are_reported_and_deleted";
        again_where(
            &nobody,
            &["sh", "-c", "cd \"$TMPDIR\""],
            what,
            name,
            "SCOPE_TEST_NOBODY",
        );
        return;
    }
    for fixture in fixtures() {
        let made = fixture.workspaces.create(USER, "acme", "widget").unwrap();
        let shut = made.path.join("a/b");
        fs::create_dir_all(&shut).unwrap();
        fs::write(shut.join("file"), "").unwrap();
        fs::set_permissions(&shut, PermissionsExt::from_mode(0o000)).unwrap();
        fs::set_permissions(made.path.join("a"), PermissionsExt::from_mode(0o500)).unwrap();
        assert!(!fixture.workspaces.usage(USER).unwrap().complete);
        fs::create_dir(fixture.user_dir().join("acme__shut")).unwrap();
        fs::set_permissions(
            fixture.user_dir().join("acme__shut"),
            PermissionsExt::from_mode(0o000),
        )
        .unwrap();
        assert_eq!(
            code(fixture.workspaces.get(USER, "acme", "shut")),
            ErrorCode::IoFailed
        );
        let report = fixture
            .workspaces
            .cleanup(Cleanup::default(), Job::default())
            .unwrap();
        assert_eq!(report.problems[0].error.code(), ErrorCode::IoFailed);
        fixture
            .workspaces
            .delete(USER, "acme", "widget", FORCE)
            .unwrap();
        assert_eq!(names(&fixture.user_dir()), ["acme__shut"]);
        fs::set_permissions(
            fixture.user_dir().join("acme__shut"),
            PermissionsExt::from_mode(0o700),
        )
        .unwrap();
        assert!(fixture.staging_is_empty());
    }
}

/// Runs one test again by another program, told so by a variable, in a temporary directory that anybody may use. Where
/// that program may not even run `probe`, this is not shown.
fn again_where(by: &Command, probe: &[&str], what: &str, name: &str, variable: &str) {
    let base = tempfile::tempdir().unwrap();
    let program = base.path().join("attacks");
    install(&env::current_exe().unwrap(), &program);
    let temporary = base.path().join("temporary");
    fs::create_dir(&temporary).unwrap();
    for (path, mode) in [(base.path(), 0o755), (&temporary, 0o777)] {
        fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    }
    let run = |args: &[&OsStr]| {
        let mut run = Command::new(by.get_program());
        run.args(by.get_args()).args(args).current_dir("/");
        run.env("TMPDIR", &temporary).env("HOME", "/nonexistent");
        run.env(variable, "1").output()
    };
    let probe: Vec<&OsStr> = probe.iter().map(OsStr::new).collect();
    let missing = "util-linux is missing; to get it: apt-get install util-linux mount";
    for probe in [&probe[..], &[program.as_os_str(), OsStr::new("--list")]] {
        let probed = run(probe).expect(missing);
        if !probed.status.success() {
            return not_shown(what, &String::from_utf8_lossy(&probed.stderr));
        }
    }
    let ran = run(&[program.as_os_str(), OsStr::new("--exact"), OsStr::new(name)]).unwrap();
    let said = [ran.stdout, ran.stderr].concat();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&said));
}

/// What git works on by paths: a directory of the tree, and one of the repository, that turn into links and back
/// while dirt is looked for and a sync writes.
#[test]
fn a_tree_that_turns_into_a_link_and_back_is_neither_read_nor_written_outside() {
    if !is_confined() {
        let what = "git neither reads nor writes outside a tree that turns into a link and back";
        return not_shown(what, "this kernel has no Landlock, or it is turned off");
    }
    if !exchanges() {
        return;
    }
    for inner in ["src", ".git/refs/heads", ".git/objects/info"] {
        let fixture = Fixture::new();
        let (origin, url) = fixture.origin("widget");
        fs::create_dir(origin.join("src")).unwrap();
        commit(&origin, "src/file", "0\n");
        let made = fixture
            .workspaces
            .clone(USER, &url, &<_>::default(), Job::default())
            .unwrap();
        let outside = outside(&fixture);
        fs::write(outside.join("file"), "outside\n").unwrap();
        let before = snapshot(&outside);
        fs::create_dir_all(made.path.join(inner)).unwrap();
        let (swapped, link) = (made.path.join(inner), fixture.base.path().join("link"));
        symlink(&outside, &link).unwrap();
        let (over, swaps) = (AtomicBool::new(false), AtomicU64::new(0));
        let mut synced = 0;
        thread::scope(|scope| {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    let swap = renameat_with(CWD, &swapped, CWD, &link, RenameFlags::EXCHANGE);
                    swaps.fetch_add(u64::from(swap.is_ok()), Ordering::Relaxed);
                }
            });
            let start = Instant::now();
            let mut round = 0;
            while is_swapping(start, &swaps) {
                round += 1;
                commit(&origin, "src/file", &format!("{round}\n"));
                let _ = fixture.workspaces.work(USER, "acme", "widget", 0);
                let sync = fixture
                    .workspaces
                    .sync(USER, "acme", "widget", Job::default());
                synced += u64::from(sync.is_ok());
            }
            over.store(true, Ordering::Relaxed);
        });
        let swaps = swaps.into_inner();
        println!("{inner}: {swaps} swaps, {synced} syncs that found it in place");
        assert_eq!(snapshot(&outside), before, "{inner}");
        assert!(swaps > 0);
    }
}

/// Whether the kernel keeps a thread inside directories.
fn is_confined() -> bool {
    let restricted = thread::spawn(|| {
        let all = AccessFs::from_all(ABI::V1);
        Ruleset::default()
            .handle_access(all)?
            .create()?
            .restrict_self()
    });
    let status = restricted.join().unwrap().unwrap();
    status.ruleset != RulesetStatus::NotEnforced
}

/// Whether the file system exchanges a directory and a link in one step, without which there is no attack.
fn exchanges() -> bool {
    let base = tempfile::tempdir().unwrap();
    let [one, other] = ["one", "other"].map(|name| base.path().join(name));
    fs::create_dir(&one).unwrap();
    symlink("/", &other).unwrap();
    let exchanged = renameat_with(CWD, &one, CWD, &other, RenameFlags::EXCHANGE);
    if let Err(errno) = exchanged {
        let what = "a directory that turns into a link and back leads nowhere";
        not_shown(what, &format!("two names cannot be exchanged: {errno}"));
    }
    exchanged.is_ok()
}

/// How long each attack lasts, at the least: long by `cargo xtask prove`, else as long as it takes to see that it does something.
fn swapping_time() -> Duration {
    let seconds = env::var("SCOPE_SWAP_SECONDS").map_or(0.25, |text| text.parse().unwrap());
    Duration::from_secs_f64(seconds)
}

/// Whether the attack goes on: for its time, and on a busy machine until a directory was swapped at all.
fn is_swapping(start: Instant, swaps: &AtomicU64) -> bool {
    let none_yet = swaps.load(Ordering::Relaxed) == 0;
    let lasted = start.elapsed();
    lasted < swapping_time() || none_yet && lasted < Duration::from_mins(1)
}

/// What is done while a directory turns into a link and back. Says whether it got anywhere.
type Operation = (&'static str, fn(&Workspaces) -> bool);

const OPERATIONS: [Operation; 5] = [
    ("create", |workspaces| {
        let _ = workspaces.delete(USER, "acme", "widget", FORCE);
        workspaces.create(USER, "acme", "widget").is_ok()
    }),
    ("list", |workspaces| {
        let listed = workspaces.list(USER).unwrap_or_default().workspaces;
        for workspace in &listed {
            assert_ne!(workspace.metadata.created_at, of_outside());
        }
        !listed.is_empty()
    }),
    ("delete", |workspaces| {
        let _ = workspaces.create(USER, "acme", "widget");
        workspaces.delete(USER, "acme", "widget", FORCE).is_ok()
    }),
    ("cleanup", |workspaces| {
        let _ = workspaces.create(USER, "acme", "widget");
        let cleanup = Cleanup {
            policy: RetentionPolicy::from_days(0).unwrap(),
            ..Cleanup::default()
        };
        let idle = workspaces
            .cleanup(cleanup, Job::default())
            .map_or(vec![], |report| report.idle);
        for decided in &idle {
            assert_ne!(decided.last_active_at, of_outside());
        }
        !idle.is_empty()
    }),
    ("touch, usage and validate_path", |workspaces| {
        let _ = workspaces.usage(USER);
        let path = workspaces.data_dir().join("workspaces").join(USER);
        let _ = workspaces.validate_path(USER, path.join("acme__widget/sub"));
        workspaces.touch(USER, "acme", "widget").is_ok()
    }),
];

/// When what stands outside was made, which nothing of ours was.
fn of_outside() -> Timestamp {
    time("2000-01-01T00:00:00Z")
}

#[test]
fn a_directory_that_turns_into_a_link_and_back_leads_nowhere() {
    if !exchanges() {
        return;
    }
    let levels: [fn(&Fixture) -> PathBuf; 2] = [Fixture::user_dir, |fixture| {
        fixture.user_dir().join("acme__widget")
    }];
    for operation in OPERATIONS {
        for resolution in both_resolutions() {
            for level in levels {
                swap(operation, resolution, level);
            }
        }
    }
}

/// Swaps a directory for a link to one that is not ours, in a tight loop.
fn swap((name, operation): Operation, resolution: Resolution, level: fn(&Fixture) -> PathBuf) {
    let fixture = Fixture::with(|options| options.resolution = resolution);
    let outside = outside(&fixture);
    let before = snapshot(&outside);
    fixture.workspaces.create(USER, "acme", "widget").unwrap();
    let swapped = level(&fixture);
    let link = fixture.data.parent().unwrap().join("link");
    let is_workspace = swapped.ends_with("acme__widget");
    let target = if is_workspace {
        outside.join("acme__widget")
    } else {
        outside.clone()
    };
    symlink(&target, &link).unwrap();
    let (over, swaps) = (AtomicBool::new(false), AtomicU64::new(0));
    let (mut tried, mut done) = (0, 0);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                if renameat_with(CWD, &swapped, CWD, &link, RenameFlags::EXCHANGE).is_ok() {
                    swaps.fetch_add(1, Ordering::Relaxed);
                } else if !swapped.exists() {
                    // What was deleted is made anew, so that the attack goes on.
                    let _ = fs::create_dir_all(&swapped);
                }
            }
        });
        let start = Instant::now();
        while is_swapping(start, &swaps) {
            tried += 1;
            done += u64::from(operation(&fixture.workspaces));
        }
        over.store(true, Ordering::Relaxed);
    });
    assert_eq!(snapshot(&outside), before, "{name}");
    let swaps = swaps.into_inner();
    let level = if is_workspace { "workspace" } else { "user" };
    println!("{name}, {resolution:?}, {level}: {swaps} swaps, {tried} times, {done} of them done");
    assert!(swaps > 0 && tried > 0, "{name}");
}
