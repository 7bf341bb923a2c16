//! A directory with a remote repository, a data directory and a home of its own, and the command run there.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

pub(crate) const USER: &str = "00000000-0000-4000-8000-000000000001";

/// The longest that anything here may take; what takes longer hangs.
const LIMIT: Duration = Duration::from_secs(50);

/// What every script may call. `origin` makes a remote repository, `publish` brings what is in `$T/src` there.
const PRELUDE: &str = r#"
set -eu
W=$DATA_DIR/workspaces/$USER_ID/acme__widget
origin() {
    git init -q "$T/src"; (cd "$T/src"; echo hello > README; git add .; git commit -qm one)
    git clone -q --bare "$T/src" "$T/acme/widget.git"; git -C "$T/src" remote add origin "$T/acme/widget.git"
}
publish() { (cd "$T/src"; git add -A; git commit -qm more; git push -q origin HEAD:main); }
clone() {
    "$SCOPE" workspace clone --user-id $USER_ID --allow-file-urls "$@" "file://$T/acme/widget.git" > /dev/null
    cd "$W"
}
empty_commit() { git commit -q --allow-empty -m "$1"; }
"#;

pub(crate) struct Place {
    base: tempfile::TempDir,
    variables: BTreeMap<String, String>,
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
}

/// The four counts of work: uncommitted, untracked, stashed, unpushed.
pub(crate) type Counts = [u64; 4];

pub(crate) const CLEAN: Counts = [0; 4];

impl Place {
    /// An empty place.
    pub(crate) fn new() -> Self {
        let place = Self {
            base: tempfile::tempdir().unwrap(),
            variables: BTreeMap::new(),
        };
        for dir in ["home", "data", "acme"] {
            fs::create_dir(place.path(dir)).unwrap();
        }
        fs::write(
            place.path("home/.gitconfig"),
            "[user]\n\tname = Tester\n\temail = tester@example.test\n[init]\n\tdefaultBranch = main\n\
             [protocol \"file\"]\n\tallow = always\n[advice]\n\tdetachedHead = false\n[gc]\n\tauto = 0\n\
             [maintenance]\n\tauto = false\n[pull]\n\tff = only\n",
        )
        .unwrap();
        place
    }

    /// One in which `script` ran.
    pub(crate) fn after(script: &str) -> Self {
        let place = Self::new();
        place.sh(script);
        place
    }

    /// One with a clone of a repository of one file, in which `script` ran.
    pub(crate) fn cloned(script: &str) -> Self {
        Self::after(&format!("origin; clone\n{script}"))
    }

    pub(crate) fn path(&self, path: impl AsRef<OsStr>) -> PathBuf {
        let base = self.base.path().canonicalize().unwrap();
        // Joined with nothing it would end with a separator.
        if path.as_ref().is_empty() {
            base
        } else {
            base.join(path.as_ref())
        }
    }

