//! A directory, and reading the small files in it: bounded, and without waiting for anybody.
//!
//! A repository is untrusted. A file of it may be a pipe that nobody writes to, a device, a link that leads round in a
//! circle, or have no end.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use scope_core::{ErrorCode, Part};

use crate::bytes::above;
use crate::fault::Fault;
use crate::sys::{Handle, Kind, Status, is_nothing, kind_in};

/// The most bytes of a file that holds one path or one name. A path has at most 4096, a name fewer.
pub(crate) const SMALL: usize = 8 << 10;

/// The most bytes of a configuration.
pub(crate) const LARGE: usize = 1 << 20;

/// What nearly every one of the small files has room in.
const USUAL: usize = 512;

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
pub(crate) struct Dir(Handle);

impl Dir {
    /// The directory that `path` leads to.
    ///
    /// # Errors
    ///
    /// The system's; [`io::ErrorKind::NotADirectory`] for what is none.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        match Handle::of_real(path) {
            Some(handle) => Ok(Self(handle)),
            None => Handle::open(fs::canonicalize(path)?).map(Self),
        }
    }

    /// The same, and what is at `name` in it; links there are not followed.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open); those of [`unlinked_entry`](Self::unlinked_entry) stand beside the directory.
    pub(crate) fn open_for(
        path: PathBuf,
        name: &str,
        most: usize,
        part: Part,
    ) -> io::Result<(Self, Result<Entry, Fault>)> {
        match Handle::of_real_for(path, name.as_ref()) {
            Ok((handle, file)) => Ok((Self(handle), entry_of(whole(file, most), part))),
            Err(path) => {
                let dir = Self::open(&path)?;
                let entry = dir.unlinked_entry(name.as_ref(), most, part);
                Ok((dir, entry))
            }
        }
    }

    /// The directory so many levels up; nothing above the root.
    pub(crate) fn above(&self, levels: usize) -> Option<Self> {
        // The way up from a real path is real.
        let path = above(self.path(), levels)?;
        Some(Self(Handle::at(path.to_path_buf())))
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

    /// What is at `name`, without opening it; links are followed, and one that leads nowhere is nothing. It is `part` of the repository.
    ///
    /// # Errors
    ///
    /// `unreadable` where the system refuses to say.
    pub(crate) fn status(
        &self,
        name: impl AsRef<Path>,
        part: Part,
    ) -> Result<Option<Status>, Fault> {
        match self.0.status(name.as_ref(), true) {
            Ok(status) => Ok(Some(status)),
            Err(error) if is_nothing(&error) || kind_in(&error) == Some(Kind::Link) => Ok(None),
            Err(error) => Err(Fault::of_io(&error, part)),
        }
    }

    /// Whether anything is at `name`, be it a link to nothing.
    ///
    /// # Errors
    ///
    /// `unreadable` where the system refuses to say.
    pub(crate) fn has(&self, name: impl AsRef<Path>, part: Part) -> Result<bool, Fault> {
        match self.0.status(name.as_ref(), false) {
            Ok(_) => Ok(true),
            Err(error) if is_nothing(&error) => Ok(false),
            Err(error) => Err(Fault::of_io(&error, part)),
        }
    }

    /// What is at `name`, read whole if it is a file of at most `most` bytes; links are followed.
    ///
    /// # Errors
    ///
    /// `corrupt_repository` for a longer file, `unreadable` where the system refuses.
    pub(crate) fn entry(
        &self,
        name: impl AsRef<Path>,
        most: usize,
        part: Part,
    ) -> Result<Entry, Fault> {
        let name = name.as_ref();
        match self.unlinked_entry(name, most, part)? {
            Entry::Other(Kind::Link) => {}
            found => return Ok(found),
        }
        // What a link leads to is looked at before it is opened: opening a device can do things.
        match self.0.status(name, true) {
            Ok(status) if status.kind == Kind::File => {
                let read = self.0.file(name, true).and_then(|file| whole(file, most));
                entry_of(read, part)
            }
            Ok(status) => Ok(Entry::Other(status.kind)),
            Err(error) => entry_of(Err(error), part),
        }
    }

    /// The same, but that links are not followed.
    pub(crate) fn unlinked_entry(
        &self,
        name: &Path,
        most: usize,
        part: Part,
    ) -> Result<Entry, Fault> {
        let read = self.0.file(name, false).and_then(|file| whole(file, most));
        entry_of(read, part)
    }

    /// The bytes of the file at `name`, as [`entry`](Self::entry) has them; nothing where there is none.
    ///
    /// # Errors
    ///
    /// As [`entry`](Self::entry); `corrupt_repository` also for what is no file.
    pub(crate) fn file(
        &self,
        name: impl AsRef<Path>,
        most: usize,
        part: Part,
    ) -> Result<Option<Vec<u8>>, Fault> {
        match self.entry(name, most, part)? {
            Entry::File(bytes) => Ok(Some(bytes)),
            Entry::Nothing => Ok(None),
            Entry::Other(_) => Err(Fault::At(ErrorCode::CorruptRepository, part)),
        }
    }

    /// The bytes of the file at `name`, if it can be read without following a link on the way; nothing where not, or where
    /// it is longer than `most`.
    pub(crate) fn file_without_links(&self, name: &str, most: usize) -> Option<Vec<u8>> {
        whole(self.0.file_without_links(name.as_ref())?, most).ok()?
    }

    /// The same, if no mounted file system is left or entered on the way; there may be links on it.
    pub(crate) fn file_of_same_mount(&self, name: &Path, most: usize) -> Option<Vec<u8>> {
        whole(self.0.file_of_same_mount(name)?, most).ok()?
    }

    /// The regular file at `name`, opened; links are not followed.
    pub(crate) fn open_file(&self, name: impl AsRef<Path>) -> io::Result<File> {
        let file = self.0.file(name.as_ref(), false)?;
        if file.metadata()?.is_file() {
            Ok(file)
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }
}

fn entry_of(read: io::Result<Option<Vec<u8>>>, part: Part) -> Result<Entry, Fault> {
    match read {
        Ok(Some(bytes)) => Ok(Entry::File(bytes)),
        Ok(None) => Err(Fault::At(ErrorCode::CorruptRepository, part)),
        Err(error) if is_nothing(&error) => Ok(Entry::Nothing),
        Err(error) => match kind_in(&error) {
            Some(kind) => Ok(Entry::Other(kind)),
            None => Err(Fault::of_io(&error, part)),
        },
    }
}

/// All bytes of a regular file; nothing where they are more than `most`.
fn whole(mut file: File, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut start = [0; USUAL];
    let mut length = 0;
    loop {
        let read = read(&mut file, &mut start[length..])?;
        length += read;
        // The small files are one line, so that the end of it is the end.
        let is_line = most == SMALL && start[..length].ends_with(b"\n");
        if length == start.len() {
            break;
        }
        if read == 0 || is_line {
            // An empty pipe reads like an empty file.
            if length == 0 && !file.metadata()?.is_file() {
                return Err(io::ErrorKind::InvalidInput.into());
            }
            return Ok(Some(start[..length].to_vec()));
        }
    }
    let mut bytes = start.to_vec();
    let more = most + 1 - length;
    file.take(more as u64).read_to_end(&mut bytes)?;
    Ok((bytes.len() <= most).then_some(bytes))
}

fn read(file: &mut File, to: &mut [u8]) -> io::Result<usize> {
    loop {
        match file.read(to) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}
