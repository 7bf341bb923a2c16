//! What users made in their workspaces, taken down once it certainly happened, and whether all of it is there still.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use scope_core::WorkspaceMetadata;
use scope_workspace::Workspaces;

use crate::common::numbers::Numbers;
use crate::setting::{Class, FILES, Origin, REPOS, USERS, class, name, repo, user};

/// A workspace: whose, and of what.
pub(crate) type Key = (u64, u64);

/// What is in one workspace for certain.
#[derive(Debug, Default)]
struct Made {
    /// Files that no commit has, or not so.
    files: BTreeMap<String, String>,
    /// Commits that some reference reaches, with that.
    commits: Vec<(String, String)>,
    stashes: Vec<String>,
    /// Whether anybody tried to change it.
    is_touched: bool,
}

/// What is there for certain, by workspace.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    made: BTreeMap<Key, Made>,
    count: u64,
}

/// A user's git: it may refuse, and it is asked by path, so that it speaks of what is in its place.
fn run(dir: &Path, arguments: &[&str]) -> Output {
    Command::new("git")
        .arg("-C")
        .arg(dir)
        .args([
            "-c",
            "user.name=acme",
            "-c",
            "user.email=acme@example.com",
            "-c",
            "gc.auto=0",
        ])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        // A name of ours for the times, so that no two commits are one.
        .env("GIT_OPTIONAL_LOCKS", "0")
        .output()
        .unwrap()
}

fn ask(dir: &Path, arguments: &[&str]) -> Option<String> {
    let output = run(dir, arguments);
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim_end().to_owned())
}

impl Ledger {
    /// Does in a workspace what a user would. What certainly happened is taken down.
    pub(crate) fn plant(&mut self, data: &Path, key: Key, numbers: &mut Numbers) {
        let of = class(key.0, key.1);
        let dir = place(data, key);
        if of == Class::Free || !dir.join(".git").exists() {
            return;
        }
        self.count += 1;
        let (made, count) = (self.made.entry(key).or_default(), self.count);
        made.is_touched = true;
        match numbers.below(if of == Class::Any { 7 } else { 4 }) {
            0 => made.write(&dir, format!("work/{count}"), count),
            1 => made.commit_beside(&dir, &format!("refs/tags/t{count}"), count),
            2 => made.commit_beside(&dir, &format!("refs/checkpoints/{count}"), count),
            3 => made.stash(&dir, count),
            4 => made.write(&dir, name(numbers.below(FILES)), count),
            5 => {
                run(
                    &dir,
                    &["commit", "-q", "--allow-empty", "-m", &count.to_string()],
                );
                made.keep_head(&dir, count);
            }
            _ => {
                let file = format!("committed{count}");
                if fs::write(dir.join(&file), "x").is_ok() {
                    run(&dir, &["add", &file]);
                    run(&dir, &["commit", "-q", "-m", &count.to_string()]);
                    made.keep_head(&dir, count);
                }
            }
        }
    }

    /// Returns how much is taken down.
    pub(crate) fn len(&self) -> usize {
        let all = self.made.values();
        all.map(|made| made.files.len() + made.commits.len() + made.stashes.len())
            .sum()
    }

    /// Holds everything against what is taken down, with git's own words. Returns what is wrong, and how many
    /// workspaces there are.
    pub(crate) fn check(
        &self,
        data: &Path,
        now: &Workspaces,
        origins: &[Origin],
    ) -> (Vec<String>, usize) {
        let mut wrong = Vec::new();
        let mut seen = 0;
        for who in 0..USERS {
            let listing = now.list(&user(who)).unwrap();
            seen += listing.workspaces.len();
            for problem in listing.problems {
                wrong.push(format!("{who}: {}: {}", problem.directory, problem.error));
            }
            for found in &listing.workspaces {
                let text = fs::read_to_string(found.path.join(".workspace.json"));
                let whole = text.is_ok_and(|text| WorkspaceMetadata::from_json(&text).is_ok());
                if found.recovered.is_some() || !whole {
                    wrong.push(format!("{}: its metadata is lost", found.path.display()));
                }
            }
            for what in 0..REPOS {
                let key = (who, what);
                let nothing = Made::default();
                let made = self.made.get(&key).unwrap_or(&nothing);
                let origin = &origins[usize::try_from(what).unwrap()];
                let faults = made.faults(&place(data, key), origin, class(who, what));
                wrong.extend(
                    faults
                        .into_iter()
                        .map(|fault| format!("user {who}, r{what}: {fault}")),
                );
            }
        }
        (wrong, seen)
    }
}

/// Where a workspace is.
pub(crate) fn place(data: &Path, (who, what): Key) -> PathBuf {
    data.join(format!("workspaces/{}/acme__{}", user(who), repo(what)))
}

impl Made {
    fn is_empty(&self) -> bool {
        self.files.is_empty() && self.commits.is_empty() && self.stashes.is_empty()
    }

    fn write(&mut self, dir: &Path, name: String, count: u64) {
        let (path, text) = (dir.join(&name), format!("by a user, {count}\n"));
        // One directory at a time: the workspace itself is not made by who writes in it.
        let _ = fs::create_dir(path.parent().unwrap());
        let written = fs::write(&path, &text);
        if written.is_ok() && fs::read_to_string(&path).is_ok_and(|now| now == text) {
            self.files.insert(name, text);
        }
    }

