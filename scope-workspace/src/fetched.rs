//! Which tags came from the remote: a clone brings tags that no branch has any more, and what they reach is nobody's
//! work. Only a tag that is still what it was then counts as the remote's.

use std::collections::BTreeSet;

use rustix::io::Errno;
use scope_fs::{Dir, Unread};

use crate::staging;

/// What the list is called, in the git directory: a line a tag, its object and its name.
const FILE: &str = "scope-fetched";

/// The most bytes of the list. Tags beyond count as the user's, and keep a workspace.
const MOST: usize = 1 << 20;

/// Adds tags, a line each, to the list of a repository.
pub(crate) fn add(
    staging: &Dir,
    git_dir: &Dir,
    tags: impl Iterator<Item = Vec<u8>>,
) -> Result<(), Errno> {
    let known = read(git_dir);
    let mut all = known.clone();
    all.extend(tags);
    if all == known {
        return Ok(());
    }
    let mut text: Vec<u8> = Vec::new();
    for line in all {
        if text.len() + line.len() < MOST {
            text.extend(line);
            text.push(b'\n');
        }
    }
    staging::write_file(staging, git_dir, FILE, &text)
}

/// The tags of the list, a line each; none where it cannot be read, so that they keep a workspace.
pub(crate) fn read(git_dir: &Dir) -> BTreeSet<Vec<u8>> {
    match git_dir.read_file(FILE, MOST) {
        Ok(text) => text
            .split(|&byte| byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(<[u8]>::to_vec)
            .collect(),
        Err(Unread::System(_) | Unread::NotAFile | Unread::TooLong) => BTreeSet::new(),
    }
}
