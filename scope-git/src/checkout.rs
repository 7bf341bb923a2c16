//! What a directory is a checkout of.

use std::path::{Path, PathBuf};

use scope_core::{Error, ErrorCode, MAX_ON_DISK, Part, Rejection, ScopeKey};
use scope_fs::path::split;

use crate::dir::Dir;
use crate::discover::Found;
use crate::environment::Environment;
use crate::fault::Fault;
use crate::git_dir::{GitDir, Root};
use crate::head::{self, CheckedOut};
use crate::kind::CheckoutKind;
use crate::layout::Layout;
use crate::text::into_text;

/// A checkout, as [`checkout_info`] finds it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CheckoutInfo {
    /// The root of the repository's primary worktree, without symbolic links; of a bare repository, the bare directory
    /// (G1).
    pub primary_path: String,
    /// The root of this worktree, without symbolic links; none in a bare repository.
    pub worktree_path: Option<String>,
    /// The worktree key; none outside a linked worktree (G2).
    pub worktree_key: Option<String>,
    /// The branch that `HEAD` names, also before its first commit; while a rebase or a bisect is under way, the one that
    /// it began on; none else (G3).
    pub branch: Option<String>,
    /// Whether this is a bare repository and not a worktree of one.
    pub is_bare: bool,
    /// Whether this is a linked worktree, not the primary one.
    pub is_linked_worktree: bool,
    /// Whether `HEAD` names no branch, as during a rebase.
    pub is_detached: bool,
}

/// How a checkout is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CheckoutOptions {
    /// Whether git's own environment variables count: `GIT_DIR`, `GIT_WORK_TREE`, `GIT_COMMON_DIR`,
    /// `GIT_CEILING_DIRECTORIES` and `GIT_DISCOVERY_ACROSS_FILESYSTEM` (G5). Off unless it is turned on.
    pub use_environment: bool,
}

impl CheckoutOptions {
    /// The options with git's environment variables in force, or not.
    #[must_use]
    pub const fn use_environment(mut self, yes: bool) -> Self {
        self.use_environment = yes;
        self
    }

    /// [`checkout_info`] with these options.
    ///
    /// # Errors
    ///
    /// As [`checkout_info`].
    pub fn checkout_info(self, path: impl AsRef<Path>) -> Result<CheckoutInfo, Rejection> {
        let path = path.as_ref();
        let checkout = Checkout::of(path, self)?;
        checkout.info().map_err(|fault| fault.about(path))
    }

    /// [`resolve_scope`] with these options.
    ///
    /// # Errors
    ///
    /// As [`resolve_scope`].
    pub fn resolve_scope(
        self,
        path: impl AsRef<Path>,
        kind: CheckoutKind,
        branch: Option<&str>,
    ) -> Result<ScopeKey, Rejection> {
        let path = path.as_ref();
        if kind == CheckoutKind::Global {
            return Ok(ScopeKey::Global);
        }
        let checkout = match Checkout::of(path, self) {
            Err(rejection) if kind == CheckoutKind::Auto && branch.is_none() => {
                // Below a repository on another file system it is not known that this is outside.
                let Error { code, part, .. } = rejection.error;
                return if code == ErrorCode::NotARepository && part != Part::MountPoint {
                    Ok(ScopeKey::Global)
                } else {
                    Err(rejection)
                };
            }
            found => found?,
        };
        let key = match (kind, branch) {
            (CheckoutKind::Branch, _) | (CheckoutKind::Auto, Some(_)) => {
                checkout.branch_key(branch)
            }
            (CheckoutKind::Worktree, _) => checkout.worktree_key(),
            _ => checkout.repository_key(),
        };
        key.map_err(|fault| fault.about(path))
    }
}

