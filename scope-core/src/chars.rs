//! Sets of ASCII characters as 256-entry tables, and the one check that slugs, names, tags and their kin share.

use crate::error::{ErrorCode, Fault};

/// A set of bytes. No byte over 0x7F is ever a member, so a byte that is not one begins a character.
pub(crate) struct CharSet([bool; 256]);

impl CharSet {
    #[expect(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        reason = "evaluated at compile time, where a bad index or an overflow fails the build"
    )]
    const fn new(ranges: &[(u8, u8)], extra: &[u8]) -> Self {
        let mut members = [false; 256];
        let mut i = 0;
        while i < ranges.len() {
            let (first, last) = ranges[i];
            let mut byte = first;
            while byte <= last {
                members[byte as usize] = true;
                byte += 1;
            }
            i += 1;
        }
        let mut i = 0;
        while i < extra.len() {
            members[extra[i] as usize] = true;
            i += 1;
        }
        Self(members)
    }

    /// Whether `byte` is in the set.
    #[inline]
    pub(crate) const fn has(&self, byte: u8) -> bool {
        #[expect(clippy::indexing_slicing, reason = "a u8 is always below 256")]
        self.0[byte as usize]
    }
}

const DIGIT: (u8, u8) = (b'0', b'9');
const LOWER: (u8, u8) = (b'a', b'z');
const UPPER: (u8, u8) = (b'A', b'Z');

/// S2.
static SLUG: CharSet = CharSet::new(&[DIGIT, LOWER], b"-");
/// N1.
static NAME: CharSet = CharSet::new(&[DIGIT, LOWER], b"-_.");
/// T1.
static TAG: CharSet = CharSet::new(&[DIGIT, LOWER, UPPER], b"-_.");
/// The first character of a tag (T1).
static TAG_FIRST: CharSet = CharSet::new(&[DIGIT, LOWER, UPPER], b"_");
/// The first and last character of slugs and names (S3, N1).
static ALNUM: CharSet = CharSet::new(&[DIGIT, LOWER], b"");
/// A5.
static HEX: CharSet = CharSet::new(&[DIGIT, (b'a', b'f'), (b'A', b'F')], b"");

/// What a short ASCII text has to look like: one row per kind of text, one check for all of them.
pub(crate) struct Shape {
    set: &'static CharSet,
    first: Option<&'static CharSet>,
    last: Option<&'static CharSet>,
    /// Bytes.
    pub(crate) min: usize,
    /// Bytes.
    pub(crate) max: usize,
    double_dots: bool,
    empty: ErrorCode,
}

const SLUG_BASE: Shape = Shape {
    set: &SLUG,
    first: Some(&ALNUM),
    last: Some(&ALNUM),
    min: 3,
    max: 64,
    double_dots: true,
    empty: ErrorCode::EmptyScope,
};

/// S1 to S4.
pub(crate) static SLUG_SHAPE: Shape = SLUG_BASE;
/// A slug that is an argument of its own (S6, R4).
pub(crate) static SLUG_ARGUMENT_SHAPE: Shape = Shape {
    empty: ErrorCode::Empty,
    ..SLUG_BASE
};
/// A prefix in a policy (S6).
pub(crate) static PREFIX_SHAPE: Shape = Shape {
    min: 1,
    last: None,
    empty: ErrorCode::Empty,
    ..SLUG_BASE
};
/// N1, N2.
pub(crate) static NAME_SHAPE: Shape = Shape {
    set: &NAME,
    first: Some(&ALNUM),
    last: Some(&ALNUM),
    min: 1,
    max: 128,
    double_dots: false,
    empty: ErrorCode::EmptyName,
};
/// T1, T2.
pub(crate) static TAG_SHAPE: Shape = Shape {
    set: &TAG,
    first: Some(&TAG_FIRST),
    last: None,
    min: 1,
    max: 128,
    double_dots: true,
    empty: ErrorCode::EmptyTag,
};
/// A legacy name: one safe component (R4).
pub(crate) static LEGACY_SHAPE: Shape = Shape {
    set: &NAME,
    first: None,
    last: None,
    min: 1,
    max: 255,
    double_dots: false,
    empty: ErrorCode::Empty,
};
/// The version of a distinct template alias (A5).
pub(crate) static VERSION_SHAPE: Shape = Shape {
    set: &HEX,
    first: None,
    last: None,
    min: 8,
    max: 64,
    double_dots: true,
    empty: ErrorCode::Empty,
};

