//! Seeing that nothing in a tree is changed or new, without a copy of anything and by handles alone.
//!
//! Most trees are clean, so this is what a cleanup waits for. It only ever proves that; whatever it does not understand,
//! and whatever is dirty, libgit2 looks at, which counts.

use std::ffi::{CStr, CString, OsStr};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use git2::{ObjectType, Oid, Repository};
use rustix::fs::{FileType, Stat};

use crate::index::{Entry, Index, Time};
use crate::{metadata, threads};
use scope_fs::Dir;

/// The most bytes of an index that are read.
const MOST_INDEX: usize = 1 << 28;

/// The most bytes of a file that is read to compare it.
const MOST_COMPARED: usize = 1 << 26;

/// How many directories deep is looked.
const DEEP: usize = 64;

/// More threads wait for each other.
const MOST_THREADS: usize = 8;

/// Whether the index is what `HEAD` has, every file is what the index has, and whatever else is there is ignored. Where
/// this is false, that is not known.
pub(crate) fn is_unchanged(dir: &Dir, repository: &Repository) -> bool {
    prove(dir, repository).is_some()
}

fn prove(dir: &Dir, repository: &Repository) -> Option<()> {
    let head = repository.head().ok()?.peel_to_tree().ok()?;
    let (bytes, stat) = dir.read_file_and_stat(".git/index", MOST_INDEX).ok()?;
    let index = Index::read(&bytes)?;
    if index.tree != Some(head.id().as_bytes()) && !is_of(&index, &head) {
        return None;
    }
    let is_link = |entry: &Entry<'_>| is_linked_list(entry.path(), entry.mode());
    if index.entries.iter().any(is_link) {
        return None;
    }
    let mut tracked = Vec::new();
    plan(b"", &index.entries, &mut tracked)?;
    let look = Look {
        root: dir,
        written: modified(&stat),
        failed: AtomicBool::new(false),
        next: AtomicUsize::new(0),
    };
    let others = look.at_all(&tracked, threads_for(index.entries.len()))?;
    let ignored = Ignored { dir, repository };
    others
        .iter()
        .try_for_each(|(path, kind)| ignored.other(path, *kind, 0))
}

/// A directory with tracked files or with directories that have some.
struct Tracked<'a> {
    /// Its path, with a `/` at the end; nothing for the root.
    prefix: &'a [u8],
    files: Vec<&'a Entry<'a>>,
    /// The directories in it.
    dirs: Vec<&'a [u8]>,
}

/// Sorts entries by the directories that they are in.
fn plan<'a>(prefix: &'a [u8], entries: &'a [Entry<'a>], all: &mut Vec<Tracked<'a>>) -> Option<()> {
    if prefix.split(|&byte| byte == b'/').count() > DEEP {
        return None;
    }
    let (mut files, mut dirs) = (Vec::new(), Vec::new());
    let mut rest = entries;
    while let Some((entry, others)) = rest.split_first() {
        let name = entry.path().get(prefix.len()..)?;
        let Some(end) = name.iter().position(|&byte| byte == b'/') else {
            files.push(entry);
            rest = others;
            continue;
        };
        let below = entry.path().get(..=prefix.len() + end)?;
        let count = rest.partition_point(|entry| entry.path().starts_with(below));
        let (in_it, after) = rest.split_at_checked(count)?;
        plan(below, in_it, all)?;
        dirs.push(&name[..end]);
        rest = after;
    }
    all.push(Tracked {
        prefix,
        files,
        dirs,
    });
    Some(())
}

/// How many threads look at so many files. Starting one takes as long as looking at a few hundred.
fn threads_for(files: usize) -> usize {
    let most = thread::available_parallelism().map_or(1, Into::into);
    most.min(files / 1000 + 1).min(MOST_THREADS)
}

/// Whether the entries are those of a tree.
fn is_of(index: &Index<'_>, tree: &git2::Tree<'_>) -> bool {
    let Ok(mut expected) = git2::Index::new() else {
        return false;
    };
    let is_same = |(ours, theirs): (&Entry<'_>, git2::IndexEntry)| {
        (ours.path(), ours.mode(), ours.id()) == (&*theirs.path, theirs.mode, theirs.id.as_bytes())
    };
    expected.read_tree(tree).is_ok()
        && expected.len() == index.entries.len()
        && index.entries.iter().zip(expected.iter()).all(is_same)
}

/// Looks at directories, several at once.
struct Look<'a> {
    root: &'a Dir,
    /// When the index was. A file that was modified no earlier may have changed since without showing it.
    written: Time,
    failed: AtomicBool,
    next: AtomicUsize,
}

/// What is there and not tracked: its path, and what it is.
type Others = Vec<(Vec<u8>, FileType)>;

