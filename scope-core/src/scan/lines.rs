//! Many references, a line each (B2).
//!
//! A chunk of the buffer is looked at before its lines are: 64 bytes become a bit each of a few words, and R1 is applied to
//! all the lines in them at once. Adding the bit of a part's first character to those of the characters that it may hold
//! carries to the bit behind the part. What a line is, is then read from those bits. Taking one line after another to
//! [`reference`] takes a quarter longer (`parse_lines` over 10,000 names of npm packages: 137 µs, and 112 so).

use wide::u8x16;

use super::{bits, classes, is, position, reference};
use crate::batch::Line;
use crate::error::Part;
use crate::reference::Offsets;
use crate::text;

/// How many bytes are looked at before their lines are. Half of it is 5 % slower; more is no faster.
const CHUNK: usize = 1 << 10;

/// The longest line that is read from bits: of 64, the first may be 7 before it, and one is its end.
const LONGEST: usize = 56;

/// The lines of a buffer of less than 2³² bytes.
pub(crate) struct Lines<'a> {
    buffer: &'a [u8],
    /// Where the next line begins.
    start: usize,
    chunk: Chunk,
}

impl<'a> Lines<'a> {
    pub(crate) const fn new(buffer: &'a [u8]) -> Self {
        Self {
            buffer,
            start: 0,
            chunk: Chunk::NONE,
        }
    }
}

impl Iterator for Lines<'_> {
    type Item = Line;

    #[inline]
    fn next(&mut self) -> Option<Line> {
        self.chunk.line(self.buffer, &mut self.start)
    }

    /// As it is by default, but with `start` in a register.
    #[inline]
    fn fold<B, F: FnMut(B, Line) -> B>(self, init: B, mut f: F) -> B {
        let Self {
            buffer,
            mut start,
            mut chunk,
        } = self;
        let mut folded = init;
        while let Some(line) = chunk.line(buffer, &mut start) {
            folded = f(folded, line);
        }
        folded
    }

    /// Without looking at what the lines are.
    fn count(self) -> usize {
        let rest = self.buffer.get(self.start..).unwrap_or_default();
        let is_end = |&byte: &u8| u8::from(byte == b'\n');
        // So many that a byte holds their number.
        let ends = |part: &[u8]| usize::from(part.iter().map(is_end).sum::<u8>());
        let ended: usize = rest.chunks(u8::MAX.into()).map(ends).sum();
        ended.saturating_add(usize::from(rest.last().is_some_and(|&last| last != b'\n')))
    }
}

/// What is known of a part of the buffer.
struct Chunk {
    /// Where it begins, which is where a line does.
    begin: usize,
    /// How many of its bytes lines may begin at: not at the last, as there are no bits of what follows them.
    safe: usize,
    ends: Bits,
    slashes: Bits,
    name_ends: Bits,
    good: Bits,
}

impl Chunk {
    const NONE: Self = Self {
        begin: 0,
        safe: 0,
        ends: Bits::NONE,
        slashes: Bits::NONE,
        name_ends: Bits::NONE,
        good: Bits::NONE,
    };

    /// The line that begins at `start`, which becomes where the next one does.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "called from two places, it is not where Node's package calls them: 13 % of the whole"
    )]
    fn line(&mut self, buffer: &[u8], start: &mut usize) -> Option<Line> {
        let begin = *start;
        let rest = buffer.get(begin..).filter(|rest| !rest.is_empty())?;
        if begin.wrapping_sub(self.begin) >= self.safe {
            self.look(begin, rest);
        }
        let (length, line) = match self.found(begin.wrapping_sub(self.begin), rest) {
            Some((length, offsets)) => (length, reference_at(begin, length, offsets)),
            None => by_rule(begin, rest),
        };
        *start = begin.wrapping_add(length).wrapping_add(1);
        Some(line)
    }

    /// How long the line is that `rest` begins with, `at` bytes into the chunk, and where its parts are: of a reference that
    /// is short.
    #[inline]
    fn found(&self, at: usize, rest: &[u8]) -> Option<(usize, Offsets)> {
        let length = self.ends.first_from(at);
        let (slash, name_end) = (self.slashes.first_from(at), self.name_ends.first_from(at));
        let is = |at: usize, byte| rest.get(at) == Some(&byte);
        if length > LONGEST || !self.good.has(at, length) || !is(0, b'@') || !is(slash, b'/') {
            return None;
        }
        if name_end != length {
            let first = rest.get(name_end.wrapping_add(1))?;
            if !is(name_end, b':') || matches!(first, b'-' | b'.') {
                return None;
            }
        }
        #[expect(clippy::cast_possible_truncation, reason = "both are at most 64")]
        Some((length, Offsets::new(slash as u16, name_end as u16)))
    }

    /// Looks at the chunk that begins at `begin`, with `rest`.
    #[inline(never)]
    fn look(&mut self, begin: usize, rest: &[u8]) {
        self.begin = begin;
        let part = rest.get(..CHUNK);
        self.safe = if part.is_some() { CHUNK - 64 } else { CHUNK };
        let (words, tail) = part.unwrap_or(rest).as_chunks();
        // The end of the buffer ends its last line.
        let mut last = [b'\n'; 64];
        for (to, from) in last.iter_mut().zip(tail) {
            *to = *from;
        }
        let mut rule = Rule::NEW;
        for (word, bytes) in words.iter().enumerate() {
            self.set(word, &rule.marks(bytes));
        }
        if part.is_none() {
            self.set(words.len(), &rule.marks(&last));
        }
    }

    #[inline]
    fn set(&mut self, word: usize, marks: &Marks) {
        self.ends.set(word, marks.ends);
        self.slashes.set(word, marks.slashes);
        self.name_ends.set(word, marks.name_ends);
        self.good.set(word, marks.good);
    }
}

