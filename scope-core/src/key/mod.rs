//! Scope keys: one identity for everything, a repository, a branch or a worktree (section K).

pub(crate) mod json;
mod storage;
pub(crate) mod uri;

use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

use alloc::vec::Vec;

use crate::branch::BranchNameBuf;
use crate::error::{Error, Part};
use crate::path::{AbsolutePath, AbsolutePathBuf};
use crate::worktree::WorktreeKeyBuf;

/// The kind of a [`ScopeKey`] (K1).
///
/// ```
/// use scope_core::{ScopeKey, ScopeKind};
/// assert_eq!(ScopeKey::global().kind(), ScopeKind::Global);
/// assert_eq!(ScopeKind::Branch.as_str(), "branch");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScopeKind {
    /// Everything.
    Global,
    /// A repository.
    Repository,
    /// A branch of a repository.
    Branch,
    /// A linked worktree of a repository.
    Worktree,
}

impl ScopeKind {
    /// All of them, in order.
    pub const ALL: &'static [Self] =
        &[Self::Global, Self::Repository, Self::Branch, Self::Worktree];

    /// `global`, `repository`, `branch` or `worktree`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Repository => "repository",
            Self::Branch => "branch",
            Self::Worktree => "worktree",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }
}

impl fmt::Display for ScopeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The identity of a scope (K1). One that exists is valid.
///
/// Equality, order and hash are those of (kind, primary path, branch name or worktree key), by byte; the worktree path
/// is for display and takes no part.
///
/// ```
/// use scope_core::ScopeKey;
///
/// let branch = ScopeKey::branch("/src/app", "feature/login")?;
/// let worktree = ScopeKey::worktree("/src/app", "feature-login", None)?;
/// assert_eq!(branch.display().to_string(), "/src/app:feature/login");
/// assert_eq!(branch.storage_key().to_string(), worktree.storage_key().to_string());
/// assert_ne!(branch.distinct_storage_key().to_string(), worktree.distinct_storage_key().to_string());
/// # Ok::<(), scope_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub enum ScopeKey {
    /// Everything.
    Global,
    /// A repository.
    Repository {
        /// The root of its primary worktree (K2).
        primary_path: AbsolutePathBuf,
    },
    /// A branch of a repository.
    Branch {
        /// The root of the repository's primary worktree (K2).
        primary_path: AbsolutePathBuf,
        /// The branch (K3).
        branch_name: BranchNameBuf,
    },
    /// A linked worktree of a repository.
    Worktree {
        /// The root of the repository's primary worktree (K2).
        primary_path: AbsolutePathBuf,
        /// The worktree (K4).
        worktree_key: WorktreeKeyBuf,
        /// Where the worktree is, for display.
        worktree_path: Option<AbsolutePathBuf>,
    },
}

impl ScopeKey {
    /// The key of everything.
    ///
    /// ```
    /// # use scope_core::ScopeKey;
    /// assert_eq!(ScopeKey::global().display().to_string(), "global");
    /// ```
    pub const fn global() -> Self {
        Self::Global
    }

    /// The key of a repository.
    ///
    /// # Errors
    ///
    /// The path's fault (K2); the part is `primary_path`.
    ///
    /// ```
    /// # use scope_core::ScopeKey;
    /// assert_eq!(ScopeKey::repository("/src/app")?.primary_path(), Some("/src/app"));
    /// assert_eq!(ScopeKey::repository("/src/app/").unwrap_err().code.as_str(), "trailing_separator");
    /// # Ok::<(), scope_core::Error>(())
    /// ```
    pub fn repository(primary_path: &str) -> Result<Self, Error> {
        Ok(Self::Repository {
            primary_path: AbsolutePathBuf::new(primary_path)?,
        })
    }

    /// The key of a branch.
    ///
    /// # Errors
    ///
    /// The path's fault (K2; `primary_path`), else the branch name's (K3; `branch_name`).
    ///
    /// ```
    /// # use scope_core::ScopeKey;
    /// assert_eq!(ScopeKey::branch("/src/app", "main")?.branch_name(), Some("main"));
    /// assert_eq!(ScopeKey::branch("/src/app", "origin/main").unwrap_err().code.as_str(), "remote_branch");
    /// # Ok::<(), scope_core::Error>(())
    /// ```
    pub fn branch(primary_path: &str, branch_name: &str) -> Result<Self, Error> {
        Ok(Self::Branch {
            primary_path: AbsolutePathBuf::new(primary_path)?,
            branch_name: BranchNameBuf::new(branch_name)?,
        })
    }

