//! Is this a reference, where are its parts, and if it is none, why? (R1, R2)
//!
//! A text of 8 to 63 bytes is looked at 16 bytes at a time, without a branch on any of them: each byte's classes become
//! a bit each of four words, and the parts are found by isolating bits. A loop over the bytes mispredicts where each
//! part ends, and costs half as much again; the safe alternatives that were measured (a table gathered eight bytes at a
//! time, arithmetic on `u64`) cost more than that. `wide` gives the vectors without `unsafe` here, and a fallback where
//! a target has none. Longer and shorter texts, and those at fault, are gone through by rule. UTF-16 is narrowed as it is
//! read, which no reference loses anything by.

mod lines;

use wide::{i8x16, i16x8, u8x16};

pub(crate) use self::lines::Lines;

use crate::chars::{NAME_SHAPE, SLUG_SHAPE, Shape, TAG_SHAPE};
use crate::error::{Error, ErrorCode, Part};
use crate::reference::Offsets;

/// The offsets of a well-formed reference (R1), or its fault (R2).
#[inline]
pub(crate) fn reference(text: &[u8]) -> Result<Offsets, Error> {
    let Some(outside) = Outside::in_text(text) else {
        return long_by_rule(text);
    };
    match short(text, outside) {
        Some(offsets) => Ok(offsets),
        None => short_by_rule(text, outside),
    }
}

/// The offsets of a well-formed reference in UTF-16, in units (R1).
#[inline]
pub(crate) fn reference_utf16(units: &[u16]) -> Option<Offsets> {
    match Outside::in_text(units) {
        Some(outside) => short(units, outside),
        None => long_utf16(units),
    }
}

/// What has no [`Outside`]: a longer or shorter text.
#[cold]
#[inline(never)]
fn long_utf16(units: &[u16]) -> Option<Offsets> {
    let mut room = [0; LONGEST];
    let bytes = room.get_mut(..units.len())?;
    for (byte, &unit) in bytes.iter_mut().zip(units) {
        *byte = u8::try_from(unit).ok()?;
    }
    long_by_rule(bytes).ok()
}

/// Where `wanted` first is. Sixteen bytes at a time: in a loop over the bytes it is mispredicted where each item ends.
#[inline]
pub(crate) fn position(wanted: u8, bytes: &[u8]) -> Option<usize> {
    let (blocks, rest) = bytes.as_chunks::<16>();
    for (i, block) in blocks.iter().enumerate() {
        let found = bits(is(wanted, u8x16::new(*block)));
        if found != 0 {
            let within = found.trailing_zeros() as usize;
            return Some(i.saturating_mul(16).saturating_add(within));
        }
    }
    let within = rest.iter().position(|&byte| byte == wanted)?;
    Some(
        bytes
            .len()
            .saturating_sub(rest.len())
            .saturating_add(within),
    )
}

/// What [`short`] has no answer for.
#[cold]
#[inline(never)]
fn short_by_rule(text: &[u8], outside: Outside) -> Result<Offsets, Error> {
    by_rule(text, |part, rest| {
        let start = u32::try_from(text.len().saturating_sub(rest.len())).unwrap_or(u32::MAX);
        outside
            .of(part)
            .checked_shr(start)
            .unwrap_or(0)
            .trailing_zeros() as usize
    })
}

/// What has no [`Outside`]: a longer or shorter text.
#[cold]
#[inline(never)]
fn long_by_rule(text: &[u8]) -> Result<Offsets, Error> {
    by_rule(text, |part, rest| shape_of(part).run(rest).len())
}

const fn shape_of(part: Part) -> &'static Shape {
    match part {
        Part::Scope => &SLUG_SHAPE,
        Part::Name => &NAME_SHAPE,
        _ => &TAG_SHAPE,
    }
}

/// In R2's order. `run` says how many bytes of the rest of the text, or more than it has, a part may hold.
#[inline]
fn by_rule(text: &[u8], run: impl Fn(Part, &[u8]) -> usize) -> Result<Offsets, Error> {
    let fault = |code, part, offset| Err(Error::new(code, part, Part::Reference, offset));
    let from = |start: usize| text.get(start..).unwrap_or_default();
    let run_from = |part, start: usize| {
        let rest = from(start);
        rest.get(..run(part, rest)).unwrap_or(rest)
    };
    let judge = |part, run: &[u8], start, stopped| {
        shape_of(part)
            .judge(run, stopped)
            .map_err(|fault| fault.of(part, Part::Reference, start))
    };

    if text.first() != Some(&b'@') {
        return fault(ErrorCode::MissingAt, Part::Reference, 0);
    }
    let scope = run_from(Part::Scope, 1);
    let scope_end = scope.len().saturating_add(1);
    let Some(distance) = from(scope_end).iter().position(|&byte| byte == b'/') else {
        return fault(ErrorCode::MissingSlash, Part::Reference, text.len());
    };
    let slash = scope_end.saturating_add(distance);
    let name_start = slash.saturating_add(1);
    if slash == 1 {
        return fault(ErrorCode::EmptyScope, Part::Scope, 1);
    }
    if matches!(text.get(name_start), None | Some(b':')) {
        return fault(ErrorCode::EmptyName, Part::Name, name_start);
    }
    judge(Part::Scope, scope, 1, distance != 0)?;

    let name = run_from(Part::Name, name_start);
    let name_end = name_start.saturating_add(name.len());
    let after = text.get(name_end);
    judge(
        Part::Name,
        name,
        name_start,
        !matches!(after, None | Some(b':')),
    )?;

    if after.is_some() {
        let tag_start = name_end.saturating_add(1);
        let tag = run_from(Part::Tag, tag_start);
        judge(Part::Tag, tag, tag_start, tag.len() < from(tag_start).len())?;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "scope and name are within their limits"
    )]
    Ok(Offsets::new(slash as u16, name_end as u16))
}

