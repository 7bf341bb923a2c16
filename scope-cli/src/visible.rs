//! How text from outside is shown: on one line, without anything that a terminal obeys or hides.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar as _;

/// What stands for one character, and the columns it takes.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) width: usize,
}

impl Cell {
    /// The character itself where that can be seen, else an escape.
    pub(crate) fn of(char: char) -> Self {
        match char.width() {
            Some(width) if !acts_unseen(char) => Self {
                text: char.into(),
                width,
            },
            _ => Self::escaped(char),
        }
    }

    /// As [`of`](Self::of), but never without a column of its own: a caret has to stand under it.
    pub(crate) fn standing_alone(char: char) -> Self {
        match Self::of(char) {
            Self { width: 0, .. } => Self::escaped(char),
            cell => cell,
        }
    }

    /// A byte that belongs to no character.
    fn of_byte(byte: u8) -> Self {
        Self::ascii(format!("\\x{byte:02X}"))
    }

    fn escaped(char: char) -> Self {
        Self::ascii(match char {
            '\t' => "\\t".to_owned(),
            '\n' => "\\n".to_owned(),
            '\r' => "\\r".to_owned(),
            _ => char.escape_unicode().to_string(),
        })
    }

    fn ascii(text: String) -> Self {
        let width = text.len();
        Self { text, width }
    }
}

/// Each character of `bytes`, and each byte that belongs to none.
pub(crate) fn cells(bytes: &[u8]) -> impl Iterator<Item = (Option<char>, Cell)> {
    bytes.utf8_chunks().flat_map(|chunk| {
        let good = chunk.valid().chars().map(|c| (Some(c), Cell::of(c)));
        let bad = chunk.invalid().iter().map(|&b| (None, Cell::of_byte(b)));
        good.chain(bad)
    })
}

/// The text with everything escaped that a terminal would obey or hide.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (_, cell) in cells(text.as_bytes()) {
        let _ = out.write_str(&cell.text);
    }
    out
}

/// Whether a character changes how others are shown, or is not shown itself: controls, marks of writing direction, line
/// ends, joiners, and what Unicode says to ignore by default.
fn acts_unseen(char: char) -> bool {
    char.is_control()
        || matches!(
            char,
            '\u{AD}'
                | '\u{34F}'
                | '\u{61C}'
                | '\u{115F}'..='\u{1160}'
                | '\u{17B4}'..='\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{3164}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFFB}'
                | '\u{1BCA0}'..='\u{1BCA3}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}
