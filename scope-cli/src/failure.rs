//! What keeps the command from being carried out at all, as opposed to an item that is invalid.

use std::io;

use scope_core::{Error, Rejection};

use crate::diagnostic::{Diagnostic, Place};

/// Why nothing, or nothing more, can be done.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The arguments make no sense together.
    Usage(String),
    /// The value of an option is refused by the library.
    Option(Rejection),
    /// A file, or standard input, cannot be read, or something cannot be written.
    Io(String, io::Error),
    /// Whoever read the output has enough of it.
    BrokenPipe,
}

impl Failure {
    /// The failure to write to standard output.
    pub(crate) fn output(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::BrokenPipe,
            _ => Self::Io("cannot write to standard output".to_owned(), error),
        }
    }

    /// The failure to read `what`.
    pub(crate) fn reading(what: &str, error: io::Error) -> Self {
        Self::Io(format!("cannot read {what}"), error)
    }

    /// The fault of an option's value.
    pub(crate) fn option(error: Error, text: Option<&str>) -> Self {
        Self::Option(error.about(text.unwrap_or_default()))
    }

    /// What a person reads about it.
    pub(crate) fn render(&self) -> String {
        match self {
            Self::Usage(message) => Diagnostic::plain(message).render(),
            Self::Option(Rejection { error, text }) => Diagnostic::of_error(
                error,
                text,
                Place::Option(error.input),
                text.as_bytes(),
                error.offset,
            )
            .render(),
            Self::Io(what, error) => Diagnostic::plain(&format!("{what}: {error}")).render(),
            Self::BrokenPipe => String::new(),
        }
    }
}