/// What the directory `path` is a checkout of. A relative path counts from the current directory.
///
/// Nothing is executed, nothing is written, and each file that is read has an upper limit. Who owns the repository does
/// not matter for that.
///
/// # Errors
///
/// `not_a_repository` (G4), `no_primary_worktree` (G1), `path_not_found`, `not_a_directory`, `empty`, `too_long`,
/// `invalid_character`, `non_utf8_path` (G6), `unreadable`, `corrupt_repository`, `unsupported_repository` (G7);
/// `invalid_unicode` for a branch whose name is no text.
///
/// ```no_run
/// let checkout = scope_git::checkout_info(".")?;
/// println!("{} in {}", checkout.branch.as_deref().unwrap_or("no branch"), checkout.primary_path);
/// # Ok::<(), scope_core::Rejection>(())
/// ```
pub fn checkout_info(path: impl AsRef<Path>) -> Result<CheckoutInfo, Rejection> {
    CheckoutOptions::default().checkout_info(path)
}

/// The scope key of the directory `path` (G1 to G4). A relative path counts from the current directory.
///
/// A branch that the caller names need not exist. It makes the kind [`Auto`](CheckoutKind::Auto) mean
/// [`Branch`](CheckoutKind::Branch); the kinds that have no branch take no notice of it.
///
/// # Errors
///
/// Those of [`checkout_info`], but that outside a repository `Auto` is the global key (not where one is above the mount point
/// that the search stops at: G5); `detached_head` where a branch is
/// wanted and none is checked out (G3), else the branch name's own fault (K3); `not_linked_worktree` where a worktree is
/// wanted and this is none (G2).
///
/// ```
/// use scope_git::{CheckoutKind, resolve_scope};
///
/// assert_eq!(resolve_scope("/", CheckoutKind::Global, None)?.display().to_string(), "global");
///
/// let rejection = resolve_scope("/no/such/place", CheckoutKind::Auto, None).unwrap_err();
/// assert_eq!(
///     rejection.to_string(),
///     "invalid path \"/no/such/place\": there is nothing at this path"
/// );
/// # Ok::<(), scope_core::Rejection>(())
/// ```
pub fn resolve_scope(
    path: impl AsRef<Path>,
    kind: CheckoutKind,
    branch: Option<&str>,
) -> Result<ScopeKey, Rejection> {
    CheckoutOptions::default().resolve_scope(path, kind, branch)
}

/// A checkout that was found, and what is known of it so far.
struct Checkout {
    git_dir: GitDir,
    /// The directory whose `.git` led to it.
    found: Option<PathBuf>,
    /// The root that the environment gave it.
    given: Option<Root>,
    /// What the configuration that all worktrees share says.
    layout: Layout,
}

impl Checkout {
    fn of(path: &Path, options: CheckoutOptions) -> Result<Self, Rejection> {
        check(path)?;
        Self::at(path, options).map_err(|fault| fault.about(path))
    }

    fn at(path: &Path, options: CheckoutOptions) -> Result<Self, Fault> {
        let environment = if options.use_environment {
            Environment::of_process()
        } else {
            Environment::default()
        };
        let start = Dir::open(path).map_err(|error| Fault::of_io(&error, Part::Path))?;
        let Found { git_dir, root } = environment.find(&start)?;
        let given = environment.root(start.path())?;
        let layout = Layout::of_repository(git_dir.common(), git_dir.config.as_deref())?;
        Ok(Self {
            git_dir,
            found: root,
            given,
            layout,
        })
    }

    fn root(&self) -> Result<Root, Fault> {
        if let Some(given) = &self.given {
            return Ok(given.clone());
        }
        let layout = self.layout.clone().with_worktree_file(self.git_dir.own())?;
        self.git_dir.root(self.found.as_deref(), &layout)
    }

    fn primary_root(&self) -> Result<Root, Fault> {
        if !self.git_dir.is_linked() {
            return self.root();
        }
        let layout = self.layout.clone();
        let layout = layout.with_worktree_file(self.git_dir.common())?;
        self.git_dir.primary_root(&layout)
    }

