//! Worktree keys (K4).

use crate::error::{Error, ErrorCode, Fault, Part};
use crate::newtype::validated_text;

validated_text! {
    /// The key of a linked worktree, borrowed: one path component, without `/`, `\` or control characters, and not `.`
    /// or `..` (K4).
    ///
    /// Faults: `empty`, `dot_component`, `invalid_character`; the part is `worktree_key`.
    ///
    /// ```
    /// use scope_core::WorktreeKey;
    /// assert_eq!(WorktreeKey::new("feature-login")?.as_str(), "feature-login");
    /// assert_eq!(WorktreeKey::new("a/b").unwrap_err().offset, 1);
    /// # Ok::<(), scope_core::Error>(())
    /// ```
    WorktreeKey,
    /// The key of a linked worktree, owned. See [`WorktreeKey`].
    WorktreeKeyBuf,
    check_worktree_key
}

fn check_worktree_key(text: &str) -> Result<(), Error> {
    check(text).map_err(|fault| fault.alone(Part::WorktreeKey))
}

pub(crate) fn check(text: &str) -> Result<(), Fault> {
    match text {
        "" => Err(Fault::new(ErrorCode::Empty, 0)),
        "." | ".." => Err(Fault::new(ErrorCode::DotComponent, 0)),
        _ => match text.find(splits_component) {
            Some(at) => Err(Fault::new(ErrorCode::InvalidCharacter, at)),
            None => Ok(()),
        },
    }
}

/// A separator of any system, or a control character: what no one component may hold (K4, W4).
pub(crate) fn splits_component(char: char) -> bool {
    matches!(char, '/' | '\\') || char.is_control()
}
