//! Directory handles. Everything below the data directory is reached through one, by names that are never followed
//! where they are symbolic links; no path is checked first and used later.

use std::ffi::{CStr, CString};
use std::fs::File;
use std::io::Write as _;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd as _, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::fs::{
    AtFlags, CWD, FileType, FlockOperation, Mode, OFlags, RawDir, RenameFlags, ResolveFlags,
    SeekFrom, Stat, Timespec, Timestamps, flock, fstat, fsync, futimens, linkat, mkdirat, openat,
    openat2, readlinkat, renameat, renameat_with, seek, statat, symlinkat, unlinkat, utimensat,
};
use rustix::io::Errno;

use crate::read::read_to;

const DIRECTORY: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::CLOEXEC);
/// How often a lock is tried for.
const LOCK_GLANCE: Duration = Duration::from_millis(2);

/// How often `openat2` is asked again when something on the way was renamed meanwhile.
const RENAME_RETRIES: usize = 16;

/// Neither waits for the other end of a FIFO nor makes a terminal ours.
const FILE: OFlags = OFlags::RDONLY
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY)
    .union(OFlags::CLOEXEC);

/// How a name below a directory is opened so that no symbolic link is followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Resolution {
    /// By the kernel in one call (`openat2` of Linux 5.6 and later) where it is available, else by component.
    #[default]
    Kernel,
    /// One component after another, each refused where it is a symbolic link. As safe, and slower.
    Components,
}

/// What makes two names one file: device and inode number.
pub type Identity = (u64, u64);

/// An open directory.
#[derive(Debug)]
pub struct Dir {
    fd: OwnedFd,
    resolution: Resolution,
    is_locked: AtomicBool,
}

/// A lock goes with the last copy of a handle, and a program that another thread is just starting has one until it runs.
/// So that it goes now, it is given back.
impl Drop for Dir {
    fn drop(&mut self) {
        if *self.is_locked.get_mut() {
            // Where that fails, it goes with the handle.
            let _ = flock(&self.fd, FlockOperation::Unlock);
        }
    }
}

impl Dir {
    fn new(fd: OwnedFd, resolution: Resolution) -> Self {
        Self {
            fd,
            resolution,
            is_locked: AtomicBool::new(false),
        }
    }

    /// Opens a directory that the caller trusts with all above it; symbolic links on the way are followed.
    pub fn open_trusted(path: &Path, resolution: Resolution) -> Result<Self, Errno> {
        let fd = openat(CWD, path, DIRECTORY, Mode::empty())?;
        Ok(Self::new(fd, resolution))
    }

    /// Opens the directory at these names below this one. `ELOOP` where one of them is a symbolic link, `ENOTDIR` where
    /// one is something else.
    pub fn open_dir<N: Name>(&self, name: N) -> Result<Self, Errno> {
        Ok(Self::new(self.open(name, DIRECTORY)?, self.resolution))
    }

    /// Opens something for reading, without following a symbolic link and without waiting for anybody.
    fn open<N: Name>(&self, name: N, flags: OFlags) -> Result<OwnedFd, Errno> {
        name.with(|name| {
            if self.resolution == Resolution::Kernel && kernel_resolves() {
                self.open_by_kernel(name, flags)
            } else {
                self.open_by_component(name, flags)
            }
        })
    }

    fn open_by_kernel(&self, name: &CStr, flags: OFlags) -> Result<OwnedFd, Errno> {
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        for _ in 0..RENAME_RETRIES {
            // `EAGAIN`: something on the way was renamed meanwhile.
            match openat2(&self.fd, name, flags, Mode::empty(), resolve) {
                Err(Errno::AGAIN | Errno::INTR) => {}
                other => return other,
            }
        }
        // A process that renames in a loop can make every attempt fail; by component there is nothing to retry.
        self.open_by_component(name, flags)
    }

