//! Reading a repository's small files: bounded, and without waiting for anybody.
//!
//! A repository is untrusted. A file of it may be a pipe that nobody writes to, a device, a link that leads round in a
//! circle, or have no end.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use scope_core::{ErrorCode, Part};

use crate::fault::Fault;

/// The most bytes of a file that holds one path or one name. A path has at most 4096, a name fewer.
pub(crate) const SMALL: usize = 8 << 10;

/// The most bytes of a configuration.
pub(crate) const LARGE: usize = 1 << 20;

/// What is at a path.
pub(crate) enum Entry {
    /// Nothing, or a link to nothing.
    Nothing,
    /// A directory.
    Directory,
    /// A file with these bytes.
    File(Vec<u8>),
    /// A symbolic link, where links are not followed.
    Link,
    /// A pipe, a socket or a device.
    Special,
}

/// What is at `path`, read whole if it is a file of at most `most` bytes; links are followed. It is `part` of the
/// repository.
///
/// # Errors
///
/// `corrupt_repository` for a longer file, `unreadable` where the system refuses.
pub(crate) fn entry(path: &Path, most: usize, part: Part) -> Result<Entry, Fault> {
    match unlinked_entry(path, most, part)? {
        Entry::Link => {}
        found => return Ok(found),
    }
    // What a link leads to is looked at before it is opened: opening a device can do things.
    match fs::metadata(path) {
        Err(error) => entry_of(Err(error), part),
        Ok(found) if found.is_dir() => Ok(Entry::Directory),
        Ok(found) if found.is_file() => {
            entry_of(open(path, true).and_then(|file| whole(file, most)), part)
        }
        Ok(_) => Ok(Entry::Special),
    }
}

/// The same, but that links are not followed.
pub(crate) fn unlinked_entry(path: &Path, most: usize, part: Part) -> Result<Entry, Fault> {
    let read = open(path, false).and_then(|file| whole(file, most));
    let is_refused = |error: &io::Error| error.kind() == io::ErrorKind::PermissionDenied;
    // A directory can let through whom it does not let read it.
    if read.as_ref().is_err_and(is_refused)
        && fs::symlink_metadata(path).is_ok_and(|found| found.is_dir())
    {
        return Ok(Entry::Directory);
    }
    entry_of(read, part)
}

/// The bytes of the file at `path`, as [`entry`] has them; nothing where there is none.
///
/// # Errors
///
/// As [`entry`]; `corrupt_repository` also for what is no file.
pub(crate) fn file(path: &Path, most: usize, part: Part) -> Result<Option<Vec<u8>>, Fault> {
    match entry(path, most, part)? {
        Entry::File(bytes) => Ok(Some(bytes)),
        Entry::Nothing => Ok(None),
        Entry::Directory | Entry::Link | Entry::Special => {
            Err(Fault::At(ErrorCode::CorruptRepository, part))
        }
    }
}

/// The regular file at `path`, opened; links are not followed.
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    let file = open(path, false)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

/// Whether there is a directory at `path`; links are followed.
///
/// # Errors
///
/// `unreadable` where the system refuses to say.
pub(crate) fn is_dir(path: &Path, part: Part) -> Result<bool, Fault> {
    match fs::metadata(path) {
        Ok(found) => Ok(found.is_dir()),
        Err(error) if is_nothing(&error) => Ok(false),
        Err(error) => Err(Fault::of_io(&error, part)),
    }
}

/// The path without symbolic links, `.` or `..` that leads to the directory `path`.
///
/// # Errors
///
/// The system's; [`io::ErrorKind::NotADirectory`] for what is none.
pub(crate) fn real_path(path: &Path) -> io::Result<PathBuf> {
    if is_real_directory(path) {
        return Ok(path.to_path_buf());
    }
    let real = fs::canonicalize(path)?;
    if fs::metadata(&real)?.is_dir() {
        Ok(real)
    } else {
        Err(io::ErrorKind::NotADirectory.into())
    }
}

