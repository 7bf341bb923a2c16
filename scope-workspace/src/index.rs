//! Git's index, as far as it has to be understood to see that a tree is unchanged.
//!
//! libgit2 reads it too, but makes a copy of every path and a digest of the whole, which takes longer than to look at
//! the files that it is about. What is not understood here is left to libgit2.

use std::ffi::CStr;

/// What a file was when git last looked at it: where that stands in the index, and no copy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<'a> {
    fixed: &'a [u8; FIXED],
    path: &'a CStr,
}

/// Seconds, of which git keeps 32 bits, and nanoseconds.
pub(crate) type Time = (u32, u32);

impl<'a> Entry<'a> {
    pub(crate) fn path(&self) -> &'a [u8] {
        self.path.to_bytes()
    }

    /// What follows the first bytes of the path, with a NUL at the end.
    pub(crate) fn after(&self, prefix: usize) -> &'a [u8] {
        let path = self.path.to_bytes_with_nul();
        path.get(prefix..).unwrap_or_default()
    }

    pub(crate) fn changed(&self) -> Time {
        (self.at(0), self.at(4))
    }

    pub(crate) fn modified(&self) -> Time {
        (self.at(8), self.at(12))
    }

    pub(crate) fn inode(&self) -> u32 {
        self.at(20)
    }

    pub(crate) fn mode(&self) -> u32 {
        self.at(24)
    }

    /// User and group.
    pub(crate) fn owner(&self) -> (u32, u32) {
        (self.at(28), self.at(32))
    }

    /// Its length, modulo 2³².
    pub(crate) fn size(&self) -> u32 {
        self.at(36)
    }

    pub(crate) fn id(&self) -> &'a [u8] {
        self.fixed.get(40..40 + ID).unwrap_or_default()
    }

    fn flags(&self) -> u16 {
        self.fixed
            .last_chunk()
            .map_or(FLAGS, |flags| u16::from_be_bytes(*flags))
    }

    fn at(&self, offset: usize) -> u32 {
        let bytes = self.fixed.get(offset..).unwrap_or_default();
        number(bytes).map_or(0, |(number, _)| number)
    }
}

/// An index of files alone, each in one version.
#[derive(Debug)]
pub(crate) struct Index<'a> {
    /// By the bytes of their paths.
    pub(crate) entries: Vec<Entry<'a>>,
    /// The tree that these entries make, where git noted that.
    pub(crate) tree: Option<&'a [u8]>,
}

const ID: usize = 20;

/// Of an entry, before its path.
const FIXED: usize = 62;

/// Assumed unchanged, extended (skipped, or to be added), in conflict: all but the length of the path.
const FLAGS: u16 = 0xF000;

/// The kinds of entries that are files: plain, executable, and symbolic links.
const FILES: [u32; 3] = [0o100_644, 0o100_755, 0o120_000];

impl<'a> Index<'a> {
    /// Reads an index of version 2 or 3. Nothing where it holds what is not understood here, or is damaged.
    ///
    /// The digest at its end is not looked at: damage does not make numbers that fit the files.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        let body = bytes.get(..bytes.len().checked_sub(ID)?)?;
        let rest = body.strip_prefix(b"DIRC")?;
        let (version, rest) = number(rest)?;
        let (count, mut rest) = number(rest)?;
        if !matches!(version, 2 | 3) {
            return None;
        }
        // No more than can be there, whatever is said.
        let mut entries: Vec<Entry<'a>> =
            Vec::with_capacity(body.len().min(count as usize * 72) / 72);
        for _ in 0..count {
            let (entry, length) = entry(rest)?;
            if entries.last().is_some_and(|last| last.path >= entry.path) {
                return None;
            }
            entries.push(entry);
            rest = rest.get(length..)?;
        }
        let mut tree = None;
        while !rest.is_empty() {
            let (name, after) = rest.split_at_checked(4)?;
            let (length, after) = number(after)?;
            let (content, after) = after.split_at_checked(length as usize)?;
            // Those in capitals may be left out of account.
            if !name.first()?.is_ascii_uppercase() {
                return None;
            }
            if name == b"TREE" {
                tree = root(content);
            }
            rest = after;
        }
        Some(Self { entries, tree })
    }
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((u32::from_be_bytes(*number), rest))
}

/// The first entry, and its length with the NULs after it.
fn entry(bytes: &[u8]) -> Option<(Entry<'_>, usize)> {
    let (fixed, rest) = bytes.split_first_chunk()?;
    let path = CStr::from_bytes_until_nul(rest).ok()?;
    let length = path.count_bytes();
    let entry = Entry { fixed, path };
    let is_name = |name: &[u8]| !matches!(name, b"" | b"." | b".." | b".git");
    let is_good = entry.flags() & FLAGS == 0
        && FILES.contains(&entry.mode())
        && entry.path().split(|&byte| byte == b'/').all(is_name);
    is_good.then_some((entry, (FIXED + length + 8) & !7))
}

