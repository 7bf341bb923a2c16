//! What a remote or a program says without end: time limit, cancellation and memory hold, and nothing runs on.

mod common;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use common::machine::install;
use common::*;
use scope_core::ErrorCode;
use scope_workspace::{CancelToken, CloneOptions, Job, Options, Progress, Workspaces};

/// The most memory that this process may ever have had.
const MOST_KIB: u64 = 64 << 10;

/// Floods, without and with line ends; some of each is progress.
const FLOODS: &[&str] = &[
    "yes ''",
    "yes x",
    "yes 'a: 1% (1/2)' | tr '\\n' '\\r'",
    "tr '\\0' x </dev/zero",
];

/// Runs a test again in a process of its own, whose memory and environment are its own; true there.
fn in_own_process(name: &str, environment: &[(&str, &Path)]) -> bool {
    if env::var_os("SCOPE_TEST_ALONE").is_some() {
        return true;
    }
    let run = Command::new(env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env("SCOPE_TEST_ALONE", "1")
        .envs(environment.iter().copied())
        .status()
        .unwrap();
    assert!(run.success());
    false
}

fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.unwrap()
        .split_whitespace()
        .nth(1)
        .unwrap()
        .parse()
        .unwrap()
}

/// Installs a script, which tells the numbers of its processes in `NAME.pids`.
fn program(dir: &Path, name: &str, script: &str) -> PathBuf {
    let [text, program] = [format!("{name}.sh"), name.to_owned()].map(|name| dir.join(name));
    let pids = program.with_extension("pids");
    let head = format!("#!/bin/sh\nexec 9>>{0}\necho $$ >&9\n", pids.display());
    fs::write(&text, head + script).unwrap();
    install(&text, &program);
    program
}

fn wait_until_gone(program: &Path) {
    let pids = fs::read_to_string(program.with_extension("pids")).unwrap();
    assert!(!pids.is_empty());
    let start = Instant::now();
    for pid in pids.split_whitespace() {
        // Killed ones whose parent went first wait for somebody to collect them.
        let shown = || fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        while !(shown().is_empty() || shown().contains(") Z ")) {
            assert!(
                start.elapsed() < Duration::from_secs(30),
                "{pid} runs still"
            );
            thread::sleep(Duration::from_millis(10));
        }
    }
}

fn open(fixture: &Fixture, change: impl FnOnce(&mut Options)) -> Workspaces {
    let mut options = Options {
        allow_file_urls: true,
        ..Options::default()
    };
    change(&mut options);
    Workspaces::open_with(&fixture.data, options).unwrap()
}

/// Clones, and cancels from another thread after a moment. Returns the code, how long it took, and how often progress was
/// told.
fn cloned(workspaces: &Workspaces, url: &str, cancel: CancelToken) -> (ErrorCode, Duration, u128) {
    let start = Instant::now();
    let mut count = 0;
    let mut told = |_: &Progress| count += 1;
    let job = Job {
        cancel,
        progress: Some(&mut told),
    };
    let cloned = workspaces.clone(USER, url, &CloneOptions::default(), job);
    (code(cloned), start.elapsed(), count)
}

#[test]
fn no_flood_keeps_a_run_from_being_stopped() {
    if !in_own_process("no_flood_keeps_a_run_from_being_stopped", &[]) {
        return;
    }
    let fixture = Fixture::new();
    let (_, url) = fixture.origin("widget");
    for (number, flood) in FLOODS.iter().enumerate() {
        for (to, place) in [(">&2", "err"), ("", "out"), ("& wait", "both")] {
            // The last floods both, from the background, with a child that has left the group.
            let script = match place {
                "both" => format!(
                    "sh -c 'echo $$ >&9; {}' & {flood} >&2 & setsid sh -c 'echo $$ >&9; sleep 300' {to}\n",
                    flood.replace('\'', "'\\''")
                ),
                _ => format!("{flood} {to}\n"),
            };
            let name = format!("git-{number}-{place}");
            let git = program(fixture.base.path(), &name, &script);
            let timed = open(&fixture, |options| {
                options.git = git.clone().into();
                options.limits.time = Duration::from_millis(700);
            });
            let (code, took, told) = cloned(&timed, &url, CancelToken::new());
            assert_eq!(code, ErrorCode::TimedOut, "{script}");
            assert!(took < Duration::from_secs(20), "{script}: {took:?}");
            assert!(told <= 12 + took.as_millis() / 100, "{script}: {told}");
            // As a handler of signals does it.
            let flag = Arc::new(AtomicBool::new(false));
            let any = open(&fixture, |options| options.git = git.clone().into());
            let (code, took, _) = thread::scope(|scope| {
                scope.spawn(|| {
                    thread::sleep(Duration::from_millis(300));
                    flag.store(true, Ordering::Release);
                });
                cloned(&any, &url, CancelToken::from(flag.clone()))
            });
            assert_eq!(code, ErrorCode::Cancelled, "{script}");
            assert!(took < Duration::from_secs(20), "{script}: {took:?}");
            wait_until_gone(&git);
        }
    }
    assert!(fixture.staging_is_empty() && !fixture.user_dir().exists());
    assert!(peak_kib() < MOST_KIB, "{} KiB", peak_kib());
}