    /// The clone that scripts make.
    pub(crate) fn workspace(&self) -> PathBuf {
        self.path(format!("data/workspaces/{USER}/acme__widget"))
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.workspace().join(path)).unwrap()
    }

    pub(crate) fn has(&self, path: impl AsRef<OsStr>) -> bool {
        fs::symlink_metadata(self.workspace().join(path.as_ref())).is_ok()
    }

    /// Sets a variable for what runs from now on.
    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    fn command(&self, program: impl AsRef<OsStr>, dir: &Path) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.as_bytes().starts_with(b"GIT_") || name.as_bytes().starts_with(b"XDG_") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(dir)
            .env("T", self.path(""))
            .env("HOME", self.path("home"))
            .env("DATA_DIR", self.path("data"))
            .env("SCOPE", env!("CARGO_BIN_EXE_scope"))
            .env("USER_ID", USER)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("NO_COLOR", "1")
            .envs(&self.variables);
        command
    }

    fn run(mut command: Command) -> Ran {
        // Files and not pipes: what is left running in the background keeps nobody waiting.
        let [out, err] = [1, 2].map(|_| tempfile::NamedTempFile::new().unwrap());
        command
            .stdin(File::open("/dev/null").unwrap())
            .stdout(out.reopen().unwrap())
            .stderr(err.reopen().unwrap());
        let start = Instant::now();
        let mut child = command.spawn().unwrap();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if start.elapsed() > LIMIT {
                child.kill().unwrap();
                panic!("{command:?} hangs");
            }
            thread::sleep(Duration::from_millis(2));
        };
        Ran {
            status,
            took: start.elapsed(),
            stdout: fs::read(out.path()).unwrap(),
            stderr: String::from_utf8_lossy(&fs::read(err.path()).unwrap()).into_owned(),
        }
    }

    /// Runs a script that has to succeed. Returns what it printed.
    #[track_caller]
    pub(crate) fn sh(&self, script: &str) -> String {
        let mut command = self.command("bash", &self.path(""));
        command.args(["-c", &[PRELUDE, script].concat()]);
        let ran = Self::run(command);
        assert!(ran.status.success(), "{script}\n{}", ran.stderr);
        String::from_utf8_lossy(&ran.stdout).into_owned()
    }

    /// The same in the clone.
    #[track_caller]
    pub(crate) fn sh_there(&self, script: &str) -> String {
        self.sh(&["cd \"$W\"\n", script].concat())
    }

    /// Runs the command.
    #[track_caller]
    pub(crate) fn scope(&self, args: &[&str]) -> Ran {
        let mut command = self.command(env!("CARGO_BIN_EXE_scope"), &self.path(""));
        command.args(args);
        let ran = Self::run(command);
        // Killed by a signal, or panicked.
        assert!(
            matches!(ran.status.code(), Some(0..=2)),
            "{args:?}: {ran:?}"
        );
        ran
    }

    /// Runs `scope workspace` for the user.
    #[track_caller]
    pub(crate) fn ws(&self, args: &[&str]) -> Ran {
        let (verb, rest) = args.split_first().unwrap();
        self.scope(&[&["workspace", verb, "--user-id", USER], rest].concat())
    }

    #[track_caller]
    pub(crate) fn clone(&self, args: &[&str]) -> Ran {
        let url = format!("file://{}", self.path("acme/widget.git").display());
        let args = [&["clone", "--allow-file-urls"], args, &[&url]].concat();
        self.ws(&args)
    }

    #[track_caller]
    pub(crate) fn work(&self) -> (Counts, Option<String>) {
        let work = self
            .ws(&["work", "--format", "jsonl", "acme/widget"])
            .json();
        let counts = ["uncommitted", "untracked", "stashed", "unpushed"]
            .map(|kind| work[kind].as_u64().unwrap());
        if !work["unknown"].is_null() {
            // Shown where the test fails.
            println!("{}", work["unknown"]);
        }
        let code = work["unknown"]["code"].as_str().map(str::to_owned);
        (counts, code)
    }

    #[track_caller]
    pub(crate) fn names(&self) -> Vec<(String, String)> {
        let args = ["work", "--names", "100", "--format", "jsonl", "acme/widget"];
        let work = self.ws(&args).json();
        let names = work["names"].as_array().cloned().unwrap_or_default();
        let text = |name: &Value, key: &str| name[key].as_str().unwrap().to_owned();
        names
            .iter()
            .map(|name| (text(name, "kind"), text(name, "name")))
            .collect()
    }

    /// Runs a cleanup in which everything is idle. Returns its report.
    #[track_caller]
    pub(crate) fn cleanup(&self, args: &[&str]) -> Value {
        let cleanup = ["workspace", "cleanup", "--older-than", "0d"];
        self.scope(&[&cleanup, args, &["--format", "jsonl"]].concat())
            .json()
    }

    #[track_caller]
    pub(crate) fn delete(&self, args: &[&str]) -> Ran {
        self.ws(&[&["delete"], args, &["acme/widget"]].concat())
    }

    #[track_caller]
    pub(crate) fn try_sync(&self) -> Ran {
        self.ws(&[
            "sync",
            "--allow-file-urls",
            "--format",
            "jsonl",
            "acme/widget",
        ])
    }

    /// Asserts that the workspace holds this work and nothing unknown, and that neither a cleanup nor a delete without
    /// force takes it.
    #[track_caller]
    pub(crate) fn keeps(&self, counts: Counts) {
        assert_eq!(self.work(), (counts, None));
        self.stays("work_would_be_lost");
    }

    /// Asserts that the workspace holds work of some kind, or may, and that nothing takes it.
    #[track_caller]
    pub(crate) fn keeps_something(&self) {
        let (counts, unknown) = self.work();
        assert_ne!((counts, &unknown), (CLEAN, &None));
        self.stays(if counts == CLEAN {
            "work_unknown"
        } else {
            "work_would_be_lost"
        });
    }

    /// Asserts that what the workspace holds is unknown for this reason, and that nothing takes it.
    #[track_caller]
    pub(crate) fn keeps_unknown(&self, code: &str) {
        let (counts, unknown) = self.work();
        assert_eq!(unknown.as_deref(), Some(code));
        self.stays(if counts == CLEAN {
            "work_unknown"
        } else {
            "work_would_be_lost"
        });
    }

    /// Asserts that neither a cleanup nor a delete, which is refused with this code, takes it or changes it.
    #[track_caller]
    pub(crate) fn stays(&self, code: &str) {
        let before = snapshot(&self.workspace());
        let report = self.cleanup(&[]);
        assert_eq!(report["idle"][0]["verdict"], "warned", "{report}");
        let refused = self.delete(&[]);
        assert_eq!(refused.code(), code);
        assert_eq!(snapshot(&self.workspace()), before);
    }

    /// Asserts that the workspace holds nothing, and that a cleanup deletes it.
    #[track_caller]
    pub(crate) fn goes(&self) {
        assert_eq!(self.work(), (CLEAN, None));
        let report = self.cleanup(&[]);
        assert_eq!(report["idle"][0]["verdict"], "deleted", "{report}");
        assert!(!self.workspace().exists());
    }

    /// Asserts that a sync succeeds and leaves the clone as `git pull` leaves a copy of it.
    #[track_caller]
    pub(crate) fn syncs_as_git_pulls(&self) {
        self.sh("cp -a \"$W\" \"$T/copy\"");
        self.try_sync().good();
        self.sh("git -C \"$T/copy\" pull -q");
        self.is_as_copy();
    }

    /// Asserts that the clone's files, references and status are those of `$T/copy`.
    #[track_caller]
    pub(crate) fn is_as_copy(&self) {
        let [here, copy] = [self.workspace(), self.path("copy")].map(|dir| {
            let mut files = snapshot(&dir);
            files.retain(|path, _| path.components().all(|name| name.as_os_str() != ".git"));
            files
        });
        assert_eq!(here, copy);
        let told = |dir: &str| {
            self.sh(&format!(
                "cd \"{dir}\"; git status --short --branch; git for-each-ref; git ls-files --stage"
            ))
        };
        assert_eq!(told("$W"), told("$T/copy"));
    }

    /// Asserts that a sync is refused with this code, and that files, index and branches are as they were.
    #[track_caller]
    pub(crate) fn sync_refused(&self, code: &str) -> Ran {
        let state = || {
            let mut files = snapshot(&self.workspace());
            // Objects and remote-tracking references may come.
            let may_come = [
                ".git/objects",
                ".git/refs/remotes",
                ".git/logs/refs/remotes",
                ".git/packed-refs",
            ];
            files.retain(|path, _| !may_come.iter().any(|of_git| path.starts_with(of_git)));
            files
        };
        let before = state();
        let ran = self.try_sync();
        assert_eq!(ran.code(), code, "{}", ran.stderr);
        assert_eq!(state(), before);
        ran
    }
}

