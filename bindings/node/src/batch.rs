//! Many references at once (B2).

use napi::bindgen_prelude::{Uint32Array, Uint32ArraySlice, Utf16String};
use napi_derive::napi;
use scope_core::Line;

use crate::fault::{Answer, Fault, answer, in_units};
use crate::{raw, units};

/// How many lines a buffer has.
#[napi(catch_unwind)]
pub fn count_lines(buffer: &[u8]) -> Answer<u32> {
    answer(lines(buffer).map(|lines| in_units(lines.count())))
}

/// Writes four numbers for each line to `numbers`, as far as there is room; offsets are in bytes.
///
/// JavaScript makes the room: a buffer that is made here costs two thirds of what parsing the lines does.
#[napi(catch_unwind)]
pub fn parse_lines(buffer: &[u8], mut numbers: Uint32ArraySlice) -> Answer<()> {
    answer(lines(buffer).map(|lines| {
        let mut room = raw::written(&mut numbers).as_chunks_mut().0.iter_mut();
        lines.for_each(|line| {
            if let Some(to) = room.next() {
                *to = line.to_array();
            }
        });
        // Where another thread shares the buffer, it may have fewer lines than were counted; what was in the memory before
        // is nobody's business.
        room.for_each(|to| *to = [0; 4]);
    }))
}

fn lines(buffer: &[u8]) -> Result<impl Iterator<Item = Line>, Fault> {
    scope_core::parse_lines(buffer).map_err(|error| Fault::about(error, &[]))
}

/// Four numbers to a line, offsets in UTF-16 units.
#[napi(catch_unwind)]
pub fn parse_lines_of_text(text: Utf16String) -> Answer<Uint32Array> {
    answer((|| {
        if text.iter().all(|&unit| unit < 0x80) {
            // One unit is one byte.
            #[expect(clippy::cast_possible_truncation, reason = "each was looked at")]
            let bytes: Vec<u8> = text.iter().map(|&unit| unit as u8).collect();
            let numbers: Vec<u32> = lines(&bytes)?.flat_map(Line::to_array).collect();
            return Ok(Uint32Array::new(numbers));
        }
        let bytes = units::generalized_utf8(&text);
        let mut passed = Units::of(&bytes);
        let mut numbers = Vec::new();
        for line in lines(&bytes)? {
            let line = match line {
                Line::Reference {
                    start,
                    slash,
                    name_end,
                    end,
                } => Line::Reference {
                    start: passed.before(start),
                    slash: passed.before(slash),
                    name_end: passed.before(name_end),
                    end: passed.before(end),
                },
                Line::Fault {
                    start,
                    code,
                    offset,
                } => Line::Fault {
                    start: passed.before(start),
                    code,
                    offset: passed.before(offset),
                },
            };
            numbers.extend_from_slice(&line.to_array());
        }
        Ok(Uint32Array::new(numbers))
    })())
}

/// Converts offsets that only grow, in one walk over the bytes.
struct Units<'a> {
    bytes: &'a [u8],
    at: usize,
    count: usize,
}

impl<'a> Units<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            count: 0,
        }
    }

    /// How many UTF-16 units stand before this byte.
    fn before(&mut self, offset: u32) -> u32 {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let passed = self.bytes.get(self.at..offset).unwrap_or_default();
        // A character of four bytes is two units; each other one, and a lone surrogate, is one.
        let units = |&byte: &u8| match byte {
            0x80..=0xBF => 0,
            0xF0.. => 2,
            _ => 1,
        };
        self.count += passed.iter().map(units).sum::<usize>();
        self.at = self.at.max(offset);
        in_units(self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::Units;

    #[test]
    fn offsets_grow_with_the_characters() {
        let text = "aß€😀b";
        let mut units = Units::of(text.as_bytes());
        for (bytes, expected) in [(0, 0), (1, 1), (3, 2), (3, 2), (6, 3), (10, 5), (11, 6)] {
            assert_eq!(units.before(bytes), expected);
        }
    }
}
