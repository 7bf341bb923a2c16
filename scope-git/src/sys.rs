//! Directories and what is in them, as the system has them.
//!
//! Linux has handles on directories that need no permission to read them, names in relation to a handle, and one call
//! that tells whether a path holds no symbolic link. Elsewhere the same is done with paths.

use std::fs::File;
use std::io;
use std::path::Path;

/// What is known of a thing without opening it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) kind: Kind,
    /// The file system that it is on, as far as the system tells.
    pub(crate) device: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Directory,
    Link,
    /// A pipe, a socket or a device.
    Special,
}

#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) use linux::Handle;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) use portable::Handle;

#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux {
    use super::{File, Kind, Path, Status, io};

    use std::os::fd::OwnedFd;
    use std::os::unix::ffi::OsStrExt as _;

    use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, ResolveFlags, openat, openat2, statat};

    /// An open directory.
    #[derive(Debug)]
    pub(crate) struct Handle(OwnedFd);

    const DIRECTORY: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

    impl Handle {
        /// The directory at an absolute path that holds no `.`, `..` or symbolic link; nothing where it is not so simple.
        pub(crate) fn of_real(path: &Path) -> Option<Self> {
            let links = ResolveFlags::NO_SYMLINKS;
            let opened = || openat2(CWD, path, DIRECTORY, Mode::empty(), links).ok();
            is_clean(path).then(opened).flatten().map(Self)
        }

        /// The directory at this path.
        pub(crate) fn open(path: &Path) -> io::Result<Self> {
            Ok(Self(openat(CWD, path, DIRECTORY, Mode::empty())?))
        }

        /// What is at `name`, from here.
        pub(crate) fn status(&self, name: &Path, follow: bool) -> io::Result<Status> {
            let flags = if follow {
                AtFlags::empty()
            } else {
                AtFlags::SYMLINK_NOFOLLOW
            };
            let found = statat(&self.0, name, flags)?;
            let kind = match FileType::from_raw_mode(found.st_mode) {
                FileType::RegularFile => Kind::File,
                FileType::Directory => Kind::Directory,
                FileType::Symlink => Kind::Link,
                _ => Kind::Special,
            };
            let device = found.st_dev;
            Ok(Status { kind, device })
        }

        /// The file at `name`, from here, without waiting for anybody.
        pub(crate) fn file(&self, name: &Path, follow: bool) -> io::Result<File> {
            let mut flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
            if !follow {
                flags |= OFlags::NOFOLLOW;
            }
            Ok(openat(&self.0, name, flags, Mode::empty())?.into())
        }
    }

    /// Whether taking the path apart and putting it together again gives the same.
    fn is_clean(path: &Path) -> bool {
        let Some(rest) = path.as_os_str().as_bytes().strip_prefix(b"/") else {
            return false;
        };
        let mut components = rest.split(|&byte| byte == b'/');
        rest.is_empty() || components.all(|component| !matches!(component, b"" | b"." | b".."))
    }
}

/// Compiled on Linux for its tests only.
#[cfg(any(test, not(any(target_os = "linux", target_os = "android"))))]
#[cfg_attr(
    any(target_os = "linux", target_os = "android"),
    allow(dead_code, reason = "for other systems")
)]
mod portable {
    use super::{File, Kind, Path, Status, io};

    use std::fs::{self, OpenOptions};
    use std::path::PathBuf;

    /// The path of a directory.
    #[derive(Debug)]
    pub(crate) struct Handle(PathBuf);

    impl Handle {
        /// No path is known to be so simple.
        pub(crate) fn of_real(_: &Path) -> Option<Self> {
            None
        }

        /// The directory at this path.
        pub(crate) fn open(path: &Path) -> io::Result<Self> {
            if fs::metadata(path)?.is_dir() {
                Ok(Self(path.to_path_buf()))
            } else {
                Err(io::ErrorKind::NotADirectory.into())
            }
        }

