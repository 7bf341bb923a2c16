//! Many references at once (section B).

use crate::error::{Error, ErrorCode, Fault, Part};
use crate::reference::{Reference, is_valid};
use crate::scan::Lines;

/// The most bytes a buffer may have: offsets into it are 32 bits.
pub(crate) const MAX_BUFFER: usize = 0xFFFF_FFFF;

/// Parses each text, in order; one fault does not stop the rest (B1). Lazy, and allocates nothing.
///
/// ```
/// let parsed: Vec<bool> = scope_core::parse_many(["@acme/widget", "widget"]).map(|r| r.is_ok()).collect();
/// assert_eq!(parsed, [true, false]);
/// ```
pub fn parse_many<'a, I>(texts: I) -> impl Iterator<Item = Result<Reference<'a>, Error>>
where
    I: IntoIterator<Item = &'a str>,
{
    texts.into_iter().map(Reference::parse)
}

/// Whether each text is a reference, in order (B1). Lazy, and allocates nothing.
///
/// ```
/// assert_eq!(scope_core::is_valid_many(["@acme/widget", "widget"]).collect::<Vec<_>>(), [true, false]);
/// ```
pub fn is_valid_many<'a, I>(texts: I) -> impl Iterator<Item = bool>
where
    I: IntoIterator<Item = &'a str>,
{
    texts.into_iter().map(is_valid)
}

/// The answer to one line of a buffer (B2). All offsets count bytes from the start of the buffer.
///
/// ```
/// let line = scope_core::parse_lines(b"@acme/widget:1").unwrap().next().unwrap();
/// assert_eq!(line.to_array(), [0, 5, 12, 14]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// A reference.
    Reference {
        /// Where the line begins.
        start: u32,
        /// Where its `/` is.
        slash: u32,
        /// Just past its name: the `:`, or the end.
        name_end: u32,
        /// Where the line ends.
        end: u32,
    },
    /// A fault.
    Fault {
        /// Where the line begins.
        start: u32,
        /// What was wrong.
        code: ErrorCode,
        /// Where.
        offset: u32,
    },
}

impl Line {
    /// Set in the third number of a fault.
    pub const FAULT: u32 = 1 << 31;

    /// The four numbers of B2.
    ///
    /// ```
    /// use scope_core::parse_lines;
    /// let lines: Vec<[u32; 4]> = parse_lines(b"@acme/widget:1\nwidget").unwrap().map(|l| l.to_array()).collect();
    /// assert_eq!(lines, [[0, 5, 12, 14], [15, 0, 1 << 31 | 1, 15]]);
    /// ```
    pub const fn to_array(self) -> [u32; 4] {
        match self {
            Self::Reference {
                start,
                slash,
                name_end,
                end,
            } => [start, slash, name_end, end],
            Self::Fault {
                start,
                code,
                offset,
            } => [start, 0, Self::FAULT | code.number() as u32, offset],
        }
    }
}

/// Parses each line of a buffer, in order, giving offsets and copying nothing (B2).
///
/// Lines end with U+000A; the last may. A carriage return is a character like any other, and so a fault.
///
/// # Errors
///
/// `too_long` for a buffer of 2³² bytes or more; the part is `buffer`.
///
/// ```
/// use scope_core::{ErrorCode, Line, parse_lines};
/// let lines: Vec<Line> = parse_lines(b"@acme/widget\nwidget\n")?.collect();
/// assert_eq!(lines[0], Line::Reference { start: 0, slash: 5, name_end: 12, end: 12 });
/// assert_eq!(lines[1], Line::Fault { start: 13, code: ErrorCode::MissingAt, offset: 13 });
/// # Ok::<(), scope_core::Error>(())
/// ```
pub fn parse_lines(buffer: &[u8]) -> Result<impl Iterator<Item = Line>, Error> {
    if buffer.len() > MAX_BUFFER {
        return Err(Fault::new(ErrorCode::TooLong, 0).alone(Part::Buffer));
    }
    Ok(Lines::new(buffer))
}
