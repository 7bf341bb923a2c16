//! Whatever git and a remote print, and whatever they leave behind: limits hold, memory stays small, and nothing runs on.

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use common::*;
use scope_core::ErrorCode;
use scope_workspace::{CancelToken, CloneOptions, Job, Limits, Options, Progress, Workspaces};

/// What a limit of a second may take on a machine that is busy.
const SOON: Duration = Duration::from_secs(6);

/// Ways to print without end.
const FLOODS: [&str; 5] = [
    "yes ''",
    "yes x",
    "yes 'a: 1% (1/2)' | tr '\\n' '\\r'",
    "tr '\\0' x < /dev/zero",
    "tr '\\0' '\\033' < /dev/zero",
];

/// A script in place of git, which leaves its number in a file beside it.
fn script(dir: &Path, text: &str) -> std::path::PathBuf {
    let path = dir.join("git-in-place");
    let text = format!("#!/bin/sh\necho $$ >> '{}.pids'\n{text}\n", path.display());
    fs::write(dir.join("text"), text).unwrap();
    machine::install(&dir.join("text"), &path);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// Whether a process of one of these groups is there and not only waits to be reaped.
fn runs_in(groups: &[String]) -> bool {
    let all = fs::read_dir("/proc").unwrap().flatten();
    all.filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok())
        .any(|stat| {
            let rest = stat.rsplit_once(") ").unwrap().1;
            let fields: Vec<&str> = rest.split(' ').collect();
            fields[0] != "Z" && groups.iter().any(|group| group == fields[2])
        })
}

fn nothing_runs(script: &Path) -> bool {
    let pids = fs::read_to_string(format!("{}.pids", script.display())).unwrap();
    let groups: Vec<String> = pids.lines().map(str::to_owned).collect();
    assert!(!groups.is_empty());
    // What was killed goes when the system gets to it.
    (0..100).any(|_| {
        let is_gone = !runs_in(&groups);
        if !is_gone {
            thread::sleep(Duration::from_millis(20));
        }
        is_gone
    })
}

/// The most memory that this process has had, in bytes.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes * 1024
}

fn with_git(fixture: &Fixture, git: &Path, time: Duration) -> Workspaces {
    let options = Options {
        git: git.into(),
        allow_file_urls: true,
        limits: Limits {
            time,
            ..Limits::default()
        },
        ..Options::default()
    };
    Workspaces::open_with(&fixture.data, options).unwrap()
}

#[test]
fn what_floods_is_stopped_in_time_and_takes_little_memory() {
    let fixture = Fixture::new();
    let (_, url) = fixture.origin("widget");
    fixture
        .workspaces
        .clone(USER, &url, &CloneOptions::default(), Job::default())
        .unwrap();
    for flood in FLOODS {
        for stream in ["1", "2"] {
            let git = script(fixture.base.path(), &format!("{flood} >&{stream}"));
            let workspaces = with_git(&fixture, &git, Duration::from_secs(1));
            let began = Instant::now();
            let cloned = workspaces.clone(OTHER, &url, &CloneOptions::default(), Job::default());
            assert_eq!(cloned.unwrap_err().code(), ErrorCode::TimedOut, "{flood}");
            let work = workspaces.work(USER, "acme", "widget", 0).unwrap();
            assert_eq!(work.is_dirty(), None, "{flood}");
            assert!(began.elapsed() < 2 * SOON, "{flood}");
            assert!(nothing_runs(&git), "{flood} runs on");
            assert!(fixture.staging_is_empty());
        }
    }
    assert!(peak() < 64 << 20, "{} bytes", peak());
}

#[test]
fn what_floods_can_be_cancelled() {
    let fixture = Fixture::new();
    for flood in FLOODS {
        let git = script(fixture.base.path(), &format!("{flood} >&2"));
        let workspaces = with_git(&fixture, &git, Duration::from_mins(1));
        let cancel = CancelToken::new();
        let job = Job {
            cancel: cancel.clone(),
            ..Job::default()
        };
        let (error, took) = thread::scope(|scope| {
            let cancelled = scope.spawn(|| {
                thread::sleep(Duration::from_millis(300));
                cancel.cancel();
                Instant::now()
            });
            let url = "https://host.invalid/acme/widget";
            let options = CloneOptions::default();
            let error = workspaces.clone(USER, url, &options, job).unwrap_err();
            (error, cancelled.join().unwrap().elapsed())
        });
        assert_eq!(error.code(), ErrorCode::Cancelled, "{flood}");
        assert!(took < SOON, "{flood}: {took:?}");
        assert!(nothing_runs(&git), "{flood} runs on");
    }
}

/// A server that accepts what git asks for, and then sends lines on the side band of messages without end.
const SERVER: &str = r#"
import sys, time
out = sys.stdout.buffer
def packet(data): out.write(b"%04x" % (len(data) + 4) + data)
packet(b"1" * 40 + b" refs/heads/main\0side-band-64k ofs-delta\n")
out.write(b"0000")
out.flush()
while True:
    head = sys.stdin.buffer.read(4)
    if len(head) < 4: sys.exit(0)
    length = int(head, 16)
    line = sys.stdin.buffer.read(length - 4) if length > 4 else b""
    if line.startswith(b"done"): break
