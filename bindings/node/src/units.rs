//! Text in UTF-16 units, as JavaScript has it, and what is found in it: what of this package knows nothing of Node, so
//! that `fuzz/` attacks it too.

use std::str;

use scope_core::{Error, Part, Reference, locate_utf16};

/// Units that are looked at on the stack. A reference has at most 323.
pub(crate) const SHORT: usize = 384;

/// Where the `/` of a reference and the end of its name are (R1), or what `describe` makes of its fault and of the text
/// that this is in: of ill-formed text, of what stands before the fault.
#[inline]
pub(crate) fn locate<F>(
    units: &[u16],
    describe: impl FnOnce(Error, &str) -> F,
) -> Result<(usize, usize), F> {
    locate_utf16(units).map_or_else(|| locate_by_rule(units, describe), Ok)
}

#[cold]
fn locate_by_rule<F>(
    units: &[u16],
    describe: impl FnOnce(Error, &str) -> F,
) -> Result<(usize, usize), F> {
    in_utf8(units, |text, whole| {
        let error = if whole {
            match Reference::parse(text) {
                Ok(reference) => return Ok(reference.offsets()),
                Err(error) => error,
            }
        } else {
            Error::invalid_unicode(Part::Reference, text.len())
        };
        Err(describe(error, text))
    })
}

/// Hands the text up to the first lone surrogate to `run`, and whether that is all of it.
pub(crate) fn in_utf8<T>(units: &[u16], run: impl FnOnce(&str, bool) -> T) -> T {
    let mut room = [0; SHORT];
    if let Some(bytes) = room.get_mut(..units.len())
        && narrow(units, bytes)
        && let Ok(text) = str::from_utf8(bytes)
    {
        return run(text, true);
    }
    let (text, whole) = well_formed_prefix(units);
    run(&text, whole)
}

/// Writes ASCII as bytes; says whether it is that.
fn narrow(units: &[u16], bytes: &mut [u8]) -> bool {
    let mut all = 0;
    for (byte, &unit) in bytes.iter_mut().zip(units) {
        all |= unit;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "`all` tells whether it was cut"
        )]
        let low = unit as u8;
        *byte = low;
    }
    all < 0x80
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
    let before = text.get(..offset).unwrap_or(text);
    if before.is_ascii() {
        return before.len();
    }
    before.encode_utf16().count()
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
