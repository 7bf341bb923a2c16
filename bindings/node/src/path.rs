//! Paths across the border: a string of UTF-16, or the bytes that the system knows.

use std::ffi::OsString;
use std::path::PathBuf;

use napi::bindgen_prelude::{Either, Uint8Array, Utf16String};

/// What JavaScript hands over for a path.
pub(crate) type GivenPath = Either<Utf16String, Uint8Array>;

/// The path. One that is no text stays none, and so is refused as one that is not UTF-8 (G6).
pub(crate) fn read(given: &GivenPath) -> PathBuf {
    PathBuf::from(match given {
        Either::A(units) => of_units(units),
        Either::B(bytes) => of_bytes(bytes),
    })
}

#[cfg(unix)]
fn of_units(units: &[u16]) -> OsString {
    of_bytes(&crate::units::generalized_utf8(units))
}

#[cfg(unix)]
fn of_bytes(bytes: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStringExt as _;
    OsString::from_vec(bytes.to_vec())
}

#[cfg(windows)]
fn of_units(units: &[u16]) -> OsString {
    use std::os::windows::ffi::OsStringExt as _;
    OsString::from_wide(units)
}

/// Bytes are UTF-8 there, as Node has it; what is not becomes a lone surrogate, which no path of text holds.
#[cfg(windows)]
fn of_bytes(bytes: &[u8]) -> OsString {
    let mut units = Vec::new();
    for chunk in bytes.utf8_chunks() {
        units.extend(chunk.valid().encode_utf16());
        if !chunk.invalid().is_empty() {
            units.push(0xDC00);
        }
    }
    of_units(&units)
}
