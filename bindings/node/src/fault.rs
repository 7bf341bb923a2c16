//! Faults on their way to JavaScript's `ScopeError`.

use napi::bindgen_prelude::{Either, Utf16String};
use napi_derive::napi;
use scope_core::{Error, ErrorCode, Part, Rejection};

use crate::text;

/// What a `ScopeError` is made from. Its message and suggestion are worked out by [`describe`] when somebody asks.
#[napi(object)]
pub struct Fault {
    /// The number of the code (E1).
    pub number: u32,
    /// The part at fault, by its number.
    pub part: u32,
    /// The argument into which the offset counts, by its number.
    pub input: u32,
    /// UTF-16 units from the start of that argument.
    pub offset: u32,
    /// That argument; of ill-formed text what stands before the fault.
    pub text: String,
}

impl Fault {
    /// The fault with the text that it is about.
    pub(crate) fn new(error: Error, text: String) -> Self {
        Self {
            number: error.code.number().into(),
            part: error.part.number().into(),
            input: error.input.number().into(),
            offset: in_units(text::units_before(&text, error.offset)),
            text,
        }
    }

    /// The fault with that of `texts` which it is about.
    pub(crate) fn about(error: Error, texts: &[(Part, &str)]) -> Self {
        let about = texts.iter().find(|(part, _)| *part == error.input);
        Self::new(error, about.map_or("", |(_, text)| text).to_owned())
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

/// What a person reads about a fault (E2).
#[napi(object)]
pub struct Description {
    /// The message.
    pub message: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

/// Describes a fault, given its numbers and the text that it is in; nothing where there is no such fault.
#[napi(catch_unwind)]
pub fn describe(
    number: u32,
    part: u32,
    input: u32,
    offset: u32,
    text: Utf16String,
) -> Option<Description> {
    let part_of = |number: u32| Part::from_number(number.try_into().ok()?);
    let code = ErrorCode::from_number(number.try_into().ok()?)?;
    let (text, _) = text::well_formed_prefix(&text);
    let offset = text::bytes_before(&text, offset.try_into().ok()?);
    let error = Error::from_parts(code, part_of(part)?, part_of(input)?, offset);
    Some(Description {
        message: error.message(&text).to_string(),
        suggestion: error.suggestion(&text),
    })
}
