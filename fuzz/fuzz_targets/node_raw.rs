//! The Node package's own half of a parse: UTF-16, ill-formed or not, gives what the core says of the same text in UTF-8,
//! with offsets in units.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scope_core::{ErrorCode, Part, Reference, is_valid, locate_utf16};

#[allow(dead_code, unreachable_pub, reason = "the package uses the rest of it")]
#[path = "../../bindings/node/src/units.rs"]
mod units;

/// Up to which byte of a text its first `count` units are.
fn bytes_of(text: &str, count: usize) -> usize {
    let mut seen = 0;
    let past = text.char_indices().find(|(_, char)| {
        let here = seen;
        seen += char.len_utf16();
        here >= count
    });
    past.map_or(text.len(), |(at, _)| at)
}

/// UTF-8 as UTF-16, and a byte that is not of it as a surrogate, which may find another one to be a character with: so an
/// input is what it looks like.
fn units_of(bytes: &[u8]) -> Vec<u16> {
    let mut units = Vec::new();
    for chunk in bytes.utf8_chunks() {
        units.extend(chunk.valid().encode_utf16());
        units.extend(chunk.invalid().iter().map(|&byte| 0xD800 | u16::from(byte & 1) << 10 | u16::from(byte)));
    }
    units
}

fn agrees_with_the_core(given: &[u16]) {
    let found = units::locate(given, |error, text| (error, text.to_owned(), units::units_before(text, error.offset)));
    assert_eq!(found.as_ref().ok().copied(), locate_utf16(given));
    match (String::from_utf16(given), found) {
        (Ok(text), Ok(offsets)) => assert_eq!(Reference::parse(&text).map(|it| it.offsets()), Ok(offsets)),
        (Ok(text), Err((error, of, offset))) => {
            assert_eq!((Reference::parse(&text).err(), &of), (Some(error), &text));
            assert_eq!(bytes_of(&text, offset), error.offset);
        }
        (Err(_), Ok(_)) => panic!("ill-formed text is no reference"),
        (Err(_), Err((error, before, offset))) => {
            assert_eq!((error.code, error.part), (ErrorCode::InvalidUnicode, Part::Reference));
            assert!(before.encode_utf16().eq(given[..offset].iter().copied()));
            let lone = char::decode_utf16(given[offset..].iter().copied()).next();
            assert!(lone.is_some_and(|it| it.is_err()), "the first lone surrogate is at the offset");
        }
    }
}

fn texts_are_taken_as_they_are(given: &[u16]) {
    let whole = String::from_utf16(given);
    units::in_utf8(given, |text, all| {
        assert_eq!(all, whole.is_ok());
        assert!(given.starts_with(&text.encode_utf16().collect::<Vec<_>>()));
        assert_eq!(is_valid(text) && all, locate_utf16(given).is_some());
    });
    let generalized = units::generalized_utf8(given);
    match whole {
        Ok(text) => assert_eq!(generalized, text.as_bytes()),
        Err(_) => assert!(std::str::from_utf8(&generalized).is_err()),
    }
}

fuzz_target!(|bytes: &[u8]| {
    let given = units_of(bytes);
    agrees_with_the_core(&given);
    texts_are_taken_as_they_are(&given);
    // The same repeated to about the length that fits on the stack, with a character of each width at its end.
    let length = units::SHORT - 2 + given.len() % 4;
    let mut long: Vec<u16> = given.iter().copied().cycle().take(length).collect();
    long.resize(length, 0x61);
    long[length - 1] = [0x62, 0xE9, 0xD800][given.len() % 3];
    agrees_with_the_core(&long);
    texts_are_taken_as_they_are(&long);
});