/// Whether one call tells that there is a directory at `path` and no link on the way to it: taking a path apart asks for
/// each component.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn is_real_directory(path: &Path) -> bool {
    use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat2};

    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let links = ResolveFlags::NO_SYMLINKS;
    is_clean(path) && openat2(CWD, path, flags, Mode::empty(), links).is_ok()
}

/// Other systems have no such call.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn is_real_directory(_: &Path) -> bool {
    false
}

/// Whether the text of an absolute path is what taking it apart and putting it together again gives.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn is_clean(path: &Path) -> bool {
    use std::os::unix::ffi::OsStrExt as _;

    let Some(rest) = path.as_os_str().as_bytes().strip_prefix(b"/") else {
        return false;
    };
    let mut components = rest.split(|&byte| byte == b'/');
    rest.is_empty() || components.all(|component| !matches!(component, b"" | b"." | b".."))
}

/// Whether the two directories are of one file system, as far as the system tells.
#[cfg(unix)]
pub(crate) fn same_file_system(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    let device = |path| fs::metadata(path).map(|found| found.dev());
    matches!((device(a), device(b)), (Ok(a), Ok(b)) if a == b)
}

/// Whether the two directories are of one file system, as far as the system tells.
#[cfg(not(unix))]
pub(crate) fn same_file_system(a: &Path, b: &Path) -> bool {
    a.components().next() == b.components().next()
}

/// Whether the error says that there is nothing at the path.
pub(crate) fn is_nothing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

fn entry_of(read: io::Result<Option<Vec<u8>>>, part: Part) -> Result<Entry, Fault> {
    match read {
        Ok(Some(bytes)) => Ok(Entry::File(bytes)),
        Ok(None) => Err(Fault::At(ErrorCode::CorruptRepository, part)),
        Err(error) if is_nothing(&error) => Ok(Entry::Nothing),
        Err(error) => match error.kind() {
            io::ErrorKind::IsADirectory => Ok(Entry::Directory),
            // What `whole` and opening say of a pipe, and opening of a socket.
            io::ErrorKind::InvalidInput | io::ErrorKind::WouldBlock => Ok(Entry::Special),
            _ if is_socket(&error) => Ok(Entry::Special),
            _ if is_link(&error) => Ok(Entry::Link),
            _ => Err(Fault::of_io(&error, part)),
        },
    }
}

/// All bytes of a regular file; nothing where they are more than `most`.
fn whole(mut file: File, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = vec![0; SMALL.min(most) + 1];
    let mut length = 0;
    loop {
        let read = match file.read(&mut bytes[length..]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        length += read;
        if length > most {
            return Ok(None);
        }
        if read == 0 {
            break;
        }
        if length == bytes.len() {
            bytes.resize(most + 1, 0);
        }
    }
    // An empty pipe reads like an empty file.
    if length == 0 && !file.metadata()?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    bytes.truncate(length);
    Ok(Some(bytes))
}

#[cfg(unix)]
fn open(path: &Path, follow: bool) -> io::Result<File> {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt as _;

    let mut flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    if !follow {
        flags |= OFlags::NOFOLLOW;
    }
    OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
}

#[cfg(unix)]
fn is_link(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

#[cfg(unix)]
fn is_socket(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::NXIO.raw_os_error())
}

#[cfg(not(unix))]
fn open(path: &Path, follow: bool) -> io::Result<File> {
    let found = fs::symlink_metadata(path)?;
    match found.file_type() {
        kind if kind.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        kind if kind.is_symlink() && !follow => Err(io::ErrorKind::TooManyLinks.into()),
        _ => OpenOptions::new().read(true).open(path),
    }
}

#[cfg(not(unix))]
fn is_link(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::TooManyLinks
}

#[cfg(not(unix))]
fn is_socket(_: &io::Error) -> bool {
    false
}