/// The longest reference: a slug, a name, a tag and what is between them.
const LONGEST: usize = 1 + 64 + 1 + 128 + 1 + 128;

/// A unit of a text: a byte of UTF-8, or 16 bits of UTF-16.
pub(crate) trait Unit: Copy + Default + PartialEq + From<u8> {
    /// Sixteen of them, what is not ASCII as any byte that no reference holds.
    fn narrow(units: &[Self; 16]) -> u8x16;
}

impl Unit for u8 {
    #[inline]
    fn narrow(units: &[Self; 16]) -> u8x16 {
        u8x16::new(*units)
    }
}

impl Unit for u16 {
    #[inline]
    fn narrow(units: &[Self; 16]) -> u8x16 {
        let half = |at: usize| {
            let units = units.get(at..).and_then(<[Self]>::first_chunk::<8>);
            i16x8::new(units.copied().unwrap_or_default().map(Self::cast_signed))
        };
        // It saturates: what is over 0xFF becomes 0xFF, or 0 where the sign is set.
        u8x16::narrow_i16x8(half(0), half(8))
    }
}

/// Which units of a text are outside a set, a bit for each: the first one's is the lowest. Bits past the end are clear.
#[derive(Clone, Copy, Default)]
struct Outside {
    /// Of S2's characters.
    slug: u64,
    /// Of N1's.
    name: u64,
    /// Of T1's.
    tag: u64,
    /// Of `a`-`z` and `0`-`9`.
    alnum: u64,
}

impl Outside {
    /// Of a text of 8 to 63 units.
    #[inline]
    fn in_text<U: Unit>(text: &[U]) -> Option<Self> {
        if !(8..=63).contains(&text.len()) {
            return None;
        }
        let mut found = Self::default();
        if let (Some(first), Some(last)) = (text.first_chunk::<16>(), text.last_chunk::<16>()) {
            found.add(U::narrow(first), |bits| bits);
            let mut at = 16u32;
            for block in text.get(16..)?.chunks_exact(16) {
                found.add(U::narrow(block.first_chunk()?), |bits| bits << at);
                at = at.wrapping_add(16);
            }
            // The last 16 units may have been added in part; a bit that is set twice is set.
            found.add(U::narrow(last), |bits| bits << text.len().wrapping_sub(16));
        } else {
            let mut block = [U::default(); 16];
            let (first, last) = block.split_at_mut_checked(8)?;
            first.copy_from_slice(text.first_chunk::<8>()?);
            last.copy_from_slice(text.last_chunk::<8>()?);
            found.add(U::narrow(&block), |bits| {
                (bits & 0xFF) | (bits >> 8) << text.len().wrapping_sub(8)
            });
        }
        Some(found)
    }

    /// The units that a part may not hold.
    const fn of(self, part: Part) -> u64 {
        match part {
            Part::Scope => self.slug,
            Part::Name => self.name,
            _ => self.tag,
        }
    }

    /// Adds the classes of a block, its bits put in their place.
    #[inline]
    fn add(&mut self, block: u8x16, place: impl Fn(u64) -> u64) {
        let outside = classes(block).map(|class| place(!bits(class) & 0xFFFF));
        let [slug, name, tag, alnum] = outside;
        self.slug |= slug;
        self.name |= name;
        self.tag |= tag;
        self.alnum |= alnum;
    }
}

/// Which of 16 bytes are S2's characters, N1's, T1's, and `a`-`z` and `0`-`9`.
#[inline]
fn classes(bytes: u8x16) -> [i8x16; 4] {
    let alnum = within(b'a', b'z', bytes) | within(b'0', b'9', bytes);
    let slug = alnum | is(b'-', bytes);
    let name = slug | is(b'_', bytes) | is(b'.', bytes);
    let tag = name | within(b'A', b'Z', bytes);
    [slug, name, tag, alnum]
}

/// Which of 16 bytes are `wanted`.
#[inline]
fn is(wanted: u8, bytes: u8x16) -> i8x16 {
    signed(bytes).simd_eq(i8x16::splat(wanted.cast_signed()))
}

