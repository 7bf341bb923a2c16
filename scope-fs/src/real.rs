//! Directories by their real paths, and the small files below them: bounded, and without waiting for anyone.
//!
//! Where [`Dir`](crate::Dir) never leaves its directory, a [`RealDir`] goes where names lead: above it with `..`,
//! anywhere with an absolute path, through symbolic links. That is how git reads a repository, so whoever reads one beside
//! git has to do the same. What is there is not trusted for it: a file may be a pipe that no one writes to, a device, a
//! link that leads round in a circle, or have no end.
//!
//! ```
//! use scope_fs::real::{Bounds, Entry, RealDir};
//!
//! let place = tempfile::tempdir().unwrap();
//! std::fs::write(place.path().join("HEAD"), "ref: refs/heads/main\n").unwrap();
//! let dir = RealDir::open(place.path()).unwrap();
//! let read = |most| dir.entry("HEAD", Bounds::line(most)).unwrap();
//! assert_eq!(read(100), Entry::File(b"ref: refs/heads/main\n".to_vec()));
//! assert_eq!(read(10), Entry::TooLong);
//! ```

mod handle;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::path::above;
use crate::read::read_to;
use handle::Handle;

/// What is known of a thing without opening it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// What it is.
    pub kind: Kind,
    /// The file system that it is on, as far as the system tells.
    pub device: u64,
}

/// What a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// A pipe, a socket or a device.
    Special,
}

/// How much of a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    most: usize,
    is_line: bool,
}

impl Bounds {
    /// All of a file of at most so many bytes.
    pub const fn whole(most: usize) -> Self {
        Self {
            most,
            is_line: false,
        }
    }

    /// A file of one line, of at most so many bytes. Where what was read so far ends with a line feed, the system is not
    /// asked for more.
    pub const fn line(most: usize) -> Self {
        Self {
            most,
            is_line: true,
        }
    }

    /// Returns the most bytes.
    pub const fn most(self) -> usize {
        self.most
    }
}

/// What is at a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A file with these bytes.
    File(Vec<u8>),
    /// A file of more bytes than were allowed.
    TooLong,
    /// Something else.
    Other(Kind),
    /// Nothing, or a link to nothing.
    Nothing,
}

/// A directory with its real path. Names in it may lead anywhere.
#[derive(Debug)]
pub struct RealDir(Handle);

impl RealDir {
    /// Opens the directory that `path` leads to.
    ///
    /// # Errors
    ///
    /// The system's; [`io::ErrorKind::NotADirectory`] for what is not a directory.
    pub fn open(path: &Path) -> io::Result<Self> {
        match Handle::of_real(path) {
            Some(handle) => Ok(Self(handle)),
            None => Handle::open(fs::canonicalize(path)?).map(Self),
        }
    }

    /// Opens a directory and reads what is at `name` in it; a link there is not followed. Where the path is the real one,
    /// that takes one call of the system.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open); those of [`unlinked_entry`](Self::unlinked_entry) stand beside the directory.
    pub fn open_for(
        path: PathBuf,
        name: &str,
        bounds: Bounds,
    ) -> io::Result<(Self, io::Result<Entry>)> {
        match Handle::of_real_for(path, name.as_ref()) {
            Ok((handle, file)) => Ok((Self(handle), entry_of(read(file, bounds)))),
            Err(path) => {
                let dir = Self::open(&path)?;
                let entry = dir.unlinked_entry(name, bounds);
                Ok((dir, entry))
            }
        }
    }

    /// Returns the directory so many levels up; `None` above the root.
    pub fn above(&self, levels: usize) -> Option<Self> {
        // The way up from a real path is real.
        let path = above(self.path(), levels)?;
        Some(Self(Handle::at(path.to_path_buf())))
    }

    /// Returns the path without symbolic links, `.` or `..` that leads here.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Returns the same path, and lets go of the directory.
    pub fn into_path(self) -> PathBuf {
        self.0.into_path()
    }

