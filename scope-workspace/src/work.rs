//! What a workspace holds that exists nowhere else: the dirt of rule W7.
//!
//! libgit2 looks, and not the git program: it knows no hooks here, starts no file system monitor and no filter, so that
//! nothing is run that the repository's own configuration names.

use std::path::Path;

use git2::{Oid, Repository, RepositoryOpenFlags, RepositoryState, Status, StatusOptions};
use rustix::fs::FileType;
use rustix::io::Errno;
use scope_core::{ErrorCode, Part};

use crate::confine::{self, May};
use crate::error::{Error, said};
use crate::metadata;
use crate::unchanged;
use scope_fs::Dir;

/// How many unpushed commits are counted; more are as good.
const MOST_COMMITS: u64 = 10_000;

/// Work in a workspace that exists nowhere else, as far as that could be found out.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Work {
    /// Tracked files that differ from the last commit, in the index or beside it; a merge, rebase or the like that is
    /// under way is one more.
    pub uncommitted: u64,
    /// Files and directories that git neither tracks nor ignores. Without a repository: everything.
    pub untracked: u64,
    /// Entries of the stash.
    pub stashed: u64,
    /// Commits on a local branch or a detached `HEAD` that no remote-tracking branch has; at most 10,000.
    pub unpushed: u64,
    /// Why the numbers may be too small; `None` where they are not.
    pub unknown: Option<Error>,
}

impl Work {
    /// Whether there is any (W7): `None` where that is unknown.
    pub fn is_dirty(&self) -> Option<bool> {
        let any = self.uncommitted + self.untracked + self.stashed + self.unpushed > 0;
        match &self.unknown {
            _ if any => Some(true),
            None => Some(false),
            Some(_) => None,
        }
    }

    /// Looks at the workspace that `dir` is.
    pub(crate) fn of(dir: &Dir, label: &str) -> Self {
        let mut work = Self::default();
        if let Err(error) = work.look(dir, label) {
            work.unknown = Some(error);
        }
        work
    }

    fn look(&mut self, dir: &Dir, label: &str) -> Result<(), Error> {
        let failed = |errno| Error::of_system(errno, Part::Workspace, label);
        match dir.stat_entry(".git") {
            Err(Errno::NOENT) => {
                let entries = dir.entries().map_err(failed)?;
                let mine = |name: &[u8]| name == metadata::FILE.as_bytes();
                let others = entries.iter().filter(|(name, _)| !mine(name.to_bytes()));
                self.untracked = others.count() as u64;
                return Ok(());
            }
            other => other.map_err(failed)?,
        };
        *self = confine::within(&[dir], May::Read, label, || {
            let repository = open(dir, label)?;
            let mut work = Self::default();
            let looked = work.look_at(dir, &repository);
            check_is_of(&repository, dir).map_err(failed)?;
            if let Err(error) = looked {
                work.unknown = Some(corrupt(label, &error));
            }
            Ok(work)
        })?;
        Ok(())
    }

    fn look_at(&mut self, dir: &Dir, repository: &Repository) -> Result<(), git2::Error> {
        if repository.state() != RepositoryState::Clean {
            self.uncommitted += 1;
        }
        if !unchanged::is_unchanged(dir, repository) {
            self.count_changes(dir, repository)?;
        }
        if repository.find_reference("refs/stash").is_ok() {
            let entries = repository.reflog("refs/stash").map_or(0, |log| log.len());
            self.stashed = (entries as u64).max(1);
        }
        self.unpushed = unpushed(repository)?;
        Ok(())
    }

    fn count_changes(&mut self, dir: &Dir, repository: &Repository) -> Result<(), git2::Error> {
        let mut options = StatusOptions::new();
        options
            .include_untracked(true)
            .include_ignored(true)
            .include_unreadable(true)
            .recurse_untracked_dirs(false)
            .exclude_submodules(false);
        let index = repository.index()?;
        let has_linked_list = index
            .iter()
            .any(|entry| unchanged::is_linked_list(&entry.path, entry.mode));
        for entry in repository.statuses(Some(&mut options))?.iter() {
            if entry.path_bytes() == metadata::FILE.as_bytes() {
                continue;
            }
            let status = entry.status();
            if status == Status::IGNORED {
                let path = entry.path_bytes();
                let is = !has_linked_list && unchanged::is_ignored(dir, repository, path);
                self.untracked += u64::from(!is);
                continue;
            }
            // What was taken out of the index and left in the tree is both.
            self.untracked += u64::from(status.contains(Status::WT_NEW));
            self.uncommitted += u64::from(status != Status::WT_NEW);
        }
        Ok(())
    }
}

