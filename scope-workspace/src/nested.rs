//! Repositories below the root of a workspace, ignored or not, at any depth: git reports none that is ignored, and looks
//! into none.

use std::ffi::CStr;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::io::Errno;
use scope_core::ErrorCode;
use scope_fs::{Dir, FileType, identity_of};

use crate::error::Error;
use crate::repository::{Tree, join, shown};

/// The longest path that the system takes, with room for a name behind it.
const LONGEST: usize = 3500;

/// How many repositories are looked at; a workspace with more is not understood.
const MOST: usize = 1000;

/// A repository that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Nested {
    /// A directory that holds a `.git` of any kind.
    Worktree(Vec<u8>),
    /// A directory that is itself a git directory.
    Bare(Vec<u8>),
}

/// Finds the repositories below the root of the tree, but that of the root.
///
/// Fails where something cannot be looked into, lies on another file system, or would keep git waiting; then what it
/// holds is not known. Stops early, and has found nothing, once `stop` is set.
pub(crate) fn find(tree: &Tree<'_>, stop: &AtomicBool) -> Result<Vec<Nested>, Error> {
    let refused = |path: &[u8], errno| tree.refused(path, errno);
    let device = tree.root.identity().map_err(|errno| refused(b"", errno))?.0;
    let mut found = Vec::new();
    let mut waiting = vec![Vec::new()];
    while let Some(path) = waiting.pop() {
        if stop.load(Ordering::Relaxed) {
            return Ok(Vec::new());
        }
        let opened;
        let dir = if path.is_empty() {
            tree.root
        } else {
            opened = match tree.root.open_dir(&*path) {
                // Gone meanwhile.
                Err(Errno::NOENT) => continue,
                other => other.map_err(|errno| refused(&path, errno))?,
            };
            let stat = opened.stat().map_err(|errno| refused(&path, errno))?;
            if identity_of(&stat).0 != device {
                let detail = format!("{} is on another file system", shown(&path));
                return Err(tree.fault(ErrorCode::Unreadable).with_detail(detail));
            }
            &opened
        };
        let entries = Entries::of(dir).map_err(|errno| refused(&path, errno))?;
        if let Some(name) = entries.list_that_waits {
            let detail = format!("{} is not a regular file", shown(&join(&path, name)));
            return Err(tree.fault(ErrorCode::NotAFile).with_detail(detail));
        }
        if entries.dot_git == Some(FileType::Directory) {
            check_git_dir(tree, join(&path, b".git"), stop)?;
        }
        if entries.is_git_dir() && !path.is_empty() {
            check_git_dir(tree, path.clone(), stop)?;
            found.push(Nested::Bare(path));
        } else {
            for name in entries.dirs {
                let below = join(&path, &name);
                if below.len() > LONGEST {
                    let detail = format!("{} has too long a path", shown(&below));
                    return Err(tree.fault(ErrorCode::Unreadable).with_detail(detail));
                }
                waiting.push(below);
            }
            if entries.dot_git.is_some() && !path.is_empty() {
                found.push(Nested::Worktree(path));
            }
        }
        if found.len() > MOST {
            let detail = format!("it holds more than {MOST} repositories");
            return Err(tree.fault(ErrorCode::TooLarge).with_detail(detail));
        }
    }
    Ok(found)
}

/// Fails where anything in a git directory would keep git waiting: a FIFO or a device.
fn check_git_dir(tree: &Tree<'_>, path: Vec<u8>, stop: &AtomicBool) -> Result<(), Error> {
    let mut waiting = vec![path];
    while let Some(path) = waiting.pop() {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let refused = |errno| tree.refused(&path, errno);
        let dir = match tree.root.open_dir(&*path) {
            // Gone meanwhile.
            Err(Errno::NOENT) => continue,
            other => other.map_err(refused)?,
        };
        let mut blocking = None;
        dir.each_entry(|name, kind| {
            let kind = known_kind(&dir, name, kind)?;
            let below = join(&path, name.to_bytes());
            if keeps_waiting(kind) {
                blocking = Some(below);
            } else if kind == FileType::Directory {
                waiting.push(below);
            }
            Ok(())
        })
        .map_err(refused)?;
        if let Some(blocking) = blocking {
            let detail = format!("{} is not a regular file", shown(&blocking));
            return Err(tree.fault(ErrorCode::NotAFile).with_detail(detail));
        }
    }
    Ok(())
}

/// Whether reading such a thing may never end.
const fn keeps_waiting(kind: FileType) -> bool {
    matches!(
        kind,
        FileType::Fifo | FileType::CharacterDevice | FileType::BlockDevice
    )
}

/// What there is in a directory that matters here.
#[derive(Debug, Default)]
struct Entries {
    dirs: Vec<Vec<u8>>,
    /// What `.git` is.
    dot_git: Option<FileType>,
    has_head: bool,
    has_objects: bool,
    has_refs: bool,
    /// A list that git opens and that is a FIFO or a device: git would wait for it.
    list_that_waits: Option<&'static [u8]>,
}

impl Entries {
    fn of(dir: &Dir) -> Result<Self, Errno> {
        let mut entries = Self::default();
        dir.each_entry(|name, kind| {
            let kind = known_kind(dir, name, kind)?;
            entries.take(name.to_bytes(), kind);
            Ok(())
        })?;
        Ok(entries)
    }

    fn take(&mut self, name: &[u8], kind: FileType) {
        let is_dir = kind == FileType::Directory;
        match name {
            b".git" => self.dot_git = Some(kind),
            b"HEAD" => self.has_head = !is_dir,
            b"objects" => self.has_objects = is_dir,
            b"refs" => self.has_refs = is_dir,
            _ => {}
        }
        if keeps_waiting(kind) {
            self.list_that_waits = [b".gitignore".as_slice(), b".gitattributes"]
                .into_iter()
                .find(|list| *list == name)
                .or(self.list_that_waits);
        }
        if is_dir && name != b".git" {
            self.dirs.push(name.to_vec());
        }
    }

    const fn is_git_dir(&self) -> bool {
        self.has_head && self.has_objects && self.has_refs
    }
}

/// What an entry is, also on file systems that do not tell with its name.
fn known_kind(dir: &Dir, name: &CStr, kind: FileType) -> Result<FileType, Errno> {
    if kind != FileType::Unknown {
        return Ok(kind);
    }
    match dir.stat_entry(name) {
        Ok(stat) => Ok(FileType::from_raw_mode(stat.st_mode)),
        Err(Errno::NOENT) => Ok(FileType::Unknown),
        Err(errno) => Err(errno),
    }
}
