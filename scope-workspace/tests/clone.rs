//! Clone and sync with the real git: from files, over ssh's protocol and from a real server over https on loopback.

mod common;

use std::env;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use common::machine::install;
use common::*;
use scope_core::ErrorCode;
use scope_workspace::{CancelToken, CloneOptions, Job, Options, Workspaces};

#[test]
fn a_clone_is_whole_and_says_how_it_went() {
    let fixture = Fixture::new();
    let (origin, url) = fixture.origin("widget");
    git(&origin, &["checkout", "-q", "-b", "topic"]);
    commit(&origin, "topic", "x\n");
    git(&origin, &["checkout", "-q", "main"]);
    let mut phases = Vec::new();
    let mut told = |progress: &scope_workspace::Progress| phases.push(progress.phase.clone());
    let job = Job {
        progress: Some(&mut told),
        ..Job::default()
    };
    let options = CloneOptions {
        branch: Some("topic".into()),
        depth: Some(1),
    };
    let made = fixture.workspaces.clone(USER, &url, &options, job).unwrap();
    assert!(
        phases.iter().any(|phase| phase == "Receiving objects"),
        "{phases:?}"
    );
    assert_eq!(made.metadata.current_branch.as_deref(), Some("topic"));
    assert_eq!(made.metadata.default_branch.as_deref(), Some("main"));
    assert_eq!(git(&made.path, &["status", "--porcelain"]), "");
    assert_eq!(git(&made.path, &["rev-list", "--count", "HEAD"]), "1");
    assert_eq!(
        fixture
            .workspaces
            .work(USER, "acme", "widget", 0)
            .unwrap()
            .is_dirty(),
        Some(false)
    );
    // A shallow clone syncs too, and brings only what is new.
    git(&origin, &["checkout", "-q", "topic"]);
    commit(&origin, "topic", "y\n");
    let synced = fixture
        .workspaces
        .sync(USER, "acme", "widget", Job::default())
        .unwrap();
    assert_eq!(fs::read_to_string(made.path.join("topic")).unwrap(), "y\n");
    assert_ne!(synced.from, synced.to);
    assert_eq!(git(&made.path, &["status", "--porcelain"]), "");
    git(&made.path, &["fsck", "--strict"]);
    assert!(fixture.staging_is_empty());
}

#[test]
fn sync_leaves_what_it_does_not_move() {
    let fixture = Fixture::new();
    let (origin, url) = fixture.origin("widget");
    let made = fixture
        .workspaces
        .clone(USER, &url, &CloneOptions::default(), Job::default())
        .unwrap();
    commit(&origin, "README", "new\n");
    commit(&origin, "extra", "theirs\n");
    // What is untracked and in the way stops it, and nothing is half moved.
    fs::write(made.path.join("extra"), "mine\n").unwrap();
    let sync = || {
        fixture
            .workspaces
            .sync(USER, "acme", "widget", Job::default())
    };
    assert_eq!(code(sync()), ErrorCode::UncommittedChanges);
    assert_eq!(
        fs::read_to_string(made.path.join("README")).unwrap(),
        "hello\n"
    );
    assert_eq!(
        fs::read_to_string(made.path.join("extra")).unwrap(),
        "mine\n"
    );
    fs::remove_file(made.path.join("extra")).unwrap();
    fs::write(made.path.join("README"), "mine\n").unwrap();
    assert_eq!(code(sync()), ErrorCode::UncommittedChanges);
    assert_eq!(
        fs::read_to_string(made.path.join("README")).unwrap(),
        "mine\n"
    );
    git(&made.path, &["checkout", "-q", "README"]);
    fixture.set_time("2026-01-05T00:00:00Z");
    let synced = sync().unwrap();
    assert_eq!(
        synced.workspace.metadata.last_synced_at,
        Some(time("2026-01-05T00:00:00Z"))
    );
    assert_eq!(
        fs::read_to_string(made.path.join("README")).unwrap(),
        "new\n"
    );
    assert_eq!(synced.to, git(&origin, &["rev-parse", "HEAD"]));
}

