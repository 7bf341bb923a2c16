//! Single texts: what keeps one from being a slug, name, tag, branch name, worktree key or path; and suggestions.

use napi::bindgen_prelude::Utf16String;
use napi_derive::napi;
use scope_core::{AbsolutePath, Error, Part, WorktreeKey};

use crate::fault::{Answer, Fault, answer};
use crate::text;

/// True, or the fault of a text that is the argument `part`.
fn check(units: &Utf16String, part: Part, check: fn(&str) -> Result<(), Error>) -> Answer<bool> {
    answer(text::read(units, part).and_then(|text| match check(&text) {
        Ok(()) => Ok(true),
        Err(error) => Err(Fault::new(error, text)),
    }))
}

/// S4.
#[napi(catch_unwind)]
pub fn check_slug(text: Utf16String) -> Answer<bool> {
    check(&text, Part::Scope, scope_core::check_slug)
}

/// N2.
#[napi(catch_unwind)]
pub fn check_name(text: Utf16String) -> Answer<bool> {
    check(&text, Part::Name, scope_core::check_name)
}

/// T1.
#[napi(catch_unwind)]
pub fn check_tag(text: Utf16String) -> Answer<bool> {
    check(&text, Part::Tag, scope_core::check_tag)
}

/// K3.
#[napi(catch_unwind)]
pub fn check_branch(text: Utf16String) -> Answer<bool> {
    check(&text, Part::BranchName, scope_core::check_branch)
}

/// K4.
#[napi(catch_unwind)]
pub fn check_worktree_key(text: Utf16String) -> Answer<bool> {
    check(&text, Part::WorktreeKey, |text| {
        WorktreeKey::new(text).map(drop)
    })
}

/// K2, as a primary path.
#[napi(catch_unwind)]
pub fn check_path(text: Utf16String) -> Answer<bool> {
    check(&text, Part::PrimaryPath, |text| {
        AbsolutePath::new(text).map(drop)
    })
}

/// S7.
#[napi(catch_unwind)]
pub fn suggest_slug(text: Utf16String) -> Answer<Option<String>> {
    answer(text::read(&text, Part::Scope).map(|text| scope_core::suggest_slug(&text)))
}

/// S8.
#[napi(catch_unwind)]
pub fn default_slug(user_id: Utf16String) -> Answer<String> {
    answer(text::read(&user_id, Part::UserId).map(|id| scope_core::default_slug(&id)))
}