impl Shape {
    /// The one fault of `text`, in S4's order.
    pub(crate) fn check(&self, text: &str) -> Result<(), Fault> {
        let head = self.head(text.as_bytes());
        let run = self.run(head);
        self.judge(run, run.len() < head.len())
    }

    /// All that is looked at of a text: the first `max + 1` bytes.
    fn head<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        text.get(..=self.max).unwrap_or(text)
    }

    /// The beginning of `text` that is of the right characters.
    pub(crate) fn run<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        let length = text
            .iter()
            .position(|&byte| !self.set.has(byte))
            .unwrap_or(text.len());
        text.get(..length).unwrap_or(text)
    }

    /// The one fault of a text that begins with `run`, of the right characters, and either ends there or is `stopped`
    /// by another.
    #[inline]
    pub(crate) fn judge(&self, run: &[u8], stopped: bool) -> Result<(), Fault> {
        if stopped && run.len() <= self.max {
            return Err(Fault::new(ErrorCode::InvalidCharacter, run.len()));
        }
        let (Some(&first), Some(&last)) = (run.first(), run.last()) else {
            return Err(Fault::new(self.empty, 0));
        };
        if run.len() < self.min {
            return Err(Fault::new(ErrorCode::TooShort, 0));
        }
        if run.len() > self.max {
            return Err(Fault::new(ErrorCode::TooLong, self.max));
        }
        if self.first.is_some_and(|set| !set.has(first)) {
            return Err(Fault::new(ErrorCode::InvalidStart, 0));
        }
        if self.last.is_some_and(|set| !set.has(last)) {
            return Err(Fault::new(
                ErrorCode::InvalidEnd,
                run.len().saturating_sub(1),
            ));
        }
        if !self.double_dots
            && let Some(at) = run.windows(2).position(|pair| pair == b"..")
        {
            return Err(Fault::new(ErrorCode::ConsecutiveDots, at));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The characters as the rules list them, and the tables as the compiler made them and as they are made now.
    #[test]
    fn sets_hold_what_the_rules_say() {
        const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz";
        let upper = LETTERS.to_ascii_uppercase();
        for (set, ranges, extra, letters) in [
            (&SLUG, &[DIGIT, LOWER][..], "-", LETTERS),
            (&NAME, &[DIGIT, LOWER], "-_.", LETTERS),
            (
                &TAG,
                &[DIGIT, LOWER, UPPER],
                "-_.",
                &[LETTERS, &upper].concat(),
            ),
            (
                &TAG_FIRST,
                &[DIGIT, LOWER, UPPER],
                "_",
                &[LETTERS, &upper].concat(),
            ),
            (&ALNUM, &[DIGIT, LOWER], "", LETTERS),
            (
                &HEX,
                &[DIGIT, (b'a', b'f'), (b'A', b'F')],
                "",
                "abcdefABCDEF",
            ),
        ] {
            let members = ["0123456789", letters, extra].concat();
            let now = CharSet::new(ranges, extra.as_bytes());
            for byte in 0..=u8::MAX {
                let expected = members.bytes().any(|member| member == byte);
                assert_eq!(
                    (set.has(byte), now.has(byte)),
                    (expected, expected),
                    "{byte:#x}"
                );
            }
        }
    }

    /// S4, by counting the bytes that a check is handed: it has no other way to the text.
    #[test]
    fn a_long_text_is_no_more_work_than_one_a_byte_too_long() {
        let long = "a".repeat(10_000_000);
        for (shape, most) in [
            (&SLUG_SHAPE, 65),
            (&SLUG_ARGUMENT_SHAPE, 65),
            (&PREFIX_SHAPE, 65),
            (&NAME_SHAPE, 129),
            (&TAG_SHAPE, 129),
            (&LEGACY_SHAPE, 256),
            (&VERSION_SHAPE, 65),
        ] {
            for text in [&long, &long[..most]] {
                let head = shape.head(text.as_bytes());
                assert_eq!(head.len(), most);
                let too_long = Err(Fault::new(ErrorCode::TooLong, most - 1));
                assert_eq!(shape.judge(shape.run(head), false), too_long);
                assert_eq!(shape.check(text), too_long);
            }
            assert_eq!(shape.head(b"abc"), b"abc");
        }
    }
}