/// What a server of version 0 of git's protocol says before it sends a pack, then one piece of a flood.
fn server(dir: &Path, flood: &[u8]) -> PathBuf {
    let mut greeting = Vec::new();
    let packet = |text: &[u8]| [format!("{:04x}", text.len() + 4).as_bytes(), text].concat();
    let oid = "1".repeat(40);
    greeting.extend(packet(
        format!("{oid} HEAD\0side-band-64k ofs-delta agent=git/2\n").as_bytes(),
    ));
    greeting.extend(packet(format!("{oid} refs/heads/main\n").as_bytes()));
    greeting.extend(b"0000");
    greeting.extend(packet(b"NAK\n"));
    fs::write(dir.join("greeting"), greeting).unwrap();
    let band: Vec<u8> = packet(&[b"\x02", flood].concat());
    fs::write(dir.join("flood"), band.repeat((1 << 18) / band.len())).unwrap();
    // It ends after a minute, whatever becomes of the test.
    let script = format!(
        "cd {}\ncat greeting\nend=$(($(date +%s) + 60))\n\
         while [ $(date +%s) -lt $end ]; do cat flood || exit; done\n",
        dir.display()
    );
    program(dir, "ssh", &script)
}

#[test]
fn a_git_server_that_floods_is_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let environment = dir.path().join("ssh");
    let variant = Path::new("simple");
    let environment = [
        ("GIT_SSH_COMMAND", &*environment),
        ("GIT_SSH_VARIANT", variant),
    ];
    if !in_own_process("a_git_server_that_floods_is_stopped", &environment) {
        return;
    }
    let ssh = PathBuf::from(env::var_os("GIT_SSH_COMMAND").unwrap());
    for flood in [&b"\n"[..], b"x\n", b"a: 1% (1/2)\r", &vec![b'x'; 60_000]] {
        // Its directory is the one that the other process made.
        assert_eq!(server(ssh.parent().unwrap(), flood), ssh);
        let fixture = Fixture::new();
        let timed = open(&fixture, |options| {
            options.limits.time = Duration::from_secs(1);
        });
        let url = "ssh://git@host.test/acme/widget";
        let (code, took, told) = cloned(&timed, url, CancelToken::new());
        assert_eq!(code, ErrorCode::TimedOut);
        assert!(took < Duration::from_secs(20), "{took:?}");
        assert!(told <= 12 + took.as_millis() / 100, "{told}");
        let cancel = CancelToken::new();
        let any = open(&fixture, |_| {});
        let (code, took, _) = thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(500));
                cancel.cancel();
            });
            cloned(&any, url, cancel.clone())
        });
        assert_eq!(code, ErrorCode::Cancelled);
        assert!(took < Duration::from_secs(20), "{took:?}");
        assert!(fixture.staging_is_empty() && !fixture.user_dir().exists());
        wait_until_gone(&ssh);
    }
    assert!(peak_kib() < MOST_KIB, "{} KiB", peak_kib());
}

#[test]
fn what_ssh_leaves_in_the_background_holds_nothing_up_and_is_ended() {
    let dir = tempfile::tempdir().unwrap();
    let ssh = dir.path().join("ssh");
    let environment = [
        ("GIT_SSH_COMMAND", &*ssh),
        ("GIT_SSH_VARIANT", Path::new("simple")),
    ];
    let name = "what_ssh_leaves_in_the_background_holds_nothing_up_and_is_ended";
    if !in_own_process(name, &environment) {
        return;
    }
    let ssh = PathBuf::from(env::var_os("GIT_SSH_COMMAND").unwrap());
    let script = "sleep 300 </dev/null >/dev/null &\necho $! >&9\n\
                  shift $(($# - 1))\nexec sh -c \"$1\"\n";
    program(ssh.parent().unwrap(), "ssh", script);
    let fixture = Fixture::new();
    let (origin, _) = fixture.origin("widget");
    let url = format!("ssh://git@host.test{}", origin.display());
    let start = Instant::now();
    let made = fixture
        .workspaces
        .clone(USER, &url, &CloneOptions::default(), Job::default())
        .unwrap();
    assert!(start.elapsed() < Duration::from_mins(1));
    assert!(made.path.join("README").exists());
    wait_until_gone(&ssh);
}

#[test]
fn what_is_over_the_size_limit_when_git_ends_is_refused() {
    let fixture = Fixture::new();
    let (_, url) = fixture.origin("widget");
    let script = "head -c 300000 /dev/zero >big\n";
    let git = program(fixture.base.path(), "git-quick", script);
    let small = open(&fixture, |options| {
        options.git = git.into();
        options.limits.bytes = 100_000;
    });
    let (code, ..) = cloned(&small, &url, CancelToken::new());
    assert_eq!(code, ErrorCode::TooLarge);
    assert!(fixture.staging_is_empty() && !fixture.user_dir().exists());
}

#[test]
fn what_git_says_is_shown_without_secrets_and_control_characters() {
    let fixture = Fixture::new();
    let (_, url) = fixture.origin("widget");
    let script =
        "printf 'fatal: \\033[31munable to access https://u:p@q@host.test/a\\007\\n' >&2\nexit 1\n";
    let git = program(fixture.base.path(), "git-rude", script);
    let rude = open(&fixture, |options| options.git = git.into());
    let error = rude
        .clone(USER, &url, &CloneOptions::default(), Job::default())
        .unwrap_err();
    assert_eq!(
        error.detail.as_deref(),
        Some("fatal: [31munable to access https://***@host.test/a")
    );
}
