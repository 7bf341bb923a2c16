//! The loop of every command that answers for items: read one, ask the library, print the answer or the fault.

use std::ffi::OsStr;
use std::io::{self, BufWriter, IsTerminal as _, Write};

use scope_core::{Error, ErrorCode, Rejection, text};

use crate::Status;
use crate::args::OutputArgs;
use crate::diagnostic::{self, Diagnostic, Place};
use crate::failure::Failure;
use crate::input::{Entry, Field, Form, LINE_LIMIT, Lines, Origin, fields};
use crate::output::{Echo, FaultRecord, Layout, Printer, Record};

/// The texts of an item.
#[derive(Debug)]
pub(crate) struct Texts<'a>(Vec<Option<&'a str>>);

impl<'a> Texts<'a> {
    /// Field `i`; the empty text where it was left out.
    pub(crate) fn get(&self, i: usize) -> &'a str {
        self.given(i).unwrap_or_default()
    }

    /// Field `i`, if it was given.
    pub(crate) fn given(&self, i: usize) -> Option<&'a str> {
        self.0.get(i).copied().flatten()
    }
}

/// What the library says to an item that is not at fault.
#[derive(Debug)]
pub(crate) enum Answer {
    /// An answer.
    Found(Record),
    /// That there is none, and how a person is told.
    Nothing(Record, &'static str),
}

impl From<Record> for Answer {
    fn from(record: Record) -> Self {
        Self::Found(record)
    }
}

/// Why the library refuses an item.
#[derive(Debug)]
pub(crate) struct Refusal {
    error: Error,
    /// What the offset counts into, where that is none of the fields.
    text: Option<String>,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self { error, text: None }
    }
}

impl From<Rejection> for Refusal {
    fn from(Rejection { error, text }: Rejection) -> Self {
        Self {
            error,
            text: Some(text),
        }
    }
}

/// What a command is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Command<'a> {
    pub(crate) form: Form,
    pub(crate) layout: Layout,
    pub(crate) output: &'a OutputArgs,
    /// The value of `--print`.
    pub(crate) only: Option<&'a str>,
}

