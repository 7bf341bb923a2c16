//! A git directory: what belongs to it, and where its worktree is.

use std::io;
use std::path::{Path, PathBuf};

use scope_core::{ErrorCode, Part};
use scope_fs::path::split;
use scope_fs::real::{Kind, is_nothing};

use crate::dir::{Dir, LARGE, SMALL};
use crate::fault::Fault;
use crate::files::{self, Head};
use crate::head;
use crate::layout::Layout;

/// A git directory that has all that makes one.
#[derive(Debug)]
pub(crate) struct GitDir {
    dir: Dir,
    /// The directory that all worktrees of a repository share; none where it is this one, the primary worktree's.
    shared: Option<Dir>,
    /// What `HEAD` holds.
    pub(crate) head: Head,
    /// The text of the shared configuration, if it was read on the way.
    pub(crate) config: Option<Vec<u8>>,
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
    pub(crate) fn at(path: PathBuf, common: Option<&Path>) -> Result<Option<Self>, Fault> {
        let Some((dir, head)) = opened(head::file_of(path), Part::GitDir)? else {
            return Ok(None);
        };
        let Some(head) = head::bytes(&dir, head)? else {
            return Ok(None);
        };
        let shared = match common {
            Some(common) => directory(common, Part::CommonDir)?,
            None => shared_by(&dir)?,
        };
        let Some(shared) = shared else {
            return Ok(None);
        };
        let shared = Some(shared).filter(|shared| shared.path() != dir.path());
        let common = shared.as_ref().unwrap_or(&dir);
        // Only two directories let anything through to `..`: with this one call instead of three, it is settled that they
        // are there, and the configuration is read, which is wanted next.
        let config = common.file_without_links("objects/../refs/../config", LARGE);
        if config.is_none() && !has_directories(common)? {
            return Ok(None);
        }
        // Only then is HEAD held against the rule: any directory can have a file of this name.
        let head = head.and_then(|bytes| head::parse(&bytes))?;
        Ok(Some(Self {
            dir,
            shared,
            head,
            config,
        }))
    }

    /// Whether it is that of a linked worktree.
    pub(crate) const fn is_linked(&self) -> bool {
        self.shared.is_some()
    }

    /// The directory itself.
    pub(crate) const fn own(&self) -> &Dir {
        &self.dir
    }

    /// The directory with the files that all worktrees share.
    pub(crate) fn common(&self) -> &Dir {
        self.shared.as_ref().unwrap_or(&self.dir)
    }

    /// The root of its worktree. `found` is the directory that holds the `.git` which led here, if one did.
    ///
    /// # Errors
    ///
    /// `no_primary_worktree` where nothing tells.
    pub(crate) fn root(&self, found: Option<&Path>, layout: &Layout) -> Result<Root, Fault> {
        if !self.is_linked() {
            return root_of(self.dir.path(), found, layout);
        }
        // Neither setting is a linked worktree's, unless it has a configuration of its own.
        let own = layout.worktree.as_deref();
        match (own.filter(|_| layout.has_worktree_file), found) {
            (Some(worktree), _) => below(self.dir.path(), worktree),
            (None, Some(found)) => Ok(Root::Worktree(found.to_path_buf())),
            (None, None) => self.back_link(),
        }
    }

    /// The root of the repository's primary worktree, seen from a linked one.
    pub(crate) fn primary_root(&self, layout: &Layout) -> Result<Root, Fault> {
        root_of(self.common().path(), None, layout)
    }

    /// Where a linked worktree's git directory says that its worktree is: `gitdir` names the `.git` in it.
    fn back_link(&self) -> Result<Root, Fault> {
        let text = self.dir.file("gitdir", SMALL, Part::GitDir)?;
        let path = text.as_deref().and_then(files::one_path);
        let path = path.ok_or(Fault::At(ErrorCode::CorruptRepository, Part::GitDir))?;
        below(self.dir.path(), path.parent().unwrap_or(&path))
    }
}

/// The root that belongs to the git directory of a primary worktree.
fn root_of(git_dir: &Path, found: Option<&Path>, layout: &Layout) -> Result<Root, Fault> {
    match (&layout.worktree, layout.bare) {
        (Some(_), Some(true)) => Err(Fault::At(ErrorCode::CorruptRepository, Part::GitConfig)),
        (Some(worktree), _) => below(git_dir, worktree),
        (None, Some(true)) => Ok(Root::Bare(git_dir.to_path_buf())),
        (None, bare) => {
            let around = found.or_else(|| match split(git_dir) {
                Some((around, name)) if name == ".git" => Some(around),
                _ => None,
            });
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

/// Whether what makes a git directory is there besides `HEAD`.
fn has_directories(common: &Dir) -> Result<bool, Fault> {
    for name in ["objects", "refs"] {
        let status = common.status(name, Part::GitDir)?;
        if status.is_none_or(|status| status.kind != Kind::Directory) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The directory that `commondir` names; without one, the git directory itself; nothing where it leads nowhere.
fn shared_by(dir: &Dir) -> Result<Option<Dir>, Fault> {
    let Some(text) = dir.file("commondir", SMALL, Part::CommonDir)? else {
        return Ok(dir.above(0));
    };
    // What git itself writes, from `worktrees/<key>`.
    if files::trim_line(&text) == b"../.." {
        return Ok(dir.above(2));
    }
    let path =
        files::one_path(&text).ok_or(Fault::At(ErrorCode::CorruptRepository, Part::CommonDir))?;
    directory(&dir.path().join(path), Part::CommonDir)
}

/// The directory that `path` leads to; nothing where it leads to none.
fn directory(path: &Path, part: Part) -> Result<Option<Dir>, Fault> {
    opened(Dir::open(path), part)
}

/// What was opened; nothing where nothing was there.
fn opened<T>(opened: io::Result<T>, part: Part) -> Result<Option<T>, Fault> {
    match opened {
        Ok(opened) => Ok(Some(opened)),
        Err(error) if is_nothing(&error) => Ok(None),
        Err(error) => Err(Fault::of_io(&error, part)),
    }
}
