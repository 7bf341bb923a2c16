//! What the tests share: a data directory, a clock that is set by hand, and git repositories.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use scope_core::{ErrorCode, Timestamp};
use scope_workspace::{Options, Resolution, Workspaces};
use tempfile::TempDir;

#[path = "../../../scope-git/tests/common/machine.rs"]
pub(crate) mod machine;
pub(crate) mod numbers;

pub(crate) const USER: &str = "123e4567-e89b-12d3-a456-426614174000";
pub(crate) const OTHER: &str = "223e4567-e89b-12d3-a456-426614174000";

pub(crate) type Clock = Arc<Mutex<Timestamp>>;

pub(crate) struct Fixture {
    pub(crate) base: TempDir,
    pub(crate) data: PathBuf,
    pub(crate) clock: Clock,
    pub(crate) workspaces: Workspaces,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut Options)) -> Self {
        let base = tempfile::tempdir().unwrap();
        let data = base.path().canonicalize().unwrap().join("data");
        fs::create_dir(&data).unwrap();
        let clock = Clock::new(Mutex::new(time("2026-01-01T00:00:00Z")));
        let told = clock.clone();
        let mut options = Options {
            clock: Arc::new(move || *told.lock().unwrap()),
            allow_file_urls: true,
            ..Options::default()
        };
        change(&mut options);
        let workspaces = Workspaces::open_with(&data, options).unwrap();
        Self {
            base,
            data,
            clock,
            workspaces,
        }
    }

    pub(crate) fn set_time(&self, text: &str) {
        *self.clock.lock().unwrap() = time(text);
    }

    pub(crate) fn user_dir(&self) -> PathBuf {
        self.data.join("workspaces").join(USER)
    }

    /// A repository outside the data directory, with one commit, as `…/acme/NAME.git`; gives its `file:` URL.
    pub(crate) fn origin(&self, name: &str) -> (PathBuf, String) {
        let path = self
            .data
            .parent()
            .unwrap()
            .join("acme")
            .join(format!("{name}.git"));
        fs::create_dir_all(&path).unwrap();
        git(&path, &["init", "-q", "-b", "main"]);
        commit(&path, "README", "hello\n");
        let url = format!("file://{}", path.display());
        (path, url)
    }

    pub(crate) fn staging_is_empty(&self) -> bool {
        names(&self.data.join("workspaces/.staging")).is_empty()
    }
}

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn both_resolutions() -> [Resolution; 2] {
    [Resolution::Kernel, Resolution::Components]
}

/// Runs git as a user would, with a configuration of its own.
pub(crate) fn git(dir: &Path, arguments: &[&str]) -> String {
    let out = Command::new("git")
        .args([
            "-c",
            "user.name=acme",
            "-c",
            "user.email=acme@example.com",
            "-c",
            "commit.gpgSign=false",
        ])
        .args(arguments)
        .current_dir(dir)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&out.stderr)
    );
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}

pub(crate) fn commit(dir: &Path, file: &str, text: &str) {
    fs::write(dir.join(file), text).unwrap();
    git(dir, &["add", "--", file]);
    git(dir, &["commit", "-q", "-m", "a change"]);
}

pub(crate) fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Everything below a directory: path, kind and mode, size, content, and when it was changed last.
pub(crate) fn snapshot(dir: &Path) -> Vec<String> {
    let mut all = Vec::new();
    let mut waiting = vec![dir.to_owned()];
    while let Some(path) = waiting.pop() {
        let meta = fs::symlink_metadata(&path).unwrap();
        let content = if meta.is_file() {
            fs::read(&path).unwrap()
        } else {
            Vec::new()
        };
        all.push(format!(
            "{} {:o} {} {} {}.{} {content:?}",
            path.display(),
            meta.mode(),
            meta.nlink(),
            meta.len(),
            meta.ctime(),
            meta.ctime_nsec()
        ));
        if meta.is_dir() {
            waiting.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        }
    }
    all.sort();
    all
}

pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, scope_workspace::Error>) -> ErrorCode {
    result.unwrap_err().code()
}