/// Of a line that is no reference, or whose bits do not say so: how long it is, and what.
#[cold]
#[inline(never)]
fn by_rule(begin: usize, rest: &[u8]) -> (usize, Line) {
    let length = position(b'\n', rest).unwrap_or(rest.len());
    let line = rest.get(..length).unwrap_or(rest);
    let found = match reference(line) {
        Ok(offsets) => reference_at(begin, length, offsets),
        Err(fault) => {
            // A reference is ASCII, so only what is none can be ill-formed, which is looked at before all else.
            let error = text::from_utf8(line, Part::Reference)
                .err()
                .unwrap_or(fault);
            Line::Fault {
                start: in_buffer(begin, 0),
                code: error.code,
                offset: in_buffer(begin, error.offset),
            }
        }
    };
    (length, found)
}

#[inline]
fn reference_at(begin: usize, length: usize, offsets: Offsets) -> Line {
    Line::Reference {
        start: in_buffer(begin, 0),
        slash: in_buffer(begin, offsets.slash()),
        name_end: in_buffer(begin, offsets.name_end()),
        end: in_buffer(begin, length),
    }
}

#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "a buffer is less than 2³² bytes long"
)]
const fn in_buffer(begin: usize, offset: usize) -> u32 {
    begin.wrapping_add(offset) as u32
}

/// A bit for each byte of a chunk, and room behind them to read from the last.
struct Bits([u8; CHUNK / 8 + 8]);

impl Bits {
    const NONE: Self = Self([0; CHUNK / 8 + 8]);

    /// Sets those of the 64 bytes that are `word` times 64 bytes into the chunk.
    #[inline]
    fn set(&mut self, word: usize, bits: u64) {
        if let Some(to) = self.0.as_chunks_mut::<8>().0.get_mut(word) {
            *to = bits.to_le_bytes();
        }
    }

    /// Those of the bytes from `at` on, 57 at least.
    #[inline]
    fn from(&self, at: usize) -> u64 {
        let bytes = self.0.get(at / 8..).and_then(<[u8]>::first_chunk);
        u64::from_le_bytes(bytes.copied().unwrap_or_default()) >> (at % 8)
    }

    /// How far from `at` the first is that is set; 64 where none is near.
    #[inline]
    fn first_from(&self, at: usize) -> usize {
        self.from(at).trailing_zeros() as usize
    }

    /// Whether that is set which is `distance`, at most 63, from `at`.
    #[inline]
    fn has(&self, at: usize, distance: usize) -> bool {
        (self.from(at) >> distance) & 1 != 0
    }
}

/// What is found in 64 bytes.
struct Marks {
    /// Where lines end.
    ends: u64,
    /// What is behind a scope.
    slashes: u64,
    /// What is behind a name that is behind a scope.
    name_ends: u64,
    /// Where lines end that are references, if what is behind the scope is a `/` and what is behind the name is a `:` or
    /// their end; if they begin with an `@`; and if a tag begins with neither `-` nor `.`.
    good: u64,
}

/// R1 as it is applied to 64 bytes after another: what those before leave for the next.
struct Rule {
    starts: Shift,
    first: Shift,
    second: Shift,
    third: Shift,
    alnum: Shift,
    marks: Shift,
    names: Shift,
    tags: Shift,
    in_scope: Run,
    in_name: Run,
    in_tag: Run,
}

