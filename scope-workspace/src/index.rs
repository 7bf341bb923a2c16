//! git's index, as far as it has to be understood to take back from it that files are assumed to be unchanged.
//!
//! `git update-index --assume-unchanged` makes git pass over what is changed in a file. What somebody wrote there is
//! work all the same, so a look is made with a copy of the index in which no entry has that mark.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::FileExt as _;

/// Before the object name of an entry: times, device, inode, mode, owner and size.
const FIXED: usize = 40;

/// The mark, in an entry's flags.
const ASSUME_VALID: u8 = 0x80;

/// The entry has two more bytes of flags.
const EXTENDED: u8 = 0x40;

/// That this is not an index that can be read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotAnIndex;

/// Takes the mark from each entry of an index whose object names have `hash` bytes, read from its start.
///
/// The checksum at the end stays what it was: git holds it against the content in `git fsck` alone, and a split index
/// is known by it.
pub(crate) fn distrust(file: &File, hash: usize) -> Result<(), NotAnIndex> {
    let length = file.metadata()?.len();
    let end = length.checked_sub(hash as u64).ok_or(NotAnIndex)?;
    let mut entries = Entries {
        reader: BufReader::with_capacity(1 << 16, file),
        at: 0,
        end,
        hash,
        version: 0,
    };
    for _ in 0..entries.head()? {
        let (at, flags) = entries.next()?;
        if flags & ASSUME_VALID != 0 {
            file.write_all_at(&[flags & !ASSUME_VALID], at)?;
        }
    }
    Ok(())
}

/// The entries of an index, one after the other.
struct Entries<R> {
    reader: R,
    at: u64,
    end: u64,
    hash: usize,
    version: u8,
}

impl<R: BufRead> Entries<R> {
    /// How many entries there are.
    fn head(&mut self) -> Result<u32, NotAnIndex> {
        let head: [u8; 12] = self.bytes()?;
        match head {
            [b'D', b'I', b'R', b'C', 0, 0, 0, version @ 2..=4, count @ ..] => {
                self.version = version;
                Ok(u32::from_be_bytes(count))
            }
            _ => Err(NotAnIndex),
        }
    }

    /// Passes over an entry. Returns its first byte of flags, and where that is.
    fn next(&mut self) -> Result<(u64, u8), NotAnIndex> {
        let start = self.at;
        self.skip(FIXED + self.hash)?;
        let at = self.at;
        let [flags, _] = self.bytes()?;
        if flags & EXTENDED != 0 {
            self.skip(2)?;
        }
        if self.version == 4 {
            // How much of the name before is dropped; its bytes but the last have their top bit set.
            while self.bytes::<1>()?[0] & 0x80 != 0 {}
        }
        self.skip_name()?;
        if self.version != 4 {
            // One to eight NULs, so that the length of the entry is a multiple of eight.
            let over = (self.at - start) % 8;
            self.skip(if over == 0 {
                0
            } else {
                8 - usize::try_from(over).map_err(|_| NotAnIndex)?
            })?;
        }
        Ok((at, flags))
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], NotAnIndex> {
        let mut bytes = [0; N];
        self.reader.read_exact(&mut bytes)?;
        self.advance(N)?;
        Ok(bytes)
    }

    fn skip(&mut self, count: usize) -> Result<(), NotAnIndex> {
        let mut left = count;
        while left > 0 {
            let available = self.reader.fill_buf()?.len().min(left);
            if available == 0 {
                return Err(NotAnIndex);
            }
            self.reader.consume(available);
            left -= available;
        }
        self.advance(count)
    }

    /// Passes over a name and the NUL at its end.
    fn skip_name(&mut self) -> Result<(), NotAnIndex> {
        loop {
            let available = self.reader.fill_buf()?;
            let length = available.len();
            let end = available.iter().position(|&byte| byte == 0);
            let count = end.map_or(length, |end| end + 1);
            if count == 0 {
                return Err(NotAnIndex);
            }
            self.reader.consume(count);
            self.advance(count)?;
            if end.is_some() {
                return Ok(());
            }
        }
    }

    fn advance(&mut self, count: usize) -> Result<(), NotAnIndex> {
        self.at += count as u64;
        if self.at > self.end {
            return Err(NotAnIndex);
        }
        Ok(())
    }
}

impl From<std::io::Error> for NotAnIndex {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{Seek as _, Write as _};
    use std::path::Path;
    use std::process::Command;

    use proptest::prelude::*;

    use super::*;

    fn git(dir: &Path, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args(arguments)
            .current_dir(dir)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// git is the judge of each version and both hashes: it writes the index, and reads what was made of it.
    #[test]
    fn git_reads_an_index_in_which_nothing_is_assumed() {
        for (format, hash) in [("sha1", 20), ("sha256", 32)] {
            for version in ["2", "3", "4"] {
                let place = tempfile::tempdir().unwrap();
                let dir = place.path();
                git(dir, &["init", "--quiet", "--object-format", format]);
                fs::create_dir_all(dir.join("a/long-name")).unwrap();
                for name in ["a/long-name/b", "a/long-name/b2", "c", "d.txt"] {
                    fs::write(dir.join(name), name).unwrap();
                }
                git(dir, &["add", "."]);
                fs::write(dir.join("later"), "").unwrap();
                if version == "3" {
                    git(dir, &["add", "--intent-to-add", "later"]);
                }
                git(dir, &["update-index", "--index-version", version]);
                let listed = git(dir, &["ls-files", "--stage"]);
                let path = dir.join(".git/index");
                let before = fs::read(&path).unwrap();
                let changed = || {
                    let file = File::options().read(true).write(true).open(&path).unwrap();
                    distrust(&file, hash)
                };
                assert_eq!(changed(), Ok(()), "{format} {version}");
                assert_eq!(fs::read(&path).unwrap(), before);

                git(
                    dir,
                    &["update-index", "--assume-unchanged", "a/long-name/b2", "c"],
                );
                assert_eq!(changed(), Ok(()), "{format} {version}");
                assert_eq!(git(dir, &["ls-files", "--stage"]), listed);
                let marks = git(dir, &["ls-files", "-v"]);
                assert!(marks.lines().all(|line| line.starts_with('H')), "{marks}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_bytes_do_harm(mut bytes in prop::collection::vec(any::<u8>(), 0..400), version in 2_u8..5, count: u8) {
            let head = [b'D', b'I', b'R', b'C', 0, 0, 0, version, 0, 0, 0, count];
            let length = bytes.len().min(head.len());
            bytes[..length].copy_from_slice(&head[..length]);
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&bytes).unwrap();
            file.rewind().unwrap();
            let _ = distrust(&file, 20);
        }
    }
}
