//! The fast scanner behind `parse` and `is_valid` against a slow reference parser, written here from sections 2 to 5 of
//! the specification and from nothing else, on every length near a limit and every character in every place.

use proptest::prelude::*;
use scope_core::{
    ErrorCode, Line, Part, Reference, check_name, check_slug, check_tag, is_valid, locate_utf8,
    locate_utf16,
};

/// A fault: what, of which part, where.
type Fault = (ErrorCode, Part, usize);
/// The scope, the name and the tag of a reference.
type Parts<'a> = (&'a str, &'a str, Option<&'a str>);

/// The leftmost character outside `allowed` that begins within the first `limit` bytes.
fn foreign(text: &str, limit: usize, allowed: fn(char) -> bool) -> Option<usize> {
    let found = text.char_indices().find(|&(_, char)| !allowed(char));
    found.map(|(at, _)| at).filter(|&at| at < limit)
}

fn is_alnum(char: char) -> bool {
    matches!(char, 'a'..='z' | '0'..='9')
}

/// S4.
fn slug_fault(text: &str) -> Option<(ErrorCode, usize)> {
    if text.is_empty() {
        return Some((ErrorCode::EmptyScope, 0));
    }
    if let Some(at) = foreign(text, 65, |char| is_alnum(char) || char == '-') {
        return Some((ErrorCode::InvalidCharacter, at));
    }
    if text.len() < 3 {
        return Some((ErrorCode::TooShort, 0));
    }
    if text.len() > 64 {
        return Some((ErrorCode::TooLong, 64));
    }
    if text.starts_with('-') {
        return Some((ErrorCode::InvalidStart, 0));
    }
    if text.ends_with('-') {
        return Some((ErrorCode::InvalidEnd, text.len() - 1));
    }
    None
}

/// N2.
fn name_fault(text: &str) -> Option<(ErrorCode, usize)> {
    if text.is_empty() {
        return Some((ErrorCode::EmptyName, 0));
    }
    if let Some(at) = foreign(text, 129, |char| {
        is_alnum(char) || matches!(char, '-' | '_' | '.')
    }) {
        return Some((ErrorCode::InvalidCharacter, at));
    }
    if text.len() > 128 {
        return Some((ErrorCode::TooLong, 128));
    }
    if !text.starts_with(is_alnum) {
        return Some((ErrorCode::InvalidStart, 0));
    }
    if !text.ends_with(is_alnum) {
        return Some((ErrorCode::InvalidEnd, text.len() - 1));
    }
    text.find("..").map(|at| (ErrorCode::ConsecutiveDots, at))
}

/// T1.
fn tag_fault(text: &str) -> Option<(ErrorCode, usize)> {
    if text.is_empty() {
        return Some((ErrorCode::EmptyTag, 0));
    }
    if let Some(at) = foreign(text, 129, |char| {
        char.is_ascii_alphanumeric() || matches!(char, '_' | '.' | '-')
    }) {
        return Some((ErrorCode::InvalidCharacter, at));
    }
    if text.len() > 128 {
        return Some((ErrorCode::TooLong, 128));
    }
    if text.starts_with(['.', '-']) {
        return Some((ErrorCode::InvalidStart, 0));
    }
    None
}

/// R1, R2.
fn slow(text: &str) -> Result<Parts<'_>, Fault> {
    if !text.starts_with('@') {
        return Err((ErrorCode::MissingAt, Part::Reference, 0));
    }
    let Some(slash) = text.find('/') else {
        return Err((ErrorCode::MissingSlash, Part::Reference, text.len()));
    };
    let scope = &text[1..slash];
    if scope.is_empty() {
        return Err((ErrorCode::EmptyScope, Part::Scope, 1));
    }
    let rest = &text[slash + 1..];
    if rest.is_empty() || rest.starts_with(':') {
        return Err((ErrorCode::EmptyName, Part::Name, slash + 1));
    }
    let (name, tag) = match rest.find(':') {
        Some(colon) => (&rest[..colon], Some(&rest[colon + 1..])),
        None => (rest, None),
    };
    if let Some((code, at)) = slug_fault(scope) {
        return Err((code, Part::Scope, 1 + at));
    }
    if let Some((code, at)) = name_fault(name) {
        return Err((code, Part::Name, slash + 1 + at));
    }
    if let Some((code, at)) = tag.and_then(tag_fault) {
        let start = slash + 1 + name.len() + 1;
        return Err((code, Part::Tag, start + at));
    }
    Ok((scope, name, tag))
}

#[track_caller]
fn agree(text: &str) {
    let fast = Reference::parse(text);
    let parts = fast.map(|reference| (reference.scope(), reference.name(), reference.tag()));
    let fault = parts.map_err(|error| {
        assert_eq!(error.input, Part::Reference, "{text:?}");
        (error.code, error.part, error.offset)
    });
    assert_eq!(fault, slow(text), "{text:?}");
    assert_eq!(is_valid(text), fast.is_ok(), "{text:?}");
    if let Ok(reference) = fast {
        assert_eq!(reference.as_str(), text);
    }
    // A reference is ASCII, so that a byte of it is a unit of UTF-16.
    let units: Vec<u16> = text.encode_utf16().collect();
    let places = fast.ok().map(Reference::offsets);
    assert_eq!(locate_utf16(&units), places, "{text:?}");
    assert_eq!(locate_utf8(text.as_bytes()), places, "{text:?}");
}

