//! References, where speed is not everything: what normalises, compares or is put together from parts.

use napi::bindgen_prelude::Utf16String;
use napi_derive::napi;
use scope_core::{Part, Reference, ReferenceBuf};

use crate::fault::{Answer, Fault, answer};
use crate::text;

/// R5.
#[napi(catch_unwind)]
pub fn normalize(text: Utf16String) -> Answer<String> {
    answer(text::read(&text, Part::Reference).map(|text| scope_core::normalize(&text).into_owned()))
}

/// The normalised text of a reference (R5, R2).
#[napi(catch_unwind)]
pub fn parse_normalized(text: Utf16String) -> Answer<String> {
    answer(text::read(&text, Part::Reference).and_then(
        |text| match ReferenceBuf::parse_normalized(&text) {
            Ok(reference) => Ok(reference.into_string()),
            Err(error) => Err(Fault::new(error, text)),
        },
    ))
}

/// The text of a reference that is put together from its parts (R1).
#[napi(catch_unwind)]
pub fn join_reference(
    scope: Utf16String,
    name: Utf16String,
    tag: Option<Utf16String>,
) -> Answer<String> {
    answer((|| {
        let scope = text::read(&scope, Part::Scope)?;
        let name = text::read(&name, Part::Name)?;
        let tag = text::read_optional(tag.as_ref(), Part::Tag)?;
        match ReferenceBuf::new(&scope, &name, tag.as_deref()) {
            Ok(reference) => Ok(reference.into_string()),
            Err(error) => Err(Fault::about(
                error,
                &[
                    (Part::Scope, &scope),
                    (Part::Name, &name),
                    (Part::Tag, tag.as_deref().unwrap_or_default()),
                ],
            )),
        }
    })())
}

/// R7, of the text of a reference; nothing where it is none.
#[napi(catch_unwind)]
pub fn storage_component(text: String) -> Option<String> {
    let reference = Reference::parse(&text).ok()?;
    Some(reference.storage_component().to_string())
}

/// -1, 0 or 1: the order of the texts of two references (R6); nothing where one is none.
#[napi(catch_unwind)]
pub fn compare_references(a: String, b: String) -> Option<i32> {
    let order = Reference::parse(&a).ok()?.cmp(&Reference::parse(&b).ok()?);
    Some(order as i32)
}
