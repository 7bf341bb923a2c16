//! Parsers of single files of a repository, for programs that open those files themselves.
//!
//! [`checkout_info`](crate::checkout_info) finds and opens what it reads. A program that already holds a handle on a
//! git directory reads the bytes through it, and has them parsed here, so that there is one reader of each format:
//!
//! | file | parser |
//! |---|---|
//! | `HEAD` | [`head`] |
//! | `.git`, where it is a file | [`git_file`] |
//! | `commondir`, `gitdir` | [`one_path`] |
//! | `config`, `config.worktree`, `.gitmodules` | [`Config::parse`] |
//! | references in `reftable/` | [`reftable`](reftable()) |
//!
//! All but the last take the bytes of a whole file; how much of one to read is the caller's decision. They run in time and
//! memory linear in them, and no bytes make them panic.

mod config;
mod reftable;

use std::path::PathBuf;

use scope_fs::path::from_bytes;

pub use config::{Config, ConfigError, Setting, Value};
pub(crate) use reftable::read_as_block;
pub use reftable::reftable;

/// What a `HEAD` file holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Head {
    /// The full name of a reference, such as `refs/heads/main`. It begins with `refs/`; it need not exist, and it need
    /// not be a name that git allows: see [`is_reference_name`].
    Reference(Vec<u8>),
    /// The hexadecimal digits of a commit: 40 for SHA-1, 64 for SHA-256. `HEAD` is detached.
    Commit(Vec<u8>),
}

impl Head {
    /// Returns the name of the branch, without `refs/heads/`; `None` for a commit, and for a reference that is no
    /// branch.
    ///
    /// ```
    /// let head = scope_git::files::head(b"ref: refs/heads/feature/login\n").unwrap();
    /// assert_eq!(head.branch(), Some(&b"feature/login"[..]));
    /// ```
    pub fn branch(&self) -> Option<&[u8]> {
        match self {
            Self::Reference(name) => branch_of(name),
            Self::Commit(_) => None,
        }
    }
}

/// What the full names of branches begin with.
pub(crate) const BRANCHES: &[u8] = b"refs/heads/";

/// Returns the name of a branch, of the full name of its reference; `None` for a reference of another kind.
pub(crate) fn branch_of(reference: &[u8]) -> Option<&[u8]> {
    reference.strip_prefix(BRANCHES)
}

/// Parses the bytes of a `HEAD` file; `None` where they are neither a reference nor a commit.
///
/// In a repository whose references are in reftables, `HEAD` holds the placeholder `ref: refs/heads/.invalid`.
///
/// ```
/// use scope_git::files::{Head, head};
///
/// assert_eq!(head(b"ref: refs/heads/main\n"), Some(Head::Reference(b"refs/heads/main".to_vec())));
/// assert_eq!(head(&[b'a'; 40]), Some(Head::Commit(vec![b'a'; 40])));
/// assert_eq!(head(b"main\n"), None);
/// ```
pub fn head(bytes: &[u8]) -> Option<Head> {
    if let Some(name) = symbolic_target(bytes) {
        let name = name.starts_with(b"refs/").then(|| name.to_vec());
        return name.map(Head::Reference);
    }
    let commit = bytes.trim_ascii_end();
    is_commit(commit).then(|| Head::Commit(commit.to_vec()))
}

/// Returns whether these are the hexadecimal digits of a commit, by SHA-1 or by SHA-256.
pub(crate) fn is_commit(digits: &[u8]) -> bool {
    matches!(digits.len(), 40 | 64) && digits.iter().all(u8::is_ascii_hexdigit)
}

/// Returns the name in the text of a symbolic reference; `None` for one of another kind.
pub(crate) fn symbolic_target(bytes: &[u8]) -> Option<&[u8]> {
    Some(bytes.strip_prefix(b"ref:")?.trim_ascii())
}

/// Parses the bytes of a file called `.git`, which names the git directory of its worktree; `None` where they name
/// none. A relative path counts from the directory that the file is in.
///
/// ```
/// use scope_git::files::git_file;
///
/// assert_eq!(git_file(b"gitdir: ../.git/modules/dep\n"), Some("../.git/modules/dep".into()));
/// assert_eq!(git_file(b"../.git/modules/dep\n"), None);
/// ```
pub fn git_file(bytes: &[u8]) -> Option<PathBuf> {
    one_path(bytes.strip_prefix(b"gitdir: ")?)
}