packet(b"NAK\n")
end = time.monotonic() + 30
flood = b"\2" + FLOOD
while time.monotonic() < end:
    packet(flood)
    out.flush()
"#;

#[test]
fn a_server_that_floods_is_stopped_in_time() {
    for flood in [
        r#"b"\n" * 60000"#,
        r#"b"\n""#,
        r#"b"x\n""#,
        r#"b"a: 1% (1/2)\r""#,
        r#"b"x" * 60000"#,
    ] {
        let fixture = Fixture::new();
        let server = fixture.base.path().join("server.py");
        fs::write(&server, SERVER.replace("FLOOD", flood)).unwrap();
        let ssh = fixture.base.path().join("ssh");
        fs::write(
            &ssh,
            format!("#!/bin/sh\nexec python3 '{}'\n", server.display()),
        )
        .unwrap();
        fs::set_permissions(&ssh, fs::Permissions::from_mode(0o755)).unwrap();
        let text = format!(
            "GIT_SSH_COMMAND='{}' GIT_SSH_VARIANT=simple exec git \"$@\"",
            ssh.display()
        );
        let git = script(fixture.base.path(), &text);
        let workspaces = with_git(&fixture, &git, Duration::from_secs(1));
        let began = Instant::now();
        let url = "ssh://git@host.test/acme/widget";
        let mut count = 0;
        let mut told = |_: &Progress| count += 1;
        let job = Job {
            progress: Some(&mut told),
            ..Job::default()
        };
        let cloned = workspaces.clone(USER, url, &CloneOptions::default(), job);
        assert_eq!(cloned.unwrap_err().code(), ErrorCode::TimedOut, "{flood}");
        assert!(began.elapsed() < SOON, "{flood}");
        // Ten times a second, and the last.
        assert!(count <= 2 + began.elapsed().as_millis() / 100, "{count}");
        assert!(nothing_runs(&git), "{flood}");
    }
    assert!(peak() < 64 << 20, "{} bytes", peak());
}

#[test]
fn what_is_over_the_size_limit_when_git_ends_is_refused() {
    let fixture = Fixture::new();
    let (_, url) = fixture.origin("widget");
    let git = script(fixture.base.path(), "head -c 300000 /dev/zero >big");
    let options = Options {
        git: git.into(),
        allow_file_urls: true,
        limits: Limits {
            bytes: 100_000,
            ..Limits::default()
        },
        ..Options::default()
    };
    let small = Workspaces::open_with(&fixture.data, options).unwrap();
    let cloned = small.clone(USER, &url, &CloneOptions::default(), Job::default());
    assert_eq!(code(cloned), ErrorCode::TooLarge);
    assert!(fixture.staging_is_empty());
}

#[test]
fn what_git_says_is_shown_without_secrets_and_control_characters() {
    let fixture = Fixture::new();
    let (_, url) = fixture.origin("widget");
    let text =
        "printf 'fatal: \\033[31mno access to https://u:p@q@host.test/a\\007\\n' >&2\nexit 1";
    let git = script(fixture.base.path(), text);
    let rude = with_git(&fixture, &git, Duration::from_mins(1));
    let cloned = rude.clone(USER, &url, &CloneOptions::default(), Job::default());
    assert_eq!(
        cloned.unwrap_err().detail.as_deref(),
        Some("fatal: [31mno access to https://***@host.test/a")
    );
}

/// As ssh's helpers do: what git left in the background holds the pipe of its messages.
#[test]
fn a_clone_is_over_when_git_is() {
    let fixture = Fixture::new();
    let (_, url) = fixture.origin("widget");
    let git = script(
        fixture.base.path(),
        "sleep 300 < /dev/null > /dev/null &\nexec git \"$@\"",
    );
    let workspaces = with_git(&fixture, &git, Duration::from_mins(1));
    let began = Instant::now();
    workspaces
        .clone(USER, &url, &CloneOptions::default(), Job::default())
        .unwrap();
    assert!(began.elapsed() < Duration::from_secs(20));
    assert!(nothing_runs(&git), "what it left behind runs on");
}

/// Also what began a session of its own, which no signal to its group reaches.
#[test]
fn what_left_the_group_is_ended_with_it() {
    let fixture = Fixture::new();
    let git = script(
        fixture.base.path(),
        "setsid sh -c 'echo $$ >> \"$0.pids\"; sleep 300' \"$0\" & wait",
    );
    let workspaces = with_git(&fixture, &git, Duration::from_secs(1));
    let url = "https://host.invalid/acme/widget";
    let cloned = workspaces.clone(USER, url, &CloneOptions::default(), Job::default());
    assert_eq!(cloned.unwrap_err().code(), ErrorCode::TimedOut);
    assert!(nothing_runs(&git));
}
