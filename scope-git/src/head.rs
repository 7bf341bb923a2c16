//! The branch that is checked out.

use std::fs;
use std::io;
use std::path::PathBuf;

use scope_core::text::from_utf8;
use scope_core::{ErrorCode, Part};
use scope_fs::real::Kind;

use crate::dir::{Dir, Entry, SMALL};
use crate::fault::Fault;
use crate::files::{self, Head, is_reference_name};
use crate::git_dir::GitDir;
use crate::operation;
use crate::reftable;

/// How many references one after another may lead to a branch: as many as git follows.
const DEEPEST: usize = 5;

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
pub(crate) fn parse(bytes: &[u8]) -> Result<Head, Fault> {
    files::head(bytes).ok_or_else(damaged)
}

/// What is checked out (G3).
pub(crate) struct CheckedOut {
    /// The branch, without `refs/heads/`, perhaps before its first commit.
    pub(crate) branch: Option<String>,
    /// Whether `HEAD` names no branch.
    pub(crate) is_detached: bool,
}

/// What is checked out in the worktree of this git directory.
///
/// # Errors
///
/// `corrupt_repository`, `unreadable`; `invalid_unicode` for a branch whose name is no text.
pub(crate) fn checked_out(git_dir: &GitDir, has_reftables: bool) -> Result<CheckedOut, Fault> {
    let (full, is_commit) = match followed(git_dir, has_reftables)? {
        Head::Reference(full) => (Some(full), false),
        // Git detaches HEAD for the time of some operations, and still says that they are about a branch.
        Head::Commit(_) => (operation::branch(git_dir.own())?, true),
    };
    let branch = full.map_or(Ok(None), |full| named(&full))?;
    Ok(CheckedOut {
        is_detached: is_commit || branch.is_none(),
        branch,
    })
}

/// What `HEAD` leads to: a reference that stands for another is followed, as git does.
fn followed(git_dir: &GitDir, has_reftables: bool) -> Result<Head, Fault> {
    let mut name = if has_reftables {
        match reftable::look_up(git_dir.own(), b"HEAD")? {
            Some(head) => head,
            None => return Err(damaged()),
        }
    } else {
        git_dir.head.clone()
    };
    for _ in 0..DEEPEST {
        let Head::Reference(full) = &name else {
            return Ok(name);
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
            Some(next @ Head::Reference(_)) => name = next,
            _ => return Ok(name),
        }
    }
    Err(damaged())
}

fn damaged() -> Fault {
    Fault::At(ErrorCode::CorruptRepository, Part::Head)
}

/// What the reference's own file says; nothing where it has none, being packed or not yet born.
fn loose(common: &Dir, full: &[u8]) -> Result<Option<Head>, Fault> {
    let path = scope_fs::path::from_bytes(full).ok_or_else(damaged)?;
    let found = common.entry(path, SMALL, Part::Head)?;
    let Entry::File(bytes) = found else {
        return Ok(None);
    };
    // What else it says is the commit's business, not the branch's.
    Ok(files::symbolic_target(&bytes).map(|name| Head::Reference(name.to_vec())))
}

/// The branch of that full name; nothing for a reference of another sort.
fn named(full: &[u8]) -> Result<Option<String>, Fault> {
    let Some(short) = files::branch_of(full) else {
        return Ok(None);
    };
    match from_utf8(short, Part::BranchName) {
        Ok(text) => Ok(Some(text.to_owned())),
        Err(error) => Err(error
            .about(String::from_utf8_lossy(&short[..error.offset]))
            .into()),
    }
}