impl Rule {
    /// At the beginning of a line.
    const NEW: Self = Self {
        starts: Shift(1),
        first: Shift(0),
        second: Shift(0),
        third: Shift(0),
        alnum: Shift(0),
        marks: Shift(0),
        names: Shift(0),
        tags: Shift(0),
        in_scope: Run(false),
        in_name: Run(false),
        in_tag: Run(false),
    };

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "called from two places, it is not, and keeps its state in memory: 7 % of the whole"
    )]
    fn marks(&mut self, bytes: &[u8; 64]) -> Marks {
        let [mut ends, mut slug, mut name, mut tag, mut alnum] = [0; 5];
        for (i, block) in bytes.as_chunks::<16>().0.iter().enumerate() {
            let (place, block) = (i << 4, u8x16::new(*block));
            let [slugs, names, tags, alnums] = classes(block);
            ends |= bits(is(b'\n', block)) << place;
            slug |= bits(slugs) << place;
            name |= bits(names) << place;
            tag |= bits(tags) << place;
            alnum |= bits(alnums) << place;
        }
        let behind_alnum = self.alnum.by_one(alnum);

        // S1 to S3.
        let starts = self.starts.by_one(ends);
        let first = self.first.by_one(starts) & alnum;
        let second = self.second.by_one(first);
        let third = self.third.by_one(second);
        let slashes = self.in_scope.ends(first, slug) & behind_alnum & !(second | third);

        // N1, N2. A name with two dots, one behind the other, ends at the second, where no name does; so does one with any two
        // marks, which is then found by rule.
        let marks = name & !slug;
        let name = name & !(marks & self.marks.by_one(marks));
        let first = self.names.by_one(slashes) & alnum;
        let name_ends = self.in_name.ends(first, name) & behind_alnum;

        // T1.
        let first = self.tags.by_one(name_ends & !ends) & tag;
        let tag_ends = self.in_tag.ends(first, tag);
        Marks {
            ends,
            slashes,
            name_ends,
            good: ends & (name_ends | tag_ends),
        }
    }
}

/// Moves bits to the bytes behind theirs.
struct Shift(u64);

impl Shift {
    #[inline]
    const fn by_one(&mut self, bits: u64) -> u64 {
        let moved = bits << 1 | self.0;
        self.0 = bits >> 63;
        moved
    }
}

/// Finds the ends of runs of characters of a class: whether one goes on.
struct Run(bool);

impl Run {
    /// The bytes behind runs that begin at `first`, of which each is of the class.
    #[inline]
    fn ends(&mut self, first: u64, class: u64) -> u64 {
        let (sum, carry) = first.carrying_add(class, self.0);
        self.0 = carry;
        sum & !class
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use super::super::tests::short_references;
    use super::*;

    /// What is not found by bits is found by rule, so no answer would show that too little is found, or looked at too often.
    #[test]
    fn every_reference_that_is_short_is_found_by_bits() {
        let mut all = String::new();
        let mut seen = 0;
        let marks = |text: &str| {
            let mut parts = text.split(':');
            parts
                .next()
                .is_some_and(|it| it.contains("__") || it.contains("._"))
        };
        for text in short_references()
            .step_by(3)
            .filter(|text| text.len() <= LONGEST && !marks(text))
        {
            // Each at another place in the words, with a line between that is none.
            all.extend([&"@/x::"[..seen % 5], "\n", &text, "\n"]);
            seen += 1;
        }
        let (buffer, mut start, mut found, mut looks) = (all.as_bytes(), 0, 0, 1);
        let mut chunk = Chunk::NONE;
        for line in all.lines() {
            let (begin, looked) = (start, chunk.begin);
            let rest = &buffer[begin..];
            chunk.line(buffer, &mut start).unwrap();
            looks += usize::from(chunk.begin != looked);
            let expected = reference(line.as_bytes()).ok();
            let by_bits = chunk.found(begin - chunk.begin, rest);
            assert_eq!(
                by_bits,
                expected.map(|offsets| (line.len(), offsets)),
                "{line}"
            );
            found += usize::from(expected.is_some());
        }
        assert_eq!((start, found), (buffer.len(), seen));
        assert!(looks <= buffer.len() / (CHUNK - 64) + 1, "{looks}");
    }

    #[test]
    fn lines_are_counted_as_they_are_given() {
        for length in (0..20).chain(250..260).chain(500..530) {
            for every in [1, 2, 3, 255, 256, 1000] {
                let byte = |i: usize| if i.is_multiple_of(every) { b'\n' } else { b'a' };
                let buffer: Vec<u8> = (1..=length).map(byte).collect();
                for passed in 0..3 {
                    let lines = || {
                        let mut lines = Lines::new(&buffer);
                        lines.by_ref().take(passed).for_each(drop);
                        lines
                    };
                    let given = lines().fold(0, |given, _| given + 1);
                    assert_eq!(lines().count(), given, "{length} {every} {passed}");
                }
            }
        }
    }
}