impl Ran {
    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Standard output of a run that found nothing wrong.
    #[track_caller]
    pub(crate) fn good(&self) -> String {
        assert!(self.status.success(), "{}", self.stderr);
        String::from_utf8_lossy(&self.stdout)
            .trim_end_matches('\n')
            .to_owned()
    }

    /// The code of a run that was refused.
    #[track_caller]
    pub(crate) fn code(&self) -> &str {
        assert_eq!(self.status.code(), Some(1), "{self:?}");
        let (_, rest) = self.stderr.split_once("error[").expect(&self.stderr);
        rest.split_once(']').unwrap().0
    }
}

/// All that is in a directory but the service's metadata: kind, permissions and content of each path.
pub(crate) fn snapshot(dir: &Path) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
    let mut all = BTreeMap::new();
    let mut waiting = vec![PathBuf::new()];
    while let Some(path) = waiting.pop() {
        for entry in fs::read_dir(dir.join(&path)).unwrap() {
            let entry = entry.unwrap();
            let below = path.join(entry.file_name());
            let metadata = entry.metadata().unwrap();
            let kind = metadata.file_type();
            let content = if kind.is_dir() {
                waiting.push(below.clone());
                Vec::new()
            } else if kind.is_symlink() {
                let to = fs::read_link(entry.path()).unwrap();
                to.as_os_str().as_bytes().to_vec()
            } else if kind.is_fifo() {
                b"FIFO".to_vec()
            } else {
                fs::read(entry.path()).unwrap()
            };
            let is_ours = [".workspace.json", ".git/workspace.json"].map(Path::new);
            if !is_ours.contains(&&*below) {
                all.insert(below, (metadata.permissions().mode(), content));
            }
        }
    }
    all
}
