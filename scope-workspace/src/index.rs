//! git's index, as far as it has to be understood to take back from it that files are assumed to be unchanged.
//!
//! `git update-index --assume-unchanged` makes git pass over what is changed in a file. What somebody wrote there is
//! work all the same, so a look is made with a copy of the index in which no entry has that mark.

/// Before the object name of an entry: times, device, inode, mode, owner and size.
const FIXED: usize = 40;

/// The mark, in an entry's flags.
const ASSUME_VALID: u8 = 0x80;

/// The entry has two more bytes of flags.
const EXTENDED: u8 = 0x40;

/// That this is not an index that can be read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotAnIndex;

/// Takes the mark from each entry of an index whose object names have `hash` bytes.
///
/// The checksum at the end stays what it was: git holds it against the content in `git fsck` alone, and a split index
/// is known by it.
pub(crate) fn distrust(bytes: &mut [u8], hash: usize) -> Result<(), NotAnIndex> {
    let end = bytes.len().checked_sub(hash).ok_or(NotAnIndex)?;
    let (version, count) = match bytes.get(..12) {
        Some([b'D', b'I', b'R', b'C', 0, 0, 0, version @ 2..=4, count @ ..]) => {
            let count: [u8; 4] = count.try_into().map_err(|_| NotAnIndex)?;
            (*version, u32::from_be_bytes(count))
        }
        _ => return Err(NotAnIndex),
    };
    let mut at = 12;
    for _ in 0..count {
        let flags_at = at + FIXED + hash;
        let flags = bytes.get_mut(flags_at).ok_or(NotAnIndex)?;
        *flags &= !ASSUME_VALID;
        let more = if *flags & EXTENDED == 0 { 2 } else { 4 };
        let mut name = flags_at + more;
        if version == 4 {
            // How much of the name before is dropped; its bytes but the last have their top bit set.
            let rest = bytes.get(name..end).ok_or(NotAnIndex)?;
            let last = rest.iter().position(|byte| byte & 0x80 == 0);
            name += last.ok_or(NotAnIndex)? + 1;
        }
        let rest = bytes.get(name..end).ok_or(NotAnIndex)?;
        let length = rest.iter().position(|&byte| byte == 0).ok_or(NotAnIndex)?;
        at = if version == 4 {
            name + length + 1
        } else {
            // One to eight NULs, so that the length of the entry is a multiple of eight.
            at + ((name + length - at + 8) & !7)
        };
        if at > end {
            return Err(NotAnIndex);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
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
                let mut bytes = fs::read(&path).unwrap();
                let before = bytes.clone();
                assert_eq!(distrust(&mut bytes, hash), Ok(()), "{format} {version}");
                assert_eq!(bytes, before);

                git(
                    dir,
                    &["update-index", "--assume-unchanged", "a/long-name/b2", "c"],
                );
                let mut bytes = fs::read(&path).unwrap();
                assert_eq!(distrust(&mut bytes, hash), Ok(()), "{format} {version}");
                fs::write(&path, bytes).unwrap();
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
            let _ = distrust(&mut bytes, 20);
        }
    }
}
