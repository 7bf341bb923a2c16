//! Faults of this crate: the project's own codes, with what the system or git said beside them.

use std::error;
use std::fmt;

use rustix::io::Errno;
use scope_core::{ErrorCode, Part, Rejection};

/// What went wrong: a fault with a stable code (rule E1), the text that it is about, and a detail where a program or the
/// system said one.
///
/// [`rejection`](Self::rejection) is the same in every language; the detail is what this system said.
///
/// ```
/// # let data = tempfile::tempdir().unwrap();
/// # let data = data.path().canonicalize().unwrap();
/// use scope_core::ErrorCode;
/// let workspaces = scope_workspace::Workspaces::open(&data).unwrap();
/// let error = workspaces.get("123e4567-e89b-12d3-a456-426614174000", "acme", "widget").unwrap_err();
/// assert_eq!(error.code(), ErrorCode::WorkspaceNotFound);
/// assert_eq!(error.to_string(),
///     "invalid workspace \"acme/widget\": there is no such workspace; create or clone it first");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Code, part, place and text.
    pub rejection: Rejection,
    /// What the system or git said, without control characters but line breaks; `None` where nobody said anything.
    pub detail: Option<String>,
}

impl Error {
    /// The fault of a text that is an argument by itself.
    pub(crate) fn new(code: ErrorCode, part: Part, text: impl Into<String>) -> Self {
        Self {
            rejection: scope_core::Error::from_parts(code, part, part, 0).about(text),
            detail: None,
        }
    }

    pub(crate) fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// What the system said about the directory or file that `text` names.
    pub(crate) fn of_system(errno: Errno, part: Part, text: impl Into<String>) -> Self {
        let code = match errno {
            Errno::LOOP => ErrorCode::SymbolicLink,
            Errno::NOENT if part == Part::Workspace => ErrorCode::WorkspaceNotFound,
            Errno::NOENT => ErrorCode::PathNotFound,
            Errno::NOTDIR => ErrorCode::NotADirectory,
            Errno::WOULDBLOCK => ErrorCode::InUse,
            _ => return Self::new(ErrorCode::IoFailed, part, text).with_detail(said(errno)),
        };
        Self::new(code, part, text)
    }

    /// The code.
    pub fn code(&self) -> ErrorCode {
        self.rejection.error.code
    }
}

/// What the system calls an error, with its number.
pub(crate) fn said(errno: Errno) -> String {
    std::io::Error::from(errno).to_string()
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rejection.fmt(f)?;
        match &self.detail {
            Some(detail) => write!(f, " ({})", detail.trim_end().replace('\n', "; ")),
            None => Ok(()),
        }
    }
}

impl error::Error for Error {}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self {
            rejection,
            detail: None,
        }
    }
}

impl serde::Serialize for Error {
    /// The seven fields of rule E2, and `detail`.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let Rejection { error, text } = &self.rejection;
        let mut fields = serializer.serialize_struct("Error", 8)?;
        fields.serialize_field("code", error.code.as_str())?;
        fields.serialize_field("number", &error.code.number())?;
        fields.serialize_field("part", error.part.as_str())?;
        fields.serialize_field("input", error.input.as_str())?;
        fields.serialize_field("offset", &error.offset)?;
        fields.serialize_field("message", &self.rejection.to_string())?;
        fields.serialize_field("suggestion", &error.suggestion(text))?;
        fields.serialize_field("detail", &self.detail)?;
        fields.end()
    }
}
