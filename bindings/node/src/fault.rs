//! Faults on their way to JavaScript's `ScopeError`.

use napi::bindgen_prelude::Either;
use napi_derive::napi;
use scope_core::{Error, ErrorCode, Part, Rejection};

use crate::units::units_before;

/// What a `ScopeError` is made from (E1, E2).
#[napi(object)]
pub struct Fault {
    /// The number of the code.
    pub number: u32,
    /// The part at fault, by its number.
    pub part: u32,
    /// The argument into which the offset counts, by its number.
    pub input: u32,
    /// UTF-16 units from the start of that argument.
    pub offset: u32,
    /// What a person reads about it.
    pub message: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
    /// What the system or git said, where one did (W8).
    pub detail: Option<String>,
}

impl Fault {
    /// The fault in the text that it is about; of ill-formed text, in what stands before the fault.
    pub(crate) fn new(error: Error, text: impl AsRef<str>) -> Self {
        let text = text.as_ref();
        let (message, suggestion) = error.describe(text);
        Self {
            number: error.code.number().into(),
            part: error.part.number().into(),
            input: error.input.number().into(),
            offset: in_units(units_before(text, error.offset)),
            message,
            suggestion,
            detail: None,
        }
    }

    /// The fault with that of `texts` which it is about.
    pub(crate) fn about(error: Error, texts: &[(Part, &str)]) -> Self {
        let about = texts.iter().find(|(part, _)| *part == error.input);
        Self::new(error, about.map_or("", |(_, text)| text))
    }

    /// The message and, right behind it, the suggestion, if there is one; and how many units the message is.
    pub(crate) fn describe(self) -> (String, u32) {
        let mut text = self.message;
        let length = in_units(units_before(&text, text.len()));
        text.push_str(self.suggestion.as_deref().unwrap_or_default());
        (text, length)
    }
}

impl From<Rejection> for Fault {
    fn from(rejection: Rejection) -> Self {
        Self::new(rejection.error, rejection.text)
    }
}

/// An offset as a number of JavaScript's: no string there is as long as 32 bits allow.
pub(crate) fn in_units(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// A value or a fault. JavaScript tells them apart by the fault's `number`, which no value has.
pub(crate) type Answer<T> = Either<T, Fault>;

/// What an operation made, as an answer.
pub(crate) fn answer<T>(result: Result<T, Fault>) -> Answer<T> {
    match result {
        Ok(value) => Either::A(value),
        Err(fault) => Either::B(fault),
    }
}

/// A stable name and its stable number.
#[napi(object)]
pub struct Named {
    /// The number.
    pub number: u32,
    /// The name.
    pub name: String,
}

/// Every error code (E1).
#[napi(catch_unwind)]
pub fn error_codes() -> Vec<Named> {
    let named = |code: &ErrorCode| Named {
        number: code.number().into(),
        name: code.to_string(),
    };
    ErrorCode::ALL.iter().map(named).collect()
}

/// Every part (E2).
#[napi(catch_unwind)]
pub fn parts() -> Vec<Named> {
    let named = |part: &Part| Named {
        number: part.number().into(),
        name: part.to_string(),
    };
    Part::ALL.iter().map(named).collect()
}