    /// Returns the number of the file system that it is on.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn device(&self) -> io::Result<u64> {
        self.0.device()
    }

    /// Returns what is at `name`, without opening it; links are followed, and one that leads nowhere is nothing.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn status(&self, name: impl AsRef<Path>) -> io::Result<Option<Status>> {
        match self.0.status(name.as_ref(), true) {
            Ok(status) => Ok(Some(status)),
            Err(error) if is_nothing(&error) || kind_in(&error) == Some(Kind::Link) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns whether anything is at `name`, be it a link to nothing.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn has(&self, name: impl AsRef<Path>) -> io::Result<bool> {
        match self.0.status(name.as_ref(), false) {
            Ok(_) => Ok(true),
            Err(error) if is_nothing(&error) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Reads what is at `name`; links are followed.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn entry(&self, name: impl AsRef<Path>, bounds: Bounds) -> io::Result<Entry> {
        let name = name.as_ref();
        match self.unlinked_entry(name, bounds)? {
            Entry::Other(Kind::Link) => {}
            found => return Ok(found),
        }
        // What a link leads to is looked at before it is opened: opening a device can do things.
        match self.0.status(name, true) {
            Ok(status) if status.kind == Kind::File => {
                entry_of(self.0.file(name, true).and_then(|file| read(file, bounds)))
            }
            Ok(status) => Ok(Entry::Other(status.kind)),
            Err(error) => entry_of(Err(error)),
        }
    }

    /// Reads what is at `name`; a link there is not followed.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn unlinked_entry(&self, name: impl AsRef<Path>, bounds: Bounds) -> io::Result<Entry> {
        let file = self.0.file(name.as_ref(), false);
        entry_of(file.and_then(|file| read(file, bounds)))
    }

    /// Returns the bytes of the file at `name` if it can be read without following a link on the way; `None` where it
    /// cannot, where it is too long, and on systems that cannot tell.
    pub fn file_without_links(&self, name: impl AsRef<Path>, bounds: Bounds) -> Option<Vec<u8>> {
        read(self.0.file_without_links(name.as_ref())?, bounds).ok()?
    }

    /// Returns the same if no mounted file system is left or entered on the way; there may be links on it.
    pub fn file_of_same_mount(&self, name: impl AsRef<Path>, bounds: Bounds) -> Option<Vec<u8>> {
        read(self.0.file_of_same_mount(name.as_ref())?, bounds).ok()?
    }

    /// Opens the regular file at `name`; a link there is not followed.
    ///
    /// # Errors
    ///
    /// The system's; [`io::ErrorKind::UnexpectedEof`] for what is not a file.
    pub fn open_file(&self, name: impl AsRef<Path>) -> io::Result<File> {
        let file = self.0.file(name.as_ref(), false)?;
        if file.metadata()?.is_file() {
            Ok(file)
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }
}

fn entry_of(read: io::Result<Option<Vec<u8>>>) -> io::Result<Entry> {
    match read {
        Ok(Some(bytes)) => Ok(Entry::File(bytes)),
        Ok(None) => Ok(Entry::TooLong),
        Err(error) if is_nothing(&error) => Ok(Entry::Nothing),
        Err(error) => match kind_in(&error) {
            Some(kind) => Ok(Entry::Other(kind)),
            None => Err(error),
        },
    }
}

/// What nearly every small file has room in, and the byte that shows that it ended.
const USUAL: usize = 512;

/// The bytes of a regular file; nothing where they are too many.
fn read(mut file: File, bounds: Bounds) -> io::Result<Option<Vec<u8>>> {
    let is_all = |bytes: &[u8]| bounds.is_line && bytes.ends_with(b"\n");
    let bytes = read_to(&mut file, USUAL, bounds.most, is_all)?;
    // An empty pipe reads like an empty file.
    if bytes.as_ref().is_some_and(Vec::is_empty) && !file.metadata()?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    Ok(bytes)
}

/// Returns whether an error says that there is nothing at a path.
pub fn is_nothing(error: &io::Error) -> bool {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => true,
        // Windows has characters that no name holds; elsewhere this is a name too long to say that it is not there.
        io::ErrorKind::InvalidFilename => cfg!(windows),
        _ => false,
    }
}

/// Returns what kind of thing it was that could not be opened as a file, where the error tells.
pub fn kind_in(error: &io::Error) -> Option<Kind> {
    match error.kind() {
        io::ErrorKind::IsADirectory => Some(Kind::Directory),
        // What reading a pipe says, and what a handle says of it.
        io::ErrorKind::InvalidInput | io::ErrorKind::WouldBlock => Some(Kind::Special),
        _ => kind_in_number(error),
    }
}

#[cfg(unix)]
fn kind_in_number(error: &io::Error) -> Option<Kind> {
    use rustix::io::Errno;

    let errno = Errno::from_io_error(error);
    match errno {
        Some(Errno::LOOP) => Some(Kind::Link),
        // A socket.
        Some(Errno::NXIO) => Some(Kind::Special),
        _ if error.kind() == io::ErrorKind::TooManyLinks => Some(Kind::Link),
        _ => None,
    }
}

#[cfg(not(unix))]
fn kind_in_number(error: &io::Error) -> Option<Kind> {
    (error.kind() == io::ErrorKind::TooManyLinks).then_some(Kind::Link)
}
