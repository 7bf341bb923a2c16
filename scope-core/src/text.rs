//! Bytes from outside that have to be text (section 1).

use crate::error::{Error, Part};

/// The text that `bytes` are, which are the argument `part`.
///
/// # Errors
///
/// `invalid_unicode` where the well-formed beginning ends.
///
/// ```
/// use scope_core::{Part, text::from_utf8};
/// assert_eq!(from_utf8(b"acme", Part::Scope)?, "acme");
/// assert_eq!(from_utf8(b"ac\xFF", Part::Scope).unwrap_err().offset, 2);
/// # Ok::<(), scope_core::Error>(())
/// ```
pub fn from_utf8(bytes: &[u8], part: Part) -> Result<&str, Error> {
    core::str::from_utf8(bytes).map_err(|error| Error::invalid_unicode(part, error.valid_up_to()))
}
