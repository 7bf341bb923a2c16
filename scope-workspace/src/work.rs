//! The one question that everything asks which removes, overwrites or moves files: would anything be lost?
//!
//! What a workspace holds that exists nowhere else is *work* (rules W7 and W8). git itself says that there is none: the
//! real program, through a git directory of our own ([`Shadow`]) and in a sandbox. Readers of our own say sooner that
//! there is work, or that it is unknown; that there is none they never say alone.

use std::collections::HashSet;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use rustix::io::Errno;
use scope_core::ErrorCode;
use scope_fs::{Dir, FileType, Identity};
use scope_git::files::{self, Value};

use crate::error::Error;
use crate::fetched;
use crate::git;
use crate::job::CancelToken;
use crate::metadata;
use crate::nested::{self, Nested};
use crate::process::Watch;
use crate::repository::{self, Repository, Tree, join, shown};
use crate::sandbox::{self, Reach};
use crate::shadow::{Shadow, Sparse};
use crate::staging::Purpose;
use crate::workspaces::Workspaces;

/// How many unpushed commits are counted; more are as good.
const MOST_COMMITS: u64 = 10_000;

/// How deep in each other the git directories of submodules are looked for.
const DEEP: usize = 16;

/// The most bytes of an entry of a status: a path is shorter.
const LONGEST_ENTRY: usize = 1 << 16;

/// The most bytes of a list of commits or stashes.
const LONGEST_LIST: usize = 8 << 20;

/// What is in a git directory while something is under way in it that a commit or an abort ends.
pub(crate) const STATES: &[&str] = &[
    "MERGE_HEAD",
    "MERGE_AUTOSTASH",
    "CHERRY_PICK_HEAD",
    "REVERT_HEAD",
    "BISECT_LOG",
    "rebase-merge",
    "rebase-apply",
    "sequencer",
];

/// Work in a workspace that exists nowhere else, as far as it could be found out; in the repository of the workspace and
/// in those nested in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Work {
    /// Tracked files that differ from the last commit, in the index or beside it; a merge, rebase, bisect or the like
    /// that is under way is one more.
    pub uncommitted: u64,
    /// Files and directories that git neither tracks nor ignores. Without a repository: everything.
    pub untracked: u64,
    /// Entries of the stash.
    pub stashed: u64,
    /// Commits that a reference has which is not remote-tracking (a branch, tag, note, `HEAD` or any other), and no
    /// remote-tracking one; at most 10,000 in each repository.
    pub unpushed: u64,
    /// Why the numbers may be too small; `None` where they are not.
    pub unknown: Option<Error>,
    /// The names of some of it, as many as were asked for at most.
    pub names: Vec<Named>,
}

/// Something that exists nowhere else.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Named {
    /// What it counts as.
    pub kind: WorkKind,
    /// A path in the workspace, or the abbreviated name and subject of a commit; bytes that are not UTF-8, and control
    /// characters, are U+FFFD.
    pub name: String,
}

/// What something counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkKind {
    /// A tracked file that differs from the last commit, or a state such as a merge.
    Uncommitted,
    /// A file or directory that is neither tracked nor ignored.
    Untracked,
    /// A stash.
    Stashed,
    /// A commit.
    Unpushed,
}

impl WorkKind {
    /// Returns its name in text and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Uncommitted => "uncommitted",
            Self::Untracked => "untracked",
            Self::Stashed => "stashed",
            Self::Unpushed => "unpushed",
        }
    }
}

impl Work {
    /// Returns whether there is any (W7): `None` where that is unknown.
    pub fn is_dirty(&self) -> Option<bool> {
        let any = self.uncommitted + self.untracked + self.stashed + self.unpushed > 0;
        match &self.unknown {
            _ if any => Some(true),
            None => Some(false),
            Some(_) => None,
        }
    }

    /// Returns the counts that are not zero, for a person: `1 uncommitted, 2 unpushed`.
    pub fn summary(&self) -> String {
        let counts = [
            (self.uncommitted, WorkKind::Uncommitted),
            (self.untracked, WorkKind::Untracked),
            (self.stashed, WorkKind::Stashed),
            (self.unpushed, WorkKind::Unpushed),
        ];
        let said: Vec<String> = counts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, kind)| format!("{count} {}", kind.as_str()))
            .collect();
        said.join(", ")
    }
}