        /// What is at `name`, from here.
        pub(crate) fn status(&self, name: &Path, follow: bool) -> io::Result<Status> {
            let path = self.0.join(name);
            let found = if follow {
                fs::metadata(path)?
            } else {
                fs::symlink_metadata(path)?
            };
            let kind = match found.file_type() {
                kind if kind.is_file() => Kind::File,
                kind if kind.is_dir() => Kind::Directory,
                kind if kind.is_symlink() => Kind::Link,
                _ => Kind::Special,
            };
            let device = device(&found);
            Ok(Status { kind, device })
        }

        /// The file at `name`, from here. What is no file is told from one before it is opened.
        pub(crate) fn file(&self, name: &Path, follow: bool) -> io::Result<File> {
            match self.status(name, follow)?.kind {
                Kind::File => OpenOptions::new().read(true).open(self.0.join(name)),
                Kind::Directory => Err(io::ErrorKind::IsADirectory.into()),
                Kind::Link => Err(io::ErrorKind::TooManyLinks.into()),
                Kind::Special => Err(io::ErrorKind::InvalidInput.into()),
            }
        }
    }

    #[cfg(unix)]
    fn device(found: &fs::Metadata) -> u64 {
        std::os::unix::fs::MetadataExt::dev(found)
    }

    /// Where file systems are drives, no directory is on another one than what is in it.
    #[cfg(not(unix))]
    fn device(_: &fs::Metadata) -> u64 {
        0
    }
}

/// Whether the error says that there is nothing.
pub(crate) fn is_nothing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// What kind of thing it was that could not be opened as a file, where the error tells.
pub(crate) fn kind_in(error: &io::Error) -> Option<Kind> {
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

#[cfg(all(test, any(target_os = "linux", target_os = "android")))]
mod tests {
    use super::*;

    use std::fs;
    use std::os::unix::fs::symlink;

    /// Both kinds of handle say the same of everything that can be in a directory.
    #[test]
    fn handles_agree() {
        let place = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(place.path()).unwrap();
        fs::create_dir(root.join("directory")).unwrap();
        fs::write(root.join("file"), "text").unwrap();
        symlink("file", root.join("link")).unwrap();
        symlink("nothing", root.join("dangling")).unwrap();
        symlink("round", root.join("round")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(root.join("socket")).unwrap();
        let linux = Handle::open(&root).unwrap();
        let portable = portable::Handle::open(&root).unwrap();
        for name in [
            "directory",
            "file",
            "link",
            "dangling",
            "round",
            "socket",
            "missing",
            "file/below",
            "../..",
            "directory/../file",
        ] {
            let name = Path::new(name);
            for follow in [true, false] {
                let (a, b) = (linux.status(name, follow), portable.status(name, follow));
                assert_eq!(
                    a.map_err(|it| it.kind()),
                    b.map_err(|it| it.kind()),
                    "{name:?}"
                );
                let seen = |file: io::Result<File>| match file {
                    // A directory can be opened, but not read.
                    Ok(file) if file.metadata().unwrap().is_dir() => Err(Some(Kind::Directory)),
                    Ok(_) => Ok(()),
                    Err(error) => Err(kind_in(&error)),
                };
                assert_eq!(
                    seen(linux.file(name, follow)),
                    seen(portable.file(name, follow)),
                    "{name:?}"
                );
            }
        }
        for path in ["file", "missing", "round"] {
            let path = root.join(path);
            let kinds = (
                Handle::open(&path).unwrap_err().kind(),
                portable::Handle::open(&path).unwrap_err().kind(),
            );
            assert_eq!(kinds.0, kinds.1, "{path:?}");
        }
    }

    #[test]
    fn a_real_path_holds_no_link_and_no_dots() {
        let place = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(place.path()).unwrap();
        fs::create_dir(root.join("real")).unwrap();
        symlink("real", root.join("alias")).unwrap();
        let is_real = |path: &Path| Handle::of_real(path).is_some();
        assert!(is_real(&root.join("real")) && is_real(Path::new("/")));
        for path in [
            "alias",
            "real/.",
            "real/../real",
            "real//",
            "real/",
            "missing",
        ] {
            assert!(
                !is_real(Path::new(&format!("{}/{path}", root.display()))),
                "{path}"
            );
        }
        assert!(!is_real(Path::new(".")));
    }
}
