//! Names: the `name` of `@scope/name` (section N).

use crate::chars::NAME_SHAPE;
use crate::error::{Error, Part};
use crate::newtype::validated_text;

validated_text! {
    /// A well-formed name, borrowed: 1 to 128 bytes of `a-z`, `0-9`, `-`, `_`, `.`, with alphanumeric edges and no `..`
    /// (N1).
    ///
    /// Faults (N2): `empty_name`, `invalid_character`, `too_long`, `invalid_start`, `invalid_end`, `consecutive_dots`.
    ///
    /// ```
    /// assert_eq!(scope_core::Name::new("next.js")?.as_str(), "next.js");
    /// # Ok::<(), scope_core::Error>(())
    /// ```
    Name,
    /// A well-formed name, owned. See [`Name`].
    NameBuf,
    check_name
}

/// Whether `text` is a name (N1). Looks at no more than 129 bytes of it.
///
/// ```
/// assert!(scope_core::is_name("my_image.v2"));
/// assert!(!scope_core::is_name(".."));
/// ```
pub fn is_name(text: &str) -> bool {
    NAME_SHAPE.check(text).is_ok()
}

/// Says what keeps `text` from being a name (N2). Looks at no more than 129 bytes of it.
///
/// # Errors
///
/// `empty_name`, `invalid_character`, `too_long`, `invalid_start`, `invalid_end`, `consecutive_dots`; the part is
/// `name`.
///
/// ```
/// let error = scope_core::check_name("a..b").unwrap_err();
/// assert_eq!((error.code.as_str(), error.offset), ("consecutive_dots", 1));
/// ```
pub fn check_name(text: &str) -> Result<(), Error> {
    NAME_SHAPE
        .check(text)
        .map_err(|fault| fault.alone(Part::Name))
}
