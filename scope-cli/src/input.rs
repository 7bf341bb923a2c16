//! Items: from the arguments, or one a line from standard input.

use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead as _, BufReader, IsTerminal as _, Read};

use scope_core::{ErrorCode, Part};

use crate::failure::Failure;

/// The most bytes of a line that are held. A longer one is cut and reported.
pub(crate) const LINE_LIMIT: usize = 1 << 20;

/// What an item is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    /// Its fields, in order.
    pub(crate) parts: &'static [Part],
    /// How many of the last ones may be left out.
    pub(crate) optional: usize,
    /// What stands between two fields in a text that holds several of them. A `/`, which the first of two fields may hold
    /// itself, is looked for from the end.
    pub(crate) separator: u8,
    /// How a person writes it.
    pub(crate) written: &'static str,
    /// What the library says of a field that is not UTF-8.
    pub(crate) ill_formed: ErrorCode,
}

impl Form {
    /// An item of these fields, with a TAB between two of them on a line.
    pub(crate) const fn new(parts: &'static [Part], written: &'static str) -> Self {
        Self {
            parts,
            optional: 0,
            separator: b'\t',
            written,
            ill_formed: ErrorCode::InvalidUnicode,
        }
    }

    /// Cuts `source` into the fields that are still to come.
    fn split<'a>(&self, source: &'a [u8], fields: &mut Vec<Field<'a>>) {
        let count = self.parts.len().saturating_sub(fields.len());
        let mut start = 0;
        if self.separator == b'/'
            && count == 2
            && let Some(at) = source.iter().rposition(|&byte| byte == b'/')
            && let Some((before, [_, after @ ..])) = source.split_at_checked(at)
        {
            let field = |bytes, start| Field {
                bytes: Some(bytes),
                source,
                start,
            };
            fields.extend([field(before, 0), field(after, at + 1)]);
            return;
        }
        for bytes in source.splitn(count, |&byte| byte == self.separator) {
            fields.push(Field {
                bytes: Some(bytes),
                source,
                start,
            });
            start += bytes.len() + 1;
        }
    }

    /// Adds the fields that `source` does not hold: what may not be left out is refused as what is empty.
    fn fill<'a>(&self, source: &'a [u8], fields: &mut Vec<Field<'a>>) {
        while fields.len() < self.parts.len() {
            let required = fields.len() + self.optional < self.parts.len();
            fields.push(Field {
                bytes: required.then_some(&[]),
                source,
                start: source.len(),
            });
        }
    }
}

/// One field of an item.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field<'a> {
    /// What was given; nothing where it may be left out and was.
    pub(crate) bytes: Option<&'a [u8]>,
    /// The argument or line that it stands in.
    pub(crate) source: &'a [u8],
    /// Where in that it begins.
    pub(crate) start: usize,
}

impl<'a> Field<'a> {
    /// A text that stands in nothing else.
    pub(crate) const fn alone(source: &'a [u8]) -> Self {
        Self {
            bytes: Some(source),
            source,
            start: 0,
        }
    }
}

/// Where an item comes from; both count from 1.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Origin {
    /// The arguments.
    Argument(u64),
    /// A line of standard input.
    Line(u64),
}

/// Where items come from.
#[derive(Debug)]
pub(crate) enum Entry<'a> {
    /// One item, in one argument or with an argument for each field.
    Item(Vec<&'a OsStr>),
    /// Lines of standard input, each the rest of an item after these fields.
    Lines(Vec<&'a OsStr>),
}

/// An item for each argument after the fields `before`; lines of standard input for `-` and for no argument at all.
pub(crate) fn listed<'a>(
    before: &[&'a OsStr],
    items: &'a [OsString],
    form: &Form,
) -> Result<Vec<Entry<'a>>, Failure> {
    if items.is_empty() {
        if io::stdin().is_terminal() {
            return Err(Failure::Usage(format!(
                "nothing to read: give {}, or `-` for one a line from standard input",
                form.written
            )));
        }
        return Ok(vec![Entry::Lines(before.to_vec())]);
    }
    let entry = |item: &'a OsString| {
        let mut fields = before.to_vec();
        if item == "-" {
            return Entry::Lines(fields);
        }
        fields.push(item);
        Entry::Item(fields)
    };
    Ok(items.iter().map(entry).collect())
}

/// One item with an argument for each field; lines of standard input for `-` and for no argument at all.
pub(crate) fn apart<'a>(items: &'a [OsString], form: &Form) -> Result<Vec<Entry<'a>>, Failure> {
    match items {
        [] => listed(&[], items, form),
        [only] if only == "-" => listed(&[], items, form),
        _ if items.len() == form.parts.len() => {
            Ok(vec![Entry::Item(items.iter().map(AsRef::as_ref).collect())])
        }
        _ => Err(Failure::Usage(format!(
            "{} arguments where {} are wanted: {}",
            items.len(),
            form.parts.len(),
            form.written
        ))),
    }
}

/// The fields of an item: those given by themselves, and those in `rest`.
pub(crate) fn fields<'a>(
    form: &Form,
    given: &[&'a OsStr],
    rest: Option<&'a [u8]>,
) -> Vec<Field<'a>> {
    let mut fields: Vec<Field<'a>> = Vec::with_capacity(form.parts.len());
    let mut given = given.iter().map(|text| text.as_encoded_bytes());
    // One argument for several fields is cut up as a line is.
    let rest = match (rest, given.len()) {
        (None, 1) => given.next(),
        _ => rest,
    };
    fields.extend(given.map(Field::alone));
    if let Some(rest) = rest {
        form.split(rest, &mut fields);
    }
    form.fill(rest.unwrap_or_default(), &mut fields);
    fields
}

/// Lines, of which no more than [`LINE_LIMIT`] bytes are held at any time.
pub(crate) struct Lines<R> {
    reader: BufReader<R>,
    line: Vec<u8>,
}

/// One line, without its line feed.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    pub(crate) bytes: &'a [u8],
    /// Whether it goes on beyond them.
    pub(crate) cut: bool,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self {
            reader: BufReader::with_capacity(1 << 16, reader),
            line: Vec::new(),
        }
    }

    /// Whether the next line has to be waited for.
    pub(crate) fn is_drained(&self) -> bool {
        self.reader.buffer().is_empty()
    }

    /// The next line. The last one need not end with a line feed.
    pub(crate) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.line.clear();
        let most = LINE_LIMIT as u64 + 1;
        let mut beginning = self.reader.by_ref().take(most);
        if beginning.read_until(b'\n', &mut self.line)? == 0 {
            return Ok(None);
        }
        let ended = self.line.pop_if(|byte| *byte == b'\n').is_some();
        let cut = !ended && self.line.len() > LINE_LIMIT;
        if cut {
            self.line.truncate(LINE_LIMIT);
            self.reader.skip_until(b'\n')?;
        }
        Ok(Some(Line {
            bytes: &self.line,
            cut,
        }))
    }
}
