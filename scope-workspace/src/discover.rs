//! The other mode: one developer, and a directory with sources in it (W12).

mod project;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use scope_core::{ErrorCode, Part, Timestamp};
use scope_fs::{Dir, Errno, FileType, Resolution};
use serde::Serializer;

use crate::error::Error;
use crate::job::{CancelToken, Job, Progress};
use crate::options::Options;
use crate::workspaces::{Workspaces, utf8};
use project::Checkout;

/// Directories of dependencies and build output, by name: projects are not looked for in them.
const SKIPPED: &[&str] = &[
    "node_modules",
    "venv",
    "env",
    "virtualenv",
    "site-packages",
    "__pycache__",
    "target",
    "build",
    "dist",
    "out",
    "vendor",
    "bower_components",
    "Pods",
    "DerivedData",
    "obj",
    "bin",
];

/// Directories of the system, with all that is in them.
const SYSTEM: &[&str] = &[
    "/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/libx32", "/proc", "/run",
    "/sbin", "/sys", "/usr", "/System", "/Library",
];

/// Directories of the system that others' directories are in.
const SYSTEM_ITSELF: &[&str] = &["/", "/home", "/Users", "/opt", "/var", "/mnt", "/media"];

/// How deep below a source directory projects are looked for.
const DEPTH: usize = 2;

/// The most skipped directories that are listed.
const MOST_SKIPPED: usize = 1000;

/// How to look for projects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DiscoverOptions {
    /// Names of directories that are passed over, projects or not.
    pub skip: Vec<String>,
    /// How many threads look; 0 for as many as the machine runs at once.
    pub threads: usize,
}

/// A directory with a git repository.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Project {
    /// Where it is. Serialised, bytes that are not UTF-8 are U+FFFD.
    #[serde(serialize_with = "shown")]
    pub path: PathBuf,
    /// The last component of that.
    pub name: String,
    /// The branch that is checked out; `None` for a detached `HEAD`. Bytes that are not UTF-8 are U+FFFD.
    pub branch: Option<String>,
    /// When something was last committed, checked out, fetched or added in it.
    pub modified_at: Timestamp,
}

/// Why a directory was skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SkipReason {
    /// Its name is one that dependencies, build output and hidden files have, or that the caller named. It is no project,
    /// or the caller named it; nothing below it was looked at.
    Name,
    /// It is a symbolic link to a directory.
    SymbolicLink,
    /// It has a `.git`, and that leads to no repository: it is neither a directory nor a file that names one, or `HEAD`
    /// there is missing, is not a regular file, or names neither a branch nor a commit; or git would refuse it, its
    /// configuration being damaged or its format unknown.
    NotARepository,
    /// Its `.git` leads to a bare repository. Worktrees of that beside it are projects.
    BareRepository,
    /// The system refused to let its `.git` be read.
    Unreadable,
}

impl SkipReason {
    /// Returns the word that stands for it in JSON and in other languages.
    ///
    /// ```
    /// assert_eq!(scope_workspace::SkipReason::BareRepository.as_str(), "bare_repository");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::SymbolicLink => "symbolic_link",
            Self::NotARepository => "not_a_repository",
            Self::BareRepository => "bare_repository",
            Self::Unreadable => "unreadable",
        }
    }
}

/// A directory that is not among the projects, though it may look like one or hold some.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Skipped {
    /// Where it is. Serialised, bytes that are not UTF-8 are U+FFFD.
    #[serde(serialize_with = "shown")]
    pub path: PathBuf,
    /// Why.
    pub reason: SkipReason,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Discovery {
    /// Newest first; of the same time, by path.
    pub projects: Vec<Project>,
    /// Directories that could not be looked into. Serialised, bytes that are not UTF-8 are U+FFFD.
    #[serde(serialize_with = "all_shown")]
    pub unreadable: Vec<PathBuf>,
    /// Directories that were skipped, by path: the first 1,000.
    pub skipped: Vec<Skipped>,
}

fn shown<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.to_string_lossy())
}

fn all_shown<S: Serializer>(paths: &[PathBuf], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(paths.iter().map(|path| path.to_string_lossy()))
}

