//! What git itself says of a copy of a workspace, run plainly: by its configuration as it stands, and once more with
//! nothing that its configuration or its index hides.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
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

/// What git said of a copy.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// The first thing that is nowhere else.
    pub(crate) first: Option<String>,
    /// Whether it calls files changed that are, byte for byte, what the commit has: it would write them otherwise, since
    /// line ends are converted otherwise now. Where it believes an index that is older than that, it does not.
    pub(crate) has_phantoms: bool,
    /// Whether it complained of something and went on. What it complains of is not known.
    pub(crate) has_complaints: bool,
}

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
        let mut said = Said::default();
        for place in places(copy) {
            let status = ["status", "--porcelain=v2", "-z", "-uall", "--ignored=no"];
            self.ask(&place, &[], &status, &[], &mut said);
        }
        said
    }

    /// Returns what git says of a copy where nothing is hidden. Changes the copy.
    pub(crate) fn with_nothing_hidden(&self, copy: &Path) -> Said {
        let mut settings: Vec<OsString> = Vec::new();
        let known = NOTHING_HIDDEN.iter().map(|&setting| setting.to_owned());
        for setting in known.chain(self.lists.iter().cloned()) {
            settings.extend(["-c".into(), setting.into()]);
        }
        let mut said = Said::default();
        for place in places(copy) {
            if let Place::Worktree(dir) = &place {
                self.distrust(dir);
            }
            let status = [
                "status",
                "--porcelain=v2",
                "-z",
                "-uall",
                "--ignored=no",
                "--ignore-submodules=none",
            ];
            let variables = [
                ("GIT_NO_REPLACE_OBJECTS", "1"),
                ("GIT_GRAFT_FILE", "/dev/null"),
            ];
            self.ask(&place, &settings, &status, &variables, &mut said);
        }
        said
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

    /// Asks of one repository, unless something is known already.
    fn ask(
        &self,
        place: &Place,
        settings: &[OsString],
        status: &[&str],
        variables: &[(&str, &str)],
        said: &mut Said,
    ) {
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
            if said.first.is_some() {
                return;
            }
            let mut command = self.git(dir);
            if !has_tree {
                command.env("GIT_DIR", dir);
            }
            command.envs(variables.iter().copied());
            let answer = command.args(settings).args(question).output().unwrap();
            said.has_complaints |= !answer.stderr.is_empty();
            let first = self.first_of(&answer, place, dir, &mut said.has_phantoms);
            said.first =
                first.map(|line| format!("{}: git {}: {line}", dir.display(), question[0]));
        }
    }

    /// The first entry of an answer; that git refused is one too. The service's own file, at the root, is not, nor is a
    /// file that is what the commit has.
    fn first_of(
        &self,
        answer: &Output,
        place: &Place,
        dir: &Path,
        has_phantoms: &mut bool,
    ) -> Option<String> {
        if !answer.status.success() {
            let said = String::from_utf8_lossy(&answer.stderr);
            return Some(said.lines().next().unwrap_or("failed").to_owned());
        }
        for entry in answer.stdout.split(|&byte| byte == 0) {
            if entry.is_empty() || (place.is_root() && entry.ends_with(b" .workspace.json")) {
                continue;
            }
            if self.is_phantom(entry, dir) {
                *has_phantoms = true;
                continue;
            }
            return Some(String::from_utf8_lossy(entry).into_owned());
        }
        None
    }

    /// Whether an entry of a status is about a file that is what the commit has: `1 .M N... mode mode mode id id path`.
    fn is_phantom(&self, entry: &[u8], dir: &Path) -> bool {
        let fields: Vec<&[u8]> = entry.splitn(9, |&byte| byte == b' ').collect();
        let [
            b"1",
            b".M",
            b"N...",
            of_head,
            of_index,
            of_file,
            id,
            staged,
            path,
        ] = fields[..]
        else {
            return false;
        };
        let mut command = self.git(dir);
        command
            .args(["hash-object", "--no-filters", "--"])
            .arg(OsStr::from_bytes(path));
        let now = command.output().unwrap().stdout;
        of_head == of_index && of_index == of_file && id == staged && now.trim_ascii() == id
    }
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

impl Said {
    /// Whether the library may hold for work, or not know, what git holds for clean.
    pub(crate) const fn is_doubtful(&self) -> bool {
        self.has_phantoms || self.has_complaints
    }
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
