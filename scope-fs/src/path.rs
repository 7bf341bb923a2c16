//! Paths by their bytes: from bytes that a file holds, and taken apart and put together without more work than real
//! paths need.

use std::ffi::OsStr;
#[cfg(unix)]
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// Returns the path that `bytes` are; `None` where they are empty or hold a NUL, and on systems other than Unix where
/// they are not UTF-8.
///
/// ```
/// assert_eq!(scope_fs::path::from_bytes(b"../a"), Some("../a".into()));
/// assert_eq!(scope_fs::path::from_bytes(b"a\0b"), None);
/// ```
pub fn from_bytes(bytes: &[u8]) -> Option<PathBuf> {
    if bytes.is_empty() || bytes.contains(&0) {
        return None;
    }
    #[cfg(unix)]
    {
        Some(PathBuf::from(OsStr::from_bytes(bytes)))
    }
    #[cfg(not(unix))]
    str::from_utf8(bytes).ok().map(PathBuf::from)
}

/// Returns `name` as it is written from the directory `dir`, as [`Path::join`] does; that one allocates twice.
pub fn join(dir: &Path, name: &Path) -> PathBuf {
    let mut path = PathBuf::with_capacity(dir.as_os_str().len() + 1 + name.as_os_str().len());
    path.push(dir);
    path.push(name);
    path
}

/// Returns the directory that a real path is in, and what it is called there; `None` for a root. [`Path::parent`] also
/// reckons with `.` and repeated separators, which no real path has, and takes longer for it.
///
/// ```
/// # #[cfg(unix)] {
/// use std::path::Path;
///
/// let (around, name) = scope_fs::path::split(Path::new("/src/app")).unwrap();
/// assert_eq!((around, name), (Path::new("/src"), "app".as_ref()));
/// assert_eq!(scope_fs::path::split(Path::new("/")), None);
/// # }
/// ```
pub fn split(real: &Path) -> Option<(&Path, &OsStr)> {
    #[cfg(unix)]
    {
        let bytes = real.as_os_str().as_bytes();
        let end = bytes.iter().rposition(|&byte| byte == b'/')?;
        let (around, name) = (&bytes[..end.max(1)], &bytes[end + 1..]);
        let around = Path::new(OsStr::from_bytes(around));
        (!name.is_empty()).then_some((around, OsStr::from_bytes(name)))
    }
    #[cfg(not(unix))]
    Some((real.parent()?, real.file_name()?))
}

/// Returns the directory so many levels above a real path; `None` above a root.
pub fn above(real: &Path, levels: usize) -> Option<&Path> {
    (0..levels).try_fold(real, |path, _| split(path).map(|(around, _)| around))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_real_path_is_taken_apart_like_any_other() {
        for real in ["/", "/a", "/a/b.c", "/\u{e9}/.git/worktrees/x y"] {
            let real = Path::new(real);
            assert_eq!(split(real), real.parent().zip(real.file_name()), "{real:?}");
            for levels in 0..6 {
                assert_eq!(
                    above(real, levels),
                    real.ancestors().nth(levels),
                    "{real:?}"
                );
            }
        }
    }

    #[test]
    fn a_name_is_joined_like_any_other() {
        for dir in ["/", "/a", "a", ""] {
            for name in ["b", "../b", "/b", "", "."] {
                let (dir, name) = (Path::new(dir), Path::new(name));
                assert_eq!(
                    join(dir, name).as_os_str(),
                    dir.join(name).as_os_str(),
                    "{dir:?} and {name:?}"
                );
            }
        }
    }

    #[test]
    fn no_path_is_empty_or_holds_a_nul() {
        assert_eq!(from_bytes(b""), None);
        assert_eq!(from_bytes(b"a\0b"), None);
        assert_eq!(from_bytes(b"../a"), Some(PathBuf::from("../a")));
    }
}