/// Which of the two modes the environment asks for.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "a process has one, and takes it apart at once"
)]
pub enum Mode {
    /// `DATA_DIR` is set: users are kept apart.
    Isolated(Workspaces),
    /// It is not: one developer's directories of sources.
    Local(Vec<PathBuf>),
}

/// The mode that the environment asks for: with `DATA_DIR`, the workspaces in it; else the one of
/// [`default_source_dir`].
///
/// # Errors
///
/// Those of [`Workspaces::open_with`].
pub fn mode(options: Options) -> Result<Mode, Error> {
    match env::var_os("DATA_DIR").filter(|dir| !dir.is_empty()) {
        Some(dir) => Workspaces::open_with(PathBuf::from(dir), options).map(Mode::Isolated),
        None => Ok(Mode::Local(default_source_dir().into_iter().collect())),
    }
}

/// `CODE_SOURCE_DIR`, else `src` in the home directory; nothing where there is no home.
pub fn default_source_dir() -> Option<PathBuf> {
    let set = |name| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    set("CODE_SOURCE_DIR").or_else(|| Some(set("HOME")?.join("src")))
}

/// Finds the git repositories in directories of sources: those directories themselves, and up to two levels below.
///
/// A directory whose `.git` leads to a repository with a worktree there is a project, whatever its name, and nothing in it
/// is looked at. Hidden directories, dependencies, virtual environments and build output that are no projects are not
/// looked into; symbolic links are not followed, but for those in a path that a `.git` file names. Nothing of a repository
/// is run, and nothing is waited for.
///
/// # Errors
///
/// `not_absolute`, `non_utf8_path`, `path_not_found`, `not_a_directory`, `io_failed` and `system_directory` of a source
/// directory (`source_dir`). Directories below that cannot be read are in the answer.
///
/// ```
/// # let src = tempfile::tempdir()?;
/// # std::fs::create_dir_all(src.path().join("acme/widget/.git"))?;
/// # std::fs::write(src.path().join("acme/widget/.git/HEAD"), "ref: refs/heads/main\n")?;
/// use scope_workspace::{DiscoverOptions, discover_projects};
/// let found = discover_projects(&[src.path()], &DiscoverOptions::default())?;
/// assert_eq!(found.projects[0].name, "widget");
/// assert_eq!(found.projects[0].branch.as_deref(), Some("main"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn discover_projects<P: AsRef<Path>>(
    source_dirs: &[P],
    options: &DiscoverOptions,
) -> Result<Discovery, Error> {
    discover_projects_with(source_dirs, options, Job::default())
}

/// [`discover_projects`] with a way to stop it, and a callback that is told after each level how many directories were
/// looked at.
///
/// # Errors
///
/// Those of [`discover_projects`]; `cancelled` (`source_dir`).
///
/// ```
/// use scope_core::ErrorCode;
/// use scope_workspace::{DiscoverOptions, Job, discover_projects_with};
/// # let src = tempfile::tempdir()?;
///
/// let job = Job::default();
/// job.cancel.cancel();
/// let stopped = discover_projects_with(&[src.path()], &DiscoverOptions::default(), job);
/// assert_eq!(stopped.unwrap_err().code(), ErrorCode::Cancelled);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn discover_projects_with<P: AsRef<Path>>(
    source_dirs: &[P],
    options: &DiscoverOptions,
    mut job: Job<'_>,
) -> Result<Discovery, Error> {
    let sources: BTreeSet<PathBuf> = source_dirs
        .iter()
        .map(|dir| checked_source(dir.as_ref()))
        .collect::<Result<_, _>>()?;
    let search = Search {
        options,
        threads: match options.threads {
            0 => thread::available_parallelism().map_or(1, Into::into),
            threads => threads,
        },
        cancel: &job.cancel.clone(),
    };
    let mut found = Found::default();
    let mut opened = Vec::new();
    for path in sources {
        if let Ok(dir) = Dir::open_trusted(&path, Resolution::Kernel) {
            opened.push(Source { dir, path });
        } else {
            found.unreadable.insert(path);
        }
    }
    let mut level: Vec<Place<'_>> = opened.iter().map(Place::at).collect();
    let mut looked_at = 0;
    for depth in 0..=DEPTH {
        looked_at += level.len() as u64;
        level = search.level(&level, depth == DEPTH, &mut found);
        if job.cancel.is_cancelled() {
            let text = source_dirs
                .first()
                .map(|dir| dir.as_ref().to_string_lossy());
            let text = text.unwrap_or_default();
            return Err(Error::new(ErrorCode::Cancelled, Part::SourceDir, text));
        }
        job.tell(&Progress {
            phase: "directories looked at".to_owned(),
            done: looked_at,
            total: None,
        });
    }
    Ok(found.into_discovery())
}

