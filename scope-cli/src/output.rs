//! Answers, in the formats of `--format`.

use std::io::{self, Write};

use crate::args::{Format, OutputArgs};
use crate::input::{Field, Form};
use crate::json::write_string;
use crate::visible::escape;

/// What a field of an answer holds.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// A text.
    Text(String),
    /// A number.
    Number(u64),
    /// Several texts.
    List(Vec<String>),
    /// JSON, as it is.
    Json(String),
    /// Nothing, though other answers have something there.
    Absent,
}

impl<T: ToString> From<Option<T>> for Value {
    fn from(text: Option<T>) -> Self {
        text.map_or(Self::Absent, |text| Self::Text(text.to_string()))
    }
}

/// An answer: named fields, in the order that JSON has them.
pub(crate) type Record = Vec<(&'static str, Value)>;

/// A field that is a text.
pub(crate) fn text(name: &'static str, value: impl Into<String>) -> (&'static str, Value) {
    (name, Value::Text(value.into()))
}

/// How `--format text` shows an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Layout {
    /// These fields on one line, a TAB between two.
    Columns(&'static [&'static str]),
    /// These fields, each on a line after its name; an empty line between two answers.
    Block(&'static [&'static str]),
}

/// An item as the command got it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Echo<'a> {
    pub(crate) form: &'a Form,
    pub(crate) fields: &'a [Field<'a>],
}

/// A fault, as JSON has it.
#[derive(Debug)]
pub(crate) struct FaultRecord {
    pub(crate) code: &'static str,
    pub(crate) number: u16,
    pub(crate) part: &'static str,
    pub(crate) input: &'static str,
    pub(crate) offset: usize,
    pub(crate) message: String,
    pub(crate) suggestion: Option<String>,
}

/// Prints answers, one after another.
pub(crate) struct Printer<'a, W: Write> {
    out: W,
    options: &'a OutputArgs,
    layout: Layout,
    /// The one field to print.
    only: Option<&'a str>,
    /// Whether a terminal is to be kept from obeying what is printed.
    escape: bool,
    begun: bool,
}

impl<'a, W: Write> Printer<'a, W> {
    pub(crate) fn new(
        out: W,
        escape: bool,
        options: &'a OutputArgs,
        layout: Layout,
        only: Option<&'a str>,
    ) -> Self {
        Self {
            out,
            options,
            layout,
            only,
            escape,
            begun: false,
        }
    }

    /// Prints an answer.
    pub(crate) fn record(&mut self, echo: Option<Echo<'_>>, record: &Record) -> io::Result<()> {
        if self.options.quiet {
            return Ok(());
        }
        if self.options.format != Format::Text {
            return self.object(echo, |out, begun| {
                for (i, (name, value)) in record.iter().enumerate() {
                    out.write_all(if i > 0 || begun { b"," } else { b"" })?;
                    write_string(name, out)?;
                    out.write_all(b":")?;
                    write_value(value, out)?;
                }
                Ok(())
            });
        }
        let value = |name: &str| record.iter().find(|(n, _)| *n == name).map(|(_, v)| v);
        match (self.only, self.layout) {
            (Some(name), _) => self.columns(&[name], value),
            (None, Layout::Columns(names)) => self.columns(names, value),
            (None, Layout::Block(names)) => self.block(names, value),
        }
    }

    /// Prints a fault, where the format has a place for it.
    pub(crate) fn fault(&mut self, echo: Option<Echo<'_>>, fault: &FaultRecord) -> io::Result<()> {
        if self.options.quiet || self.options.format == Format::Text {
            return Ok(());
        }
        self.object(echo, |out, begun| {
            out.write_all(if begun { b"," } else { b"" })?;
            write!(out, "\"error\":{{\"code\":\"{}\"", fault.code)?;
            write!(out, ",\"number\":{}", fault.number)?;
            write!(out, ",\"part\":\"{}\"", fault.part)?;
            write!(out, ",\"input\":\"{}\"", fault.input)?;
            write!(out, ",\"offset\":{},\"message\":", fault.offset)?;
            write_string(&fault.message, out)?;
            out.write_all(b",\"suggestion\":")?;
            match &fault.suggestion {
                Some(suggestion) => write_string(suggestion, out)?,
                None => out.write_all(b"null")?,
            }
            out.write_all(b"}")
        })
    }