/// Which of 16 bytes are `first` to `last`: moved so that `last` is the greatest there is, that takes one comparison.
#[inline]
fn within(first: u8, last: u8, bytes: u8x16) -> i8x16 {
    let by = 0x7F_u8.wrapping_sub(last);
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "each byte wraps, and is meant to"
    )]
    let moved = signed(bytes) + i8x16::splat(by.cast_signed());
    let below = first.wrapping_add(by).wrapping_sub(1);
    moved.simd_gt(i8x16::splat(below.cast_signed()))
}

#[inline]
fn signed(bytes: u8x16) -> i8x16 {
    i8x16::new(bytes.to_array().map(u8::cast_signed))
}

/// A bit for each byte, the first one's the lowest.
#[inline]
fn bits(bytes: i8x16) -> u64 {
    bytes.to_bitmask().into()
}

/// The lowest bit that is set; none where none is.
#[inline]
const fn lowest(bits: u64) -> u64 {
    bits & bits.wrapping_neg()
}

/// This bit and all below it; all where there is none.
#[inline]
const fn up_to(bit: u64) -> u64 {
    bit | bit.wrapping_sub(1)
}

/// The offsets of a well-formed reference of 8 to 63 units.
#[inline]
fn short<U: Unit>(text: &[U], outside: Outside) -> Option<Offsets> {
    let end = 1 << text.len();
    let slash = lowest(outside.slug & !1);
    let name_end = lowest((outside.name | end) & !up_to(slash));

    let edges = 0b10 | slash >> 1 | slash << 1 | name_end >> 1;
    if (outside.alnum & edges) | (outside.tag & !up_to(name_end)) != 0 {
        return None;
    }
    let scope_start = 1 << 1;
    if slash < scope_start << SLUG_SHAPE.min || text.first() != Some(&b'@'.into()) {
        return None;
    }
    let (slash_at, name_end_at) = (slash.trailing_zeros(), name_end.trailing_zeros());
    if text.get(slash_at as usize) != Some(&b'/'.into()) {
        return None;
    }
    if name_end != end {
        let [colon, first, ..] = text.get(name_end_at as usize..)? else {
            return None;
        };
        if *colon != b':'.into() || [b'-', b'.'].map(U::from).contains(first) {
            return None;
        }
    }
    let marks = outside.slug & !outside.name & up_to(name_end) & !up_to(slash);
    if marks & marks >> 1 != 0
        && has_double_dots(text.get(slash_at as usize..name_end_at as usize)?)
    {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "both are at most 64")]
    Some(Offsets::new(slash_at as u16, name_end_at as u16))
}

#[cold]
fn has_double_dots<U: Unit>(name: &[U]) -> bool {
    let dots = [b'.', b'.'].map(U::from);
    name.windows(2).any(|pair| pair == dots)
}

#[cfg(test)]
mod tests {
    use super::{Outside, long_by_rule, position, short};
    use alloc::string::String;
    use alloc::{format, vec};

    /// A text of so many bytes, with an alphanumeric at both ends and `inner`, again and again, between them.
    fn part(length: usize, inner: &str) -> String {
        let inner: String = inner
            .chars()
            .cycle()
            .take(length.saturating_sub(2))
            .collect();
        let mut text = format!("a{inner}");
        text.extend((length > 1).then_some('9'));
        text
    }

    /// References of 8 to 63 bytes, with each kind of character in each part.
    pub(super) fn short_references() -> impl Iterator<Item = String> {
        let lengths =
            (8..=63).flat_map(|length| (3..=length - 3).map(move |scope| (length, scope)));
        let parts = lengths.flat_map(|(length, scope)| {
            (1..=length - scope - 2).map(move |name| (scope, name, length - scope - 2 - name))
        });
        // No tag is empty.
        let parts = parts.filter(|&(_, _, tag)| tag != 1);
        parts.flat_map(|(scope, name, tag)| {
            let tag = match tag {
                0 => String::new(),
                tag => format!(":{}", part(tag - 1, ".-A__..z")),
            };
            ["b", "-", "_", ".x", "._", ".-", "-._z", "0__"]
                .map(|inner| format!("@{}/{}{tag}", part(scope, "-z0"), part(name, inner)))
        })
    }

    /// What the fast way refuses is answered by rule, so no answer would show that it refuses too much.
    #[test]
    fn every_reference_that_is_short_is_found_the_fast_way() {
        for text in short_references() {
            let expected = long_by_rule(text.as_bytes()).unwrap();
            let outside = Outside::in_text(text.as_bytes()).unwrap();
            assert_eq!(short(text.as_bytes(), outside), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_byte_is_found_where_it_first_is() {
        for length in 0..70 {
            let mut bytes = vec![b'a'; length];
            assert_eq!(position(b'\n', &bytes), None);
            for at in (0..length).rev() {
                bytes[at] = b'\n';
                assert_eq!(position(b'\n', &bytes), Some(at));
            }
        }
    }
}