/// What is cut to a byte must not look like one that belongs there.
#[test]
fn no_other_unit_passes_for_ascii() {
    for sample in samples(40) {
        let units: Vec<u16> = sample.encode_utf16().collect();
        for at in 0..units.len() {
            for high in [0x0100, 0x0200, 0x7F00, 0x8000, 0xD800, 0xFF00] {
                let mut changed = units.clone();
                changed[at] |= high;
                assert_eq!(locate_utf16(&changed), None, "{changed:x?}");
            }
        }
    }
}

#[test]
fn no_byte_past_ascii_passes_for_one() {
    for sample in samples(40) {
        for at in 0..sample.len() {
            for byte in 0x80..=u8::MAX {
                let mut changed = sample.clone().into_bytes();
                changed[at] = byte;
                assert_eq!(locate_utf8(&changed), None, "{}", changed.escape_ascii());
            }
        }
    }
}

/// A text of `length` bytes: no two of its dots touch, and it begins and ends with a letter.
fn filler(length: usize) -> String {
    let mut text: String = "a-0_b.9c".chars().cycle().take(length).collect();
    if text.ends_with(|char| !is_alnum(char)) {
        text.pop();
        text.push('z');
    }
    text
}

/// The same, of a slug's characters.
fn slug_filler(length: usize) -> String {
    filler(length).replace(['_', '.'], "-")
}

fn reference(scope: usize, name: usize, tag: Option<usize>) -> String {
    let mut text = format!("@{}/{}", slug_filler(scope), filler(name));
    if let Some(tag) = tag {
        text.push(':');
        text.push_str(&filler(tag).to_uppercase());
    }
    text
}

#[test]
fn every_length_near_a_limit() {
    const SCOPE: usize = 70;
    const NAME: usize = 135;
    const TAG: usize = 135;
    for scope in 0..=SCOPE {
        for name in 0..=NAME {
            agree(&reference(scope, name, None));
        }
        for tag in 0..=TAG {
            agree(&reference(scope, 6, Some(tag)));
        }
    }
    for name in 0..=NAME {
        for tag in 0..=TAG {
            agree(&reference(4, name, Some(tag)));
        }
    }
    // The longest of all, and one byte more in each part.
    for (scope, name, tag) in [
        (64, 128, 128),
        (65, 128, 128),
        (64, 129, 128),
        (64, 128, 129),
    ] {
        agree(&reference(scope, name, Some(tag)));
    }
    assert!(is_valid(&reference(64, 128, Some(128))));
}

/// References of every length from the shortest one to `longest`, with and without a tag, and some much longer ones.
fn samples(longest: usize) -> impl Iterator<Item = String> {
    let short = (6..=longest).flat_map(|length| {
        let scope = 3 + (length - 6) / 3;
        let rest = length - 2 - scope;
        let name = rest.div_ceil(2);
        let tagged = (rest - name).checked_sub(1).filter(|tag| *tag > 0);
        let samples = [
            Some(reference(scope, rest, None)),
            tagged.map(|tag| reference(scope, name, Some(tag))),
        ];
        let samples = samples.into_iter().flatten();
        samples.inspect(move |sample| assert_eq!(sample.len(), length))
    });
    short.chain([
        reference(64, 128, None),
        reference(64, 1, Some(128)),
        reference(3, 128, Some(1)),
    ])
}

/// The first 256 characters, and one each of three and four bytes.
fn characters() -> impl Iterator<Item = char> + Clone {
    (0..=u8::MAX)
        .map(char::from)
        .chain(['\u{20AC}', '\u{1F600}'])
}

#[test]
fn every_character_in_every_place() {
    for sample in samples(66) {
        agree(&sample);
        for at in 0..=sample.len() {
            let (before, after) = sample.split_at(at);
            let mut rest = after.chars();
            rest.next();
            for char in characters() {
                agree(&format!("{before}{char}{}", rest.as_str()));
            }
        }
    }
}

#[test]
fn a_character_more_or_less() {
    for sample in samples(66) {
        for at in 0..=sample.len() {
            let (before, after) = sample.split_at(at);
            let mut rest = after.chars();
            rest.next();
            agree(&format!("{before}{}", rest.as_str()));
            for char in "@/:.-_aZ0 \0\n\u{7F}\u{80}é".chars() {
                agree(&format!("{before}{char}{after}"));
            }
            for pair in ["..", "._", "_.", ".-", "--", "::", "//", "@@"] {
                agree(&format!("{before}{pair}{after}"));
            }
            agree(before);
            agree(after);
        }
    }
}

