//! Is this a reference, where are its parts, and if it is none, why? (R1, R2)
//!
//! A text of 8 to 63 bytes is looked at 16 bytes at a time, without a branch on any of them: each byte's classes become
//! a bit each of four words, and the parts are found by isolating bits. A loop over the bytes mispredicts where each
//! part ends, and costs half as much again; the safe alternatives that were measured (a table gathered eight bytes at a
//! time, arithmetic on `u64`) cost more than that. `wide` gives the vectors without `unsafe` here, and a fallback where
//! a target has none. Longer and shorter texts, and those at fault, are gone through by rule.

use wide::u8x16;

use crate::chars::{NAME_SHAPE, SLUG_SHAPE, Shape, TAG_SHAPE};
use crate::error::{Error, ErrorCode, Part};
use crate::reference::Offsets;

/// The offsets of a well-formed reference (R1), or its fault (R2).
#[inline]
pub(crate) fn reference(text: &[u8]) -> Result<Offsets, Error> {
    let Some(classes) = Classes::of(text) else {
        return long_by_rule(text);
    };
    match short(text, classes) {
        Some(offsets) => Ok(offsets),
        None => short_by_rule(text, classes),
    }
}

/// What [`short`] has no answer for.
#[cold]
#[inline(never)]
fn short_by_rule(text: &[u8], classes: Classes) -> Result<Offsets, Error> {
    by_rule(text, |shape, start| {
        let outside = classes
            .outside(shape)
            .checked_shr(start as u32)
            .unwrap_or(0);
        let rest = text.get(start..).unwrap_or_default();
        rest.get(..outside.trailing_zeros() as usize)
            .unwrap_or(rest)
    })
}

/// What has no [`Classes`]: a longer or shorter text.
#[cold]
#[inline(never)]
fn long_by_rule(text: &[u8]) -> Result<Offsets, Error> {
    by_rule(text, |shape, start| {
        shape.run(text.get(start..).unwrap_or_default())
    })
}

/// In R2's order. `run` gives the bytes from a place on that are of a shape's characters.
#[inline]
fn by_rule<'a>(text: &'a [u8], run: impl Fn(&Shape, usize) -> &'a [u8]) -> Result<Offsets, Error> {
    let fault = |code, part, offset| Err(Error::new(code, part, Part::Reference, offset));
    if text.first() != Some(&b'@') {
        return fault(ErrorCode::MissingAt, Part::Reference, 0);
    }
    let scope = run(&SLUG_SHAPE, 1);
    let scope_end = scope.len().saturating_add(1);
    let rest = text.get(scope_end..).unwrap_or_default();
    let Some(distance) = rest.iter().position(|&byte| byte == b'/') else {
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
    let judge = |shape: &Shape, run, stopped, part, start| {
        shape
            .judge(run, stopped)
            .map_err(|fault| fault.of(part, Part::Reference, start))
    };
    judge(&SLUG_SHAPE, scope, distance != 0, Part::Scope, 1)?;
    let name = run(&NAME_SHAPE, name_start);
    let name_end = name_start.saturating_add(name.len());
    let after = text.get(name_end).copied();
    judge(
        &NAME_SHAPE,
        name,
        !matches!(after, None | Some(b':')),
        Part::Name,
        name_start,
    )?;
    if after.is_some() {
        let tag_start = name_end.saturating_add(1);
        let tag = run(&TAG_SHAPE, tag_start);
        let stopped = tag_start.saturating_add(tag.len()) < text.len();
        judge(&TAG_SHAPE, tag, stopped, Part::Tag, tag_start)?;
    }
    // Scope and name are within their limits, so nothing is cut off.
    #[expect(clippy::cast_possible_truncation, reason = "at most 194")]
    Ok(Offsets {
        slash: slash as u16,
        name_end: name_end as u16,
    })
}

/// Of each byte of a text, a bit: the first byte's is the lowest. Bits past the end are clear.
#[derive(Clone, Copy, Default)]
struct Classes {
    /// Not of S2's characters.
    not_slug: u64,
    /// Not of N1's.
    not_name: u64,
    /// Not of T1's.
    not_tag: u64,
    /// Neither `a`-`z` nor `0`-`9`.
    not_alnum: u64,
}

