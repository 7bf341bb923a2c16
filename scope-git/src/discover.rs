//! Which git directory a directory belongs to.

use std::path::{Path, PathBuf};

use scope_core::{ErrorCode, Part};

use crate::dir::{Dir, Entry, SMALL};
use crate::fault::Fault;
use crate::git_dir::{GitDir, named_by_git_file};
use crate::sys::Kind;

/// How many directories up one handle is used, so that the way there stays short.
const HIGHEST: usize = 32;

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

/// The repository of the directory `start`: the nearest, upwards, as git looks for it.
///
/// # Errors
///
/// `not_a_repository`, and those of [`GitDir::at`]; for a `.git` that leads nowhere `corrupt_repository`.
pub(crate) fn discover(start: &Dir, limits: &Limits<'_>) -> Result<Found, Fault> {
    let outside = Fault::At(ErrorCode::NotARepository, Part::Path);
    let mut reopened = None;
    let mut up = String::new();
    for (height, path) in start.path().ancestors().enumerate() {
        // The directory itself is looked at whatever the ceilings.
        if height > 0 && limits.ceilings.iter().any(|ceiling| ceiling == path) {
            break;
        }
        if height > 0 && height.is_multiple_of(HIGHEST) {
            reopened = Some(Dir::open(path).map_err(|error| Fault::of_io(&error, Part::Path))?);
            up.clear();
        }
        let from = reopened.as_ref().unwrap_or(start);
        if let Some(found) = at(from, &up, path)? {
            let stays = height == 0 || limits.across_file_systems || {
                let device = |dir: &Dir, name: &str| dir.status(name, Part::Path);
                device(start, ".")?.map(|it| it.device)
                    == device(from, &format!("{up}."))?.map(|it| it.device)
            };
            return if stays { Ok(found) } else { Err(outside) };
        }
        up.push_str("../");
    }
    Err(outside)
}

/// The repository that begins at the directory `up` from here, whose path is `path`.
fn at(from: &Dir, up: &str, path: &Path) -> Result<Option<Found>, Fault> {
    if let Some(git_dir) = led_to_by(from, up, Path::new(".git"), None)? {
        let root = Some(path.to_path_buf());
        return Ok(Some(Found { git_dir, root }));
    }
    // Nearly no directory is a git directory itself, and to ask is cheaper than to open it.
    if !from.has(format!("{up}HEAD"), Part::Head)? {
        return Ok(None);
    }
    let git_dir = GitDir::at(path, None)?;
    Ok(git_dir.map(|git_dir| Found {
        git_dir,
        root: None,
    }))
}

/// The git directory called `name` in the directory `up` from here, or that the file there names.
pub(crate) fn led_to_by(
    from: &Dir,
    up: &str,
    name: &Path,
    common: Option<&Path>,
) -> Result<Option<GitDir>, Fault> {
    let seen = Path::new(up).join(name);
    let Some(status) = from.status(&seen, Part::GitFile)? else {
        return Ok(None);
    };
    let height = up.len() / "../".len();
    let directory = from.path().ancestors().nth(height).unwrap_or(from.path());
    let path = directory.join(name);
    match status.kind {
        Kind::Directory => GitDir::at(&path, common),
        Kind::File => {
            let Entry::File(text) = from.entry(&seen, SMALL, Part::GitFile)? else {
                return Ok(None);
            };
            let around = path.parent().unwrap_or(&path);
            let named = named_by_git_file(&text).map(|named| around.join(named));
            let git_dir = named.and_then(|named| GitDir::at(&named, common).transpose());
            let nowhere = Fault::At(ErrorCode::CorruptRepository, Part::GitFile);
            git_dir.unwrap_or(Err(nowhere)).map(Some)
        }
        Kind::Link | Kind::Special => Ok(None),
    }
}
