//! What git's environment variables say, where the caller asks for them (G5).

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use scope_core::{ErrorCode, Part};

use crate::dir::Dir;
use crate::discover::{Found, Limits, discover, led_to_by};
use crate::fault::Fault;
use crate::git_dir::Root;

/// The variables that say where a repository is. Relative paths count from the directory that is asked about, as they do
/// for a git that runs there.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    git_dir: Option<PathBuf>,
    work_tree: Option<PathBuf>,
    common_dir: Option<PathBuf>,
    ceilings: Vec<PathBuf>,
    across_file_systems: bool,
}

impl Environment {
    /// That of this process.
    pub(crate) fn of_process() -> Self {
        let variable = |name| env::var_os(name).filter(|value| !value.is_empty());
        let is_true = |value: OsString| {
            value.to_str().is_some_and(|word| {
                let word = word.to_ascii_lowercase();
                matches!(&*word, "true" | "yes" | "on" | "1")
            })
        };
        Self {
            git_dir: env::var_os("GIT_DIR").map(PathBuf::from),
            work_tree: variable("GIT_WORK_TREE").map(PathBuf::from),
            common_dir: variable("GIT_COMMON_DIR").map(PathBuf::from),
            ceilings: variable("GIT_CEILING_DIRECTORIES")
                .map_or_else(Vec::new, |list| ceilings(&list)),
            across_file_systems: variable("GIT_DISCOVERY_ACROSS_FILESYSTEM").is_some_and(is_true),
        }
    }

    /// The repository of the directory `start`.
    pub(crate) fn find(&self, start: &Dir) -> Result<Found, Fault> {
        let limits = Limits {
            ceilings: &self.ceilings,
            across_file_systems: self.across_file_systems,
        };
        let common = self.common_dir.as_ref();
        let common = common.map(|common| start.path().join(common));
        let Some(git_dir) = &self.git_dir else {
            return discover(start, &limits);
        };
        let named = led_to_by(start, git_dir, common.as_deref())?;
        let git_dir = named.ok_or(Fault::At(ErrorCode::NotARepository, Part::GitDir))?;
        Ok(Found {
            git_dir,
            root: Some(start.path().to_path_buf()),
        })
    }

    /// The root of the worktree, where the environment says it.
    pub(crate) fn root(&self, start: &Path) -> Result<Option<Root>, Fault> {
        let Some(work_tree) = &self.work_tree else {
            return Ok(None);
        };
        match Dir::open(&start.join(work_tree)) {
            Ok(root) => Ok(Some(Root::Worktree(root.into_path()))),
            Err(error) => Err(Fault::of_io(&error, Part::WorktreePath)),
        }
    }
}

/// The directories of a list, without symbolic links; after an empty entry, git takes the rest as they are.
fn ceilings(list: &OsStr) -> Vec<PathBuf> {
    let mut as_they_are = false;
    env::split_paths(list)
        .filter_map(|path| {
            if path.as_os_str().is_empty() {
                as_they_are = true;
                return None;
            }
            let real = (!as_they_are).then(|| Dir::open(&path).ok()).flatten();
            Some(real.map_or(path, Dir::into_path)).filter(|path| path.is_absolute())
        })
        .collect()
}
