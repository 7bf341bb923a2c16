//! A directory of a repository, and what its faults are called: [`RealDir`] with the part of the repository that is read.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use scope_core::{ErrorCode, Part};
use scope_fs::real::{Bounds, Kind, RealDir, Status};

use crate::fault::Fault;

/// A file that holds one path or one name. A path has at most 4096 bytes, a name fewer.
pub(crate) const SMALL: Bounds = Bounds::line(8 << 10);

/// A configuration, or a list of tables.
pub(crate) const LARGE: Bounds = Bounds::whole(1 << 20);

/// What is at a name.
pub(crate) enum Entry {
    /// A file with these bytes.
    File(Vec<u8>),
    /// Something else.
    Other(Kind),
    /// Nothing, or a link to nothing.
    Nothing,
}

/// A directory with its real path. Names in it may lead anywhere: with `..` above it, or being absolute.
#[derive(Debug)]
pub(crate) struct Dir(RealDir);

impl Dir {
    /// The directory that `path` leads to.
    ///
    /// # Errors
    ///
    /// The system's; [`io::ErrorKind::NotADirectory`] for what is not a directory.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        RealDir::open(path).map(Self)
    }

    /// The same, and what is at `name` in it; links there are not followed.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open); those of [`entry`](Self::entry) stand beside the directory.
    pub(crate) fn open_for(
        path: PathBuf,
        name: &str,
        bounds: Bounds,
        part: Part,
    ) -> io::Result<(Self, Result<Entry, Fault>)> {
        let (dir, entry) = RealDir::open_for(path, name, bounds)?;
        Ok((Self(dir), entry_of(entry, part)))
    }

    /// The directory so many levels up; nothing above the root.
    pub(crate) fn above(&self, levels: usize) -> Option<Self> {
        self.0.above(levels).map(Self)
    }

    /// The path without symbolic links, `.` or `..` that leads here.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// The same, without the handle.
    pub(crate) fn into_path(self) -> PathBuf {
        self.0.into_path()
    }

    /// The file system that it is on.
    ///
    /// # Errors
    ///
    /// `unreadable` where the system refuses to say.
    pub(crate) fn device(&self, part: Part) -> Result<u64, Fault> {
        self.0.device().map_err(|error| Fault::of_io(&error, part))
    }

    /// What is at `name`, without opening it; links are followed, and one that leads nowhere is nothing. It is `part` of
    /// the repository.
    ///
    /// # Errors
    ///
    /// `unreadable` where the system refuses to say.
    pub(crate) fn status(
        &self,
        name: impl AsRef<Path>,
        part: Part,
    ) -> Result<Option<Status>, Fault> {
        self.0
            .status(name)
            .map_err(|error| Fault::of_io(&error, part))
    }

    /// Whether anything is at `name`, be it a link to nothing.
    ///
    /// # Errors
    ///
    /// `unreadable` where the system refuses to say.
    pub(crate) fn has(&self, name: impl AsRef<Path>, part: Part) -> Result<bool, Fault> {
        self.0.has(name).map_err(|error| Fault::of_io(&error, part))
    }

    /// What is at `name`, read if it is a file within the bounds; links are followed.
    ///
    /// # Errors
    ///
    /// `corrupt_repository` for a longer file, `unreadable` where the system refuses.
    pub(crate) fn entry(
        &self,
        name: impl AsRef<Path>,
        bounds: Bounds,
        part: Part,
    ) -> Result<Entry, Fault> {
        entry_of(self.0.entry(name, bounds), part)
    }

    /// The bytes of the file at `name`, as [`entry`](Self::entry) has them; nothing where there is none.
    ///
    /// # Errors
    ///
    /// As [`entry`](Self::entry); `corrupt_repository` also for what is no file.
    pub(crate) fn file(
        &self,
        name: impl AsRef<Path>,
        bounds: Bounds,
        part: Part,
    ) -> Result<Option<Vec<u8>>, Fault> {
        match self.entry(name, bounds, part)? {
            Entry::File(bytes) => Ok(Some(bytes)),
            Entry::Nothing => Ok(None),
            Entry::Other(_) => Err(Fault::At(ErrorCode::CorruptRepository, part)),
        }
    }

    /// The bytes of the file at `name`, if it can be read without following a link on the way; nothing where not.
    pub(crate) fn file_without_links(&self, name: &str, bounds: Bounds) -> Option<Vec<u8>> {
        self.0.file_without_links(name, bounds)
    }

    /// The same, if no mounted file system is left or entered on the way; there may be links on it.
    pub(crate) fn file_of_same_mount(&self, name: &Path, bounds: Bounds) -> Option<Vec<u8>> {
        self.0.file_of_same_mount(name, bounds)
    }

    /// The regular file at `name`, opened; links are not followed.
    pub(crate) fn open_file(&self, name: impl AsRef<Path>) -> io::Result<File> {
        self.0.open_file(name)
    }
}

fn entry_of(read: io::Result<scope_fs::real::Entry>, part: Part) -> Result<Entry, Fault> {
    use scope_fs::real::Entry as Read;

    match read {
        Ok(Read::File(bytes)) => Ok(Entry::File(bytes)),
        Ok(Read::TooLong) => Err(Fault::At(ErrorCode::CorruptRepository, part)),
        Ok(Read::Other(kind)) => Ok(Entry::Other(kind)),
        Ok(Read::Nothing) => Ok(Entry::Nothing),
        Err(error) => Err(Fault::of_io(&error, part)),
    }
}