#[test]
fn two_clones_at_once_give_one_workspace_and_one_answer() {
    let fixture = Fixture::new();
    let (_, url) = fixture.origin("widget");
    let clone = || {
        fixture
            .workspaces
            .clone(USER, &url, &CloneOptions::default(), Job::default())
    };
    let results: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(clone)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    let (good, bad): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!(good.len(), 1);
    assert!(
        bad.into_iter()
            .all(|result| code(result) == ErrorCode::WorkspaceExists)
    );
    assert_eq!(fixture.workspaces.list(USER).unwrap().workspaces.len(), 1);
    assert!(fixture.staging_is_empty());
}

/// A git that starts a program of its own and tells which, writes something where it is, and then takes its time.
fn slow_git(fixture: &Fixture) -> std::path::PathBuf {
    let [text, program] = ["slow-git.sh", "slow-git"].map(|name| fixture.base.path().join(name));
    let script = "#!/bin/sh\nsleep 600 & echo $! >>\"$0.pids\"\necho x >half\nhead -c 300000 /dev/zero >big\nwait\n";
    fs::write(&text, script).unwrap();
    install(&text, &program);
    program
}

#[test]
fn what_is_stopped_leaves_nothing_behind() {
    let fixture = Fixture::new();
    let program = slow_git(&fixture);
    let (_, url) = fixture.origin("widget");
    let open = |change: &dyn Fn(&mut Options)| {
        let mut options = Options {
            git: program.clone().into(),
            allow_file_urls: true,
            ..Options::default()
        };
        change(&mut options);
        Workspaces::open_with(&fixture.data, options).unwrap()
    };
    let clone = |workspaces: &Workspaces, cancel: &CancelToken| {
        let job = Job {
            cancel: cancel.clone(),
            progress: None,
        };
        workspaces.clone(USER, &url, &CloneOptions::default(), job)
    };
    let pids = || fs::read_to_string(program.with_extension("pids")).unwrap_or_default();
    let started = || pids().lines().count();
    // On a busy machine it takes longer until git has started.
    let mut time = Duration::from_millis(300);
    while started() == 0 {
        let timed = open(&|options| options.limits.time = time);
        assert_eq!(
            code(clone(&timed, &CancelToken::new())),
            ErrorCode::TimedOut
        );
        time *= 2;
    }
    let small = open(&|options| options.limits.bytes = 100_000);
    assert_eq!(
        code(clone(&small, &CancelToken::new())),
        ErrorCode::TooLarge
    );
    assert_eq!(started(), 2);
    let (any, cancel) = (open(&|_| {}), CancelToken::new());
    thread::scope(|scope| {
        scope.spawn(|| {
            let start = Instant::now();
            while started() == 2 && start.elapsed() < Duration::from_mins(1) {
                thread::sleep(Duration::from_millis(10));
            }
            cancel.cancel();
        });
        assert_eq!(code(clone(&any, &cancel)), ErrorCode::Cancelled);
    });
    assert!(fixture.staging_is_empty() && !fixture.user_dir().exists());
    let start = Instant::now();
    for pid in pids().lines() {
        // Killed ones whose parent went first wait for somebody to collect them.
        let state = || fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        while !(state().is_empty() || state().contains(") Z ")) {
            assert!(
                start.elapsed() < Duration::from_secs(30),
                "{pid} runs still"
            );
            thread::sleep(Duration::from_millis(10));
        }
    }
    assert_eq!(started(), 3);
}

#[test]
fn what_fails_leaves_nothing_behind_and_says_what_git_said() {
    let fixture = Fixture::new();
    let url = format!("file://{}/acme/none", fixture.base.path().display());
    let error = fixture
        .workspaces
        .clone(USER, &url, &CloneOptions::default(), Job::default())
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::GitFailed);
    let detail = error.detail.unwrap();
    assert!(detail.starts_with("fatal: ") && detail.contains("does not"));
    assert!(fixture.staging_is_empty() && !fixture.user_dir().exists());
    // Where it said nothing, how it ended is all there is to say.
    let options = Options {
        git: "false".into(),
        allow_file_urls: true,
        ..Options::default()
    };
    let silent = Workspaces::open_with(&fixture.data, options).unwrap();
    let error = silent.clone(USER, &url, &CloneOptions::default(), Job::default());
    let detail = error.unwrap_err().detail.unwrap();
    assert_eq!(detail, "exit status: 1");
}

