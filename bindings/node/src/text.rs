//! Text across the border: UTF-16 in JavaScript, UTF-8 here.

use napi::bindgen_prelude::Utf16String;
use scope_core::{Error, Part};

use crate::fault::Fault;

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

/// The text up to the first lone surrogate, and whether that is all of it.
pub(crate) fn well_formed_prefix(units: &[u16]) -> (String, bool) {
    let mut text = String::with_capacity(units.len());
    if units.iter().fold(0, |all, unit| all | unit) < 0x80 {
        #[expect(clippy::cast_possible_truncation, reason = "each is ASCII")]
        text.extend(units.iter().map(|&unit| char::from(unit as u8)));
        return (text, true);
    }
    for char in char::decode_utf16(units.iter().copied()) {
        match char {
            Ok(char) => text.push(char),
            Err(_) => return (text, false),
        }
    }
    (text, true)
}

/// How many UTF-16 units the first `offset` bytes of `text` are.
pub(crate) fn units_before(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or(text).encode_utf16().count()
}

/// `units` as generalized UTF-8: as UTF-8 where they are well-formed, a lone surrogate in three bytes.
pub(crate) fn generalized_utf8(units: &[u16]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(units.len());
    for char in char::decode_utf16(units.iter().copied()) {
        match char {
            Ok(char) => bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
            Err(lone) => {
                let [high, low] = lone.unpaired_surrogate().to_be_bytes();
                bytes.extend([
                    0xE0 | (high >> 4),
                    0x80 | ((high & 0x0F) << 2) | (low >> 6),
                    0x80 | (low & 0x3F),
                ]);
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "aß€😀b";

    #[test]
    fn offsets_are_converted() {
        for (units, bytes) in [(0, 0), (1, 1), (2, 3), (3, 6), (5, 10), (6, 11)] {
            assert_eq!(units_before(TEXT, bytes), units);
        }
    }

    #[test]
    fn a_lone_surrogate_ends_the_prefix_and_takes_three_bytes() {
        let units = [0x61, 0xD800, 0x62];
        assert_eq!(well_formed_prefix(&units), ("a".to_owned(), false));
        assert_eq!(generalized_utf8(&units), b"a\xED\xA0\x80b");
        let whole: Vec<u16> = TEXT.encode_utf16().collect();
        assert_eq!(well_formed_prefix(&whole), (TEXT.to_owned(), true));
        assert_eq!(generalized_utf8(&whole), TEXT.as_bytes());
    }
}
