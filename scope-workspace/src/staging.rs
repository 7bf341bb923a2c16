//! Where things are made before they are put in their place, and taken to before they are removed: so that a workspace
//! is whole or absent, whenever the process ends.
//!
//! It lies beside the users' directories, where no user's processes have business. What is at work on an entry holds its
//! lock; an entry that nobody holds was left behind by a process that ended.

use std::ffi::{CString, OsStr};
use std::hash::{BuildHasher as _, RandomState};
use std::os::unix::ffi::OsStrExt as _;

use rustix::fs::FileType;
use rustix::io::Errno;

use scope_fs::Dir;
use scope_fs::tree;

/// No user id, and no workspace's name begins with a dot.
pub(crate) const NAME: &str = ".staging";

/// How often something is made again that was cleared away before its lock was taken.
const TRIES: usize = 16;

/// A directory that is being made. Removed with all that is in it where it is not put in its place.
#[derive(Debug)]
pub(crate) struct Staged<'a> {
    staging: &'a Dir,
    name: CString,
    pub(crate) dir: Dir,
    placed: bool,
}

impl<'a> Staged<'a> {
    /// A new, empty directory.
    pub(crate) fn new(staging: &'a Dir) -> Result<Self, Errno> {
        for _ in 0..TRIES {
            let name = fresh_name();
            match staging.make_dir(&*name) {
                Err(Errno::EXIST) => continue,
                other => other?,
            }
            if let Some(dir) = held(staging, &name)? {
                return Ok(Self {
                    staging,
                    name,
                    dir,
                    placed: false,
                });
            }
        }
        Err(Errno::BUSY)
    }

    /// Moves it to where nothing may be yet, and makes that last. The lock stays with its handle.
    pub(crate) fn place(mut self, parent: &Dir, name: &str) -> Result<Dir, Errno> {
        self.dir.sync()?;
        let to = CString::new(name).map_err(|_| Errno::INVAL)?;
        self.staging.rename_new(&*self.name, parent, &*to)?;
        self.placed = true;
        parent.sync()?;
        self.dir.open_dir(c".")
    }
}

impl Drop for Staged<'_> {
    fn drop(&mut self) {
        if !self.placed {
            // What cannot be removed now is a leftover, and the next cleanup's.
            let _ = tree::remove(self.staging, &self.name);
        }
    }
}

/// Writes a file aside and puts it in its place in one step, durably.
pub(crate) fn write_file(
    staging: &Dir,
    parent: &Dir,
    name: &str,
    bytes: &[u8],
) -> Result<(), Errno> {
    let to = CString::new(name).map_err(|_| Errno::INVAL)?;
    for _ in 0..TRIES {
        let aside = fresh_name();
        let placed = staging
            .write_new(&*aside, bytes)
            .and_then(|_held| staging.rename(&*aside, parent, &*to));
        match placed {
            Err(Errno::EXIST | Errno::WOULDBLOCK | Errno::NOENT) => {}
            Err(errno) => {
                let _ = staging.remove_file(&*aside);
                return Err(errno);
            }
            Ok(()) => return parent.sync(),
        }
    }
    Err(Errno::BUSY)
}

/// Takes a directory away from its place; what is left is to remove it. The caller holds its lock by `dir`.
///
/// Fails with `ELOOP`, and leaves everything as it was, where something else was put in its place meanwhile.
pub(crate) fn take_away(
    parent: &Dir,
    name: &str,
    dir: &Dir,
    staging: &Dir,
) -> Result<CString, Errno> {
    let aside = fresh_name();
    let from = CString::new(name).map_err(|_| Errno::INVAL)?;
    parent.rename_new(&*from, staging, &*aside)?;
    if !dir.is_at(staging, &*aside)? {
        staging.rename_new(&*aside, parent, &*from)?;
        return Err(Errno::LOOP);
    }
    parent.sync()?;
    Ok(aside)
}

/// What was done about things that were left behind.
#[derive(Debug, Default)]
pub(crate) struct Swept {
    /// How many were removed.
    pub(crate) things: u64,
    /// The bytes that this freed.
    pub(crate) bytes: u64,
    /// Those that could not be removed.
    pub(crate) left: Vec<(CString, Errno)>,
}

/// Removes what processes left behind that ended.
pub(crate) fn sweep(staging: &Dir) -> Result<Swept, Errno> {
    let mut swept = Swept::default();
    for (name, kind) in staging.entries()? {
        match removed(staging, &name, kind) {
            Ok(Some(bytes)) => {
                swept.things += 1;
                swept.bytes += bytes;
            }
            // Somebody has it, or it is gone; or a git whose own process was killed writes there still, and it is for
            // the next time.
            Ok(None) | Err(Errno::NOENT | Errno::NOTEMPTY) => {}
            Err(errno) => swept.left.push((name, errno)),
        }
    }
    Ok(swept)
}

/// Removes a thing that nobody has. Gives the bytes that this freed.
fn removed(staging: &Dir, name: &CString, kind: FileType) -> Result<Option<u64>, Errno> {
    if kind == FileType::Directory {
        let Some(_held) = held(staging, name)? else {
            return Ok(None);
        };
        tree::remove(staging, name).map(Some)
    } else if staging.is_locked_file(&**name)? {
        Ok(None)
    } else {
        staging.remove_file(&**name).and(Ok(Some(0)))
    }
}

/// Opens and locks an entry; nothing where somebody else has it, or it is gone.
fn held(staging: &Dir, name: &CString) -> Result<Option<Dir>, Errno> {
    let dir = match staging.open_dir(&**name) {
        Err(Errno::NOENT) => return Ok(None),
        Err(Errno::ACCESS) => staging.open_shut_dir(&**name)?,
        other => other?,
    };
    match dir.try_lock(true) {
        Err(Errno::WOULDBLOCK) => return Ok(None),
        other => other?,
    }
    Ok(dir.is_at(staging, &**name)?.then_some(dir))
}

/// A name that nothing has, as far as anybody can tell beforehand.
fn fresh_name() -> CString {
    let number = RandomState::new().hash_one(std::process::id());
    let text = format!("{number:016x}");
    CString::new(OsStr::new(&text).as_bytes()).unwrap_or_default()
}
