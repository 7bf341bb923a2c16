//! What a person reads about a fault: the code, the text with a caret under the character at fault, and what to do.

use std::fmt::Write as _;
use std::io::Write as _;

use anstyle::{AnsiColor, Style};
use scope_core::{Error, Part};

use crate::input::Origin;
use crate::visible::{Cell, cells, escape};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const STRONG: Style = Style::new().bold();
const FRAME: Style = AnsiColor::Cyan.on_default();

/// The columns shown before and after the character at fault of a long text.
const BEFORE: usize = 40;
const AFTER: usize = 36;

/// More bytes than any character has that is shown in a column, marks on it included.
const BYTES_A_COLUMN: usize = 16;

/// Where a text at fault was given.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// As an item.
    Item(Origin),
    /// As the value of the option for this part.
    Option(Part),
}

/// A text, and the byte of it at fault.
#[derive(Debug)]
struct Snippet<'a> {
    place: Place,
    source: &'a [u8],
    at: usize,
}

/// What is said about a fault.
#[derive(Debug)]
pub(crate) struct Diagnostic<'a> {
    level: (&'static str, Style),
    code: Option<&'static str>,
    message: String,
    snippet: Option<Snippet<'a>>,
    helps: Vec<String>,
}

impl<'a> Diagnostic<'a> {
    /// A message and nothing else.
    pub(crate) fn plain(message: &str) -> Self {
        Self {
            level: ("error", ERROR),
            code: None,
            message: escape(message),
            snippet: None,
            helps: Vec::new(),
        }
    }

    /// A message about `source`.
    pub(crate) fn about(message: &str, place: Place, source: &'a [u8], at: usize) -> Self {
        Self {
            snippet: Some(Snippet { place, source, at }),
            ..Self::plain(message)
        }
    }

    /// The library's fault of `text`, at byte `at` of `source`.
    pub(crate) fn of_error(
        error: &Error,
        text: &str,
        place: Place,
        source: &'a [u8],
        at: usize,
    ) -> Self {
        let meant = error.suggestion(text);
        let meant = meant.map(|text| format!("did you mean `{}`?", escape(&text)));
        Self {
            code: Some(error.code.as_str()),
            helps: meant.into_iter().collect(),
            ..Self::about(&error.reason(text).to_string(), place, source, at)
        }
    }

    /// The same with a code.
    pub(crate) fn with_code(self, code: &'static str) -> Self {
        Self {
            code: Some(code),
            ..self
        }
    }

    /// The same with one more thing to do.
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.helps.push(help.into());
        self
    }

    /// The same as a mere warning.
    pub(crate) fn into_warning(self) -> Self {
        Self {
            level: ("warning", WARNING),
            ..self
        }
    }

    /// The whole text, with colours.
    pub(crate) fn render(&self) -> String {
        let mut out = String::new();
        // Writing to a string does not fail.
        let _ = self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let (word, style) = self.level;
        let code = self.code.map(|code| format!("[{code}]"));
        let code = code.unwrap_or_default();
        writeln!(
            out,
            "{style}{word}{code}{style:#}{STRONG}: {}{STRONG:#}",
            self.message
        )?;
        let mut indent = 0;
        if let Some(snippet) = &self.snippet {
            indent = snippet.write(style, out)?;
        }
        for help in &self.helps {
            writeln!(
                out,
                "{:indent$} {FRAME}={FRAME:#} {STRONG}help{STRONG:#}: {help}",
                ""
            )?;
        }
        Ok(())
    }
}

