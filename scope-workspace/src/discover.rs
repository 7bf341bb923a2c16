//! The other mode: one developer, and a directory with sources in it (W12).

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use std::time::SystemTime;

use scope_core::{ErrorCode, Part, Timestamp};
use serde::Serializer;

use crate::error::Error;
use crate::options::Options;
use crate::workspaces::{Workspaces, utf8};

/// Directories that hold no project of anybody's, by name.
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

/// The most bytes of a `HEAD` that are read.
const MOST_HEAD: u64 = 4096;

/// How to look for projects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DiscoverOptions {
    /// Names of directories to skip besides the usual ones.
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
    /// The branch that is checked out; `None` for a detached `HEAD`.
    pub branch: Option<String>,
    /// When something was last committed, checked out, fetched or added in it.
    pub modified_at: Timestamp,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Discovery {
    /// Newest first; of the same time, by path.
    pub projects: Vec<Project>,
    /// Directories that could not be looked into. Serialised, bytes that are not UTF-8 are U+FFFD.
    #[serde(serialize_with = "all_shown")]
    pub unreadable: Vec<PathBuf>,
}

fn shown<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.to_string_lossy())
}

fn all_shown<S: Serializer>(paths: &[PathBuf], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(paths.iter().map(|path| path.to_string_lossy()))
}

/// Which of the two modes the environment asks for.
#[derive(Debug)]
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
/// Hidden directories, dependencies, virtual environments and build output are not looked into, nor is what lies in a
/// repository; symbolic links are not followed. Nothing of a repository is run.
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
    let sources: BTreeSet<PathBuf> = source_dirs
        .iter()
        .map(|dir| checked_source(dir.as_ref()))
        .collect::<Result<_, _>>()?;
    let queue = Queue::new(sources, options);
    let threads = match options.threads {
        0 => thread::available_parallelism().map_or(1, Into::into),
        threads => threads,
    };
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| queue.work());
        }
    });
    Ok(queue.into_discovery())
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

/// Directories that wait to be looked into, and what was found. Threads take from it until nothing waits and nobody works.
struct Queue<'a> {
    state: Mutex<State>,
    options: &'a DiscoverOptions,
}

struct State {
    waiting: Vec<(PathBuf, usize)>,
    at_work: usize,
    found: Discovery,
}

impl<'a> Queue<'a> {
    fn new(sources: BTreeSet<PathBuf>, options: &'a DiscoverOptions) -> Self {
        Self {
            state: Mutex::new(State {
                waiting: sources.into_iter().map(|dir| (dir, 0)).collect(),
                at_work: 0,
                found: Discovery::default(),
            }),
            options,
        }
    }

    fn work(&self) {
        loop {
            let next = {
                let mut state = self.locked();
                match state.waiting.pop() {
                    Some(next) => {
                        state.at_work += 1;
                        Some(next)
                    }
                    None if state.at_work == 0 => return,
                    None => None,
                }
            };
            let Some((dir, depth)) = next else {
                thread::yield_now();
                continue;
            };
            let looked = self.look(&dir, depth);
            let mut state = self.locked();
            state.at_work -= 1;
            match looked {
                Look::Project(project) => state.found.projects.push(project),
                Look::Below(dirs) => {
                    state
                        .waiting
                        .extend(dirs.into_iter().map(|dir| (dir, depth + 1)));
                }
                Look::Unreadable => state.found.unreadable.push(dir),
            }
        }
    }

    fn look(&self, dir: &Path, depth: usize) -> Look {
        if let Some(project) = project(dir) {
            return Look::Project(project);
        }
        if depth == DEPTH {
            return Look::Below(Vec::new());
        }
        let Ok(entries) = fs::read_dir(dir) else {
            return Look::Unreadable;
        };
        let below = entries.flatten().filter(|entry| {
            entry.file_type().is_ok_and(|kind| kind.is_dir())
                && !self.is_skipped(&entry.file_name().to_string_lossy())
        });
        Look::Below(below.map(|entry| entry.path()).collect())
    }

    fn is_skipped(&self, name: &str) -> bool {
        name.starts_with('.')
            || SKIPPED.contains(&name)
            || self.options.skip.iter().any(|skipped| skipped == name)
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, State> {
        self.state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn into_discovery(self) -> Discovery {
        let state = self
            .state
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut found = state.found;
        found
            .projects
            .sort_by(|a, b| (b.modified_at, &a.path).cmp(&(a.modified_at, &b.path)));
        // A source directory in another is looked into once.
        found.projects.dedup_by(|a, b| a.path == b.path);
        found.unreadable.sort_unstable();
        found.unreadable.dedup();
        found
    }
}

enum Look {
    Project(Project),
    Below(Vec<PathBuf>),
    Unreadable,
}

/// The project that a directory is, if it is one: if `.git` in it has a `HEAD`, or is the file of a linked worktree.
fn project(dir: &Path) -> Option<Project> {
    let git = dir.join(".git");
    let kind = fs::symlink_metadata(&git).ok()?;
    let git = if kind.is_file() {
        dir.join(read_line(&git)?.strip_prefix("gitdir:")?.trim())
    } else {
        git
    };
    let head = read_line(&git.join("HEAD"))?;
    let changed = ["HEAD", "index", "FETCH_HEAD", "logs/HEAD"]
        .iter()
        .filter_map(|file| fs::metadata(git.join(file)).ok()?.modified().ok())
        .max()?;
    Some(Project {
        path: dir.to_owned(),
        name: dir
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        branch: head
            .strip_prefix("ref: refs/heads/")
            .map(|branch| branch.trim().to_owned()),
        modified_at: timestamp(changed)?,
    })
}

fn read_line(path: &Path) -> Option<String> {
    use std::io::Read as _;
    let mut text = String::new();
    let file = fs::File::open(path).ok()?;
    if !file.metadata().ok()?.is_file() {
        return None;
    }
    file.take(MOST_HEAD).read_to_string(&mut text).ok()?;
    Some(text)
}

fn timestamp(time: SystemTime) -> Option<Timestamp> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Timestamp::from_unix(i64::try_from(since.as_secs()).ok()?, since.subsec_nanos()).ok()
}
