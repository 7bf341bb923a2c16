//! A git directory: what belongs to it, and where its worktree is.

use std::path::{Path, PathBuf};

use scope_core::{ErrorCode, Part};

use crate::bytes;
use crate::config::Config;
use crate::dir::{Dir, SMALL};
use crate::fault::Fault;
use crate::head::Head;
use crate::sys::{Kind, is_nothing};

/// A git directory that has all that makes one.
#[derive(Debug)]
pub(crate) struct GitDir {
    dir: Dir,
    common: Common,
    /// What `HEAD` holds.
    pub(crate) head: Head,
}

/// The directory that all worktrees of a repository share.
#[derive(Debug)]
enum Common {
    /// The git directory itself: it is the primary worktree's.
    Own,
    /// Two directories up, with this real path, which is where git puts it.
    TwoUp(PathBuf),
    /// Another.
    Other(Dir),
}

/// Where files are: in a directory, or so far up from it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Base<'a> {
    pub(crate) dir: &'a Dir,
    up: &'static str,
    /// The real path of the place.
    pub(crate) path: &'a Path,
}

impl Base<'_> {
    /// What a file there is called, seen from [`dir`](Self::dir).
    pub(crate) fn name(self, name: impl AsRef<Path>) -> PathBuf {
        Path::new(self.up).join(name)
    }
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
    /// perhaps in the directory that `commondir` names. `common` is in place of that one.
    ///
    /// # Errors
    ///
    /// `corrupt_repository`, `unreadable`.
    pub(crate) fn at(path: &Path, common: Option<&Path>) -> Result<Option<Self>, Fault> {
        let Some(dir) = directory(path, Part::GitDir)? else {
            return Ok(None);
        };
        let Some(head) = Head::bytes(&dir)? else {
            return Ok(None);
        };
        let common = match common {
            Some(common) => directory(common, Part::CommonDir)?.map(Common::Other),
            None => shared_by(&dir)?,
        };
        let Some(common) = common else {
            return Ok(None);
        };
        let common = match common {
            Common::Other(other) if other.path() == dir.path() => Common::Own,
            common => common,
        };
        // Only then is HEAD held against the rule: any directory can have a file of this name.
        let mut found = Self {
            dir,
            common,
            head: Head::Commit,
        };
        let base = found.common();
        for name in ["objects", "refs"] {
            let status = base.dir.status(base.name(name), Part::GitDir)?;
            if status.is_none_or(|status| status.kind != Kind::Directory) {
                return Ok(None);
            }
        }
        found.head = head.and_then(|bytes| Head::parse(&bytes))?;
        Ok(Some(found))
    }

    /// Whether it is that of a linked worktree.
    pub(crate) const fn is_linked(&self) -> bool {
        !matches!(self.common, Common::Own)
    }

    /// Its own files.
    pub(crate) fn own(&self) -> Base<'_> {
        Base {
            dir: &self.dir,
            up: "",
            path: self.dir.path(),
        }
    }

    /// The files that all worktrees share.
    pub(crate) fn common(&self) -> Base<'_> {
        match &self.common {
            Common::Own => self.own(),
            Common::TwoUp(path) => Base {
                dir: &self.dir,
                up: "../..",
                path,
            },
            Common::Other(dir) => Base {
                dir,
                up: "",
                path: dir.path(),
            },
        }
    }

    /// The root of its worktree. `found` is the directory that holds the `.git` which led here, if one did.
    ///
    /// # Errors
    ///
    /// `no_primary_worktree` where nothing tells.
    pub(crate) fn root(&self, found: Option<&Path>, config: &Config) -> Result<Root, Fault> {
        if !self.is_linked() {
            return root_of(self.dir.path(), found, config);
        }
        // Neither setting is a linked worktree's, unless it has a configuration of its own.
        let own = config.worktree.as_deref();
        match (own.filter(|_| config.has_worktree_file), found) {
            (Some(worktree), _) => below(self.dir.path(), worktree),
            (None, Some(found)) => Ok(Root::Worktree(found.to_path_buf())),
            (None, None) => self.back_link(),
        }
    }

    /// The root of the repository's primary worktree, seen from a linked one.
    pub(crate) fn primary_root(&self, config: &Config) -> Result<Root, Fault> {
        root_of(self.common().path, None, config)
    }

    /// Where a linked worktree's git directory says that its worktree is: `gitdir` names the `.git` in it.
    fn back_link(&self) -> Result<Root, Fault> {
        let text = self.dir.file("gitdir", SMALL, Part::GitDir)?;
        let path = text.as_deref().and_then(one_path);
        let path = path.ok_or(Fault::At(ErrorCode::CorruptRepository, Part::GitDir))?;
        below(self.dir.path(), path.parent().unwrap_or(&path))
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
    let found = directory(&git_dir.join(worktree), Part::GitDir)?;
    found
        .map(Dir::into_path)
        .map(Root::Worktree)
        .ok_or_else(no_primary)
}

fn no_primary() -> Fault {
    Fault::At(ErrorCode::NoPrimaryWorktree, Part::GitDir)
}

/// The directory that `commondir` names; without one, the git directory itself; nothing where it leads nowhere.
fn shared_by(dir: &Dir) -> Result<Option<Common>, Fault> {
    let Some(text) = dir.file("commondir", SMALL, Part::CommonDir)? else {
        return Ok(Some(Common::Own));
    };
    // What git itself writes, from `worktrees/<key>`; the way up from a real path is real.
    if trim_line(&text) == b"../.." {
        let two_up = dir.path().ancestors().nth(2).map(Path::to_path_buf);
        return Ok(two_up.map(Common::TwoUp));
    }
    let path = one_path(&text).ok_or(Fault::At(ErrorCode::CorruptRepository, Part::CommonDir))?;
    let named = directory(&dir.path().join(path), Part::CommonDir)?;
    Ok(named.map(Common::Other))
}

/// The directory that `path` leads to; nothing where it leads to none.
fn directory(path: &Path, part: Part) -> Result<Option<Dir>, Fault> {
    match Dir::open(path) {
        Ok(dir) => Ok(Some(dir)),
        Err(error) if is_nothing(&error) => Ok(None),
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