    fn open_by_component(&self, name: &CStr, flags: OFlags) -> Result<OwnedFd, Errno> {
        let mut at: Option<OwnedFd> = None;
        let mut names = name
            .to_bytes()
            .split(|&byte| byte == b'/')
            .filter(|name| !name.is_empty())
            .peekable();
        while let Some(component) = names.next() {
            if component == b".." {
                return Err(Errno::XDEV);
            }
            let flags = if names.peek().is_some() {
                DIRECTORY
            } else {
                flags
            };
            let from = at.as_ref().map_or(self.fd.as_fd(), AsFd::as_fd);
            at = Some(open_no_link(from, component, flags)?);
        }
        at.ok_or(Errno::NOENT)
    }

    /// Makes a directory that nobody but this process's user may enter.
    pub fn make_dir<N: Name>(&self, name: N) -> Result<(), Errno> {
        name.with(|name| mkdirat(&self.fd, name, Mode::RWXU))
    }

    /// Makes a directory that whoever the process's mask allows may enter.
    pub fn make_dir_as_usual<N: Name>(&self, name: N) -> Result<(), Errno> {
        name.with(|name| mkdirat(&self.fd, name, Mode::RWXU | Mode::RWXG | Mode::RWXO))
    }

    /// Opens a directory, which is made where it is missing.
    pub fn ensure_dir<N: Name + Copy>(&self, name: N) -> Result<Self, Errno> {
        match self.open_dir(name) {
            Err(Errno::NOENT) => match self.make_dir(name) {
                Ok(()) => {
                    self.sync()?;
                    self.open_dir(name)
                }
                Err(Errno::EXIST) => self.open_dir(name),
                Err(errno) => Err(errno),
            },
            other => other,
        }
    }

    /// Reads a regular file of at most `most` bytes.
    pub fn read_file<N: Name>(&self, name: N, most: usize) -> Result<Vec<u8>, Unread> {
        self.read_file_and_stat(name, most).map(|(bytes, _)| bytes)
    }

