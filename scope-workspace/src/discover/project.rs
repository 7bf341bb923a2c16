//! Whether a directory is a project: what its `.git` leads to. Nothing is opened before it is known to be a regular file
//! or a directory, and no symbolic link is followed, but for those in a path that a `.git` file names.

use std::path::PathBuf;

use scope_core::{ErrorCode, Part, Timestamp};
use scope_fs::{Dir, Errno, FileType, Resolution, Stat, Unread};
use scope_git::files::{self, Config, Head, Value};

use super::{Project, SkipReason};
use crate::clock::epoch;

/// The most bytes of a `HEAD` or a `.git` file.
const MOST_LINE: usize = 8 << 10;

/// The most bytes of a repository's configuration.
const MOST_CONFIG: usize = 1 << 20;

/// The branch that `HEAD` names where references are in reftables, and nothing else does.
const IN_REFTABLES: &[u8] = b".invalid";

/// What a directory is, by its `.git`.
pub(super) enum Checkout {
    /// It has none.
    Nothing,
    /// It has one, and is no project.
    Skipped(SkipReason),
    /// It is the root of a worktree.
    Worktree(Worktree),
}

/// The root of a worktree.
pub(super) struct Worktree {
    git_dir: Dir,
    head: Head,
    /// The branch, as scope-git tells it: also in reftables, and while a rebase or bisect is under way.
    branch: Option<String>,
}

impl Checkout {
    /// Looks at the `.git` in a directory.
    pub(super) fn of(dir: &Dir) -> Self {
        match Worktree::of(dir) {
            Ok(Some(worktree)) => Self::Worktree(worktree),
            Ok(None) => Self::Nothing,
            Err(reason) => Self::Skipped(reason),
        }
    }
}

impl Worktree {
    fn of(dir: &Dir) -> Result<Option<Self>, SkipReason> {
        let stat = match dir.stat_entry(".git") {
            Err(Errno::NOENT | Errno::NOTDIR) => return Ok(None),
            other => other.map_err(refused)?,
        };
        let git_dir = match FileType::from_raw_mode(stat.st_mode) {
            FileType::Directory => dir.open_dir(".git"),
            FileType::RegularFile => {
                let text = regular(dir, ".git", MOST_LINE)?;
                let named = files::git_file(&text).ok_or(SkipReason::NotARepository)?;
                // A relative path counts from this directory, whatever it is called by now.
                Dir::open_trusted(&dir.process_path().join(named), Resolution::Kernel)
            }
            _ => return Err(SkipReason::NotARepository),
        };
        let git_dir = git_dir.map_err(refused)?;
        let head = files::head(&regular(&git_dir, "HEAD", MOST_LINE)?);
        let mut worktree = Self {
            git_dir,
            head: head.ok_or(SkipReason::NotARepository)?,
            branch: None,
        };
        if worktree.is_bare() {
            return Err(SkipReason::BareRepository);
        }
        worktree.ask_git(dir)?;
        Ok(Some(worktree))
    }

    /// Takes the branch from scope-git, and its word on a repository that git refuses.
    fn ask_git(&mut self, dir: &Dir) -> Result<(), SkipReason> {
        let path = dir.path_now().map_err(refused)?;
        match scope_git::checkout_info(&path) {
            Ok(info) => {
                // A directory around this one answers for a `.git` that has not all that makes one.
                if info.worktree_path.as_deref() == path.to_str() {
                    self.branch = info.branch;
                }
                Ok(())
            }
            // Its configuration. What else is wrong, such as a path or branch that is not text, was read here already.
            Err(rejection) if rejection.error.part == Part::GitConfig => {
                Err(match rejection.error.code {
                    ErrorCode::Unreadable => SkipReason::Unreadable,
                    _ => SkipReason::NotARepository,
                })
            }
            Err(_) => Ok(()),
        }
    }

    /// Whether the repository is bare, so that this directory is only around it. A linked worktree never is; what cannot be
    /// read is not.
    fn is_bare(&self) -> bool {
        if self.git_dir.stat_entry("commondir").is_ok() {
            return false;
        }
        let config = |name| {
            let text = regular(&self.git_dir, name, MOST_CONFIG).ok()?;
            Config::parse(&text).ok()
        };
        let Some(shared) = config("config") else {
            return false;
        };
        let has_own = shared.get("extensions", None, "worktreeconfig");
        let own = has_own
            .and_then(Value::boolean)
            .filter(|has_own| *has_own)
            .and_then(|_| config("config.worktree"));
        // The one that is said last counts.
        let in_either = |key: &str| {
            let own = own.as_ref().and_then(|own| own.get("core", None, key));
            own.or_else(|| shared.get("core", None, key))
        };
        let is_bare = in_either("bare").and_then(Value::boolean);
        is_bare == Some(true) && in_either("worktree").is_none()
    }

    /// The project at this path.
    pub(super) fn project(&self, path: PathBuf) -> Project {
        let name = path.file_name().unwrap_or_default();
        Project {
            name: name.to_string_lossy().into_owned(),
            branch: self.branch(),
            modified_at: self.modified_at(),
            path,
        }
    }

    fn branch(&self) -> Option<String> {
        let named = self.head.branch().filter(|branch| *branch != IN_REFTABLES);
        let named = named.map(|branch| String::from_utf8_lossy(branch).into_owned());
        self.branch.clone().or(named)
    }

    /// When something was last committed, checked out, fetched or added.
    fn modified_at(&self) -> Timestamp {
        let files = ["HEAD", "index", "FETCH_HEAD", "logs/HEAD"];
        let times = files
            .iter()
            .filter_map(|file| timestamp(&self.git_dir.stat_entry(*file).ok()?));
        // A file may have any time; one that is none counts as old.
        times.max().unwrap_or_else(epoch)
    }
}

/// Reads a regular file. Anything else, and what is missing or too long, makes no repository.
fn regular(dir: &Dir, name: &str, most: usize) -> Result<Vec<u8>, SkipReason> {
    let stat = dir.stat_entry(name).map_err(refused)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(SkipReason::NotARepository);
    }
    dir.read_file(name, most).map_err(|unread| match unread {
        Unread::System(errno) => refused(errno),
        Unread::NotAFile | Unread::TooLong => SkipReason::NotARepository,
    })
}

fn refused(errno: Errno) -> SkipReason {
    match errno {
        Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::NAMETOOLONG => {
            SkipReason::NotARepository
        }
        _ => SkipReason::Unreadable,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::unnecessary_cast,
    reason = "the types differ from system to system, and nanoseconds fit"
)]
fn timestamp(stat: &Stat) -> Option<Timestamp> {
    Timestamp::from_unix(stat.st_mtime as i64, stat.st_mtime_nsec as u32).ok()
}
