//! What kind of key is wanted of a checkout.

use std::fmt;
use std::str::FromStr;

use scope_core::{Error, ErrorCode, Part};

/// The kind of key that [`resolve_scope`](crate::resolve_scope) is asked for (G4).
///
/// ```
/// use scope_git::CheckoutKind;
///
/// assert_eq!("branch".parse(), Ok(CheckoutKind::Branch));
/// let error = "project".parse::<CheckoutKind>().unwrap_err();
/// assert_eq!(
///     error.message("project").to_string(),
///     "invalid kind \"project\": the kind must be auto, global, repository, branch or worktree"
/// );
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CheckoutKind {
    /// The branch where the caller names one, else the repository; outside a repository, everything.
    #[default]
    Auto,
    /// Everything: the directory is not looked at.
    Global,
    /// The repository.
    Repository,
    /// A branch of it: the one the caller names, else the one that `HEAD` names.
    Branch,
    /// The linked worktree.
    Worktree,
}

impl CheckoutKind {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Auto,
        Self::Global,
        Self::Repository,
        Self::Branch,
        Self::Worktree,
    ];

    /// `auto`, `global`, `repository`, `branch` or `worktree`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Global => "global",
            Self::Repository => "repository",
            Self::Branch => "branch",
            Self::Worktree => "worktree",
        }
    }
}

impl fmt::Display for CheckoutKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for CheckoutKind {
    type Err = Error;

    /// `unknown_value` for any other word; part and input are `checkout_kind`.
    fn from_str(word: &str) -> Result<Self, Error> {
        let mut kinds = Self::ALL.iter().copied();
        kinds.find(|kind| kind.as_str() == word).ok_or_else(|| {
            Error::from_parts(
                ErrorCode::UnknownValue,
                Part::CheckoutKind,
                Part::CheckoutKind,
                0,
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_shown_and_read_by_its_name() {
        let names = ["auto", "global", "repository", "branch", "worktree"];
        let shown: Vec<String> = CheckoutKind::ALL.iter().map(ToString::to_string).collect();
        assert_eq!(shown, names);
        let read = |name: &&str| name.parse();
        assert_eq!(
            names.iter().map(read).collect::<Result<Vec<_>, _>>(),
            Ok(CheckoutKind::ALL.to_vec())
        );
        assert_eq!(format!("{:>6}", CheckoutKind::Auto), "  auto");
    }
}