impl Classes {
    /// Of a text of 8 to 63 bytes.
    #[inline]
    fn of(text: &[u8]) -> Option<Self> {
        if !(8..=63).contains(&text.len()) {
            return None;
        }
        let mut classes = Self::default();
        if let (Some(first), Some(last)) = (text.first_chunk::<16>(), text.last_chunk::<16>()) {
            classes.add(first, |bits| bits);
            let mut at = 16u32;
            for block in text.get(16..)?.chunks_exact(16) {
                classes.add(block.first_chunk()?, |bits| bits << at);
                at = at.wrapping_add(16);
            }
            // The last 16 bytes may have been added in part; a bit that is set twice is set.
            classes.add(last, |bits| bits << text.len().wrapping_sub(16));
        } else {
            let mut block = [0; 16];
            let (first, last) = block.split_at_mut_checked(8)?;
            first.copy_from_slice(text.first_chunk::<8>()?);
            last.copy_from_slice(text.last_chunk::<8>()?);
            classes.add(&block, |bits| {
                (bits & 0xFF) | (bits >> 8) << text.len().wrapping_sub(8)
            });
        }
        Some(classes)
    }

    /// The bytes that a shape may not hold.
    fn outside(&self, shape: &Shape) -> u64 {
        if core::ptr::eq(shape, &raw const SLUG_SHAPE) {
            self.not_slug
        } else if core::ptr::eq(shape, &raw const NAME_SHAPE) {
            self.not_name
        } else {
            self.not_tag
        }
    }

    /// Adds the classes of a block, its bits put in their place.
    #[inline]
    fn add(&mut self, block: &[u8; 16], place: impl Fn(u64) -> u64) {
        let bytes = u8x16::new(*block);
        let is = |byte| bytes.simd_eq(u8x16::splat(byte));
        let within = |first: u8, last: u8| {
            let distance = bytes - u8x16::splat(first);
            distance
                .min(u8x16::splat(last.wrapping_sub(first)))
                .simd_eq(distance)
        };
        let alnum = within(b'a', b'z') | within(b'0', b'9');
        let slug = alnum | is(b'-');
        let name = slug | is(b'_') | is(b'.');
        let tag = name | within(b'A', b'Z');
        let outside = |class: u8x16| place(u64::from(class.to_bitmask() ^ 0xFFFF));
        self.not_slug |= outside(slug);
        self.not_name |= outside(name);
        self.not_tag |= outside(tag);
        self.not_alnum |= outside(alnum);
    }
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

/// The offsets of a well-formed reference of 8 to 63 bytes.
#[inline]
fn short(text: &[u8], classes: Classes) -> Option<Offsets> {
    let end = 1 << text.len();
    let slash = lowest(classes.not_slug & !1);
    let name_end = lowest((classes.not_name | end) & !up_to(slash));

    let edges = 0b10 | slash >> 1 | slash << 1 | name_end >> 1;
    if (classes.not_alnum & edges) | (classes.not_tag & !up_to(name_end)) != 0 {
        return None;
    }
    let scope_start = 1 << 1;
    if slash < scope_start << SLUG_SHAPE.min || text.first() != Some(&b'@') {
        return None;
    }
    let (slash_at, name_end_at) = (slash.trailing_zeros(), name_end.trailing_zeros());
    if text.get(slash_at as usize) != Some(&b'/') {
        return None;
    }
    if name_end != end {
        let [b':', first, ..] = text.get(name_end_at as usize..)? else {
            return None;
        };
        if matches!(first, b'-' | b'.') {
            return None;
        }
    }
    let marks = classes.not_slug & !classes.not_name & up_to(name_end) & !up_to(slash);
    if marks & marks >> 1 != 0
        && has_double_dots(text.get(slash_at as usize..name_end_at as usize)?)
    {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "both are at most 64")]
    Some(Offsets {
        slash: slash_at as u16,
        name_end: name_end_at as u16,
    })
}

#[cold]
fn has_double_dots(name: &[u8]) -> bool {
    name.windows(2).any(|pair| pair == b"..")
}
