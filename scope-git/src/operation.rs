//! What is under way in a worktree: operations for whose time git detaches `HEAD`.

use scope_core::Part;

use crate::dir::{Dir, Entry, SMALL};
use crate::fault::Fault;
use crate::files::{BRANCHES, branch_of, is_commit, is_reference_name};

/// The full name of the branch that a rebase or a bisect which is under way began on, as `git status` names it; nothing
/// where none is under way or it began elsewhere. `dir` is the worktree's own git directory.
///
/// # Errors
///
/// `corrupt_repository`, `unreadable`.
pub(crate) fn branch(dir: &Dir) -> Result<Option<Vec<u8>>, Fault> {
    let full = match rebase(dir)? {
        Some(rebase) => line(dir, &format!("{rebase}/head-name"))?,
        None if dir.has("BISECT_LOG", Part::Head)? => {
            let start = line(dir, "BISECT_START")?;
            start.filter(|start| !is_commit(start)).map(with_prefix)
        }
        None => None,
    };
    // Of a HEAD that was detached before, a rebase says so in words.
    let is_branch = |full: &Vec<u8>| branch_of(full).is_some() && is_reference_name(full);
    Ok(full.filter(is_branch))
}

/// The directory of a rebase that is under way.
fn rebase(dir: &Dir) -> Result<Option<&'static str>, Fault> {
    if dir.has("rebase-apply", Part::Head)? {
        // `git am` has the same directory, with this file in it.
        let is_am = dir.has("rebase-apply/applying", Part::Head)?;
        return Ok((!is_am).then_some("rebase-apply"));
    }
    let is_there = dir.has("rebase-merge", Part::Head)?;
    Ok(is_there.then_some("rebase-merge"))
}

/// The text of a file without its line end.
fn line(dir: &Dir, name: &str) -> Result<Option<Vec<u8>>, Fault> {
    match dir.entry(name, SMALL, Part::Head)? {
        Entry::File(bytes) => Ok(Some(bytes.trim_ascii_end().to_vec())),
        Entry::Other(_) | Entry::Nothing => Ok(None),
    }
}

/// A bisect has the branch's short name.
fn with_prefix(name: Vec<u8>) -> Vec<u8> {
    if name.starts_with(b"refs/") {
        name
    } else {
        [BRANCHES, &name].concat()
    }
}