/// One look at one workspace.
pub(crate) struct Look<'a> {
    pub(crate) workspaces: &'a Workspaces,
    /// Where the git directories to look with are made.
    pub(crate) staging: &'a Dir,
    pub(crate) label: &'a str,
    /// The paths that it had before it was taken from its place.
    pub(crate) paths: &'a [PathBuf],
    /// How many names are wanted.
    pub(crate) names: usize,
    pub(crate) watch: &'a Watch,
}

impl Look<'_> {
    /// Looks at the workspace that `dir` is.
    pub(crate) fn at(&self, dir: &Dir) -> Work {
        let mut found = Found {
            most_names: self.names,
            ..Found::default()
        };
        if let Err(error) = self.look(dir, &mut found) {
            found.work.unknown = Some(error);
        }
        found.work
    }

    fn look(&self, dir: &Dir, found: &mut Found) -> Result<(), Error> {
        let tree = Tree::new(dir, self.paths, self.label)?;
        match dir.stat_entry(".git") {
            Err(Errno::NOENT) => return entries_of(&tree, found),
            other => other.map_err(|errno| tree.refused(b".git", errno))?,
        };
        let stop = AtomicBool::new(false);
        let watch = Watch {
            enough: CancelToken::new(),
            ..self.watch.clone()
        };
        let first = Look {
            watch: &watch,
            ..*self
        };
        let nested = thread::scope(|scope| {
            let find = || {
                let found = nested::find(&tree, &stop);
                if found.is_err() {
                    // git may be waiting for the very thing that was found, and would until the time limit.
                    watch.enough.cancel();
                }
                found
            };
            let walk = thread::Builder::new()
                .spawn_scoped(scope, find)
                .map_err(|error| {
                    tree.fault(ErrorCode::IoFailed)
                        .with_detail(error.to_string())
                })?;
            let looked = tree
                .repository(b"")
                .and_then(|repository| first.repository(&tree, &repository, Some(b""), found));
            // What is known to be unknown needs no more looking.
            stop.store(looked.is_err(), Ordering::Relaxed);
            let nested = walk
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            match nested {
                Err(error) => Err(error),
                Ok(nested) => looked.map(|()| nested),
            }
        })?;
        for place in nested {
            self.check_running(&tree)?;
            match place {
                Nested::Worktree(place) => {
                    let repository = tree.repository(&place)?;
                    self.repository(&tree, &repository, Some(&place), found)?;
                }
                Nested::Bare(place) => {
                    let repository = tree.git_dir(&place)?;
                    self.repository(&tree, &repository, None, found)?;
                }
            }
        }
        self.rest(&tree, found)
    }

    fn check_running(&self, tree: &Tree<'_>) -> Result<(), Error> {
        self.watch
            .check()
            .map_err(|stop| stop.about(tree.fault(stop.code())))
    }

    /// Looks at one repository, with the worktree at `place` where it has one.
    fn repository(
        &self,
        tree: &Tree<'_>,
        repository: &Repository,
        place: Option<&[u8]>,
        found: &mut Found,
    ) -> Result<(), Error> {
        let refused = |errno| tree.refused(place.unwrap_or_default(), errno);
        found.seen.insert(repository.identity().map_err(refused)?);
        let common = repository.common.identity().map_err(refused)?;
        let is_first = found.commons.insert(common);
        for state in STATES {
            match repository.own.stat_entry(*state) {
                Err(Errno::NOENT) => {}
                other => {
                    other.map_err(refused)?;
                    found.add(WorkKind::Uncommitted, || format!(".git/{state}"));
                }
            }
        }
        if repository.is_linked().map_err(refused)? {
            own_references(&repository.own, found).map_err(refused)?;
        }
        if let Some(place) = place {
            tree.check_worktree(repository, place)?;
        }
        let service = self.workspaces.service()?;
        let options = &self.workspaces.options;
        let shadow = Shadow::new(
            self.staging,
            Purpose::Look,
            tree,
            repository,
            &service,
            Sparse::Distrusted,
            options,
        )?;
        let opened;
        let worktree = match place {
            Some(b"") => Some(tree.root),
            Some(place) => {
                opened = tree.root.open_dir(place).map_err(refused)?;
                Some(&opened)
            }
            None => None,
        };
        let ask = Ask {
            look: self,
            tree,
            shadow: &shadow,
            repository,
            place: place.unwrap_or_default(),
        };
        let reach = Reach {
            read: &[tree.root],
            write: &[&shadow.staged.dir],
        };
        let answers = sandbox::within(&self.workspaces.programs, reach, || {
            thread::scope(|scope| {
                let commits = || is_first.then(|| ask.commits(found.most_names));
                let commits = thread::Builder::new().spawn_scoped(scope, commits);
                let status = worktree.map(|worktree| ask.status(worktree, found.most_names));
                let commits = commits
                    .map_err(|error| error.to_string())?
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                Ok::<_, String>((status, commits))
            })
        });
        let sandboxed = |said| tree.fault(ErrorCode::IoFailed).with_detail(said);
        let (status, commits) = answers.and_then(|answers| answers).map_err(sandboxed)?;
        // What one of them counted is said, also where the other did not succeed.
        let (status, unsaid) = apart(status);
        let (commits, untold) = apart(commits);
        if is_first {
            // All worktrees share them, and each question counts them.
            found.work.stashed += status.stashed.max(commits.stashed);
        }
        found.take(status);
        found.take(commits);
        if let Some(error) = unsaid.or(untold) {
            return Err(error);
        }
        if is_first {
            found
                .git_dirs
                .push(repository.common.open_dir(".").map_err(refused)?);
        }
        Ok(())
    }

    /// Looks at the git directories that no worktree led to: those of submodules that are not checked out, and of linked
    /// worktrees that are elsewhere or gone.
    fn rest(&self, tree: &Tree<'_>, found: &mut Found) -> Result<(), Error> {
        let mut at = 0;
        while let Some(common) = found.git_dirs.get(at) {
            at += 1;
            let path = common
                .path_now()
                .map_err(|errno| tree.refused(b".git", errno))?;
            let place = tree
                .resolve(b"", &path)
                .ok_or_else(|| tree.corrupt(b".git", "it was moved while it was looked at"))?;
            let mut modules = Vec::new();
            git_dirs_below(tree, &join(&place, b"modules"), 0, &mut modules)?;
            let worktrees = join(&place, b"worktrees");
            for module in modules {
                self.check_running(tree)?;
                let repository = tree.git_dir(&module)?;
                let identity = repository
                    .identity()
                    .map_err(|errno| tree.refused(&module, errno))?;
                if !found.seen.contains(&identity) {
                    self.repository(tree, &repository, None, found)?;
                }
            }
            linked_worktrees(tree, &worktrees, found)?;
        }
        Ok(())
    }
}