/// The tree of the whole, where it is known.
fn root(bytes: &[u8]) -> Option<&[u8]> {
    let rest = bytes.strip_prefix(b"\0")?;
    let end = rest.iter().position(|&byte| byte == b'\n')?;
    let (counts, rest) = rest.split_at_checked(end + 1)?;
    if counts.starts_with(b"-") {
        return None;
    }
    rest.get(..ID)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(paths: &[&str], flags: u16, mode: u32, extension: &[u8]) -> Vec<u8> {
        let mut bytes = b"DIRC".to_vec();
        bytes.extend(2_u32.to_be_bytes());
        bytes.extend(u32::try_from(paths.len()).unwrap().to_be_bytes());
        for path in paths {
            let start = bytes.len();
            for number in [1, 2, 3, 4, 5, 6, mode, 8, 9, 10] {
                bytes.extend(number.to_be_bytes());
            }
            bytes.extend([7; ID]);
            let length = u16::try_from(path.len()).unwrap();
            bytes.extend((flags | length).to_be_bytes());
            bytes.extend(path.as_bytes());
            let length = bytes.len() - start;
            bytes.resize(start + (length + 8) / 8 * 8, 0);
        }
        bytes.extend(extension);
        bytes.extend([0; ID]);
        bytes
    }

    #[test]
    fn what_is_read_is_what_was_written() {
        let extension = [b"TREE\0\0\0\x1b\x002 0\n".as_slice(), &[9; ID], b"\0\0"].concat();
        let bytes = written(
            &["a", "b/c", "b/longer-than-eight"],
            0,
            0o100_644,
            &extension,
        );
        let index = Index::read(&bytes).unwrap();
        assert_eq!(index.tree, Some(&[9; ID][..]));
        let paths: Vec<_> = index.entries.iter().map(Entry::path).collect();
        assert_eq!(paths, [&b"a"[..], b"b/c", b"b/longer-than-eight"]);
        let one = index.entries[1];
        assert_eq!((one.changed(), one.modified()), ((1, 2), (3, 4)));
        assert_eq!((one.inode(), one.mode()), (6, 0o100_644));
        assert_eq!((one.owner(), one.size()), ((8, 9), 10));
        assert_eq!((one.id(), one.after(2)), (&[7; ID][..], &b"c\0"[..]));
    }

    #[test]
    fn what_is_not_understood_is_not_read() {
        let good = written(&["a"], 0, 0o100_644, b"");
        assert!(Index::read(&good).is_some());
        for length in 0..good.len() {
            assert!(Index::read(&good[..length]).is_none(), "{length}");
        }
        for (paths, flags, mode, extension) in [
            (&["b", "a"][..], 0, 0o100_644, &b""[..]),
            (&["a", "a"], 0, 0o100_644, b""),
            (&["../a"], 0, 0o100_644, b""),
            (&["a//b"], 0, 0o100_644, b""),
            (&["a/.git/b"], 0, 0o100_644, b""),
            (&["a"], 0x8000, 0o100_644, b""),
            (&["a"], 0x4000, 0o100_644, b""),
            (&["a"], 0x1000, 0o100_644, b""),
            (&["a"], 0, 0o160_000, b""),
            (&["a"], 0, 0o040_000, b""),
            (&["a"], 0, 0o100_644, b"link\0\0\0\0"),
            (&["a"], 0, 0o100_644, b"TREE\0\0\x01\0"),
        ] {
            let bytes = written(paths, flags, mode, extension);
            assert!(
                Index::read(&bytes).is_none(),
                "{paths:?} {flags:x} {mode:o}"
            );
        }
        let unknown = written(&["a"], 0, 0o100_644, b"TREE\0\0\0\x06\x00-1 0\n");
        assert_eq!(Index::read(&unknown).unwrap().tree, None);
    }

    proptest! {
        #[test]
        fn no_bytes_do_harm(at in 0_usize..400, byte: u8, cut in 0_usize..400) {
            let mut bytes = written(&["a", "b/c", "d"], 0, 0o100_644, b"TREE\0\0\0\x06\x00-1 0\n");
            let (at, cut) = (at % bytes.len(), cut % bytes.len());
            bytes[at] = byte;
            bytes.truncate(bytes.len() - cut);
            if let Some(index) = Index::read(&bytes) {
                prop_assert!(index.entries.len() <= 3);
            }
        }
    }
}