#[test]
fn hooks_and_templates_of_the_service_do_not_run() {
    let fixture = Fixture::new();
    let (origin, url) = fixture.origin("widget");
    let trace = fixture.base.path().join("ran");
    for hook in ["post-checkout", "pre-upload-pack", "post-update"] {
        fs::create_dir_all(origin.join(".git/hooks")).unwrap();
        let path = origin.join(".git/hooks").join(hook);
        fs::write(&path, format!("#!/bin/sh\ntouch {}\n", trace.display())).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    }
    let made = fixture
        .workspaces
        .clone(USER, &url, &CloneOptions::default(), Job::default())
        .unwrap();
    assert!(!made.path.join(".git/hooks").exists());
    assert!(!trace.exists());
}

/// These set variables of the environment for git, which a process has once: so each runs in one of its own.
fn in_own_process(name: &str, environment: &[(&str, &str)]) -> bool {
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

#[test]
fn ssh_is_cloned_with_the_users_own_ssh() {
    // A stand-in that runs here what it is told to run there.
    let ssh = "f() { for last; do :; done; eval \"$last\"; }; f";
    if !in_own_process(
        "ssh_is_cloned_with_the_users_own_ssh",
        &[("GIT_SSH_COMMAND", ssh), ("GIT_SSH_VARIANT", "ssh")],
    ) {
        return;
    }
    let fixture = Fixture::with(|options| options.allow_file_urls = false);
    let (origin, _) = fixture.origin("widget");
    let url = format!("ssh://git@host.test{}", origin.display());
    let made = fixture
        .workspaces
        .clone(USER, &url, &CloneOptions::default(), Job::default())
        .unwrap();
    assert!(made.path.join("README").exists());
    commit(&origin, "more", "x\n");
    let owner = format!("host.test{}", origin.parent().unwrap().display());
    fixture
        .workspaces
        .sync(USER, &owner, "widget", Job::default())
        .unwrap();
    assert!(made.path.join("more").exists());
}

/// Filters, and what git's checks of what comes may pass over, are the service's to say; the repository says neither.
#[test]
fn the_services_own_git_configuration_counts() {
    let home = tempfile::tempdir().unwrap();
    let given = env::var_os("SCOPE_TEST_ALONE").and_then(|_| env::var_os("HOME"));
    let path = given.map_or_else(|| home.path().to_owned(), std::path::PathBuf::from);
    let environment = [
        ("HOME", path.to_str().unwrap()),
        ("XDG_CONFIG_HOME", ""),
        ("GIT_CONFIG_NOSYSTEM", "1"),
    ];
    if !in_own_process("the_services_own_git_configuration_counts", &environment) {
        return;
    }
    let filter =
        "[filter \"shout\"]\n\tclean = tr A-Z a-z\n\tsmudge = tr a-z A-Z\n\trequired = true\n";
    fs::write(path.join(".gitconfig"), filter).unwrap();
    let fixture = Fixture::new();
    let (origin, url) = fixture.origin("widget");
    commit(&origin, ".gitattributes", "*.txt filter=shout\n");
    commit(&origin, "a.txt", "hello\n");
    let clone = |url: &str| {
        fixture
            .workspaces
            .clone(USER, url, &CloneOptions::default(), Job::default())
    };
    let made = clone(&url).unwrap();
    let text = || fs::read_to_string(made.path.join("a.txt")).unwrap();
    let is_dirty = || {
        let work = fixture.workspaces.work(USER, "acme", "widget", 0).unwrap();
        work.is_dirty()
    };
    assert_eq!((&*text(), is_dirty()), ("HELLO\n", Some(false)));
    commit(&origin, "a.txt", "world\n");
    fixture
        .workspaces
        .sync(USER, "acme", "widget", Job::default())
        .unwrap();
    assert_eq!((&*text(), is_dirty()), ("WORLD\n", Some(false)));

    // A tree as old programs wrote it: the mode begins with a zero.
    let (old, url) = fixture.origin("old");
    let blob = git(&old, &["rev-parse", "HEAD:README"]);
    let digits = blob.as_bytes().chunks_exact(2);
    let id = digits.map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap());
    let mut tree = b"0100644 README\0".to_vec();
    tree.extend(id);
    fs::write(old.join("tree"), tree).unwrap();
    let hash = ["hash-object", "-w", "--literally", "-t", "tree", "tree"];
    let tree = git(&old, &hash);
    fs::remove_file(old.join("tree")).unwrap();
    let commit = git(&old, &["commit-tree", "-m", "old", &tree]);
    git(&old, &["update-ref", "refs/heads/main", &commit]);
    assert_eq!(code(clone(&url)), ErrorCode::GitFailed);
    let allowed = format!("{filter}[fetch \"fsck\"]\n\tzeroPaddedFilemode = ignore\n");
    fs::write(path.join(".gitconfig"), allowed).unwrap();
    let made = clone(&url).unwrap();
    assert_eq!(fs::read(made.path.join("README")).unwrap(), b"hello\n");
}