    /// The same, with what the file was before it was read.
    pub fn read_file_and_stat<N: Name>(
        &self,
        name: N,
        most: usize,
    ) -> Result<(Vec<u8>, Stat), Unread> {
        let file = File::from(self.open(name, FILE).map_err(Unread::System)?);
        let stat = fstat(&file).map_err(Unread::System)?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(Unread::NotAFile);
        }
        let size = usize::try_from(stat.st_size).unwrap_or(usize::MAX);
        if size > most {
            return Err(Unread::TooLong);
        }
        // A read that does not fill the buffer, with a byte more than the file has, is the last: it may have been short of
        // the end, and only where there is more to come is it asked again.
        let is_all = |bytes: &[u8]| bytes.len() >= size;
        match read_to(&mut &file, size + 1, most, is_all) {
            Ok(Some(bytes)) => Ok((bytes, stat)),
            Ok(None) => Err(Unread::TooLong),
            Err(error) => Err(Unread::System(errno_of(&error))),
        }
    }

    /// Writes a new file, to the disk and not only to memory.
    pub fn write_new<N: Name>(&self, name: N, bytes: &[u8]) -> Result<OwnedFd, Errno> {
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::RUSR | Mode::WUSR | Mode::RGRP | Mode::ROTH;
        let fd = name.with(|name| openat(&self.fd, name, flags, mode))?;
        // What clears away leftovers leaves alone what somebody still holds.
        flock(&fd, FlockOperation::NonBlockingLockExclusive)?;
        let mut file = File::from(fd);
        file.write_all(bytes).map_err(|error| errno_of(&error))?;
        fsync(&file)?;
        Ok(file.into())
    }

    /// Writes a new file that need not last: not to the disk, and without a lock.
    pub fn write_now<N: Name>(&self, name: N, bytes: &[u8]) -> Result<(), Errno> {
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::RUSR | Mode::WUSR;
        let mut file = File::from(name.with(|name| openat(&self.fd, name, flags, mode))?);
        file.write_all(bytes).map_err(|error| errno_of(&error))
    }

    /// Gives a file the time of modification that another one had.
    pub fn set_modified<N: Name>(&self, name: N, like: &Stat) -> Result<(), Errno> {
        let times = modified_at(like);
        name.with(|name| utimensat(&self.fd, name, &times, AtFlags::SYMLINK_NOFOLLOW))
    }

    /// Moves an entry of this directory to `to`, in place of a file that may be there.
    pub fn rename<N: Name, M: Name>(&self, name: N, to: &Self, new: M) -> Result<(), Errno> {
        name.with(|name| new.with(|new| renameat(&self.fd, name, &to.fd, new)))
    }

    /// Moves a directory of this directory to `to`, where nothing of that name may be.
    pub fn rename_new<N: Name + Copy, M: Name + Copy>(
        &self,
        name: N,
        to: &Self,
        new: M,
    ) -> Result<(), Errno> {
        let renamed = name.with(|name| {
            new.with(|new| renameat_with(&self.fd, name, &to.fd, new, RenameFlags::NOREPLACE))
        });
        match renamed {
            // A file system without that flag: a directory then replaces an empty one at most, and no workspace is empty.
            Err(Errno::INVAL | Errno::NOSYS) => match self.rename(name, to, new) {
                Err(Errno::NOTEMPTY) => Err(Errno::EXIST),
                other => other,
            },
            other => other,
        }
    }

    /// Puts an entry of this directory in the place of one of `to`, and that one in its place, in one step.
    pub fn exchange<N: Name, M: Name>(&self, name: N, to: &Self, other: M) -> Result<(), Errno> {
        name.with(|name| {
            other.with(|other| renameat_with(&self.fd, name, &to.fd, other, RenameFlags::EXCHANGE))
        })
    }

    /// Makes a symbolic link to `target`, which is not looked at.
    pub fn symlink<N: Name>(&self, target: &Path, name: N) -> Result<(), Errno> {
        name.with(|name| symlinkat(target, &self.fd, name))
    }

    /// Gives a regular file of this directory a second name in `to`, or a copy with the same time of modification where
    /// the system refuses a second name: on another file system, or for a file of another user. `ELOOP` for anything
    /// that is not a regular file.
    pub fn link<N: Name + Copy, M: Name + Copy>(
        &self,
        name: N,
        to: &Self,
        new: M,
    ) -> Result<(), Errno> {
        let linked =
            name.with(|name| new.with(|new| linkat(&self.fd, name, &to.fd, new, AtFlags::empty())));
        match linked {
            Err(Errno::PERM | Errno::MLINK | Errno::XDEV) => drop(self.copy(name, to, new)?),
            other => other?,
        }
        // Looked at where nobody exchanges it any more.
        match FileType::from_raw_mode(to.stat_entry(new)?.st_mode) {
            FileType::RegularFile => Ok(()),
            _ => to.remove_file(new).and(Err(Errno::LOOP)),
        }
    }

    /// Opens a regular file of this directory, which nobody else changes, for reading and writing.
    pub fn open_to_change<N: Name>(&self, name: N) -> Result<File, Errno> {
        let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        name.with(|name| openat(&self.fd, name, flags, Mode::empty()))
            .map(File::from)
    }

    /// Copies a regular file to a new one in `to`, with its time of modification. `ELOOP` for anything else. Returns
    /// what it was.
    pub fn copy<N: Name, M: Name>(&self, name: N, to: &Self, new: M) -> Result<Stat, Errno> {
        let mut from = File::from(self.open(name, FILE)?);
        let stat = fstat(&from)?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(Errno::LOOP);
        }
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let mode = Mode::RUSR | Mode::WUSR;
        let mut copy = File::from(new.with(|new| openat(&to.fd, new, flags, mode))?);
        std::io::copy(&mut from, &mut copy).map_err(|error| errno_of(&error))?;
        futimens(&copy, &modified_at(&stat))?;
        Ok(stat)
    }

    /// What an entry is; a symbolic link is itself.
    pub fn stat_entry<N: Name>(&self, name: N) -> Result<Stat, Errno> {
        name.with(|name| statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW))
    }

    /// Removes an entry that is no directory.
    pub fn remove_file<N: Name>(&self, name: N) -> Result<(), Errno> {
        name.with(|name| unlinkat(&self.fd, name, AtFlags::empty()))
    }

    /// Removes an empty directory.
    pub fn remove_dir<N: Name>(&self, name: N) -> Result<(), Errno> {
        name.with(|name| unlinkat(&self.fd, name, AtFlags::REMOVEDIR))
    }

    /// Opens a directory that this process's user may not read, after letting it.
    pub fn open_shut_dir<N: Name>(&self, name: N) -> Result<Self, Errno> {
        let place = OFlags::PATH | OFlags::NOFOLLOW | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let fd = name.with(|name| openat(&self.fd, name, place, Mode::empty()))?;
        let place = Self::new(fd, self.resolution);
        // A handle of this kind can be named and not changed; the name leads to what is open and nowhere else.
        rustix::fs::chmod(place.process_path(), Mode::RWXU)?;
        let fd = openat(&place.fd, c".", DIRECTORY, Mode::empty())?;
        Ok(Self::new(fd, self.resolution))
    }

    /// Calls `each` with every name in this directory but `.` and `..`, and what it is where the system says so, without
    /// a copy. Not for two threads at once: the position in the directory belongs to the handle.
    pub fn each_entry(
        &self,
        mut each: impl FnMut(&CStr, FileType) -> Result<(), Errno>,
    ) -> Result<(), Errno> {
        seek(&self.fd, SeekFrom::Start(0))?;
        let mut buffer = [MaybeUninit::uninit(); 1 << 14];
        let mut entries = RawDir::new(&self.fd, &mut buffer);
        while let Some(entry) = entries.next() {
            let entry = entry?;
            let name = entry.file_name();
            if !matches!(name.to_bytes(), b"." | b"..") {
                each(name, entry.file_type())?;
            }
        }
        Ok(())
    }

    /// The names in this directory but `.` and `..`, with what they are where the system says so.
    pub fn entries(&self) -> Result<Vec<(CString, FileType)>, Errno> {
        let mut entries = Vec::new();
        for entry in rustix::fs::Dir::read_from(&self.fd)? {
            let entry = entry?;
            let name = entry.file_name();
            if name != c"." && name != c".." {
                entries.push((name.to_owned(), entry.file_type()));
            }
        }
        Ok(entries)
    }

    /// What this directory is.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn stat(&self) -> Result<Stat, Errno> {
        fstat(&self.fd)
    }

    /// Device and inode number of this directory.
    pub fn identity(&self) -> Result<Identity, Errno> {
        self.stat().map(|stat| identity_of(&stat))
    }

    /// The target of a symbolic link; `EINVAL` for anything else.
    pub fn read_link<N: Name>(&self, name: N) -> Result<CString, Errno> {
        name.with(|name| readlinkat(&self.fd, name, Vec::new()))
    }

    /// Whether this is what `name` in `parent` is now.
    pub fn is_at<N: Name>(&self, parent: &Self, name: N) -> Result<bool, Errno> {
        let stat = match parent.stat_entry(name) {
            Err(Errno::NOENT) => return Ok(false),
            other => other?,
        };
        Ok(identity_of(&stat) == self.identity()?)
    }

    /// Makes renames in this directory last.
    pub fn sync(&self) -> Result<(), Errno> {
        fsync(&self.fd)
    }

    /// Takes a lock that goes with the handle, or `EWOULDBLOCK`, without waiting.
    pub fn try_lock(&self, exclusive: bool) -> Result<(), Errno> {
        flock(
            &self.fd,
            if exclusive {
                FlockOperation::NonBlockingLockExclusive
            } else {
                FlockOperation::NonBlockingLockShared
            },
        )?;
        self.is_locked.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Whether somebody holds the lock of a file here; not for long, whatever the answer.
    pub fn is_locked_file<N: Name>(&self, name: N) -> Result<bool, Errno> {
        match self.open(name, FILE) {
            // What is no file that can be opened was not made here, and nobody holds it.
            Err(_) => Ok(false),
            Ok(fd) => match flock(&fd, FlockOperation::NonBlockingLockExclusive) {
                Err(Errno::WOULDBLOCK) => Ok(true),
                other => other.map(|()| false),
            },
        }
    }

    /// Takes a lock that others hold for a moment only; `EWOULDBLOCK` where it could not be had in this time.
    pub fn lock_within(&self, longest: Duration) -> Result<(), Errno> {
        let end = Instant::now() + longest;
        loop {
            match self.try_lock(true) {
                Err(Errno::WOULDBLOCK | Errno::INTR) if Instant::now() < end => {
                    std::thread::sleep(LOCK_GLANCE);
                }
                other => return other,
            }
        }
    }

    /// A path that leads this process, or a child before it runs its program, to this very directory, whatever has been
    /// renamed since.
    pub fn process_path(&self) -> PathBuf {
        format!("/proc/self/fd/{}", self.fd.as_raw_fd()).into()
    }

    /// The path of this directory as the system has it now, for libraries that take nothing else.
    pub fn path_now(&self) -> Result<PathBuf, Errno> {
        std::fs::read_link(self.process_path()).map_err(|error| errno_of(&error))
    }
}

