//! Directories and what is in them, as the system has them: what [`RealDir`](super::RealDir) is made of.
//!
//! Linux has handles on directories that need no permission to read them, names in relation to a handle, and one call
//! that tells whether a path holds no symbolic link. Elsewhere the same is done with paths.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::{Kind, Status};

// `--cfg scope_portable` tests on Linux what other systems do.
#[cfg(all(any(target_os = "linux", target_os = "android"), not(scope_portable)))]
pub(crate) use linux::Handle;
#[cfg(any(not(any(target_os = "linux", target_os = "android")), scope_portable))]
pub(crate) use portable::Handle;

#[cfg(any(target_os = "linux", target_os = "android"))]
#[cfg_attr(
    scope_portable,
    allow(dead_code, reason = "it is as if this were another system")
)]
mod linux {
    use super::{File, Kind, Path, PathBuf, Status, io};
    use crate::path::join;

    use std::borrow::Cow;
    use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
    use std::os::unix::ffi::OsStrExt as _;

    use rustix::fs::{
        AtFlags, CWD, FileType, Mode, OFlags, ResolveFlags, fstat, openat, openat2, statat,
    };

    /// A directory with its real path. To open it is as dear as five longer ways to files in it, so that one of which few
    /// files are wanted is not opened.
    #[derive(Debug)]
    pub(crate) struct Handle {
        path: PathBuf,
        open: Option<OwnedFd>,
    }

    const DIRECTORY: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

    /// What is opened is not waited for and does not become anybody's terminal.
    const FILE: OFlags = OFlags::RDONLY
        .union(OFlags::CLOEXEC)
        .union(OFlags::NONBLOCK)
        .union(OFlags::NOCTTY);

    impl Handle {
        /// The directory at a path that is its real path, opened; nothing where it is not so simple. What the path of the
        /// current directory is, the system tells in one call.
        pub(crate) fn of_real(path: &Path) -> Option<Self> {
            let path = if path.is_absolute() {
                path.to_path_buf()
            } else {
                let current = std::env::current_dir().ok()?;
                let is_here = path == Path::new(".");
                if is_here { current } else { current.join(path) }
            };
            let links = ResolveFlags::NO_SYMLINKS;
            let opened = || openat2(CWD, &path, DIRECTORY, Mode::empty(), links).ok();
            let open = is_clean(&path).then(opened).flatten()?;
            let open = Some(open);
            Some(Self { path, open })
        }

        /// The directory at a path that is its real path, and the file `name` in it, for which the directory is not opened:
        /// if the way to the file holds no link, the path is the real one. The path again where it is not so simple.
        pub(crate) fn of_real_for(path: PathBuf, name: &Path) -> Result<(Self, File), PathBuf> {
            let handle = Self::at(path);
            let file = is_clean(&handle.path).then(|| handle.file_without_links(name));
            match file.flatten() {
                Some(file) => Ok((handle, file)),
                None => Err(handle.path),
            }
        }

        /// The directory at this real path, opened.
        pub(crate) fn open(path: PathBuf) -> io::Result<Self> {
            let open = Some(openat(CWD, &path, DIRECTORY, Mode::empty())?);
            Ok(Self { path, open })
        }

        /// The directory at this real path.
        pub(crate) const fn at(path: PathBuf) -> Self {
            Self { path, open: None }
        }

        /// The real path.
        pub(crate) fn path(&self) -> &Path {
            &self.path
        }

        /// The same, without the handle.
        pub(crate) fn into_path(self) -> PathBuf {
            self.path
        }

        /// Where `name` counts from, and how it is written from there.
        fn from<'a>(&'a self, name: &'a Path) -> (BorrowedFd<'a>, Cow<'a, Path>) {
            match &self.open {
                Some(open) => (open.as_fd(), name.into()),
                None => (CWD, join(&self.path, name).into()),
            }
        }

