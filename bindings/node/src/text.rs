//! Text across the border: UTF-16 in JavaScript, UTF-8 here.

use napi::bindgen_prelude::Utf16String;
use scope_core::{Error, Part};

use crate::fault::Fault;
use crate::units::well_formed_prefix;

/// The text that `units` are, which are the argument `part`; a lone surrogate is that argument's fault.
pub(crate) fn read(units: &[u16], part: Part) -> Result<String, Fault> {
    let (text, well_formed) = well_formed_prefix(units);
    if well_formed {
        crate::panic::if_asked(&text);
        return Ok(text);
    }
    let error = Error::invalid_unicode(part, text.len());
    Err(Fault::new(error, text))
}

/// A text that may be left out.
pub(crate) fn read_optional(
    given: Option<&Utf16String>,
    part: Part,
) -> Result<Option<String>, Fault> {
    given.map(|units| read(units, part)).transpose()
}