impl AsFd for Dir {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// Why a file was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// The system refused.
    System(Errno),
    /// It is not a regular file.
    NotAFile,
    /// It is longer than the limit.
    TooLong,
}

/// Names of entries, as this crate has them. They hold no NUL.
pub trait Name {
    /// Calls `call` with the name as the system takes it.
    ///
    /// # Errors
    ///
    /// Those of `call`; `EINVAL` for a name that holds a NUL.
    fn with<T>(self, call: impl FnOnce(&CStr) -> Result<T, Errno>) -> Result<T, Errno>;
}

impl Name for &CStr {
    fn with<T>(self, call: impl FnOnce(&CStr) -> Result<T, Errno>) -> Result<T, Errno> {
        call(self)
    }
}

impl Name for &[u8] {
    fn with<T>(self, call: impl FnOnce(&CStr) -> Result<T, Errno>) -> Result<T, Errno> {
        call(&CString::new(self).map_err(|_| Errno::INVAL)?)
    }
}

impl Name for &str {
    fn with<T>(self, call: impl FnOnce(&CStr) -> Result<T, Errno>) -> Result<T, Errno> {
        call(&CString::new(self).map_err(|_| Errno::INVAL)?)
    }
}

#[expect(
    clippy::cast_possible_wrap,
    reason = "the types differ from system to system, and nanoseconds fit"
)]
fn modified_at(stat: &Stat) -> Timestamps {
    let time = Timespec {
        tv_sec: stat.st_mtime as _,
        tv_nsec: stat.st_mtime_nsec as _,
    };
    Timestamps {
        last_access: time,
        last_modification: time,
    }
}

