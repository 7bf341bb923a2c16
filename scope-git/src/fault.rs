//! Faults on the way to an answer, before the text that they are about is known.

use std::io;
use std::path::Path;

use scope_core::{Error, ErrorCode, Part, Rejection};

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Something about the directory that was asked about, or about this part of its repository.
    At(ErrorCode, Part),
    /// A fault with a text of its own.
    Said(Rejection),
}

impl Fault {
    /// What the system said about `part`.
    pub(crate) fn of_io(error: &io::Error, part: Part) -> Self {
        let code = match (part, error.kind()) {
            (Part::Path, io::ErrorKind::NotFound) => ErrorCode::PathNotFound,
            (Part::Path, io::ErrorKind::NotADirectory) => ErrorCode::NotADirectory,
            _ => ErrorCode::Unreadable,
        };
        Self::At(code, part)
    }

    /// The fault of the path that was asked about.
    pub(crate) fn about(self, path: &Path) -> Rejection {
        match self {
            Self::At(code, part) => {
                Error::from_parts(code, part, Part::Path, 0).about(path.to_string_lossy())
            }
            Self::Said(rejection) => rejection,
        }
    }
}

impl From<Rejection> for Fault {
    fn from(rejection: Rejection) -> Self {
        Self::Said(rejection)
    }
}