        /// The file system that it is on.
        pub(crate) fn device(&self) -> io::Result<u64> {
            Ok(match &self.open {
                Some(open) => fstat(open)?.st_dev,
                None => statat(CWD, &self.path, AtFlags::empty())?.st_dev,
            })
        }

        /// What is at `name`, from here.
        pub(crate) fn status(&self, name: &Path, follow: bool) -> io::Result<Status> {
            let flags = if follow {
                AtFlags::empty()
            } else {
                AtFlags::SYMLINK_NOFOLLOW
            };
            let (from, name) = self.from(name);
            let found = statat(from, &*name, flags)?;
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
            let flags = if follow {
                FILE
            } else {
                FILE.union(OFlags::NOFOLLOW)
            };
            let (from, name) = self.from(name);
            Ok(openat(from, &*name, flags, Mode::empty())?.into())
        }

        /// The same, if the way there holds no symbolic link; nothing where it does, or where it cannot be opened.
        pub(crate) fn file_without_links(&self, name: &Path) -> Option<File> {
            self.file_by(name, ResolveFlags::NO_SYMLINKS)
        }

        /// The same, if the way there leaves no mounted file system and what is at `name` is no symbolic link.
        pub(crate) fn file_of_same_mount(&self, name: &Path) -> Option<File> {
            self.file_by(name, ResolveFlags::NO_XDEV)
        }

        fn file_by(&self, name: &Path, how: ResolveFlags) -> Option<File> {
            let (from, name) = self.from(name);
            let flags = FILE.union(OFlags::NOFOLLOW);
            openat2(from, &*name, flags, Mode::empty(), how)
                .ok()
                .map(File::from)
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
#[cfg(any(
    test,
    scope_portable,
    not(any(target_os = "linux", target_os = "android"))
))]
#[cfg_attr(
    any(target_os = "linux", target_os = "android"),
    allow(dead_code, reason = "for other systems")
)]
mod portable {
    use super::{File, Kind, Path, PathBuf, Status, io};

    use std::fs::{self, OpenOptions};

    /// The real path of a directory.
    #[derive(Debug)]
    pub(crate) struct Handle(PathBuf);

    #[allow(clippy::unused_self, reason = "as on Linux")]
    impl Handle {
        /// No path is known to be so simple.
        pub(crate) fn of_real(_: &Path) -> Option<Self> {
            None
        }

        /// No path is known to be so simple.
        pub(crate) const fn of_real_for(path: PathBuf, _: &Path) -> Result<(Self, File), PathBuf> {
            Err(path)
        }

        /// The directory at this real path.
        pub(crate) fn open(path: PathBuf) -> io::Result<Self> {
            if fs::metadata(&path)?.is_dir() {
                Ok(Self(path))
            } else {
                Err(io::ErrorKind::NotADirectory.into())
            }
        }

        /// The directory at this real path.
        pub(crate) const fn at(path: PathBuf) -> Self {
            Self(path)
        }

        /// The real path.
        pub(crate) fn path(&self) -> &Path {
            &self.0
        }

        /// The same, without the handle.
        pub(crate) fn into_path(self) -> PathBuf {
            self.0
        }

        /// The file system that it is on.
        pub(crate) fn device(&self) -> io::Result<u64> {
            Ok(device(&fs::metadata(&self.0)?))
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

        /// The file at `name`, from here. What is no file is told from one before it is opened; should it be exchanged in
        /// between, it is still not waited for, nor a link followed, where the system knows such flags.
        pub(crate) fn file(&self, name: &Path, follow: bool) -> io::Result<File> {
            match self.status(name, follow)?.kind {
                Kind::File => {
                    let mut options = OpenOptions::new();
                    options.read(true);
                    #[cfg(unix)]
                    {
                        use rustix::fs::OFlags;
                        let mut flags = OFlags::NONBLOCK | OFlags::NOCTTY;
                        flags.set(OFlags::NOFOLLOW, !follow);
                        let flags = flags.bits().cast_signed();
                        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags);
                    }
                    options.open(self.0.join(name))
                }
                Kind::Directory => Err(io::ErrorKind::IsADirectory.into()),
                Kind::Link => Err(io::ErrorKind::TooManyLinks.into()),
                Kind::Special => Err(io::ErrorKind::InvalidInput.into()),
            }
        }

