//! A checkout to ask about, and the system calls that asking takes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::trace::traced;

/// A repository `app` with a linked worktree `side`, in a directory that goes away again.
pub struct Checkout {
    _place: TempDir,
    /// The real path of the repository's root.
    pub app: PathBuf,
    /// Three levels down in the linked worktree.
    pub directory: PathBuf,
}

impl Checkout {
    /// Makes one.
    ///
    /// # Panics
    ///
    /// Where git is missing or fails.
    #[must_use]
    pub fn new() -> Self {
        let place = tempfile::tempdir().expect("a temporary directory");
        let root = fs::canonicalize(place.path()).expect("its real path");
        git(&root, &["init", "--quiet", "--initial-branch=main", "app"]);
        let app = root.join("app");
        git(
            &app,
            &["commit", "--quiet", "--allow-empty", "--message=one"],
        );
        git(
            &app,
            &["worktree", "add", "--quiet", "-b", "side", "../side"],
        );
        let directory = root.join("side/one/two/three");
        fs::create_dir_all(&directory).expect("three directories");
        Self {
            _place: place,
            app,
            directory,
        }
    }
}

impl Default for Checkout {
    fn default() -> Self {
        Self::new()
    }
}

/// What git prints, run in this directory with nothing of the user's in it.
///
/// # Panics
///
/// Where git is missing or fails.
pub fn git(directory: &Path, args: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(directory)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .envs([("GIT_AUTHOR_NAME", "acme"), ("GIT_COMMITTER_NAME", "acme")])
        .envs(["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"].map(|name| (name, "acme@example.com")))
        .args(args)
        .stdin(Stdio::null())
        .output()
        .expect("git is missing; to get it: apt-get install git");
    assert!(output.status.success(), "git {args:?}");
    String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_owned()
}

/// The system calls of one resolution, each on a line as strace prints it. `program` is `resolve_times`.
///
/// # Panics
///
/// Where strace is missing, or a resolution does not make the same calls each time.
#[must_use]
pub fn system_calls(program: &Path, checkout: &Checkout) -> Vec<String> {
    let [one, two, three] = ["1", "2", "3"].map(|times| {
        let args = [checkout.directory.as_os_str(), times.as_ref()];
        traced(program, &args)
    });
    // What every run of the program does besides is in each of them.
    let calls = two.len() - one.len();
    assert_eq!(three.len() - two.len(), calls);
    let first = one
        .iter()
        .position(|line| line.starts_with("openat2(") && line.contains("/three\""));
    let first = first.expect("the first call of a resolution");
    one[first..first + calls].to_vec()
}