/// A source directory's real path, if it may be one.
fn checked_source(dir: &Path) -> Result<PathBuf, Error> {
    let text = utf8(dir, Part::SourceDir)?;
    let fault = |code| Error::new(code, Part::SourceDir, text);
    if !dir.is_absolute() {
        return Err(fault(ErrorCode::NotAbsolute));
    }
    let real = fs::canonicalize(dir)
        .map_err(|error| Error::of_system(scope_fs::errno_of(&error), Part::SourceDir, text))?;
    let is_system = |path: &Path| {
        SYSTEM.iter().any(|system| path.starts_with(system))
            || SYSTEM_ITSELF.iter().any(|system| path == Path::new(system))
    };
    // A link to a system directory is one as much as the directory that it leads to.
    if is_system(dir) || is_system(&real) {
        return Err(fault(ErrorCode::SystemDirectory));
    }
    if !real.is_dir() {
        return Err(fault(ErrorCode::NotADirectory));
    }
    Ok(real)
}

/// A source directory.
struct Source {
    dir: Dir,
    path: PathBuf,
}

/// A directory to look at: a source directory, or one below.
struct Place<'a> {
    source: &'a Source,
    /// The way there from the source directory; empty for that itself.
    below: PathBuf,
    /// Whether its name keeps from looking below it.
    is_shut: bool,
}

impl<'a> Place<'a> {
    fn at(source: &'a Source) -> Self {
        Self {
            source,
            below: PathBuf::new(),
            is_shut: false,
        }
    }

    fn path(&self) -> PathBuf {
        if self.below.as_os_str().is_empty() {
            self.source.path.clone()
        } else {
            self.source.path.join(&self.below)
        }
    }

    /// Whether there may be a `.git` in it: not where the system says that there is none.
    fn may_have_git(&self) -> bool {
        let git = self.below.join(".git");
        let stat = self.source.dir.stat_entry(git.as_os_str().as_bytes());
        !matches!(stat, Err(Errno::NOENT))
    }

    /// Opens it, through no symbolic link.
    fn open(&self) -> Result<Dir, Errno> {
        match self.below.as_os_str().as_bytes() {
            b"" => self.source.dir.open_dir("."),
            below => self.source.dir.open_dir(below),
        }
    }
}

/// What looking at a directory gave.
#[derive(Default)]
struct Looked<'a> {
    project: Option<Project>,
    unreadable: Option<PathBuf>,
    skipped: Vec<Skipped>,
    below: Vec<Place<'a>>,
}

/// How a search goes.
struct Search<'a> {
    options: &'a DiscoverOptions,
    threads: usize,
    cancel: &'a CancelToken,
}