    /// Hands on what is printed so far.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Ends the output.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        if self.options.format == Format::Json && !self.options.quiet {
            let end: &[u8] = if self.begun { b"]\n" } else { b"[]\n" };
            self.out.write_all(end)?;
        }
        self.out.flush()
    }

    fn object(
        &mut self,
        echo: Option<Echo<'_>>,
        members: impl FnOnce(&mut W, bool) -> io::Result<()>,
    ) -> io::Result<()> {
        if self.options.format == Format::Json {
            let before: &[u8] = if self.begun { b"," } else { b"[\n" };
            self.out.write_all(before)?;
        }
        self.begun = true;
        self.out.write_all(b"{")?;
        if let Some(echo) = echo {
            write_echo(echo, &mut self.out)?;
        }
        members(&mut self.out, echo.is_some())?;
        // A line that is never left open: a fault may be told of on the same terminal.
        self.out.write_all(b"}\n")
    }

    fn columns<'v>(
        &mut self,
        names: &[&str],
        value: impl Fn(&str) -> Option<&'v Value>,
    ) -> io::Result<()> {
        let fields = names
            .iter()
            .map(|name| value(name).map(lines).unwrap_or_default());
        let mut fields: Vec<Vec<String>> = fields.collect();
        // What is not there takes no column at the end of a line.
        while fields.pop_if(|field| field.is_empty()).is_some() {}
        for (i, field) in fields.iter().enumerate() {
            self.out.write_all(if i > 0 { b"\t" } else { b"" })?;
            for (i, line) in field.iter().enumerate() {
                self.out.write_all(if i > 0 { b"\t" } else { b"" })?;
                self.text(line)?;
            }
        }
        self.out.write_all(b"\n")
    }

    fn block<'v>(
        &mut self,
        names: &[&str],
        value: impl Fn(&str) -> Option<&'v Value>,
    ) -> io::Result<()> {
        if self.begun {
            self.out.write_all(b"\n")?;
        }
        self.begun = true;
        let width = names
            .iter()
            .map(|name| name.len())
            .max()
            .unwrap_or_default();
        for name in names {
            for (i, line) in value(name)
                .map(lines)
                .unwrap_or_default()
                .iter()
                .enumerate()
            {
                let name = if i == 0 { name } else { "" };
                write!(self.out, "{name:width$}  ")?;
                self.text(line)?;
                self.out.write_all(b"\n")?;
            }
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> io::Result<()> {
        if self.escape {
            self.out.write_all(escape(text).as_bytes())
        } else {
            self.out.write_all(text.as_bytes())
        }
    }
}

fn lines(value: &Value) -> Vec<String> {
    match value {
        Value::Text(text) | Value::Json(text) => vec![text.clone()],
        Value::Number(number) => vec![number.to_string()],
        Value::List(texts) => texts.clone(),
        Value::Absent => Vec::new(),
    }
}

fn write_value(value: &Value, out: &mut impl Write) -> io::Result<()> {
    match value {
        Value::Text(text) => write_string(text, out),
        Value::Number(number) => write!(out, "{number}"),
        Value::Json(json) => out.write_all(json.as_bytes()),
        Value::Absent => out.write_all(b"null"),
        Value::List(texts) => {
            for (i, text) in texts.iter().enumerate() {
                out.write_all(if i > 0 { b"," } else { b"[" })?;
                write_string(text, out)?;
            }
            out.write_all(if texts.is_empty() { b"[]" } else { b"]" })
        }
    }
}

/// Writes the item: a string, or an object where it has several fields. Nothing is `null`.
fn write_echo(echo: Echo<'_>, out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"\"input\":")?;
    let write_bytes = |bytes: Option<&[u8]>, out: &mut _| match bytes {
        Some(bytes) => write_string(&String::from_utf8_lossy(bytes), out),
        None => Write::write_all(out, b"null"),
    };
    if let [only] = echo.fields {
        return write_bytes(only.bytes, out);
    }
    for (i, (part, field)) in echo.form.parts.iter().zip(echo.fields).enumerate() {
        out.write_all(if i > 0 { b"," } else { b"{" })?;
        write!(out, "\"{part}\":")?;
        write_bytes(field.bytes, out)?;
    }
    out.write_all(if echo.fields.is_empty() {
        b"null"
    } else {
        b"}"
    })
}
