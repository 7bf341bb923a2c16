//! Which git directory a directory belongs to.

use std::path::{Path, PathBuf};

use scope_core::{ErrorCode, Part};

use crate::fault::Fault;
use crate::git_dir::{GitDir, named_by_git_file};
use crate::read::{self, Entry, SMALL};

/// A git directory, and the directory whose `.git` led to it; none where it was found itself.
pub(crate) struct Found {
    pub(crate) git_dir: GitDir,
    pub(crate) root: Option<PathBuf>,
}

/// How far up to look.
pub(crate) struct Limits<'a> {
    /// The real paths of directories that are not looked at, nor is what is above them.
    pub(crate) ceilings: &'a [PathBuf],
    /// Whether to go on above the root of a file system.
    pub(crate) across_file_systems: bool,
}

/// The repository of the directory with the real path `start`: the nearest, upwards, as git looks for it.
///
/// # Errors
///
/// `not_a_repository`, and those of [`GitDir::at`]; for a `.git` that leads nowhere `corrupt_repository`.
pub(crate) fn discover(start: &Path, limits: &Limits<'_>) -> Result<Found, Fault> {
    let outside = Fault::At(ErrorCode::NotARepository, Part::Path);
    let is_below_ceiling =
        |directory: &Path| !limits.ceilings.iter().any(|ceiling| ceiling == directory);
    // The directory itself is looked at whatever the ceilings.
    let mut levels = start.ancestors();
    let own = levels.next();
    let above = levels.take_while(|directory| is_below_ceiling(directory));
    for directory in own.into_iter().chain(above) {
        let Some(found) = at(directory)? else {
            continue;
        };
        let crosses = !limits.across_file_systems && directory != start;
        if crosses && !read::same_file_system(start, directory) {
            return Err(outside);
        }
        return Ok(found);
    }
    Err(outside)
}

/// The repository that begins at this directory.
fn at(directory: &Path) -> Result<Option<Found>, Fault> {
    if let Some(git_dir) = led_to_by(&directory.join(".git"), None)? {
        let root = Some(directory.to_path_buf());
        return Ok(Some(Found { git_dir, root }));
    }
    let git_dir = GitDir::at(directory, None)?;
    Ok(git_dir.map(|git_dir| Found {
        git_dir,
        root: None,
    }))
}

/// The git directory at `path`, or that the file there names.
pub(crate) fn led_to_by(path: &Path, common: Option<&Path>) -> Result<Option<GitDir>, Fault> {
    match read::entry(path, SMALL, Part::GitFile)? {
        Entry::File(text) => {
            let directory = path.parent().unwrap_or(path);
            let named = named_by_git_file(&text).map(|named| directory.join(named));
            let git_dir = named.and_then(|named| GitDir::at(&named, common).transpose());
            let nowhere = Fault::At(ErrorCode::CorruptRepository, Part::GitFile);
            git_dir.unwrap_or(Err(nowhere)).map(Some)
        }
        Entry::Directory => GitDir::at(path, common),
        Entry::Nothing | Entry::Link | Entry::Special => Ok(None),
    }
}