fn open_no_link(from: BorrowedFd<'_>, name: &[u8], flags: OFlags) -> Result<OwnedFd, Errno> {
    let opened = openat(from, name, flags | OFlags::NOFOLLOW, Mode::empty());
    match opened {
        // The same answer for a link that is asked for as a directory and for what is neither.
        Err(Errno::NOTDIR) => {
            let stat = statat(from, name, AtFlags::SYMLINK_NOFOLLOW)?;
            let is_link = FileType::from_raw_mode(stat.st_mode) == FileType::Symlink;
            Err(if is_link { Errno::LOOP } else { Errno::NOTDIR })
        }
        other => other,
    }
}

/// Whether this kernel, and what filters its calls, has `openat2`.
fn kernel_resolves() -> bool {
    static RESOLVES: OnceLock<bool> = OnceLock::new();
    *RESOLVES.get_or_init(|| {
        let resolve = ResolveFlags::NO_SYMLINKS;
        openat2(CWD, c"/", DIRECTORY, Mode::empty(), resolve).is_ok()
    })
}

/// Device and inode number of what was looked at.
#[expect(
    clippy::unnecessary_cast,
    reason = "the types differ from system to system"
)]
pub fn identity_of(stat: &Stat) -> Identity {
    (stat.st_dev as u64, stat.st_ino as u64)
}

/// The system's number for an error of the standard library; `EIO` where it has none.
pub fn errno_of(error: &std::io::Error) -> Errno {
    Errno::from_io_error(error).unwrap_or(Errno::IO)
}