        /// No way is known to hold no link.
        pub(crate) fn file_without_links(&self, _: &Path) -> Option<File> {
            None
        }

        /// No way is known to stay on its file system.
        pub(crate) fn file_of_same_mount(&self, _: &Path) -> Option<File> {
            None
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

#[cfg(all(test, any(target_os = "linux", target_os = "android")))]
mod tests {
    use super::linux::Handle;
    use super::*;
    use crate::real::kind_in;

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
        let linux = Handle::open(root.clone()).unwrap();
        let not_open = Handle::at(root.clone());
        let portable = portable::Handle::open(root.clone()).unwrap();
        assert_eq!(linux.device().unwrap(), portable.device().unwrap());
        assert_eq!(not_open.device().unwrap(), portable.device().unwrap());
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
                let status = portable.status(name, follow).map_err(|it| it.kind());
                let seen = |file: io::Result<File>| match file {
                    // A directory can be opened, but not read.
                    Ok(file) if file.metadata().unwrap().is_dir() => Err(Some(Kind::Directory)),
                    Ok(_) => Ok(()),
                    Err(error) => Err(kind_in(&error)),
                };
                let file = seen(portable.file(name, follow));
                for handle in [&linux, &not_open] {
                    let other = handle.status(name, follow).map_err(|it| it.kind());
                    assert_eq!(other, status, "{name:?}");
                    assert_eq!(seen(handle.file(name, follow)), file, "{name:?}");
                }
            }
        }
        for path in ["file", "missing", "round"] {
            let path = root.join(path);
            let kinds = (
                Handle::open(path.clone()).unwrap_err().kind(),
                portable::Handle::open(path.clone()).unwrap_err().kind(),
            );
            assert_eq!(kinds.0, kinds.1, "{path:?}");
        }
    }

    #[test]
    fn a_file_is_opened_only_where_no_link_is_on_the_way() {
        let place = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(place.path()).unwrap();
        fs::create_dir_all(root.join("real/below")).unwrap();
        fs::write(root.join("real/file"), "text").unwrap();
        symlink("real", root.join("alias")).unwrap();
        symlink("file", root.join("real/link")).unwrap();
        for handle in [
            Handle::open(root.clone()).unwrap(),
            Handle::at(root.clone()),
        ] {
            let opens = |name: &str| handle.file_without_links(name.as_ref()).is_some();
            assert!(opens("real/file") && opens("real/below/../file"));
            for name in [
                "alias/file",
                "real/link",
                "alias/below/../file",
                "real/none/../file",
            ] {
                assert!(!opens(name), "{name}");
            }
            let opens = |name: &str| handle.file_of_same_mount(name.as_ref()).is_some();
            assert!(!opens("real/link") && !opens("/proc/self/stat"));
        }
        // From the root, the way here may enter a file system: where temporary files have one of their own.
        let handle = Handle::open(root.clone()).unwrap();
        let opens = |name: &str| handle.file_of_same_mount(name.as_ref()).is_some();
        assert!(opens("real/file") && opens("alias/file"));
        let opens = |path: &str| Handle::of_real_for(root.join(path), "file".as_ref()).is_ok();
        assert!(opens("real"));
        for path in ["alias", "real/", "real/below/..", "real/below", "none"] {
            assert!(!opens(path), "{path}");
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
        // From the current directory, whose path the system tells.
        assert!(is_real(Path::new(".")) && is_real(Path::new("src")));
        for path in ["", "./src", "..", "src/", "missing"] {
            assert!(!is_real(Path::new(path)), "{path}");
        }
    }
}