#[test]
fn every_pair_of_characters() {
    const SAMPLE: &str = "@abc/d:e";
    for at in 0..SAMPLE.len() - 1 {
        let (before, after) = (&SAMPLE[..at], &SAMPLE[at + 2..]);
        for first in characters() {
            for second in characters() {
                agree(&format!("{before}{first}{second}{after}"));
            }
        }
    }
}

/// Every byte in every place of a line, also where that is not UTF-8.
#[test]
fn every_byte_of_a_buffer() {
    for sample in samples(40) {
        for at in 0..sample.len() {
            for byte in 0..=u8::MAX {
                let mut buffer = sample.clone().into_bytes();
                buffer[at] = byte;
                check_buffer(&buffer);
            }
        }
    }
}

/// `parse_lines` against B2, by the slow parser.
fn check_buffer(buffer: &[u8]) {
    let mut lines: Vec<&[u8]> = buffer.split(|&byte| byte == b'\n').collect();
    if lines.last().is_some_and(|last| last.is_empty()) {
        lines.pop();
    }
    let short = |offset: usize| u32::try_from(offset).unwrap();
    let mut start = 0;
    let mut expected = Vec::new();
    for line in lines {
        let answer = match std::str::from_utf8(line) {
            Ok(text) => slow(text).map_err(|(code, _, at)| (code, at)),
            Err(fault) => Err((ErrorCode::InvalidUnicode, fault.valid_up_to())),
        };
        expected.push(match answer {
            Ok((scope, name, _)) => {
                let slash = start + 1 + scope.len();
                let name_end = slash + 1 + name.len();
                [start, slash, name_end, start + line.len()].map(short)
            }
            Err((code, at)) => [
                short(start),
                0,
                Line::FAULT | u32::from(code.number()),
                short(start + at),
            ],
        });
        start += line.len() + 1;
    }
    let given: Vec<_> = scope_core::parse_lines(buffer)
        .unwrap()
        .map(Line::to_array)
        .collect();
    assert_eq!(given, expected, "{}", buffer.escape_ascii());
}

/// Text that is nearly a reference: the right parts in the right order, with something wrong here and there.
fn near_reference() -> impl Strategy<Value = String> {
    let scope = prop_oneof![
        4 => "[a-z0-9][a-z0-9-]{1,20}[a-z0-9]",
        1 => "[a-z0-9-]{60,68}",
        1 => "[a-zA-Z0-9_./:@ é-]{0,8}",
    ];
    let name = prop_oneof![
        4 => "[a-z0-9]([a-z0-9._-]{0,30}[a-z0-9])?",
        1 => "[a-z0-9._-]{120,132}",
        1 => "[a-zA-Z0-9_./:@ é-]{0,8}",
    ];
    let tag = prop_oneof![
        3 => Just(String::new()),
        3 => ":[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}",
        1 => ":[A-Za-z0-9_.-]{120,132}",
        1 => ":[a-zA-Z0-9_./:@ é-]{0,8}",
    ];
    let at = prop_oneof![9 => Just("@"), 1 => Just(""), 1 => Just(" @")];
    let slash = prop_oneof![9 => Just("/"), 1 => Just(""), 1 => Just("//")];
    (at, scope, slash, name, tag)
        .prop_map(|(at, scope, slash, name, tag)| format!("{at}{scope}{slash}{name}{tag}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn near_references(text in near_reference()) {
        agree(&text);
    }

    #[test]
    fn any_text(text in any::<String>()) {
        agree(&text);
    }

    #[test]
    fn parts_alone(text in prop_oneof![near_reference(), any::<String>(), "[a-z0-9._-]{0,140}"]) {
        let alone = |checked: Result<(), scope_core::Error>, part| {
            checked.err().map(|error| {
                assert_eq!((error.part, error.input), (part, part));
                (error.code, error.offset)
            })
        };
        prop_assert_eq!(alone(check_slug(&text), Part::Scope), slug_fault(&text));
        prop_assert_eq!(alone(check_name(&text), Part::Name), name_fault(&text));
        prop_assert_eq!(alone(check_tag(&text), Part::Tag), tag_fault(&text));
    }

    #[test]
    fn buffers(lines in prop::collection::vec(near_reference(), 0..6), last in any::<bool>()) {
        let mut buffer = lines.join("\n").into_bytes();
        if last {
            buffer.push(b'\n');
        }
        check_buffer(&buffer);
    }

    #[test]
    fn buffers_of_any_bytes(buffer in prop::collection::vec(prop_oneof![Just(b'\n'), any::<u8>()], 0..60)) {
        check_buffer(&buffer);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Lines are looked at by the kilobyte: with so many, they lie across its ends in every way.
    #[test]
    fn many_lines(lines in prop::collection::vec(near_reference(), 0..200), ended in any::<bool>()) {
        let mut buffer = lines.join("\n");
        if ended {
            buffer.push('\n');
        }
        check_buffer(buffer.as_bytes());
    }
}