/// Parses the bytes of a file that holds one path: `commondir` and `gitdir` in a git directory. `None` where it is empty
/// or holds a NUL (on systems other than Unix, also where it is not UTF-8). A relative path counts from that git
/// directory.
///
/// ```
/// assert_eq!(scope_git::files::one_path(b"../..\n"), Some("../..".into()));
/// assert_eq!(scope_git::files::one_path(b"\n"), None);
/// ```
pub fn one_path(bytes: &[u8]) -> Option<PathBuf> {
    from_bytes(trim_line(bytes))
}

/// Returns the bytes without the line ends after them.
pub(crate) fn trim_line(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| !b"\r\n".contains(byte));
    &bytes[..end.map_or(0, |last| last + 1)]
}

/// Returns whether git allows a reference of this full name, as `git check-ref-format` decides. Such a name also stays
/// below the directory that it is looked for in.
///
/// ```
/// use scope_git::files::is_reference_name;
///
/// assert!(is_reference_name(b"refs/heads/caf\xe9"));
/// assert!(!is_reference_name(b"refs/heads/../../config"));
/// assert!(!is_reference_name(b"HEAD"));
/// ```
pub fn is_reference_name(name: &[u8]) -> bool {
    let is_refused = |byte: &u8| byte.is_ascii_control() || b" ~^:?*[\\".contains(byte);
    let has_pair = |pair: &[u8; 2]| name.windows(2).any(|two| two == pair);
    let is_component =
        |part: &[u8]| !part.is_empty() && !part.starts_with(b".") && !part.ends_with(b".lock");
    name.contains(&b'/')
        && name.split(|&byte| byte == b'/').all(is_component)
        && !name.iter().any(is_refused)
        && !has_pair(b"..")
        && !has_pair(b"@{")
        && !name.ends_with(b".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_a_reference_or_a_commit() {
        let reference = |name: &str| Some(Head::Reference(name.into()));
        assert_eq!(
            head(b"ref: refs/heads/main\n"),
            reference("refs/heads/main")
        );
        assert_eq!(
            head(b"ref:\trefs/heads/a/b \n"),
            reference("refs/heads/a/b")
        );
        for commit in [&[b'a'; 40][..], &[b'0'; 64]] {
            assert_eq!(head(commit), Some(Head::Commit(commit.to_vec())));
        }
        let garbage: [&[u8]; 6] = [
            b"",
            b"main",
            b"ref: main",
            b"ref:",
            &[b'a'; 39],
            &[b'a'; 41],
        ];
        for text in garbage {
            assert_eq!(head(text), None, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn only_a_branch_has_the_name_of_one() {
        let branch = |text: &[u8]| head(text).unwrap().branch().map(<[u8]>::to_vec);
        assert_eq!(branch(b"ref: refs/heads/a/b"), Some(b"a/b".to_vec()));
        assert_eq!(branch(b"ref: refs/tags/v1"), None);
        assert_eq!(branch(&[b'a'; 40]), None);
    }

    #[test]
    fn a_git_file_names_one_path() {
        let named = |text: &str| git_file(text.as_bytes());
        assert_eq!(named("gitdir: ../a b\n"), Some("../a b".into()));
        assert_eq!(named("gitdir: /a\nb\r\n"), Some("/a\nb".into()));
        assert_eq!(named("gitdir:  /a"), Some(" /a".into()));
        for none in [
            "",
            "gitdir:/a\n",
            "gitdir: ",
            "gitdir: \n",
            "GITDIR: /a",
            "gitdir: a\0b",
        ] {
            assert_eq!(named(none), None, "{none:?}");
        }
    }

    #[test]
    fn a_reference_stays_below_its_directory() {
        for yes in [
            "refs/heads/main",
            "refs/heads/origin/x",
            "refs/heads/-x",
            "refs/foo",
            "refs/heads/HEAD",
            "refs/heads/a./b",
        ] {
            assert!(is_reference_name(yes.as_bytes()), "{yes}");
        }
        for no in [
            "refs/heads/../../x",
            "refs/heads//x",
            "refs/heads/",
            "/refs/heads/x",
            "refs/../x",
            "refs/heads/.x",
            "refs/heads/a..b",
            "refs/heads/a.lock/b",
            "refs/heads/a.",
            "refs/heads/a@{b",
            "refs/heads/a\u{7f}",
        ] {
            assert!(!is_reference_name(no.as_bytes()), "{no}");
        }
    }
}