/// What was found so far.
#[derive(Default)]
struct Found {
    work: Work,
    most_names: usize,
    /// The git directories that were looked at.
    seen: HashSet<Identity>,
    /// Those whose references were.
    commons: HashSet<Identity>,
    /// The same, to look at what else is in them.
    git_dirs: Vec<Dir>,
}

impl Found {
    fn add(&mut self, kind: WorkKind, name: impl FnOnce() -> String) {
        let count = match kind {
            WorkKind::Uncommitted => &mut self.work.uncommitted,
            WorkKind::Untracked => &mut self.work.untracked,
            WorkKind::Stashed => &mut self.work.stashed,
            WorkKind::Unpushed => &mut self.work.unpushed,
        };
        *count += 1;
        if self.work.names.len() < self.most_names {
            let name = name();
            self.work.names.push(Named { kind, name });
        }
    }

    /// Adds what one question found, but for stashes.
    fn take(&mut self, other: Work) {
        self.work.uncommitted += other.uncommitted;
        self.work.untracked += other.untracked;
        self.work.unpushed += other.unpushed;
        let room = self.most_names.saturating_sub(self.work.names.len());
        self.work.names.extend(other.names.into_iter().take(room));
    }
}

/// What a question found, if it was asked and had an answer, and why it had none.
fn apart(answer: Option<Result<Work, Error>>) -> (Work, Option<Error>) {
    match answer {
        None => (Work::default(), None),
        Some(Ok(work)) => (work, None),
        Some(Err(error)) => (Work::default(), Some(error)),
    }
}