    fn primary_path(&self) -> Result<String, Fault> {
        let (Root::Worktree(path) | Root::Bare(path)) = self.primary_root()?;
        into_text(path, Part::PrimaryPath)
    }

    fn worktree_path(&self) -> Result<Option<String>, Fault> {
        match self.root()? {
            Root::Worktree(path) => into_text(path, Part::WorktreePath).map(Some),
            Root::Bare(_) => Ok(None),
        }
    }

    /// The last component of a linked worktree's git directory (G2).
    fn key(&self) -> Result<Option<String>, Fault> {
        match split(self.git_dir.own().path()) {
            Some((_, name)) if self.git_dir.is_linked() => {
                into_text(name.into(), Part::WorktreeKey).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn checked_out(&self) -> Result<CheckedOut, Fault> {
        head::checked_out(&self.git_dir, self.layout.has_reftables)
    }

    fn info(&self) -> Result<CheckoutInfo, Fault> {
        let primary_path = self.primary_path()?;
        let worktree_path = self.worktree_path()?;
        let worktree_key = self.key()?;
        let CheckedOut {
            branch,
            is_detached,
        } = self.checked_out()?;
        Ok(CheckoutInfo {
            is_bare: worktree_path.is_none(),
            is_linked_worktree: self.git_dir.is_linked(),
            is_detached,
            primary_path,
            worktree_path,
            worktree_key,
            branch,
        })
    }

    fn repository_key(&self) -> Result<ScopeKey, Fault> {
        let path = self.primary_path()?;
        ScopeKey::repository(&path).map_err(|error| error.about(path).into())
    }

    fn branch_key(&self, branch: Option<&str>) -> Result<ScopeKey, Fault> {
        let path = self.primary_path()?;
        let branch = match branch {
            Some(branch) => branch.to_owned(),
            None => self
                .checked_out()?
                .branch
                .ok_or(Fault::At(ErrorCode::DetachedHead, Part::Head))?,
        };
        ScopeKey::branch(&path, &branch).map_err(|error| {
            let text = match error.input {
                Part::BranchName => branch,
                _ => path,
            };
            error.about(text).into()
        })
    }

    fn worktree_key(&self) -> Result<ScopeKey, Fault> {
        let path = self.primary_path()?;
        let Some(key) = self.key()? else {
            let kind = Part::CheckoutKind;
            let error = Error::from_parts(ErrorCode::NotLinkedWorktree, kind, kind, 0);
            return Err(error.about(CheckoutKind::Worktree.as_str()).into());
        };
        let worktree = self.worktree_path()?;
        ScopeKey::worktree(&path, &key, worktree.as_deref()).map_err(|error| {
            let text = match error.input {
                Part::WorktreeKey => key,
                Part::WorktreePath => worktree.unwrap_or_default(),
                _ => path,
            };
            error.about(text).into()
        })
    }
}

/// Says what keeps `path` from being asked about at all: it is empty, not UTF-8 (G6), too long, or holds a NUL.
fn check(path: &Path) -> Result<(), Rejection> {
    let bytes = path.as_os_str().as_encoded_bytes();
    let (code, offset, text) = match str::from_utf8(bytes) {
        Err(error) => {
            let valid = &bytes[..error.valid_up_to()];
            let text = String::from_utf8_lossy(valid).into_owned();
            (ErrorCode::NonUtf8Path, valid.len(), text)
        }
        Ok("") => (ErrorCode::Empty, 0, String::new()),
        Ok(text) if text.len() > MAX_ON_DISK => {
            let offset = text.floor_char_boundary(MAX_ON_DISK);
            (ErrorCode::TooLong, offset, text.to_owned())
        }
        Ok(text) => match text.find('\0') {
            Some(offset) => (ErrorCode::InvalidCharacter, offset, text.to_owned()),
            None => return Ok(()),
        },
    };
    Err(Error::from_parts(code, Part::Path, Part::Path, offset).about(text))
}