    /// The key of a linked worktree. `worktree_path` is for display.
    ///
    /// # Errors
    ///
    /// The path's fault (K2; `primary_path`), else the key's (K4; `worktree_key`), else the other path's (K2;
    /// `worktree_path`).
    ///
    /// ```
    /// # use scope_core::ScopeKey;
    /// let key = ScopeKey::worktree("/src/app", "login", Some("/src/app-login"))?;
    /// assert_eq!((key.worktree_key(), key.worktree_path()), (Some("login"), Some("/src/app-login")));
    /// assert_eq!(key, ScopeKey::worktree("/src/app", "login", None)?);
    /// # Ok::<(), scope_core::Error>(())
    /// ```
    pub fn worktree(
        primary_path: &str,
        worktree_key: &str,
        worktree_path: Option<&str>,
    ) -> Result<Self, Error> {
        Ok(Self::Worktree {
            primary_path: AbsolutePathBuf::new(primary_path)?,
            worktree_key: WorktreeKeyBuf::new(worktree_key)?,
            worktree_path: worktree_path
                .map(|path| AbsolutePath::argument(path, Part::WorktreePath))
                .transpose()?
                .map(AbsolutePath::to_owned),
        })
    }

    /// The kind.
    pub const fn kind(&self) -> ScopeKind {
        match self {
            Self::Global => ScopeKind::Global,
            Self::Repository { .. } => ScopeKind::Repository,
            Self::Branch { .. } => ScopeKind::Branch,
            Self::Worktree { .. } => ScopeKind::Worktree,
        }
    }

    /// The root of the repository's primary worktree; of the global key, none.
    pub fn primary_path(&self) -> Option<&str> {
        self.path().map(AbsolutePath::as_str)
    }

    /// The branch name of a branch key.
    pub fn branch_name(&self) -> Option<&str> {
        match self {
            Self::Branch { branch_name, .. } => Some(branch_name.as_str()),
            _ => None,
        }
    }

    /// The worktree key of a worktree's key.
    pub fn worktree_key(&self) -> Option<&str> {
        match self {
            Self::Worktree { worktree_key, .. } => Some(worktree_key.as_str()),
            _ => None,
        }
    }

    /// Where the worktree is, where that is known. For display only.
    pub fn worktree_path(&self) -> Option<&str> {
        match self {
            Self::Worktree {
                worktree_path: Some(path),
                ..
            } => Some(path.as_str()),
            _ => None,
        }
    }