/// Questions to git about one repository.
struct Ask<'a> {
    look: &'a Look<'a>,
    tree: &'a Tree<'a>,
    shadow: &'a Shadow<'a>,
    repository: &'a Repository,
    /// The root of the worktree, in the workspace.
    place: &'a [u8],
}

impl Ask<'_> {
    /// What `git status` says of a worktree.
    fn status(&self, worktree: &Dir, names: usize) -> Result<Work, Error> {
        let mut command = self.shadow.git(Some(worktree));
        command.args([
            "status",
            "--porcelain=v2",
            "-z",
            "--show-stash",
            "--untracked-files=normal",
            // Not looked into: git would do that by its configuration. Each is looked at by itself.
            "--ignore-submodules=dirty",
            "--no-renames",
            "--no-ahead-behind",
        ]);
        let mut found = Found {
            most_names: names,
            ..Found::default()
        };
        let mut rest = Vec::new();
        self.run(command, &[], &mut |bytes| {
            rest.extend_from_slice(bytes);
            let mut start = 0;
            while let Some(length) = rest[start..].iter().position(|&byte| byte == 0) {
                self.entry(&rest[start..start + length], &mut found);
                start += length + 1;
            }
            rest.drain(..start);
            rest.len() <= LONGEST_ENTRY
        })?;
        Ok(found.work)
    }

    /// One entry of a status.
    fn entry(&self, entry: &[u8], found: &mut Found) {
        if let Some(count) = entry.strip_prefix(b"# stash ") {
            let count = str::from_utf8(count)
                .ok()
                .and_then(|count| count.parse().ok());
            // A stash that cannot be counted is one.
            let count = count.unwrap_or(1_u64);
            found.add(WorkKind::Stashed, || format!("{count} stashed"));
            found.work.stashed += count.saturating_sub(1);
            return;
        }
        let kind = match entry.first() {
            Some(b'?') => WorkKind::Untracked,
            Some(b'#' | b'!') | None => return,
            _ => WorkKind::Uncommitted,
        };
        let path = path_of(entry);
        // The metadata is the service's, also where somebody added it.
        let is_ours = self.place.is_empty() && path == metadata::FILE.as_bytes();
        if !(is_ours && metadata::is_in_tree(self.tree.root)) {
            found.add(kind, || shown(&join(self.place, path)));
        }
    }

    /// The commits that no remote-tracking reference has; those of stashes not.
    fn commits(&self, names: usize) -> Result<Work, Error> {
        let mut found = Found {
            most_names: names,
            ..Found::default()
        };
        found.work.unpushed = self.count(&[], &[])?;
        if found.work.unpushed == 0 {
            return Ok(found.work);
        }
        // A stash has commits too. Only where git lists it as a stash is it counted as one and not here.
        let stashes = self.lines(&["stash", "list", "--format=%gd %gs"], &[])?;
        found.work.stashed = stashes.len() as u64;
        let but: &[&str] = if stashes.is_empty() {
            &[]
        } else {
            &["--exclude=refs/stash"]
        };
        let fetched = self.fetched()?;
        if !stashes.is_empty() || !fetched.is_empty() {
            found.work.unpushed = self.count(but, &fetched)?;
        }
        if names > 0 && found.work.unpushed > 0 {
            let most = format!("--max-count={names}");
            let format = "--format=%h %s";
            let mut arguments = vec!["rev-list", "--no-commit-header", &most, format];
            arguments.extend(but);
            let elsewhere = self.elsewhere();
            arguments.extend(["--stdin", "--all"]);
            arguments.extend(elsewhere.iter().map(String::as_str));
            let at = if self.place.is_empty() {
                String::new()
            } else {
                format!("{}: ", shown(self.place))
            };
            for line in self.lines(&arguments, &fetched)? {
                let name = format!("{at}{}", shown(&line));
                found.work.names.push(Named {
                    kind: WorkKind::Unpushed,
                    name,
                });
            }
        }
        Ok(found.work)
    }

    /// What has `git rev-list` leave out commits that are elsewhere too: all that remote-tracking references have, but for
    /// those of a remote that is this repository itself.
    fn elsewhere(&self) -> Vec<String> {
        let config = &self.repository.config;
        let mut arguments = vec!["--not".to_owned()];
        for name in config.subsections("remote") {
            let urls = ["url", "pushurl"]
                .into_iter()
                .flat_map(|key| config.get_all("remote", Some(name), key));
            if urls.filter_map(Value::text).any(|url| self.is_here(url)) {
                let name = str::from_utf8(name).map_or("*".to_owned(), escaped);
                arguments.push(format!("--exclude={name}/*"));
            }
        }
        arguments.push("--remotes".to_owned());
        arguments
    }

    /// Whether a URL leads to this repository itself.
    fn is_here(&self, url: &[u8]) -> bool {
        let path = url.strip_prefix(b"file://").unwrap_or(url);
        let path = Path::new(std::ffi::OsStr::from_bytes(path));
        let Some(place) = self.tree.resolve(self.place, path) else {
            return false;
        };
        let there = self
            .tree
            .repository(&place)
            .or_else(|_| self.tree.git_dir(&place));
        let common = |repository: &Repository| repository.common.identity().ok();
        there.is_ok_and(|there| common(&there) == common(self.repository))
    }

    /// How many commits there are that no remote-tracking reference has, nor one of these tags.
    fn count(&self, but: &[&str], fetched: &[u8]) -> Result<u64, Error> {
        let most = format!("--max-count={MOST_COMMITS}");
        let mut arguments = vec!["rev-list", "--count", &most];
        arguments.extend(but);
        if !fetched.is_empty() {
            arguments.push("--stdin");
        }
        arguments.push("--all");
        let elsewhere = self.elsewhere();
        arguments.extend(elsewhere.iter().map(String::as_str));
        let lines = self.lines(&arguments, fetched)?;
        let number = lines.first().and_then(|line| str::from_utf8(line).ok());
        number
            .and_then(|number| number.trim().parse().ok())
            .ok_or_else(|| self.failed("git rev-list printed no number"))
    }

    /// The tags that came from the remote and are what they were, each as what `git rev-list --stdin` leaves out.
    fn fetched(&self) -> Result<Vec<u8>, Error> {
        let noted = fetched::read(&self.repository.common);
        if noted.is_empty() {
            return Ok(Vec::new());
        }
        let arguments = [
            "for-each-ref",
            "--format=%(objectname) %(refname)",
            "refs/tags",
        ];
        let there = self.lines(&arguments, &[])?;
        let tags = there.into_iter().filter(|tag| noted.contains(tag));
        let objects = tags.filter_map(|tag| {
            let object = tag.split(|&byte| byte == b' ').next()?;
            Some([b"^", object, b"\n"].concat())
        });
        Ok(objects.flatten().collect())
    }

    fn lines(&self, arguments: &[&str], input: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
        let mut command = self.shadow.git(None);
        command.args(arguments);
        let mut bytes = Vec::new();
        self.run(command, input, &mut |piece| {
            bytes.extend_from_slice(piece);
            bytes.len() <= LONGEST_LIST
        })?;
        Ok(bytes
            .split(|&byte| byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(<[u8]>::to_vec)
            .collect())
    }

    /// Runs git; whatever it complains of makes its answer unknown.
    fn run(
        &self,
        command: std::process::Command,
        input: &[u8],
        each: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<(), Error> {
        let ended = git::ask(command, self.look.watch, input, each)
            .map_err(|stop| stop.about(self.tree.fault(stop.code())))?;
        if ended.success && ended.said.is_empty() {
            return Ok(());
        }
        let said = if ended.said.is_empty() {
            ended.status
        } else {
            ended.said
        };
        Err(self.failed(&said))
    }

    fn failed(&self, said: &str) -> Error {
        let at = if self.place.is_empty() {
            String::new()
        } else {
            format!("{}: ", shown(self.place))
        };
        self.tree
            .fault(ErrorCode::GitFailed)
            .with_detail(format!("{at}{said}"))
    }
}

/// A name in which no character stands for others to git.
fn escaped(name: &str) -> String {
    let escape = |char| match char {
        '*' | '?' | '[' | '\\' => vec!['\\', char],
        _ => vec![char],
    };
    name.chars().flat_map(escape).collect()
}

/// The path that an entry of `git status --porcelain=v2 -z` is about; all of a line that this version does not know.
pub(crate) fn path_of(entry: &[u8]) -> &[u8] {
    let fields = match entry.first() {
        Some(b'?') => 1,
        Some(b'1') => 8,
        Some(b'2') => 9,
        Some(b'u') => 10,
        _ => 0,
    };
    let mut rest = entry.splitn(fields + 1, |&byte| byte == b' ');
    rest.nth(fields).unwrap_or(entry)
}

/// In a workspace without a repository, everything is work but the metadata.
fn entries_of(tree: &Tree<'_>, found: &mut Found) -> Result<(), Error> {
    let entries = tree
        .root
        .entries()
        .map_err(|errno| tree.refused(b"", errno))?;
    for (name, _) in entries {
        let name = name.to_bytes();
        if name != metadata::FILE.as_bytes() {
            found.add(WorkKind::Untracked, || shown(name));
        }
    }
    Ok(())
}

/// References of one linked worktree alone are seen by no other.
fn own_references(own: &Dir, found: &mut Found) -> Result<(), Errno> {
    let refs = match own.open_dir("refs") {
        Err(Errno::NOENT) => return Ok(()),
        other => other?,
    };
    for (name, kind) in refs.entries()? {
        if kind == FileType::Directory && !refs.open_dir(&*name)?.entries()?.is_empty() {
            let name = name.to_string_lossy().into_owned();
            found.add(WorkKind::Unpushed, || format!("refs/{name}"));
        }
    }
    Ok(())
}

/// The git directories of submodules, and of those in them.
fn git_dirs_below(
    tree: &Tree<'_>,
    place: &[u8],
    depth: usize,
    all: &mut Vec<Vec<u8>>,
) -> Result<(), Error> {
    let refused = |errno| tree.refused(place, errno);
    let dir = match tree.root.open_dir(place) {
        Err(Errno::NOENT) => return Ok(()),
        other => other.map_err(refused)?,
    };
    if depth > DEEP {
        return Err(refused(Errno::NAMETOOLONG));
    }
    if dir.stat_entry("HEAD").is_ok() {
        // Its own submodules are looked for when it was looked at.
        all.push(place.to_vec());
        return Ok(());
    }
    for (name, kind) in dir.entries().map_err(refused)? {
        if kind == FileType::Directory {
            git_dirs_below(tree, &join(place, name.to_bytes()), depth + 1, all)?;
        }
    }
    Ok(())
}

/// Linked worktrees outside the workspace depend on it. Of those that are gone, what is under way in them counts; their
/// `HEAD` is among the references.
fn linked_worktrees(tree: &Tree<'_>, place: &[u8], found: &mut Found) -> Result<(), Error> {
    let refused = |errno| tree.refused(place, errno);
    let dir = match tree.root.open_dir(place) {
        Err(Errno::NOENT) => return Ok(()),
        other => other.map_err(refused)?,
    };
    for (name, _) in dir.entries().map_err(refused)? {
        let path = join(place, name.to_bytes());
        let own = match dir.open_dir(&*name) {
            Err(Errno::NOTDIR) => continue,
            other => other.map_err(refused)?,
        };
        if found.seen.contains(&own.identity().map_err(refused)?) {
            continue;
        }
        let text = own.read_file("gitdir", repository::MOST_LINE);
        let dot_git = text.ok().as_deref().and_then(files::one_path);
        let dot_git = dot_git.ok_or_else(|| tree.corrupt(&path, "its gitdir names no file"))?;
        // One inside the workspace would have been found in it.
        let is_outside = tree.resolve(b"", &dot_git).is_none();
        let is_kept = own.stat_entry("locked").is_ok() || (is_outside && exists(&dot_git));
        if is_kept {
            let worktree = dot_git.parent().unwrap_or(&dot_git);
            let detail = format!(
                "{} is a linked worktree of this repository, outside the workspace; `git worktree remove` or \
                 `git worktree prune` ends that",
                shown(worktree.as_os_str().as_bytes())
            );
            return Err(tree
                .fault(ErrorCode::UnsupportedRepository)
                .with_detail(detail));
        }
        for state in STATES {
            if own.stat_entry(*state).is_ok() {
                found.add(WorkKind::Uncommitted, || {
                    shown(&join(&path, state.as_bytes()))
                });
            }
        }
        own_references(&own, found).map_err(refused)?;
    }
    Ok(())
}

/// Whether anything is at a path, or may be where the system does not let us see.
fn exists(path: &Path) -> bool {
    !matches!(
        std::fs::symlink_metadata(path),
        Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory)
    )
}
