//! Which git directory a directory belongs to.

use std::path::{Path, PathBuf};

use scope_core::{Error, ErrorCode, Part};
use scope_fs::path::{join, split};
use scope_fs::real::Kind;

use crate::dir::{Dir, Entry, SMALL};
use crate::fault::Fault;
use crate::files;
use crate::git_dir::GitDir;

/// How many directories up one handle is used, so that the way there stays short.
const HIGHEST: usize = 32;

/// The name so many directories up; the ends of it are the names on the way there.
macro_rules! highest {
    ($name:literal) => {
        concat!(
            "../../../../../../../../../../../../../../../../",
            "../../../../../../../../../../../../../../../../",
            $name
        )
    };
}

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
/// `not_a_repository`, and those of [`GitDir::at`]; for a `.git` that leads nowhere `corrupt_repository`. Where what was
/// found is on another file system than `start`, and that counts, `not_a_repository` with the part `mount_point`.
pub(crate) fn discover(start: &Dir, limits: &Limits<'_>) -> Result<Found, Fault> {
    let outside = Fault::At(ErrorCode::NotARepository, Part::Path);
    let mut reopened = None;
    let way_up = std::iter::successors(Some(start.path()), |path| Some(split(path)?.0));
    for (height, path) in way_up.enumerate() {
        // The directory itself is looked at whatever the ceilings.
        if height > 0 && limits.ceilings.iter().any(|ceiling| ceiling == path) {
            break;
        }
        let up = height % HIGHEST;
        if height > 0 && up == 0 {
            reopened = Some(Dir::open(path).map_err(|error| Fault::of_io(&error, Part::Path))?);
        }
        let from = reopened.as_ref().unwrap_or(start);
        let place = Place { from, up, path };
        let is_beyond = |known: Option<u64>| -> Result<bool, Fault> {
            if height == 0 || limits.across_file_systems {
                return Ok(false);
            }
            let device = Some(start.device(Part::Path)?);
            Ok(known != device && place.device()? != device)
        };
        match place.repository() {
            Ok(None) => {}
            Ok(Some(there)) if is_beyond(there.device)? => return Err(beyond(start)?),
            Ok(Some(there)) => return Ok(there.found),
            // What the system refuses there is none of the search's business.
            Err(Fault::At(ErrorCode::Unreadable, _)) if is_beyond(None)? => return Err(outside),
            Err(_) if is_beyond(None)? => return Err(beyond(start)?),
            Err(fault) => return Err(fault),
        }
    }
    Err(outside)
}

/// The fault of a directory that has a repository above it, on another file system.
///
/// # Errors
///
/// `unreadable` where the system refuses to say where that file system begins.
fn beyond(start: &Dir) -> Result<Fault, Fault> {
    let device = start.device(Part::Path)?;
    let mut root = start.path();
    while let Some((around, _)) = split(root) {
        let status = start.status(around, Part::Path)?;
        if status.is_none_or(|status| status.device != device) {
            break;
        }
        root = around;
    }
    let part = Part::MountPoint;
    let error = Error::from_parts(ErrorCode::NotARepository, part, part, 0);
    Ok(error.about(root.to_string_lossy()).into())
}

/// The git directory called `name` in the directory `dir`, or that the file there names.
///
/// # Errors
///
/// Those of [`discover`].
pub(crate) fn led_to_by(
    dir: &Dir,
    name: &Path,
    common: Option<&Path>,
) -> Result<Option<GitDir>, Fault> {
    let place = Place {
        from: dir,
        up: 0,
        path: dir.path(),
    };
    let led = place.led_to_by(name, name, common)?;
    Ok(led.map(|(git_dir, _)| git_dir))
}

/// A directory, so many levels up from an open one.
struct Place<'a> {
    from: &'a Dir,
    up: usize,
    /// Its real path.
    path: &'a Path,
}

/// A repository that was found.
struct There {
    found: Found,
    /// The file system of the place that it was found at, where that is known.
    device: Option<u64>,
}

impl Place<'_> {
    /// What is called this `HIGHEST` directories up, from the open directory.
    fn name(&self, highest: &'static str) -> &'static Path {
        Path::new(&highest[(HIGHEST - self.up) * "../".len()..])
    }

    /// The file system that it is on; nothing where it is gone.
    fn device(&self) -> Result<Option<u64>, Fault> {
        let status = self.from.status(self.name(highest!(".")), Part::Path)?;
        Ok(status.map(|status| status.device))
    }

    /// The repository that begins there.
    fn repository(&self) -> Result<Option<There>, Fault> {
        if let Some((git_dir, device)) =
            self.led_to_by(self.name(highest!(".git")), Path::new(".git"), None)?
        {
            let root = Some(self.path.to_path_buf());
            let found = Found { git_dir, root };
            return Ok(Some(There { found, device }));
        }
        // Nearly no directory is a git directory itself, and to ask is cheaper than to open it.
        if !self.from.has(self.name(highest!("HEAD")), Part::Head)? {
            return Ok(None);
        }
        let git_dir = GitDir::at(self.path.to_path_buf(), None)?;
        Ok(git_dir.map(|git_dir| There {
            found: Found {
                git_dir,
                root: None,
            },
            device: None,
        }))
    }

    /// The git directory called `name` there, `seen` from the open directory, or that the file there names; and the file
    /// system of the place, if it came out on the way.
    fn led_to_by(
        &self,
        seen: &Path,
        name: &Path,
        common: Option<&Path>,
    ) -> Result<Option<(GitDir, Option<u64>)>, Fault> {
        let Some(status) = self.from.status(seen, Part::GitFile)? else {
            return Ok(None);
        };
        match status.kind {
            Kind::Directory => {
                let git_dir = GitDir::at(join(self.path, name), common)?;
                Ok(git_dir.map(|git_dir| (git_dir, None)))
            }
            Kind::File => {
                // A file is on the file system of its directory, unless it is mounted itself.
                let (text, device) = match self.from.file_of_same_mount(seen, SMALL) {
                    Some(text) => (text, Some(status.device)),
                    None => match self.from.entry(seen, SMALL, Part::GitFile)? {
                        Entry::File(text) => (text, None),
                        _ => return Ok(None),
                    },
                };
                let named = files::git_file(&text).map(|named| self.named_in(name, named));
                let git_dir = named.and_then(|named| GitDir::at(named, common).transpose());
                let nowhere = Fault::At(ErrorCode::CorruptRepository, Part::GitFile);
                git_dir
                    .unwrap_or(Err(nowhere))
                    .map(|git_dir| Some((git_dir, device)))
            }
            Kind::Link | Kind::Special => Ok(None),
        }
    }

    /// The path that the file `name` there names, which counts from the directory of that file.
    fn named_in(&self, name: &Path, named: PathBuf) -> PathBuf {
        if named.is_absolute() {
            return named;
        }
        let file = join(self.path, name);
        join(file.parent().unwrap_or(&file), &named)
    }
}
