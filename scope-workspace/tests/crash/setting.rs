//! Who there is, what is cloned, and what may become of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use scope_workspace::{Options, Workspaces};

use crate::common::{git, time};

/// How many users there are.
pub(crate) const USERS: u64 = 20;

/// How many repositories.
pub(crate) const REPOS: u64 = 4;

/// How many files each commit of a repository writes anew.
pub(crate) const FILES: u64 = 8;

pub(crate) fn user(number: u64) -> String {
    format!("{number:08x}-0000-4000-8000-000000000001")
}

pub(crate) fn repo(number: u64) -> String {
    format!("r{number}")
}

/// What may be done with a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Nobody works in it, and it may be deleted by force.
    Free,
    /// Work comes into it that a sync goes past: untracked files, tags, stashes, commits that are on no branch.
    Beside,
    /// Any work comes into it.
    Any,
}

pub(crate) const fn class(user: u64, repo: u64) -> Class {
    match (user + repo) % 4 {
        0 => Class::Free,
        1 | 2 => Class::Beside,
        _ => Class::Any,
    }
}

/// Returns the workspaces of a data directory as they are now, and as they are once all are idle.
pub(crate) fn open(data: &Path) -> [Workspaces; 2] {
    ["2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"].map(|now| {
        let options = Options {
            clock: Arc::new(move || time(now)),
            allow_file_urls: true,
            ..Options::default()
        };
        Workspaces::open_with(data, options).unwrap()
    })
}

/// The repository that workspaces are cloned from, each commit of which is of one number all through.
pub(crate) struct Origin {
    pub(crate) dir: PathBuf,
    /// Its commits; the number of each is its place here.
    pub(crate) commits: Vec<String>,
}

pub(crate) fn url(base: &Path, number: u64) -> String {
    format!("file://{}/acme/{}.git", base.display(), repo(number))
}

impl Origin {
    pub(crate) fn new(base: &Path, number: u64) -> Self {
        let dir = base.join("acme").join(format!("{}.git", repo(number)));
        fs::create_dir_all(&dir).unwrap();
        git(&dir, &["init", "-q", "-b", "main"]);
        let mut origin = Self {
            dir,
            commits: Vec::new(),
        };
        origin.advance();
        origin
    }

    /// One more commit: files change, come and go, and what is a directory becomes a file and back.
    pub(crate) fn advance(&mut self) {
        let number = self.commits.len();
        for file in 0..FILES {
            put(&self.dir.join(name(file)), &format!("{number}\n"));
        }
        put(&self.dir.join(format!("new/{number}/file")), "new\n");
        if let Some(before) = number.checked_sub(2) {
            fs::remove_dir_all(self.dir.join(format!("new/{before}"))).unwrap();
        }
        let flip = self.dir.join("flip");
        let _ = fs::remove_file(&flip);
        let _ = fs::remove_dir_all(&flip);
        put(
            &if number.is_multiple_of(2) {
                flip
            } else {
                flip.join("in")
            },
            "flip\n",
        );
        git(&self.dir, &["add", "--all"]);
        git(&self.dir, &["commit", "-q", "-m", &number.to_string()]);
        self.commits.push(git(&self.dir, &["rev-parse", "HEAD"]));
    }
}

/// A file that each commit writes anew.
pub(crate) fn name(file: u64) -> String {
    format!("d{}/f{file}", file % 3)
}

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
