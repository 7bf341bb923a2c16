//! What `HEAD` names.

use std::fs;
use std::io;
use std::path::PathBuf;

use scope_core::text::from_utf8;
use scope_core::{ErrorCode, Part, is_branch};

use crate::dir::{Dir, Entry, SMALL};
use crate::fault::Fault;
use crate::git_dir::GitDir;
use crate::reftable;
use crate::sys::Kind;

/// How many references one after another may lead to a branch: as many as git follows.
const DEEPEST: usize = 5;

const BRANCHES: &[u8] = b"refs/heads/";

/// What `HEAD` holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// The full name of a reference.
    Reference(Vec<u8>),
    /// A commit.
    Commit,
}

impl Head {
    /// The directory at `path`, and its `HEAD`.
    pub(crate) fn file_of(path: PathBuf) -> io::Result<(Dir, Result<Entry, Fault>)> {
        Dir::open_for(path, "HEAD", SMALL, Part::Head)
    }

    /// The bytes of this `HEAD`, or what keeps them from being read; nothing where there is none.
    ///
    /// Once `HEAD` was a symbolic link to the branch's own file; what git reads of such a link is its text.
    pub(crate) fn bytes(
        dir: &Dir,
        file: Result<Entry, Fault>,
    ) -> Result<Option<Result<Vec<u8>, Fault>>, Fault> {
        match file {
            Ok(Entry::File(bytes)) => Ok(Some(Ok(bytes))),
            Ok(Entry::Nothing) => Ok(None),
            Ok(Entry::Other(Kind::Link)) => {
                let target = fs::read_link(dir.path().join("HEAD")).unwrap_or_default();
                let text = target.to_str().map(|target| format!("ref: {target}"));
                Ok(Some(text.map(String::into_bytes).ok_or_else(damaged)))
            }
            Ok(Entry::Other(_)) => Ok(Some(Err(damaged()))),
            Err(fault @ Fault::At(ErrorCode::CorruptRepository, _)) => Ok(Some(Err(fault))),
            Err(fault) => Err(fault),
        }
    }

    /// What the bytes of a `HEAD` say.
    ///
    /// # Errors
    ///
    /// `corrupt_repository` where they are neither a reference nor a commit.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        if let Some(name) = target(bytes) {
            return if name.starts_with(b"refs/") {
                Ok(Self::Reference(name.to_vec()))
            } else {
                Err(damaged())
            };
        }
        let commit = bytes.trim_ascii_end();
        // SHA-1 or SHA-256.
        if matches!(commit.len(), 40 | 64) && commit.iter().all(u8::is_ascii_hexdigit) {
            Ok(Self::Commit)
        } else {
            Err(damaged())
        }
    }

    /// The branch that is checked out, without `refs/heads/`, perhaps before its first commit; nothing where none is
    /// (G3). A branch that stands for another is followed, as git does.
    ///
    /// # Errors
    ///
    /// `corrupt_repository`, `unreadable`; `invalid_unicode` for a branch whose name is no text.
    pub(crate) fn branch(git_dir: &GitDir, has_reftables: bool) -> Result<Option<String>, Fault> {
        let mut name = if has_reftables {
            match reftable::look_up(git_dir.own(), b"HEAD")? {
                Some(head) => head,
                None => return Err(damaged()),
            }
        } else {
            git_dir.head.clone()
        };
        for _ in 0..DEEPEST {
            let Self::Reference(full) = &name else {
                return Ok(None);
            };
            if !is_reference_name(full) {
                return Err(damaged());
            }
            let next = if has_reftables {
                reftable::look_up(git_dir.common(), full)?
            } else {
                loose(git_dir.common(), full)?
            };
            match next {
                Some(next @ Self::Reference(_)) => name = next,
                _ => return named(full),
            }
        }
        Err(damaged())
    }
}

fn damaged() -> Fault {
    Fault::At(ErrorCode::CorruptRepository, Part::Head)
}

/// The name in the text of a symbolic reference.
fn target(bytes: &[u8]) -> Option<&[u8]> {
    Some(bytes.strip_prefix(b"ref:")?.trim_ascii())
}

/// What the reference's own file says; nothing where it has none, being packed or not yet born.
fn loose(common: &Dir, full: &[u8]) -> Result<Option<Head>, Fault> {
    let path = crate::bytes::to_path(full).ok_or_else(damaged)?;
    let found = common.entry(path, SMALL, Part::Head)?;
    let Entry::File(bytes) = found else {
        return Ok(None);
    };
    // What else it says is the commit's business, not the branch's.
    Ok(target(&bytes).map(|name| Head::Reference(name.to_vec())))
}

/// The branch of that full name; nothing for a reference of another sort.
fn named(full: &[u8]) -> Result<Option<String>, Fault> {
    let Some(short) = full.strip_prefix(BRANCHES) else {
        return Ok(None);
    };
    match from_utf8(short, Part::BranchName) {
        Ok(text) => Ok(Some(text.to_owned())),
        Err(error) => Err(error
            .about(String::from_utf8_lossy(&short[..error.offset]))
            .into()),
    }
}

/// Whether git would have such a reference: above all, whether the name stays below the directory it is looked for in.
fn is_reference_name(full: &[u8]) -> bool {
    let short = full.strip_prefix(BRANCHES).unwrap_or_default();
    // What a key may not hold, a repository still may; libgit2 knows what.
    str::from_utf8(short).is_ok_and(is_branch) || is_odd_reference_name(full)
}

fn is_odd_reference_name(full: &[u8]) -> bool {
    // The rule looks at ASCII alone; libgit2's door to it takes text.
    let text: String = full
        .iter()
        .map(|&byte| {
            if byte.is_ascii() {
                char::from(byte)
            } else {
                'x'
            }
        })
        .collect();
    git2::Reference::is_valid_name(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_a_reference_or_a_commit() {
        let reference = |name: &str| Ok(Head::Reference(name.into()));
        assert_eq!(
            Head::parse(b"ref: refs/heads/main\n"),
            reference("refs/heads/main")
        );
        assert_eq!(
            Head::parse(b"ref:\trefs/heads/a/b \n"),
            reference("refs/heads/a/b")
        );
        assert_eq!(Head::parse(&[b'a'; 40]), Ok(Head::Commit));
        assert_eq!(Head::parse(&[b'0'; 64]), Ok(Head::Commit));
        let garbage: [&[u8]; 6] = [
            b"",
            b"main",
            b"ref: main",
            b"ref:",
            &[b'a'; 39],
            &[b'a'; 41],
        ];
        for text in garbage {
            assert_eq!(Head::parse(text), Err(damaged()), "{}", text.escape_ascii());
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
        ] {
            assert!(is_reference_name(yes.as_bytes()), "{yes}");
        }
        assert!(is_reference_name(b"refs/heads/\xff"));
        for no in [
            "refs/heads/../../x",
            "refs/heads//x",
            "refs/heads/",
            "refs/../x",
            "refs/heads/.x",
            "refs/heads/a..b",
        ] {
            assert!(!is_reference_name(no.as_bytes()), "{no}");
        }
    }
}
