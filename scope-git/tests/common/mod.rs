//! Repositories made on the spot by the real git.
#![allow(dead_code, reason = "each test takes what it needs")]

pub(crate) mod machine;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A directory that goes away again; its path holds no symbolic link.
pub(crate) struct Place {
    _directory: TempDir,
    root: PathBuf,
}

impl Place {
    pub(crate) fn new() -> Self {
        let directory = tempfile::Builder::new().prefix("scope-git-").tempdir();
        let directory = directory.expect("a temporary directory");
        let root = fs::canonicalize(directory.path()).expect("its real path");
        Self {
            _directory: directory,
            root,
        }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// What has this path below the place.
    pub(crate) fn at(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join(path)
    }

    /// The same as text, as answers have it.
    pub(crate) fn text(&self, path: &str) -> String {
        self.at(path).to_str().expect("UTF-8").to_owned()
    }

    /// Makes a directory and those above it.
    pub(crate) fn directory(&self, path: impl AsRef<Path>) -> PathBuf {
        let path = self.at(path);
        fs::create_dir_all(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        path
    }

    /// Writes a file.
    pub(crate) fn file(&self, path: impl AsRef<Path>, text: impl AsRef<[u8]>) {
        let path = self.at(path);
        fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// Makes a program of the file `from`.
    pub(crate) fn program(&self, path: &str, from: &Path) -> PathBuf {
        let path = self.at(path);
        machine::install(from, &path);
        path
    }

    /// Adds to a file.
    pub(crate) fn append(&self, path: impl AsRef<Path>, text: &str) {
        let mut whole = fs::read(self.at(path.as_ref())).expect("a file to add to");
        whole.extend(text.as_bytes());
        self.file(path, whole);
    }

    #[cfg(unix)]
    pub(crate) fn link(&self, path: &str, target: impl AsRef<Path>) {
        std::os::unix::fs::symlink(target, self.at(path)).expect("a symbolic link");
    }

    /// Runs git in this directory below the place; it has to succeed.
    pub(crate) fn git(&self, directory: impl AsRef<Path>, args: &[&str]) -> String {
        let directory = self.at(directory);
        let output = git(&directory, args);
        assert!(
            output.status.success(),
            "git {args:?} in {}: {}",
            directory.display(),
            String::from_utf8_lossy(&output.stderr)
        );
        text(&output)
    }

    /// A repository with one commit on `main`, and a directory `src/deep` in it.
    pub(crate) fn repository(&self, path: &str) {
        self.git(".", &["init", "--quiet", "--initial-branch=main", path]);
        self.commit(path);
        self.directory(Path::new(path).join("src/deep"));
    }

    pub(crate) fn commit(&self, path: &str) {
        self.git(
            path,
            &["commit", "--quiet", "--allow-empty", "--message=one"],
        );
    }

    /// A linked worktree of the repository, at a path relative to the place, on a branch of that name.
    pub(crate) fn worktree(&self, repository: &str, path: &str, branch: &str) {
        let absolute = self.text(path);
        self.git(
            repository,
            &["worktree", "add", "--quiet", "-b", branch, &absolute],
        );
    }
}

/// Git with nothing of the user's or machine's in it, in this directory.
pub(crate) fn git(directory: &Path, args: &[impl AsRef<OsStr>]) -> Output {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            command.env_remove(name);
        }
    }
    for (name, value) in IDENTITY {
        command.env(name, value);
    }
    command
        .current_dir(directory)
        .args(["-c", "protocol.file.allow=always", "-c", "safe.directory=*"])
        .args(args)
        .output()
        .expect("git is missing; to get it: apt-get install git")
}

const IDENTITY: &[(&str, &str)] = &[
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_AUTHOR_NAME", "acme"),
    ("GIT_AUTHOR_EMAIL", "acme@example.com"),
    ("GIT_AUTHOR_DATE", "2026-01-31T12:00:00Z"),
    ("GIT_COMMITTER_NAME", "acme"),
    ("GIT_COMMITTER_EMAIL", "acme@example.com"),
    ("GIT_COMMITTER_DATE", "2026-01-31T12:00:00Z"),
    ("LC_ALL", "C"),
];

/// What a program printed, without the end of the line.
pub(crate) fn text(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    text.strip_suffix('\n').unwrap_or(&text).to_owned()
}

/// What git answers to `rev-parse` or another question; nothing where it refuses.
pub(crate) fn ask(directory: &Path, args: &[&str]) -> Option<String> {
    let output = git(directory, args);
    output.status.success().then(|| text(&output))
}