/// Opens the repository of a workspace for libgit2, where all of it lies in the workspace.
pub(crate) fn open(dir: &Dir, label: &str) -> Result<Repository, Error> {
    let failed = |errno| Error::of_system(errno, Part::Workspace, label);
    check_git_dir(dir).map_err(failed)?;
    let path = dir.path_now().map_err(failed)?;
    let refused = |error: git2::Error| corrupt(label, &error);
    let repository = Repository::open_ext(&path, RepositoryOpenFlags::NO_SEARCH, &[] as &[&Path])
        .map_err(refused)?;
    // Whatever `core.worktree` says.
    repository.set_workdir(&path, false).map_err(refused)?;
    Ok(repository)
}

/// A path led libgit2 to what it opened. An answer about another directory than this is none: `ELOOP`.
fn check_is_of(repository: &Repository, dir: &Dir) -> Result<(), Errno> {
    let path = dir.path_now()?;
    if repository.workdir() == Some(path.as_path()) {
        Ok(())
    } else {
        Err(Errno::LOOP)
    }
}

/// Refuses a repository some of which lies elsewhere, or that others depend on: `ELOOP` for a symbolic link, `EXDEV` for
/// what leads outside in git's own ways or is a repository of its own.
fn check_git_dir(dir: &Dir) -> Result<(), Errno> {
    let git = dir.open_dir(".git")?;
    for (name, kind) in git.entries()? {
        let bytes = name.to_bytes();
        let elsewhere = match bytes {
            b"commondir" | b"gitdir" => true,
            b"modules" | b"worktrees" if kind == FileType::Directory => {
                !git.open_dir(&*name)?.entries()?.is_empty()
            }
            _ => false,
        };
        if kind == FileType::Symlink {
            return Err(Errno::LOOP);
        }
        if elsewhere {
            return Err(Errno::XDEV);
        }
    }
    match git.stat_entry("objects/info/alternates") {
        Err(Errno::NOENT) => Ok(()),
        other => other.and(Err(Errno::XDEV)),
    }
}

/// How many commits no remote-tracking branch has.
fn unpushed(repository: &Repository) -> Result<u64, git2::Error> {
    let mut pushed: Vec<Oid> = tips(repository, "refs/remotes/*")?;
    pushed.sort_unstable();
    let mut local = tips(repository, "refs/heads/*")?;
    local.extend(repository.refname_to_id("HEAD"));
    local.retain(|tip| pushed.binary_search(tip).is_err());
    if local.is_empty() {
        return Ok(0);
    }
    let mut walk = repository.revwalk()?;
    for tip in local {
        walk.push(tip)?;
    }
    for tip in pushed {
        walk.hide(tip)?;
    }
    let mut count = 0;
    for commit in walk {
        commit?;
        count += 1;
        if count == MOST_COMMITS {
            break;
        }
    }
    Ok(count)
}

fn tips(repository: &Repository, glob: &str) -> Result<Vec<Oid>, git2::Error> {
    let mut tips = Vec::new();
    for reference in repository.references_glob(glob)? {
        tips.extend(reference?.resolve().ok().and_then(|direct| direct.target()));
    }
    Ok(tips)
}

/// The fault of a repository that libgit2 does not understand.
pub(crate) fn corrupt(label: &str, error: &git2::Error) -> Error {
    Error::new(ErrorCode::CorruptRepository, Part::Workspace, label).with_detail(detail(error))
}

/// What libgit2 said, where only the system's word is wanted.
pub(crate) fn detail(error: &git2::Error) -> String {
    let message = error.message();
    if message.is_empty() {
        said(Errno::IO)
    } else {
        message.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use scope_fs::Resolution;

    /// On a kernel without Landlock this is what is seen of it.
    #[test]
    fn what_another_was_put_in_the_place_of_has_no_answer() {
        let base = tempfile::tempdir().unwrap();
        let root = base.path().canonicalize().unwrap();
        let (place, aside, other) = (root.join("place"), root.join("aside"), root.join("other"));
        for path in [&place, &other] {
            Repository::init(path).unwrap();
        }
        let dir = Dir::open_trusted(&place, Resolution::Kernel).unwrap();
        let repository = open(&dir, "test").unwrap();
        assert_eq!(check_is_of(&repository, &dir), Ok(()));
        fs::rename(&place, &aside).unwrap();
        std::os::unix::fs::symlink(&other, &place).unwrap();
        assert_eq!(check_is_of(&repository, &dir), Err(Errno::LOOP));
    }
}