impl Search<'_> {
    /// Looks at all directories of one level, in several threads, and returns those of the next.
    fn level<'s>(&self, level: &[Place<'s>], is_last: bool, found: &mut Found) -> Vec<Place<'s>> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut all = Vec::new();
            while let Some(place) = level.get(next.fetch_add(1, Ordering::Relaxed)) {
                if self.cancel.is_cancelled() {
                    break;
                }
                all.push(self.look(place, is_last));
            }
            all
        };
        let all: Vec<Looked<'s>> = thread::scope(|scope| {
            let helpers: Vec<_> = (1..self.threads.min(level.len()))
                .map_while(|_| thread::Builder::new().spawn_scoped(scope, work).ok())
                .collect();
            let mut all = work();
            for helper in helpers {
                match helper.join() {
                    Ok(looked) => all.extend(looked),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            all
        });
        let mut below = Vec::new();
        for looked in all {
            below.extend(looked.below);
            found.projects.extend(
                looked
                    .project
                    .map(|project| (project.path.clone(), project)),
            );
            found.unreadable.extend(looked.unreadable);
            found.skip(looked.skipped);
        }
        below
    }

    fn look<'s>(&self, place: &Place<'s>, is_last: bool) -> Looked<'s> {
        let mut looked = Looked::default();
        let skipped = |reason| Skipped {
            path: place.path(),
            reason,
        };
        // Most directories of the last level, and nothing in them is wanted but a `.git`: that is asked for before they are
        // opened. What it is, is looked at by handle.
        if (is_last || place.is_shut) && !place.may_have_git() {
            if place.is_shut {
                looked.skipped.push(skipped(SkipReason::Name));
            }
            return looked;
        }
        let dir = match place.open() {
            Ok(dir) => dir,
            // Gone, or something else by now.
            Err(Errno::NOENT | Errno::NOTDIR) => return looked,
            Err(Errno::LOOP) => {
                looked.skipped.push(skipped(SkipReason::SymbolicLink));
                return looked;
            }
            Err(_) if place.is_shut => {
                looked.skipped.push(skipped(SkipReason::Name));
                return looked;
            }
            Err(_) => {
                looked.unreadable = Some(place.path());
                return looked;
            }
        };
        match Checkout::of(&dir) {
            Checkout::Worktree(worktree) => {
                looked.project = Some(worktree.project(place.path()));
                return looked;
            }
            Checkout::Nothing => {}
            Checkout::Skipped(reason) => looked.skipped.push(skipped(reason)),
        }
        if place.is_shut {
            // What its .git is tells more.
            if looked.skipped.is_empty() {
                looked.skipped.push(skipped(SkipReason::Name));
            }
        } else if !is_last {
            self.list(place, &dir, &mut looked);
        }
        looked
    }

    /// Lists the directories in one.
    fn list<'s>(&self, place: &Place<'s>, dir: &Dir, looked: &mut Looked<'s>) {
        let Ok(entries) = dir.entries() else {
            looked.unreadable = Some(place.path());
            return;
        };
        for (name, kind) in entries {
            // It was looked at for this directory, and holds none.
            if &*name == c".git" {
                continue;
            }
            let kind = match kind {
                // Not every file system tells.
                FileType::Unknown => match dir.stat_entry(&*name) {
                    Ok(stat) => FileType::from_raw_mode(stat.st_mode),
                    Err(_) => continue,
                },
                kind => kind,
            };
            let name = OsStr::from_bytes(name.to_bytes());
            let below = place.below.join(name);
            let is_unwanted = self.options.skip.iter().any(|skip| name == &**skip);
            let reason = match kind {
                FileType::Directory if is_unwanted => SkipReason::Name,
                FileType::Directory => {
                    looked.below.push(Place {
                        source: place.source,
                        below,
                        is_shut: is_shut(name),
                    });
                    continue;
                }
                // What it leads to is asked of the system, and not opened.
                FileType::Symlink if dir.process_path().join(name).is_dir() => {
                    SkipReason::SymbolicLink
                }
                _ => continue,
            };
            let path = place.source.path.join(below);
            looked.skipped.push(Skipped { path, reason });
        }
    }
}

/// Whether nothing is looked for below a directory of this name.
fn is_shut(name: &OsStr) -> bool {
    name.as_bytes().starts_with(b".") || SKIPPED.iter().any(|skipped| name == *skipped)
}

/// What has been found so far. A directory that several source directories lead to is in it once.
#[derive(Default)]
struct Found {
    projects: BTreeMap<PathBuf, Project>,
    unreadable: BTreeSet<PathBuf>,
    skipped: BTreeSet<Skipped>,
}

impl Found {
    /// Keeps the first by path, so that it does not matter who found them when.
    fn skip(&mut self, skipped: Vec<Skipped>) {
        for one in skipped {
            self.skipped.insert(one);
            if self.skipped.len() > MOST_SKIPPED {
                self.skipped.pop_last();
            }
        }
    }

    fn into_discovery(self) -> Discovery {
        let mut projects: Vec<Project> = self.projects.into_values().collect();
        // It keeps the order of paths.
        projects.sort_by_key(|project| std::cmp::Reverse(project.modified_at));
        Discovery {
            projects,
            unreadable: self.unreadable.into_iter().collect(),
            skipped: self.skipped.into_iter().collect(),
        }
    }
}
