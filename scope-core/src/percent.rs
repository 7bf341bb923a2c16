//! Percent escapes as scope URIs have them (K9).

use alloc::vec::Vec;
use core::fmt;

use crate::error::{ErrorCode, Fault};

/// Whether a byte stands for itself in a URI.
pub(crate) const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/')
}

/// Writes text with every byte escaped that is not plain.
pub(crate) fn encode(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    for byte in text.bytes() {
        if is_plain(byte) {
            out.write_char(char::from(byte))?;
        } else {
            write!(out, "%{byte:02X}")?;
        }
    }
    Ok(())
}

/// A byte of a field: what it is once decoded, and how many bytes of the URI write it.
struct Unit {
    byte: u8,
    width: usize,
    canonical: bool,
}

/// The first byte that `text` writes; `None` at its end.
fn first_unit(text: &[u8]) -> Option<Result<Unit, ErrorCode>> {
    Some(match *text {
        [] => return None,
        [b'%', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
            let byte = (hex_value(high) << 4) | hex_value(low);
            let upper = !high.is_ascii_lowercase() && !low.is_ascii_lowercase();
            Ok(Unit {
                byte,
                width: 3,
                canonical: upper && !is_plain(byte),
            })
        }
        [b'%', ..] => Err(ErrorCode::InvalidPercentEncoding),
        [byte, ..] if is_plain(byte) => Ok(Unit {
            byte,
            width: 1,
            canonical: true,
        }),
        [..] => Err(ErrorCode::InvalidCharacter),
    })
}

/// The units of a field, up to its end or its first fault.
fn units(field: &str) -> impl Iterator<Item = Result<Unit, ErrorCode>> + Clone {
    let mut rest = field.as_bytes();
    core::iter::from_fn(move || {
        let unit = first_unit(rest)?;
        let width = unit.as_ref().map_or(usize::MAX, |unit| unit.width);
        rest = rest.get(width..).unwrap_or_default();
        Some(unit)
    })
}

fn hex_value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit.wrapping_sub(b'0'),
        _ => (digit | 0x20).wrapping_sub(b'a').wrapping_add(10),
    }
}

/// The bytes of the field before the first fault, and that fault's code.
fn decode_bytes(field: &str) -> (Vec<u8>, Option<ErrorCode>) {
    let mut bytes = Vec::with_capacity(field.len());
    for unit in units(field) {
        match unit {
            Ok(unit) => bytes.push(unit.byte),
            Err(code) => return (bytes, Some(code)),
        }
    }
    (bytes, None)
}

/// A field's text. Whether the escapes are canonical is another question: [`first_uncanonical`].
pub(crate) fn decode(field: &str) -> Result<alloc::string::String, Fault> {
    let (bytes, fault) = decode_bytes(field);
    if let Some(code) = fault {
        return Err(Fault::new(code, place_of(field, bytes.len())));
    }
    alloc::string::String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Fault::new(ErrorCode::InvalidUnicode, place_of(field, at))
    })
}

/// Where in the field the decoded byte at `decoded` is written; the field's length past the last one.
pub(crate) fn place_of(field: &str, decoded: usize) -> usize {
    units(field)
        .take(decoded)
        .map(|unit| unit.map_or(0, |unit| unit.width))
        .sum()
}

/// Where the first escape stands that is not the one way to write its byte.
pub(crate) fn first_uncanonical(field: &str) -> Option<usize> {
    let before = units(field).position(|unit| unit.is_ok_and(|unit| !unit.canonical))?;
    Some(place_of(field, before))
}

/// The character that a URI writes at the start of `text`, escaped or not.
pub(crate) fn first_char(text: &str) -> Option<char> {
    if !text.starts_with('%') {
        return text.chars().next();
    }
    let mut bytes = [0; 4];
    let mut length = 0usize;
    for (slot, unit) in bytes.iter_mut().zip(units(text)) {
        let Ok(unit) = unit else { break };
        *slot = unit.byte;
        length = length.saturating_add(1);
    }
    let bytes = bytes.get(..length)?;
    let valid = match core::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => core::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()?,
    };
    // A `%` that begins no escape is at fault itself.
    Some(valid.chars().next().unwrap_or('%'))
}