impl Snippet<'_> {
    /// Writes where the text is, the text and the caret; gives the width of the line number.
    fn write(&self, style: Style, out: &mut String) -> Result<usize, std::fmt::Error> {
        let Self { place, source, at } = *self;
        let (before, rest) = source.split_at_checked(at).unwrap_or((source, &[]));
        let column = || cells(before).count() + 1;
        let number = match place {
            Place::Item(Origin::Line(number)) => number.to_string(),
            _ => String::new(),
        };
        let indent = number.len();
        let place = match place {
            Place::Item(Origin::Line(number)) => format!("<stdin>:{number}:{}", column()),
            Place::Item(Origin::Argument(number)) => format!("<args>:{number}:{}", column()),
            Place::Option(part) => option_name(part),
        };
        writeln!(out, "{:indent$}{FRAME}-->{FRAME:#} {place}", "")?;

        let (before, begins) = last_columns(before);
        let (fault, after, ends) = first_columns(rest);
        let shown: String = before.iter().map(|cell| cell.text.as_str()).collect();
        let start = if begins { "" } else { "..." };
        let end = if ends { "" } else { "..." };
        let text = fault.as_ref().map_or("", |(_, cell)| cell.text.as_str());
        let line = format!("{start}{shown}{text}{after}{end}");
        let space = if line.is_empty() { "" } else { " " };
        writeln!(out, "{:indent$} {FRAME}|{FRAME:#}", "")?;
        writeln!(out, "{FRAME}{number:indent$} |{FRAME:#}{space}{line}")?;

        let to_caret = start.len() + before.iter().map(|cell| cell.width).sum::<usize>();
        let carets = "^".repeat(fault.as_ref().map_or(1, |(_, cell)| cell.width));
        // What it is, where looking at it may not tell.
        let name = match fault {
            Some((Some(char), _)) if !char.is_ascii_graphic() => {
                format!(" U+{:04X}", u32::from(char))
            }
            _ => String::new(),
        };
        writeln!(
            out,
            "{:indent$} {FRAME}|{FRAME:#} {:to_caret$}{style}{carets}{name}{style:#}",
            "", ""
        )?;
        Ok(indent)
    }
}

/// As many of the last characters as fit before the caret, and whether those are all.
fn last_columns(bytes: &[u8]) -> (Vec<Cell>, bool) {
    let mut start = bytes.len().saturating_sub(BEFORE * BYTES_A_COLUMN);
    // Not in the middle of a character.
    let is_inner = |at: &usize| bytes.get(*at).is_some_and(|byte| byte & 0xC0 == 0x80);
    start += (start..start + 3).take_while(is_inner).count();
    let cells: Vec<Cell> = cells(bytes.get(start..).unwrap_or_default())
        .map(|(_, cell)| cell)
        .collect();
    let mut width = 0;
    let fitting = cells.iter().rev().take_while(|cell| {
        width += cell.width;
        width <= BEFORE
    });
    let dropped = cells.len() - fitting.count();
    let begins = start == 0 && dropped == 0;
    (cells.into_iter().skip(dropped).collect(), begins)
}

/// The character at fault, as much of what follows as fits, and whether that is all.
fn first_columns(bytes: &[u8]) -> (Option<(Option<char>, Cell)>, String, bool) {
    let mut end = bytes.len().min(AFTER * BYTES_A_COLUMN);
    // Not in the middle of a character.
    let is_inner = |at: &usize| bytes.get(*at).is_some_and(|byte| byte & 0xC0 == 0x80);
    end -= (end.saturating_sub(2)..=end)
        .rev()
        .take_while(is_inner)
        .count();
    let mut cells = cells(bytes.get(..end).unwrap_or_default());
    let fault = cells.next().map(|(char, cell)| match char {
        Some(char) => (Some(char), Cell::standing_alone(char)),
        None => (None, cell),
    });
    let mut after = String::new();
    let mut width = 0;
    for (_, cell) in cells {
        width += cell.width;
        if width > AFTER {
            return (fault, after, false);
        }
        after.push_str(&cell.text);
    }
    (fault, after, end == bytes.len())
}

/// The option that a part of a command's answers is set by.
fn option_name(part: Part) -> String {
    match part {
        Part::PrimaryPath => "--path".to_owned(),
        _ => format!("--{}", part.as_str().replace('_', "-")),
    }
}

/// Writes to standard error: in colours where that is a terminal that wants them.
pub(crate) fn print(rendered: &str) {
    // Where standard error cannot be written, nobody can be told so.
    let _ = anstream::stderr().lock().write_all(rendered.as_bytes());
}