    /// `global`, `<path>`, `<path>:<branch>` or `<path>@<key>` (K5). For people; never parsed.
    ///
    /// ```
    /// # use scope_core::ScopeKey;
    /// assert_eq!(ScopeKey::worktree("/src/app", "login", None)?.display().to_string(), "/src/app@login");
    /// # Ok::<(), scope_core::Error>(())
    /// ```
    pub fn display(&self) -> impl fmt::Display + '_ {
        fmt::from_fn(|f| self.write_display(self.primary_path(), f))
    }

    /// [`display`](Self::display) with the path's last component in place of the path, or where that is `.git` or `.bare`,
    /// the component before it (K6).
    ///
    /// ```
    /// # use scope_core::ScopeKey;
    /// let short = |path| ScopeKey::branch(path, "main").map(|key| key.display_short().to_string());
    /// assert_eq!(short("/src/app")?, "app:main");
    /// assert_eq!(short("/src/app/.bare")?, "app:main");
    /// # Ok::<(), scope_core::Error>(())
    /// ```
    pub fn display_short(&self) -> impl fmt::Display + '_ {
        fmt::from_fn(|f| self.write_display(self.path().map(AbsolutePath::short), f))
    }

    /// [`display`](Self::display) with the path's last component in place of the path, whatever it is: what distinct
    /// storage keys begin with, and so what never changes (K8).
    fn display_of_last(&self) -> impl fmt::Display + '_ {
        fmt::from_fn(|f| self.write_display(self.path().map(AbsolutePath::last_component), f))
    }

    /// [`display`](Self::display) with each of `/ \ : @ * ? " < > |` and each control character replaced by one `-`
    /// (K7). **Different keys can share it**; [`distinct_storage_key`](Self::distinct_storage_key) does not.
    ///
    /// ```
    /// # use scope_core::ScopeKey;
    /// let key = |branch| ScopeKey::branch("/src/app", branch).map(|key| key.storage_key().to_string());
    /// assert_eq!(key("feature/login")?, "-src-app-feature-login");
    /// assert_eq!(key("feature/login")?, key("feature-login")?);
    /// # Ok::<(), scope_core::Error>(())
    /// ```
    pub fn storage_key(&self) -> impl fmt::Display + '_ {
        fmt::from_fn(|f| storage::write_storage_key(&self.display(), f))
    }

    /// `<readable>--<digest>`: at most 64 bytes of `a-z`, `0-9`, `-`, shared by no two keys, safe as a file name on
    /// every common file system, and never changed by a later version (K8).
    ///
    /// ```
    /// # use scope_core::ScopeKey;
    /// let key = ScopeKey::branch("/src/app", "feature/login")?;
    /// assert_eq!(key.distinct_storage_key().to_string(), "app-feature-login--iwtvqigo7cmp4vzmrznoaraefi");
    /// # Ok::<(), scope_core::Error>(())
    /// ```
    pub fn distinct_storage_key(&self) -> impl fmt::Display + '_ {
        fmt::from_fn(|f| storage::write_distinct(self, f))
    }

    /// Text that [`from_uri`](Self::from_uri) reads back to the same key, one for each key (K9). Printable ASCII.
    ///
    /// ```
    /// # use scope_core::ScopeKey;
    /// let key = ScopeKey::branch("/src/my app", "main")?;
    /// assert_eq!(key.uri().to_string(), "scope:branch:/src/my%20app:main");
    /// assert_eq!(ScopeKey::from_uri("scope:branch:/src/my%20app:main")?, key);
    /// # Ok::<(), scope_core::Error>(())
    /// ```
    pub fn uri(&self) -> impl fmt::Display + '_ {
        fmt::from_fn(|f| uri::write(self, f))
    }

    /// Where a thing that is stored under scopes is looked for, nearest first (K11).
    ///
    /// ```
    /// # use scope_core::ScopeKey;
    /// let order = ScopeKey::branch("/src/app", "main")?.search_order();
    /// let order: Vec<String> = order.iter().map(|key| key.display().to_string()).collect();
    /// assert_eq!(order, ["/src/app:main", "/src/app", "global"]);
    /// # Ok::<(), scope_core::Error>(())
    /// ```
    pub fn search_order(&self) -> Vec<Self> {
        let mut order = Vec::with_capacity(3);
        order.push(self.clone());
        if let Self::Branch { primary_path, .. } | Self::Worktree { primary_path, .. } = self {
            order.push(Self::Repository {
                primary_path: primary_path.clone(),
            });
        }
        if *self != Self::Global {
            order.push(Self::Global);
        }
        order
    }

    fn path(&self) -> Option<AbsolutePath<'_>> {
        match self {
            Self::Global => None,
            Self::Repository { primary_path }
            | Self::Branch { primary_path, .. }
            | Self::Worktree { primary_path, .. } => Some(primary_path.borrowed()),
        }
    }

    /// The fields that make the identity, after the kind (K1): those that the key has.
    fn fields(&self) -> (Option<&str>, Option<&str>) {
        (
            self.primary_path(),
            self.branch_name().or(self.worktree_key()),
        )
    }

    fn write_display(&self, path: Option<&str>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(path.unwrap_or(ScopeKind::Global.as_str()))?;
        match self {
            Self::Global | Self::Repository { .. } => Ok(()),
            Self::Branch { branch_name, .. } => write!(f, ":{branch_name}"),
            Self::Worktree { worktree_key, .. } => write!(f, "@{worktree_key}"),
        }
    }
}

impl fmt::Display for ScopeKey {
    /// [`display`](Self::display).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.display().fmt(f)
    }
}

impl PartialEq for ScopeKey {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for ScopeKey {}

impl Ord for ScopeKey {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.kind(), self.fields()).cmp(&(other.kind(), other.fields()))
    }
}

impl PartialOrd for ScopeKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for ScopeKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.kind(), self.fields()).hash(state);
    }
}
