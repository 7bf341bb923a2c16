//! Tags: the `tag` of `@scope/name:tag` (section T).

use crate::chars::TAG_SHAPE;
use crate::error::{Error, Part};
use crate::newtype::validated_text;

validated_text! {
    /// A well-formed tag, borrowed: 1 to 128 bytes of `A-Z`, `a-z`, `0-9`, `_`, `.`, `-`, the first alphanumeric or `_`
    /// (T1). Case is kept and counts.
    ///
    /// Faults: `empty_tag`, `invalid_character`, `too_long`, `invalid_start`.
    ///
    /// ```
    /// assert_eq!(scope_core::Tag::new("v1.2-RC")?.as_str(), "v1.2-RC");
    /// # Ok::<(), scope_core::Error>(())
    /// ```
    Tag,
    /// A well-formed tag, owned. See [`Tag`].
    TagBuf,
    check_tag
}

/// Whether `text` is a tag (T1). Looks at no more than 129 bytes of it.
///
/// ```
/// assert!(scope_core::is_tag("latest"));
/// assert!(!scope_core::is_tag(".hidden"));
/// ```
pub fn is_tag(text: &str) -> bool {
    TAG_SHAPE.check(text).is_ok()
}

/// Says what keeps `text` from being a tag (T1). Looks at no more than 129 bytes of it.
///
/// # Errors
///
/// `empty_tag`, `invalid_character`, `too_long`, `invalid_start`; the part is `tag`.
///
/// ```
/// assert_eq!(scope_core::check_tag("").unwrap_err().code.as_str(), "empty_tag");
/// ```
pub fn check_tag(text: &str) -> Result<(), Error> {
    TAG_SHAPE
        .check(text)
        .map_err(|fault| fault.alone(Part::Tag))
}
