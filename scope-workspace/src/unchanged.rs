//! Seeing that nothing in a tree is changed or new, without a copy of anything and by handles alone.
//!
//! Most trees are clean, so this is what a cleanup waits for. It only ever proves that; whatever it does not understand,
//! and whatever is dirty, libgit2 looks at, which counts.

use std::ffi::{CStr, CString, OsStr};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use git2::{ObjectType, Oid, Repository};
use rustix::fs::{FileType, Stat};

use crate::handle::Dir;
use crate::index::{Entry, Index, Time};
use crate::metadata;

/// The most bytes of an index that are read.
const MOST_INDEX: usize = 1 << 28;

/// The most bytes of a file that is read to compare it.
const MOST_COMPARED: usize = 1 << 26;

/// How many directories deep handles are held.
const DEEP: usize = 64;

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
    let walk = Walk {
        repository,
        written: modified(&stat),
    };
    walk.tracked(dir, b"", &index.entries, 0)
}

/// Whether the entries are those of a tree.
fn is_of(index: &Index<'_>, tree: &git2::Tree<'_>) -> bool {
    let Ok(mut expected) = git2::Index::new() else {
        return false;
    };
    let is_same = |(ours, theirs): (&Entry<'_>, git2::IndexEntry)| {
        (ours.path(), ours.mode, ours.id) == (&*theirs.path, theirs.mode, theirs.id.as_bytes())
    };
    expected.read_tree(tree).is_ok()
        && expected.len() == index.entries.len()
        && index.entries.iter().zip(expected.iter()).all(is_same)
}

struct Walk<'a> {
    repository: &'a Repository,
    /// When the index was. A file that was modified no earlier may have changed since without showing it.
    written: Time,
}

impl Walk<'_> {
    /// A directory with tracked files. `prefix` is its path, with a `/` at the end.
    fn tracked(&self, dir: &Dir, prefix: &[u8], entries: &[Entry<'_>], depth: usize) -> Option<()> {
        if depth > DEEP {
            return None;
        }
        let mut names: Vec<&[u8]> = Vec::with_capacity(entries.len());
        let mut rest = entries;
        while let Some(entry) = rest.first() {
            let name = entry.after(prefix.len());
            let Some(end) = name.iter().position(|&byte| byte == b'/') else {
                let name = CStr::from_bytes_with_nul(name).ok()?;
                self.file(dir, name, entry, depth)?;
                names.push(name.to_bytes());
                rest = &rest[1..];
                continue;
            };
            let below = [prefix, &name[..=end]].concat();
            let count = rest.partition_point(|entry| entry.path().starts_with(&below));
            let (in_it, after) = rest.split_at_checked(count)?;
            let sub = dir.open_dir(&*CString::new(&name[..end]).ok()?).ok()?;
            self.tracked(&sub, &below, in_it, depth + 1)?;
            names.push(&name[..end]);
            rest = after;
        }
        self.others(dir, prefix, &mut names, depth)
    }

    /// A file that is as the index has it: by its numbers, or where those do not say so, by its content.
    fn file(&self, dir: &Dir, name: &CStr, entry: &Entry<'_>, depth: usize) -> Option<()> {
        // The metadata is not the repository's, even where somebody added it.
        if depth == 0 && name.to_bytes() == metadata::FILE.as_bytes() {
            return Some(());
        }
        let stat = dir.stat_entry(name).ok()?;
        if mode(&stat) != entry.mode {
            return None;
        }
        let is_noted = entry.modified < self.written
            && (entry.size, entry.modified, entry.changed)
                == (size(&stat), modified(&stat), changed(&stat))
            && (entry.inode, entry.uid, entry.gid) == (inode(&stat), stat.st_uid, stat.st_gid);
        if is_noted {
            return Some(());
        }
        // A link's content is its target, which is not read here.
        let bytes = dir.read_file(name, MOST_COMPARED).ok()?;
        let id = Oid::hash_object(ObjectType::Blob, &bytes).ok()?;
        (id.as_bytes() == entry.id).then_some(())
    }

    /// What is in a directory besides these names, all of which are there, is ignored.
    fn others(&self, dir: &Dir, prefix: &[u8], names: &mut [&[u8]], depth: usize) -> Option<()> {
        let entries = dir.entries().ok()?;
        let is_root = depth == 0;
        if entries.len() == names.len() && !is_root {
            return Some(());
        }
        names.sort_unstable();
        for (name, kind) in entries {
            let bytes = name.to_bytes();
            let is_ours = is_root && (bytes == b".git" || bytes == metadata::FILE.as_bytes());
            if !is_ours && names.binary_search(&bytes).is_err() {
                let path = [prefix, bytes].concat();
                self.other(dir, &name, kind, &path, depth + 1)?;
            }
        }
        Some(())
    }

    /// Something that is ignored, or a directory in which everything is.
    fn other(
        &self,
        parent: &Dir,
        name: &CStr,
        kind: FileType,
        path: &[u8],
        depth: usize,
    ) -> Option<()> {
        let is_ignored = self
            .repository
            .is_path_ignored(Path::new(OsStr::from_bytes(path)));
        if is_ignored.ok()? {
            return Some(());
        }
        // A repository in a repository is not looked into.
        if kind != FileType::Directory || name == c".git" || depth > DEEP {
            return None;
        }
        let dir = parent.open_dir(name).ok()?;
        let prefix = [path, b"/"].concat();
        self.others(&dir, &prefix, &mut [], depth)
    }
}

/// The mode that git has for it.
fn mode(stat: &Stat) -> u32 {
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile if stat.st_mode & 0o100 != 0 => 0o100_755,
        FileType::RegularFile => 0o100_644,
        FileType::Symlink => 0o120_000,
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
