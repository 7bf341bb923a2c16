//! Template aliases and versions.

use napi::bindgen_prelude::{Either, Uint8Array, Utf16String};
use napi_derive::napi;
use scope_core::{Part, Rejection};

use crate::fault::{Answer, Fault, answer};
use crate::text;

fn alias(
    scope_id: &[u16],
    name: &[u16],
    version: &[u16],
    make: fn(&str, &str, &str) -> Result<String, Rejection>,
) -> Result<String, Fault> {
    let scope_id = text::read(scope_id, Part::ScopeId)?;
    let name = text::read(name, Part::Name)?;
    let version = text::read(version, Part::Version)?;
    Ok(make(&scope_id, &name, &version)?)
}

/// A1.
#[napi(catch_unwind)]
pub fn template_alias(
    scope_id: Utf16String,
    name: Utf16String,
    version: Utf16String,
) -> Answer<String> {
    answer(alias(
        &scope_id,
        &name,
        &version,
        scope_core::template_alias,
    ))
}

/// A5.
#[napi(catch_unwind)]
pub fn distinct_template_alias(
    scope_id: Utf16String,
    name: Utf16String,
    version: Utf16String,
) -> Answer<String> {
    let make = scope_core::distinct_template_alias;
    answer(alias(&scope_id, &name, &version, make))
}

/// A3.
#[napi(catch_unwind)]
pub fn legacy_user_alias(user_id: Utf16String, alias: Utf16String) -> Answer<String> {
    answer((|| {
        let user_id = text::read(&user_id, Part::UserId)?;
        let alias = text::read(&alias, Part::Alias)?;
        Ok(scope_core::legacy_user_alias(&user_id, &alias)?)
    })())
}

/// The hash of bytes or of text as its UTF-8 (A4). The specification names no part for content; ill-formed text is
/// laid at the door of the version, which the hash becomes.
fn hash(
    content: Either<Uint8Array, Utf16String>,
    hash: fn(&[u8]) -> String,
) -> Result<String, Fault> {
    match content {
        Either::A(bytes) => Ok(hash(&bytes)),
        Either::B(units) => Ok(hash(text::read(&units, Part::Version)?.as_bytes())),
    }
}

/// A4.
#[napi(catch_unwind)]
pub fn version_hash(content: Either<Uint8Array, Utf16String>) -> Answer<String> {
    answer(hash(content, |bytes| scope_core::version_hash(bytes)))
}

/// A4.
#[napi(catch_unwind)]
pub fn content_hash(content: Either<Uint8Array, Utf16String>) -> Answer<String> {
    answer(hash(content, |bytes| scope_core::content_hash(bytes)))
}