    /// A commit that is on no branch, which no file knows of.
    fn commit_beside(&mut self, dir: &Path, reference: &str, count: u64) {
        if let Some(commit) = commit(dir, &[], count) {
            run(dir, &["update-ref", reference, &commit]);
            self.keep(dir, reference, commit);
        }
    }

    fn stash(&mut self, dir: &Path, count: u64) {
        let index = commit(dir, &[], count);
        let stash = index.and_then(|index| commit(dir, &["-p", &index], count));
        let Some(stash) = stash else { return };
        run(dir, &["stash", "store", "-m", "kept", &stash]);
        let listed = ask(dir, &["stash", "list", "--format=%H"]).unwrap_or_default();
        if listed.lines().any(|line| line == stash) {
            self.stashes.push(stash);
        }
    }

    fn keep_head(&mut self, dir: &Path, count: u64) {
        let said = ask(dir, &["log", "-1", "--format=%H %s"]);
        let said = said.as_deref().and_then(|said| said.split_once(' '));
        if let Some((commit, subject)) = said
            && subject == count.to_string()
        {
            self.keep(dir, "HEAD", commit.to_owned());
        }
    }

    fn keep(&mut self, dir: &Path, reference: &str, commit: String) {
        if ask(dir, &["rev-parse", "--verify", "-q", reference]).as_deref() == Some(&commit) {
            self.commits.push((reference.to_owned(), commit));
        }
    }

    fn faults(&self, dir: &Path, origin: &Origin, class: Class) -> Vec<String> {
        let mut faults = Vec::new();
        if !dir.exists() {
            if !self.is_empty() {
                faults.push(format!("LOST, with {self:?}"));
            }
            return faults;
        }
        for (name, text) in &self.files {
            let now = fs::read_to_string(dir.join(name));
            if now.as_deref().ok() != Some(text) {
                faults.push(format!("LOST: {name} was {text:?} and is {now:?}"));
            }
        }
        let all = ask(dir, &["rev-list", "--all"]).unwrap_or_default();
        let all: BTreeSet<&str> = all.lines().collect();
        for (reference, commit) in &self.commits {
            let at = ask(dir, &["rev-parse", "--verify", "-q", reference]);
            if !all.contains(&**commit) || (reference != "HEAD" && at.as_ref() != Some(commit)) {
                faults.push(format!("LOST: {commit} of {reference}, which is at {at:?}"));
            }
        }
        let listed = ask(dir, &["stash", "list", "--format=%H"]).unwrap_or_default();
        for stash in &self.stashes {
            if !listed.lines().any(|line| line == stash) {
                faults.push(format!("LOST: the stash {stash}"));
            }
        }
        let fsck = run(dir, &["fsck", "--no-dangling", "--no-progress"]);
        if !fsck.status.success() {
            faults.push(format!("fsck: {}", String::from_utf8_lossy(&fsck.stderr)));
        }
        locks_below(&dir.join(".git"), &mut faults);
        if class != Class::Any || !self.is_touched {
            half(dir, origin, self.is_touched, &mut faults);
        }
        faults
    }
}

/// A commit of what `HEAD` has, with more parents.
fn commit(dir: &Path, parents: &[&str], count: u64) -> Option<String> {
    let message = format!("beside {count}");
    let mut arguments = vec!["commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", &message];
    arguments.extend(parents);
    ask(dir, &arguments)
}

/// Whether files, index and `HEAD` are those of one commit.
fn half(dir: &Path, origin: &Origin, may_have_new: bool, faults: &mut Vec<String>) {
    let head = ask(dir, &["rev-parse", "HEAD"]).unwrap_or_default();
    let Some(number) = origin.commits.iter().position(|commit| *commit == head) else {
        faults.push(format!("HALF: HEAD is at {head:?}, which no remote had"));
        return;
    };
    let untracked = if may_have_new { "no" } else { "all" };
    let status = ask(
        dir,
        &[
            "status",
            "--porcelain",
            &format!("--untracked-files={untracked}"),
        ],
    );
    if status.as_deref() != Some("") {
        faults.push(format!(
            "HALF: at commit {number}, git status says {status:?}"
        ));
    }
    // And without asking git what it believes of times.
    for file in 0..FILES {
        let text = fs::read_to_string(dir.join(name(file)));
        if text.as_deref().ok() != Some(&format!("{number}\n")) {
            faults.push(format!(
                "HALF: at commit {number}, {} is {text:?}",
                name(file)
            ));
        }
    }
    let tree = ask(dir, &["write-tree"]);
    if tree != ask(dir, &["rev-parse", "HEAD^{tree}"]) {
        faults.push(format!(
            "HALF: at commit {number}, the index is another tree"
        ));
    }
}

/// Locks that nobody holds any more.
fn locks_below(dir: &Path, faults: &mut Vec<String>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            locks_below(&path, faults);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "lock")
        {
            faults.push(format!("HALF: {} is there", path.display()));
        }
    }
}