/// Asks for each item and prints what comes back.
pub(crate) fn answer(
    command: &Command<'_>,
    entries: &[Entry<'_>],
    ask: impl FnMut(&Texts<'_>) -> Result<Answer, Refusal>,
) -> Result<Status, Failure> {
    let stdout = io::stdout().lock();
    let escape = stdout.is_terminal();
    let out = BufWriter::with_capacity(1 << 16, stdout);
    let mut run = Run {
        command,
        printer: Printer::new(out, escape, command.output, command.layout, command.only),
        ask,
        items: 0,
        faults: 0,
        warned: false,
    };
    let finished = run.all(entries).and_then(|()| run.finish());
    match finished {
        // Nobody reads on: what has been seen so far decides.
        Ok(()) | Err(Failure::BrokenPipe) if run.faults > 0 => Ok(Status::Invalid),
        Ok(()) | Err(Failure::BrokenPipe) => Ok(Status::Good),
        Err(failure) => Err(failure),
    }
}

struct Run<'a, W: Write, F> {
    command: &'a Command<'a>,
    printer: Printer<'a, W>,
    ask: F,
    items: u64,
    faults: u64,
    /// Whether carriage returns have been spoken of.
    warned: bool,
}

impl<W: Write, F: FnMut(&Texts<'_>) -> Result<Answer, Refusal>> Run<'_, W, F> {
    fn all(&mut self, entries: &[Entry<'_>]) -> Result<(), Failure> {
        for (number, entry) in (1..).zip(entries) {
            match entry {
                Entry::Item(given) => {
                    let fields = fields(&self.command.form, given, None);
                    self.item(Origin::Argument(number), &fields)?;
                }
                Entry::Lines(given) => self.lines(given)?,
            }
        }
        Ok(())
    }

    fn lines(&mut self, given: &[&OsStr]) -> Result<(), Failure> {
        let mut lines = Lines::new(io::stdin().lock());
        for number in 1.. {
            // Whoever sends a line and waits for its answer gets it.
            if lines.is_drained() {
                self.printer.flush().map_err(Failure::output)?;
            }
            let line = lines.next();
            let line = line.map_err(|error| Failure::reading("standard input", error))?;
            let Some(line) = line else { break };
            let origin = Origin::Line(number);
            if line.cut {
                self.too_long(origin, line.bytes)?;
                continue;
            }
            let form = &self.command.form;
            // Where nothing is before the line, it is the whole item.
            let fields = fields(form, given, Some(line.bytes));
            self.item(origin, &fields)?;
            self.warn_of_carriage_return(origin, line.bytes);
        }
        Ok(())
    }

    fn item(&mut self, origin: Origin, fields: &[Field<'_>]) -> Result<(), Failure> {
        self.items += 1;
        let form = &self.command.form;
        let echo = Some(Echo { form, fields });
        let mut texts = Vec::with_capacity(fields.len());
        for (field, part) in fields.iter().zip(form.parts) {
            match field.bytes.map(|bytes| text::from_utf8(bytes, *part)) {
                None => texts.push(None),
                Some(Ok(text)) => texts.push(Some(text)),
                Some(Err(error)) => {
                    let Error { part, offset, .. } = error;
                    let error = Error::from_parts(form.ill_formed, part, part, offset);
                    // The message quotes no more than what comes before the fault.
                    let good = field.bytes.and_then(|bytes| bytes.get(..error.offset));
                    let good = good.and_then(|bytes| str::from_utf8(bytes).ok());
                    return self.fault(origin, echo, error, field, good.unwrap_or_default());
                }
            }
        }
        let texts = Texts(texts);
        match (self.ask)(&texts) {
            Ok(Answer::Found(record)) => self.printer.record(echo, &record),
            Ok(Answer::Nothing(record, message)) => {
                let source = fields.first().map_or(&[][..], |field| field.source);
                self.printer
                    .record(echo, &record)
                    .map_err(Failure::output)?;
                let place = Place::Item(origin);
                return self.report(|| Diagnostic::about(message, place, source, 0));
            }
            Err(Refusal { error, text }) => {
                let at = form.parts.iter().position(|&part| part == error.input);
                let at = at.filter(|&i| text.as_deref().is_none_or(|text| text == texts.get(i)));
                let made = text.as_deref().unwrap_or_default();
                let (text, field) = match at.and_then(|i| Some((i, fields.get(i)?))) {
                    Some((i, field)) => (texts.get(i), *field),
                    None => (made, Field::alone(made.as_bytes())),
                };
                return self.fault(origin, echo, error, &field, text);
            }
        }
        .map_err(Failure::output)
    }

    fn fault(
        &mut self,
        origin: Origin,
        echo: Option<Echo<'_>>,
        error: Error,
        field: &Field<'_>,
        text: &str,
    ) -> Result<(), Failure> {
        if self.command.output.quiet {
            self.faults += 1;
            return Ok(());
        }
        let record = FaultRecord {
            code: error.code.as_str(),
            number: error.code.number(),
            part: error.part.as_str(),
            input: error.input.as_str(),
            offset: error.offset,
            message: error.message(text).to_string(),
            suggestion: error.suggestion(text),
        };
        self.printer.fault(echo, &record).map_err(Failure::output)?;
        let form = &self.command.form;
        self.report(|| {
            let at = field.start + error.offset;
            let place = Place::Item(origin);
            let diagnostic = Diagnostic::of_error(&error, text, place, field.source, at);
            // Where the text ends before the field begins, it is the form that is not understood.
            if field.bytes == Some(&[]) && field.start == field.source.len() && form.parts.len() > 1
            {
                diagnostic.with_help(format!("write {}", form.written))
            } else {
                diagnostic
            }
        })
    }

    fn too_long(&mut self, origin: Origin, bytes: &[u8]) -> Result<(), Failure> {
        self.items += 1;
        let sentence = format!("the line is longer than {LINE_LIMIT} bytes");
        let record = FaultRecord {
            code: ErrorCode::TooLong.as_str(),
            number: ErrorCode::TooLong.number(),
            part: "line",
            input: "line",
            offset: LINE_LIMIT,
            message: format!("invalid line: {sentence}"),
            suggestion: None,
        };
        let form = &self.command.form;
        // It is not held, so that it cannot be given back.
        let echo = Some(Echo { form, fields: &[] });
        self.printer.fault(echo, &record).map_err(Failure::output)?;
        self.report(|| {
            Diagnostic::about(&sentence, Place::Item(origin), bytes, bytes.len())
                .with_code(ErrorCode::TooLong.as_str())
        })
    }

    /// Counts a fault and tells a person.
    fn report<'d>(&mut self, diagnostic: impl FnOnce() -> Diagnostic<'d>) -> Result<(), Failure> {
        self.faults += 1;
        if self.command.output.quiet {
            return Ok(());
        }
        // Where both streams go to one place, the order is that of the items.
        self.printer.flush().map_err(Failure::output)?;
        diagnostic::print(&diagnostic().render());
        Ok(())
    }

    fn warn_of_carriage_return(&mut self, origin: Origin, line: &[u8]) {
        let [before @ .., b'\r'] = line else { return };
        if self.warned || self.command.output.quiet {
            return;
        }
        self.warned = true;
        let message = "the line ends with a carriage return, which is a part of the item";
        let warning = Diagnostic::about(message, Place::Item(origin), line, before.len());
        let warning = warning.into_warning();
        let help = "if every line does, take them out first: `tr -d '\\r'`";
        diagnostic::print(&warning.with_help(help).render());
    }

    fn finish(&mut self) -> Result<(), Failure> {
        self.printer.finish().map_err(Failure::output)?;
        if self.faults > 0 && self.items > 1 && !self.command.output.quiet {
            let verb = if self.faults == 1 { "is" } else { "are" };
            let message = format!("{} of {} items {verb} invalid", self.faults, self.items);
            diagnostic::print(&Diagnostic::plain(&message).render());
        }
        Ok(())
    }
}
