//! A git directory: what belongs to it, and where its worktree is.

use std::path::{Path, PathBuf};

use scope_core::{ErrorCode, Part};

use crate::bytes;
use crate::config::Config;
use crate::fault::Fault;
use crate::head::Head;
use crate::read::{self, SMALL};

/// A git directory that has all that makes one.
#[derive(Clone, Debug)]
pub(crate) struct GitDir {
    /// Its real path.
    pub(crate) path: PathBuf,
    /// The real path of the directory that all worktrees of the repository share; the same in the primary worktree.
    pub(crate) common: PathBuf,
    /// What `HEAD` holds.
    pub(crate) head: Head,
}

/// Where the root of a worktree is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Root {
    /// At this real path.
    Worktree(PathBuf),
    /// Nowhere: the repository, with this git directory, is bare.
    Bare(PathBuf),
}

impl GitDir {
    /// The git directory at `path`; nothing where there is none: `HEAD`, `objects` and `refs` make one, the latter two
    /// perhaps in the directory that `commondir` names.
    ///
    /// # Errors
    ///
    /// `corrupt_repository`, `unreadable`.
    pub(crate) fn at(path: &Path, common: Option<&Path>) -> Result<Option<Self>, Fault> {
        let path_of_head = path.join("HEAD");
        let Some(head) = Head::bytes(&path_of_head)? else {
            return Ok(None);
        };
        let Some(path) = real(path, Part::GitDir)? else {
            return Ok(None);
        };
        let common = match common {
            Some(common) => real(common, Part::CommonDir)?,
            None => shared_by(&path)?,
        };
        let Some(common) = common else {
            return Ok(None);
        };
        for directory in ["objects", "refs"] {
            if !read::is_dir(&common.join(directory), Part::GitDir)? {
                return Ok(None);
            }
        }
        // Only now: any directory can have a file of this name.
        let head = head.and_then(|bytes| Head::parse(&bytes))?;
        Ok(Some(Self { path, common, head }))
    }

    /// Whether it is that of a linked worktree.
    pub(crate) fn is_linked(&self) -> bool {
        self.path != self.common
    }

    /// The root of its worktree. `found` is the directory that holds the `.git` which led here, if one did.
    ///
    /// # Errors
    ///
    /// `no_primary_worktree` where nothing tells.
    pub(crate) fn root(&self, found: Option<&Path>, config: &Config) -> Result<Root, Fault> {
        if self.is_linked() {
            // Neither setting is a linked worktree's, unless it has a configuration of its own.
            let own = config
                .worktree
                .as_deref()
                .filter(|_| config.has_worktree_file);
            return match (own, found) {
                (Some(worktree), _) => below(&self.path, worktree),
                (None, Some(found)) => Ok(Root::Worktree(found.to_path_buf())),
                (None, None) => self.back_link(),
            };
        }
        root_of(&self.path, found, config)
    }

    /// The root of the repository's primary worktree, seen from a linked one.
    pub(crate) fn primary_root(&self, config: &Config) -> Result<Root, Fault> {
        root_of(&self.common, None, config)
    }

    /// Where a linked worktree's git directory says that its worktree is: `gitdir` names the `.git` in it.
    fn back_link(&self) -> Result<Root, Fault> {
        let text = read::file(&self.path.join("gitdir"), SMALL, Part::GitDir)?;
        let path = text.as_deref().and_then(one_path);
        let path = path.ok_or(Fault::At(ErrorCode::CorruptRepository, Part::GitDir))?;
        let root = path.parent().unwrap_or(&path);
        below(&self.path, root)
    }
}

/// The root that belongs to the git directory of a primary worktree.
fn root_of(git_dir: &Path, found: Option<&Path>, config: &Config) -> Result<Root, Fault> {
    match (&config.worktree, config.bare) {
        (Some(_), Some(true)) => Err(Fault::At(ErrorCode::CorruptRepository, Part::GitConfig)),
        (Some(worktree), _) => below(git_dir, worktree),
        (None, Some(true)) => Ok(Root::Bare(git_dir.to_path_buf())),
        (None, bare) => {
            let is_dot_git = git_dir.file_name().is_some_and(|name| name == ".git");
            let around = found.or_else(|| git_dir.parent().filter(|_| is_dot_git));
            match (around, bare) {
                (Some(around), _) => Ok(Root::Worktree(around.to_path_buf())),
                // A git directory apart from its worktree names no way back.
                (None, Some(_)) => Err(no_primary()),
                (None, None) => Ok(Root::Bare(git_dir.to_path_buf())),
            }
        }
    }
}

/// The worktree that a git directory names, in relation to itself.
fn below(git_dir: &Path, worktree: &Path) -> Result<Root, Fault> {
    match read::real_path(&git_dir.join(worktree)) {
        Ok(path) => Ok(Root::Worktree(path)),
        Err(error) if read::is_nothing(&error) => Err(no_primary()),
        Err(error) => Err(Fault::of_io(&error, Part::GitDir)),
    }
}

fn no_primary() -> Fault {
    Fault::At(ErrorCode::NoPrimaryWorktree, Part::GitDir)
}

/// The directory that `commondir` names; without one, the git directory itself; nothing where it leads nowhere.
fn shared_by(git_dir: &Path) -> Result<Option<PathBuf>, Fault> {
    let Some(text) = read::file(&git_dir.join("commondir"), SMALL, Part::CommonDir)? else {
        return Ok(Some(git_dir.to_path_buf()));
    };
    // What git itself writes: two directories up from `worktrees/<key>`, and the way up from a real path is real.
    if trim_line(&text) == b"../.." {
        return Ok(git_dir.ancestors().nth(2).map(Path::to_path_buf));
    }
    let path = one_path(&text).ok_or(Fault::At(ErrorCode::CorruptRepository, Part::CommonDir))?;
    real(&git_dir.join(path), Part::CommonDir)
}

/// The real path; nothing where nothing is there.
fn real(path: &Path, part: Part) -> Result<Option<PathBuf>, Fault> {
    match read::real_path(path) {
        Ok(path) => Ok(Some(path)),
        Err(error) if read::is_nothing(&error) => Ok(None),
        Err(error) => Err(Fault::of_io(&error, part)),
    }
}

/// The path that a file `.git` names; nothing where it names none.
pub(crate) fn named_by_git_file(text: &[u8]) -> Option<PathBuf> {
    one_path(text.strip_prefix(b"gitdir: ")?)
}

/// The path that is all of a file but for the end of the line.
fn one_path(text: &[u8]) -> Option<PathBuf> {
    bytes::to_path(trim_line(text))
}

fn trim_line(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| !b"\r\n".contains(byte));
    &text[..end.map_or(0, |last| last + 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_git_file_names_one_path() {
        let named = |text: &str| named_by_git_file(text.as_bytes());
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
}
