//! Branch names (K3).

use crate::error::{Error, ErrorCode, Fault, Part};
use crate::newtype::validated_text;

/// The most bytes a branch name may have.
pub(crate) const MAX: usize = 1024;

validated_text! {
    /// A local git branch name, borrowed: what `git check-ref-format --branch` accepts, nothing expanded, at most 1024
    /// bytes, and neither `refs/…` nor `origin/…` (K3). Never Unicode-normalised.
    ///
    /// Faults: `empty`, `too_long`, `reserved_branch`, `invalid_start`, `repeated_separator`, `consecutive_dots`,
    /// `invalid_character`, `reflog_syntax`, `lock_suffix`, `invalid_end`, `trailing_separator`, `remote_branch`.
    ///
    /// ```
    /// use scope_core::BranchName;
    /// assert_eq!(BranchName::new("feature/login")?.as_str(), "feature/login");
    /// let error = BranchName::new("origin/main").unwrap_err();
    /// assert_eq!(error.suggestion("origin/main").as_deref(), Some("main"));
    /// # Ok::<(), scope_core::Error>(())
    /// ```
    BranchName,
    /// A local git branch name, owned. See [`BranchName`].
    BranchNameBuf,
    check_branch
}

/// Whether `text` is a local branch name (K3).
///
/// ```
/// assert!(scope_core::is_branch("feature/login"));
/// assert!(!scope_core::is_branch("refs/heads/main"));
/// ```
pub fn is_branch(text: &str) -> bool {
    check(text).is_ok()
}

/// Says what keeps `text` from being a local branch name (K3). Linear in at most 1024 bytes.
///
/// # Errors
///
/// See [`BranchName`]; the part is `branch_name`.
///
/// ```
/// let error = scope_core::check_branch("feature..login").unwrap_err();
/// assert_eq!((error.code.as_str(), error.offset), ("consecutive_dots", 7));
/// ```
pub fn check_branch(text: &str) -> Result<(), Error> {
    check(text).map_err(|fault| fault.alone(Part::BranchName))
}

pub(crate) fn check(text: &str) -> Result<(), Fault> {
    if text.is_empty() {
        return Err(Fault::new(ErrorCode::Empty, 0));
    }
    if text.len() > MAX {
        return Err(Fault::new(
            ErrorCode::TooLong,
            text.floor_char_boundary(MAX),
        ));
    }
    if let Some(fault) = git_fault(text) {
        return Err(fault);
    }
    if remote_remainder(text).is_some() {
        return Err(Fault::new(ErrorCode::RemoteBranch, 0));
    }
    Ok(())
}

/// The leftmost thing that git refuses; at the same offset, the first in K3's order.
fn git_fault(text: &str) -> Option<Fault> {
    if text == "HEAD" {
        return Some(Fault::new(ErrorCode::ReservedBranch, 0));
    }
    if text.starts_with(['-', '/']) {
        return Some(Fault::new(ErrorCode::InvalidStart, 0));
    }
    let mut start = 0usize;
    for component in text.split('/') {
        let end = start.saturating_add(component.len());
        if component.is_empty() {
            // The first component is not empty, so a separator stands before this one.
            return Some(if end == text.len() {
                Fault::new(ErrorCode::TrailingSeparator, start.saturating_sub(1))
            } else {
                Fault::new(ErrorCode::RepeatedSeparator, start)
            });
        }
        if let Some(fault) = component_fault(component, end == text.len()) {
            return Some(Fault::new(fault.code, start.saturating_add(fault.offset)));
        }
        start = end.saturating_add(1);
    }
    None
}

fn component_fault(component: &str, is_last: bool) -> Option<Fault> {
    if component.starts_with('.') {
        return Some(Fault::new(ErrorCode::InvalidStart, 0));
    }
    let lock = component.strip_suffix(".lock").map(str::len);
    let final_dot = if is_last {
        component.strip_suffix('.').map(str::len)
    } else {
        None
    };
    let bytes = component.as_bytes();
    for (at, &byte) in bytes.iter().enumerate() {
        let next = bytes.get(at.saturating_add(1));
        let code = match byte {
            b'.' if next == Some(&b'.') => ErrorCode::ConsecutiveDots,
            0..=b' ' | 0x7F | b'~' | b'^' | b':' | b'?' | b'*' | b'[' | b'\\' => {
                ErrorCode::InvalidCharacter
            }
            b'@' if next == Some(&b'{') => ErrorCode::ReflogSyntax,
            b'.' if lock == Some(at) => ErrorCode::LockSuffix,
            b'.' if final_dot == Some(at) => ErrorCode::InvalidEnd,
            _ => continue,
        };
        return Some(Fault::new(code, at));
    }
    None
}

/// What stands after the prefix of a remote branch or full ref; empty where no branch is meant.
fn remote_remainder(text: &str) -> Option<&str> {
    ["refs/heads/", "refs/remotes/origin/", "origin/"]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .or_else(|| text.starts_with("refs/").then_some(""))
}

/// The local branch that a remote branch or full ref names, if it is one.
pub(crate) fn local_of(text: &str) -> Option<&str> {
    remote_remainder(text).filter(|rest| is_branch(rest))
}
