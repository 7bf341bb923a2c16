//! What git itself says of a copy of a workspace, run plainly: by its configuration as it stands, and once more with
//! nothing that its configuration or its index hides.

use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Settings that hide nothing, after which `git status` is asked again.
const NOTHING_HIDDEN: &[&str] = &[
    "core.fileMode=true",
    "core.symlinks=true",
    "core.ignoreCase=false",
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.checkStat=default",
    "core.trustCTime=true",
    "core.sparseCheckout=true",
    "core.sparseCheckoutExpectFilesOutsideOfPattern=false",
    "core.commitGraph=false",
    "diff.ignoreSubmodules=none",
];

/// The service's own git: a home directory with a configuration.
pub(crate) struct Home<'a> {
    pub(crate) dir: &'a Path,
    /// The lists that the configuration names, as settings.
    pub(crate) lists: &'a [String],
}

/// What a copy is called.
pub(crate) const COPY: &str = "the-copy";

/// What git said first of one thing, where it said anything.
pub(crate) type Said = Option<String>;

impl Home<'_> {
    /// Returns git in a directory, with the service's configuration.
    pub(crate) fn git(&self, dir: &Path) -> Command {
        let mut command = Command::new("git");
        command
            .current_dir(dir)
            .env("HOME", self.dir)
            .env_remove("XDG_CONFIG_HOME")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .stdin(Stdio::null());
        command
    }

    /// Copies a workspace.
    pub(crate) fn copy(&self, workspace: &Path, to: &Path) {
        let copied = Command::new("cp").arg("-a").args([workspace, to]).status();
        assert!(copied.unwrap().success());
        // Linked worktrees know each other by absolute paths.
        if to.join(".git/worktrees").is_dir() {
            for place in places(to) {
                if let Place::Worktree(path) = place {
                    let _ = self.git(to).args(["worktree", "repair"]).arg(path).output();
                }
            }
        }
    }

    /// Returns what git says of a copy that is nowhere else, by its configuration as it stands.
    pub(crate) fn plainly(&self, copy: &Path) -> Said {
        places(copy).iter().find_map(|place| {
            let status = ["status", "--porcelain=v2", "-uall", "--ignored=no"];
            self.first(place, &[], &status, &[])
        })
    }

    /// Returns what git says of a copy where nothing is hidden. Changes the copy.
    pub(crate) fn with_nothing_hidden(&self, copy: &Path) -> Said {
        let mut settings: Vec<OsString> = Vec::new();
        let known = NOTHING_HIDDEN.iter().map(|&setting| setting.to_owned());
        for setting in known.chain(self.lists.iter().cloned()) {
            settings.extend(["-c".into(), setting.into()]);
        }
        places(copy).iter().find_map(|place| {
            if let Place::Worktree(dir) = place {
                self.distrust(dir);
            }
            let status = [
                "status",
                "--porcelain=v2",
                "-uall",
                "--ignored=no",
                "--ignore-submodules=none",
            ];
            self.first(
                place,
                &settings,
                &status,
                &[
                    ("GIT_NO_REPLACE_OBJECTS", "1"),
                    ("GIT_GRAFT_FILE", "/dev/null"),
                ],
            )
        })
    }

    /// Takes from the index that files are assumed to be unchanged.
    fn distrust(&self, dir: &Path) {
        let listed = self.git(dir).args(["ls-files", "-z"]).output().unwrap();
        let update = ["update-index", "--no-assume-unchanged", "-z", "--stdin"];
        let mut command = self.git(dir);
        command
            .args(update)
            .stdin(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        // git ends early where it cannot read the index.
        let _ = child.stdin.take().unwrap().write_all(&listed.stdout);
        child.wait().unwrap();
    }

    fn first(
        &self,
        place: &Place,
        settings: &[OsString],
        status: &[&str],
        variables: &[(&str, &str)],
    ) -> Said {
        let (dir, has_tree) = match place {
            Place::Worktree(dir) => (dir, true),
            Place::GitDir(dir) => (dir, false),
        };
        let commits = ["rev-list", "--all", "--not", "--remotes"];
        let stashes = ["stash", "list"];
        let questions = has_tree
            .then_some(status)
            .into_iter()
            .chain([&commits[..]])
            .chain(has_tree.then_some(&stashes[..]));
        for question in questions {
            let mut command = self.git(dir);
            if !has_tree {
                command.env("GIT_DIR", dir);
            }
            command.envs(variables.iter().copied());
            let answer = command.args(settings).args(question).output().unwrap();
            let is_root = place.is_root();
            if let Some(line) = first_line(&answer, is_root) {
                return Some(format!("{}: git {}: {line}", dir.display(), question[0]));
            }
        }
        None
    }
}

/// The first line of an answer; that git refused is one too. The service's own file, at the root, is not.
fn first_line(answer: &Output, is_root: bool) -> Said {
    if !answer.status.success() {
        let said = String::from_utf8_lossy(&answer.stderr);
        return Some(said.lines().next().unwrap_or("failed").to_owned());
    }
    let text = String::from_utf8_lossy(&answer.stdout);
    let mut lines = text.lines();
    let is_ours = |line: &str| is_root && line.ends_with(" .workspace.json");
    lines.find(|line| !is_ours(line)).map(str::to_owned)
}

/// Whether a state is under way in a repository of a copy that no other question tells of.
pub(crate) fn is_under_way(copy: &Path) -> bool {
    const STATES: [&str; 7] = [
        "MERGE_HEAD",
        "CHERRY_PICK_HEAD",
        "REVERT_HEAD",
        "BISECT_LOG",
        "rebase-merge",
        "rebase-apply",
        "sequencer",
    ];
    STATES
        .iter()
        .any(|state| copy.join(".git").join(state).exists())
}

/// A repository in a copy.
enum Place {
    Worktree(PathBuf),
    /// Bare, or of a submodule.
    GitDir(PathBuf),
}

impl Place {
    /// Whether it is the workspace's own.
    fn is_root(&self) -> bool {
        matches!(self, Self::Worktree(dir) if dir.ends_with(COPY))
    }
}

/// All repositories in a copy, its own first.
fn places(copy: &Path) -> Vec<Place> {
    let mut found = Vec::new();
    let mut waiting = vec![copy.to_owned()];
    while let Some(dir) = waiting.pop() {
        let is_git_dir = dir.join("HEAD").is_file() && dir.join("objects").is_dir();
        if dir.join(".git").exists() {
            found.push(Place::Worktree(dir.clone()));
        } else if is_git_dir && dir.file_name().is_none_or(|name| name != ".git") {
            found.push(Place::GitDir(dir.clone()));
            waiting.push(dir.join("modules"));
            continue;
        }
        let Ok(entries) = fs::read_dir(&dir) else {
            continue;
        };
        for entry in entries.map(Result::unwrap) {
            if !entry.file_type().unwrap().is_dir() {
                continue;
            }
            if entry.file_name() == ".git" {
                waiting.push(entry.path().join("modules"));
            } else {
                waiting.push(entry.path());
            }
        }
    }
    found
}