impl Look<'_> {
    fn at_all(&self, tracked: &[Tracked<'_>], threads: usize) -> Option<Others> {
        let found = threads::in_each(threads, || self.at_some(tracked));
        let others: Option<Vec<Others>> = found.into_iter().collect();
        Some(others?.concat())
    }

    /// Looks at one directory after another that no other thread looks at, until one is not as it was.
    fn at_some(&self, tracked: &[Tracked<'_>]) -> Option<Others> {
        let mut others = Vec::new();
        while let Some(one) = tracked.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            if self.failed.load(Ordering::Relaxed) {
                return None;
            }
            if self.at(one, &mut others).is_none() {
                self.failed.store(true, Ordering::Relaxed);
                return None;
            }
        }
        Some(others)
    }

    fn at(&self, tracked: &Tracked<'_>, others: &mut Others) -> Option<()> {
        let opened;
        let dir = match tracked.prefix {
            [] => self.root,
            [path @ .., _] => {
                opened = self.root.open_dir(&*CString::new(path).ok()?).ok()?;
                &opened
            }
        };
        let is_root = tracked.prefix.is_empty();
        for entry in &tracked.files {
            let name = CStr::from_bytes_with_nul(entry.after(tracked.prefix.len())).ok()?;
            // The metadata is not the repository's, even where somebody added it.
            if !(is_root && name.to_bytes() == metadata::FILE.as_bytes()) {
                self.file(dir, name, entry)?;
            }
        }
        // All of its files are there, and its directories are looked at by themselves.
        if !is_root && dir.count().ok()? == tracked.files.len() + tracked.dirs.len() {
            return Some(());
        }
        let mut names = tracked.dirs.clone();
        for entry in &tracked.files {
            names.push(entry.path().get(tracked.prefix.len()..)?);
        }
        names.sort_unstable();
        for (name, kind) in dir.entries().ok()? {
            let name = name.to_bytes();
            let is_ours = is_root && (name == b".git" || name == metadata::FILE.as_bytes());
            if !is_ours && names.binary_search(&name).is_err() {
                others.push(([tracked.prefix, name].concat(), kind));
            }
        }
        Some(())
    }

    /// A file that is as the index has it: by its numbers, or where those do not say so, by its content.
    fn file(&self, dir: &Dir, name: &CStr, entry: &Entry<'_>) -> Option<()> {
        let stat = dir.stat_entry(name).ok()?;
        if mode(&stat) != entry.mode() {
            return None;
        }
        let is_noted = entry.modified() < self.written
            && (entry.size(), entry.modified(), entry.changed())
                == (size(&stat), modified(&stat), changed(&stat))
            && (entry.inode(), entry.owner()) == (inode(&stat), (stat.st_uid, stat.st_gid));
        if is_noted {
            return Some(());
        }
        // A link's content is its target, which is not read here.
        let bytes = dir.read_file(name, MOST_COMPARED).ok()?;
        let id = Oid::hash_object(ObjectType::Blob, &bytes).ok()?;
        (id.as_bytes() == entry.id()).then_some(())
    }
}

/// Git does not follow a list of what is ignored that is a link, and libgit2 does.
const LIST: &[u8] = b".gitignore";

/// Whether what the index has there is such a list.
pub(crate) fn is_linked_list(path: &[u8], mode: u32) -> bool {
    mode == LINK && is_list(path)
}

fn is_list(path: &[u8]) -> bool {
    path.rsplit(|&byte| byte == b'/').next() == Some(LIST)
}

/// Whether what libgit2 says is ignored is so to git: no list that is a link says so, which is itself a file like others.
pub(crate) fn is_ignored(dir: &Dir, repository: &Repository, path: &[u8]) -> bool {
    let ignored = Ignored { dir, repository };
    let path = path.strip_suffix(b"/").unwrap_or(path);
    let (around, name) = match path.iter().rposition(|&byte| byte == b'/') {
        Some(at) => (path.get(..at), path.get(at + 1..)),
        None => (None, Some(path)),
    };
    let kind = || {
        let name = CString::new(name?).ok()?;
        let stat = match around {
            Some(around) => {
                let around = dir.open_dir(&*CString::new(around).ok()?).ok()?;
                around.stat_entry(&*name)
            }
            None => dir.stat_entry(&*name),
        };
        Some(FileType::from_raw_mode(stat.ok()?.st_mode))
    };
    kind().is_some_and(|kind| ignored.other(path, kind, 0).is_some())
}

/// What git was told to ignore.
struct Ignored<'a> {
    dir: &'a Dir,
    repository: &'a Repository,
}

impl Ignored<'_> {
    /// Something that is ignored, or a directory in which everything is.
    fn other(&self, path: &[u8], kind: FileType, depth: usize) -> Option<()> {
        if kind == FileType::Symlink && is_list(path) {
            return None;
        }
        let os_path = Path::new(OsStr::from_bytes(path));
        if self.repository.is_path_ignored(os_path).ok()? {
            return Some(());
        }
        // A repository in a repository is not looked into.
        if kind != FileType::Directory || path.ends_with(b"/.git") || depth > DEEP {
            return None;
        }
        let dir = self.dir.open_dir(&*CString::new(path).ok()?).ok()?;
        dir.entries()
            .ok()?
            .into_iter()
            .try_for_each(|(name, kind)| {
                let path = [path, b"/", name.to_bytes()].concat();
                self.other(&path, kind, depth + 1)
            })
    }
}

/// The mode that git has for a link.
const LINK: u32 = 0o120_000;

/// The mode that git has for it.
fn mode(stat: &Stat) -> u32 {
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile if stat.st_mode & 0o100 != 0 => 0o100_755,
        FileType::RegularFile => 0o100_644,
        FileType::Symlink => LINK,
        _ => 0,
    }
}

// Git keeps the lower 32 bits of all of these.

#[expect(clippy::cast_possible_truncation, reason = "that many bits")]
#[expect(clippy::cast_sign_loss, reason = "that many bits")]
fn size(stat: &Stat) -> u32 {
    stat.st_size as u32
}

#[expect(clippy::cast_possible_truncation, reason = "that many bits")]
fn inode(stat: &Stat) -> u32 {
    stat.st_ino as u32
}

#[expect(clippy::cast_possible_truncation, reason = "that many bits")]
#[expect(clippy::cast_sign_loss, reason = "that many bits")]
fn modified(stat: &Stat) -> Time {
    (stat.st_mtime as u32, stat.st_mtime_nsec as u32)
}

#[expect(clippy::cast_possible_truncation, reason = "that many bits")]
#[expect(clippy::cast_sign_loss, reason = "that many bits")]
fn changed(stat: &Stat) -> Time {
    (stat.st_ctime as u32, stat.st_ctime_nsec as u32)
}