/// `git http-backend` behind a small https server on loopback, ended with the test.
struct Server {
    child: Child,
    base: String,
}

impl Server {
    fn start(dir: &Path) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/https_server.py");
        let mut child = Command::new("python3")
            .arg(script)
            .arg(dir)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        Self {
            child,
            base: format!("https://localhost:{}", line.trim()),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn make_certificate(dir: &Path) {
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
        ])
        .args([
            "-addext",
            "subjectAltName=DNS:localhost",
            "-keyout",
            "key.pem",
            "-out",
            "certificate.pem",
        ])
        .current_dir(dir)
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
}

#[test]
fn https_is_cloned_from_a_real_server() {
    let certificates = tempfile::tempdir().unwrap();
    let certificate = certificates.path().join("certificate.pem");
    if env::var_os("SCOPE_TEST_ALONE").is_none() {
        make_certificate(certificates.path());
    }
    let trusted = certificate.to_str().unwrap();
    let environment = [
        ("GIT_SSL_CAINFO", trusted),
        ("no_proxy", "localhost"),
        ("NO_PROXY", "localhost"),
    ];
    if !in_own_process("https_is_cloned_from_a_real_server", &environment) {
        return;
    }
    let certificates = env::var("GIT_SSL_CAINFO").unwrap();
    let certificates = Path::new(&certificates).parent().unwrap();
    let sources = tempfile::tempdir().unwrap();
    let origin = sources.path().join("acme/widget.git");
    fs::create_dir_all(&origin).unwrap();
    git(&origin, &["init", "-q", "-b", "main"]);
    commit(&origin, "README", "hello\n");
    git(&origin, &["config", "http.receivepack", "false"]);
    for file in ["key.pem", "certificate.pem"] {
        fs::copy(certificates.join(file), sources.path().join(file)).unwrap();
    }
    let server = Server::start(sources.path());
    let fixture = Fixture::with(|options| {
        options.allow_file_urls = false;
        options.base_url.clone_from(&server.base);
    });
    let made = fixture
        .workspaces
        .clone(
            USER,
            "acme/widget",
            &CloneOptions::default(),
            Job::default(),
        )
        .unwrap();
    assert_eq!(
        fs::read_to_string(made.path.join("README")).unwrap(),
        "hello\n"
    );
    commit(&origin, "more", "x\n");
    fixture
        .workspaces
        .sync(USER, "acme", "widget", Job::default())
        .unwrap();
    assert!(made.path.join("more").exists());
    // It asks for a password there, and nobody is asked: that would take until the time is up, with another code.
    let private = fixture.workspaces.clone(
        USER,
        "private/widget",
        &CloneOptions::default(),
        Job::default(),
    );
    assert_eq!(code(private), ErrorCode::GitFailed);
    // It leads away to a protocol that is not allowed.
    let away = fixture.workspaces.clone(
        USER,
        "away/widget",
        &CloneOptions::default(),
        Job::default(),
    );
    assert_eq!(code(away), ErrorCode::GitFailed);
    assert!(fixture.staging_is_empty());
}
