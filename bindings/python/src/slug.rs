//! Slugs, names, tags and branch names by themselves.

use pyo3::prelude::*;
use scope_core::{Error, Part};

use crate::fault::scope_error;
use crate::input::{cast, read, text};

fn check(
    given: &Bound<'_, PyAny>,
    part: Part,
    check: fn(&str) -> Result<(), Error>,
) -> PyResult<()> {
    let text = text("text", given, part)?;
    check(&text).map_err(|error| scope_error(error, text.given))
}

/// Ill-formed text is nothing that can be asked for.
fn ask(given: &Bound<'_, PyAny>, ask: fn(&str) -> bool) -> PyResult<bool> {
    Ok(read(cast("text", given)?).is_ok_and(ask))
}

/// Returns ``None`` if ``text`` is a slug, the ``scope`` of ``@scope/name`` (rules S1 to S3); else raises ``ScopeError``
/// with its fault (rule S4). It looks at no more than 65 characters.
///
/// >>> check_slug("my-team")
/// >>> check_slug("My Team")
/// Traceback (most recent call last):
///     ...
/// scope_core.ScopeError: invalid scope "My Team": the scope may not hold 'M'; use only a-z, 0-9 and '-'; did you mean "my-team"?
#[pyfunction]
pub(crate) fn check_slug(text: &Bound<'_, PyAny>) -> PyResult<()> {
    check(text, Part::Scope, scope_core::check_slug)
}

/// Returns ``None`` if ``text`` is a name (rule N1); else raises ``ScopeError`` with its fault (rule N2).
///
/// >>> check_name("next.js")
#[pyfunction]
pub(crate) fn check_name(text: &Bound<'_, PyAny>) -> PyResult<()> {
    check(text, Part::Name, scope_core::check_name)
}

/// Returns ``None`` if ``text`` is a tag; else raises ``ScopeError`` with its fault (rule T1).
///
/// >>> check_tag("v1.0-RC1")
#[pyfunction]
pub(crate) fn check_tag(text: &Bound<'_, PyAny>) -> PyResult<()> {
    check(text, Part::Tag, scope_core::check_tag)
}

/// Returns ``None`` if ``text`` is the name of a local git branch; else raises ``ScopeError`` with its fault (rule K3).
///
/// >>> check_branch("feature/login")
/// >>> check_branch("origin/main")
/// Traceback (most recent call last):
///     ...
/// scope_core.ScopeError: invalid branch name "origin/main": this names a remote-tracking branch or a full ref; pass the local branch name; did you mean "main"?
#[pyfunction]
pub(crate) fn check_branch(text: &Bound<'_, PyAny>) -> PyResult<()> {
    check(text, Part::BranchName, scope_core::check_branch)
}

/// Whether ``text`` is a slug, the ``scope`` of ``@scope/name`` (rules S1 to S3): ``bool``. It may be reserved all the
/// same; ``Policy.check_claimable`` tells.
///
/// >>> is_slug("my-team"), is_slug("My Team")
/// (True, False)
#[pyfunction]
pub(crate) fn is_slug(text: &Bound<'_, PyAny>) -> PyResult<bool> {
    ask(text, scope_core::is_slug)
}

/// Whether ``text`` is a name (rule N1): ``bool``.
///
/// >>> is_name("next.js"), is_name("next..js")
/// (True, False)
#[pyfunction]
pub(crate) fn is_name(text: &Bound<'_, PyAny>) -> PyResult<bool> {
    ask(text, scope_core::is_name)
}

/// Whether ``text`` is a tag (rule T1): ``bool``.
///
/// >>> is_tag("v1.0"), is_tag(".hidden")
/// (True, False)
#[pyfunction]
pub(crate) fn is_tag(text: &Bound<'_, PyAny>) -> PyResult<bool> {
    ask(text, scope_core::is_tag)
}

/// Whether ``text`` is the name of a local git branch (rule K3): ``bool``.
///
/// >>> is_branch("feature/login"), is_branch("feature login")
/// (True, False)
#[pyfunction]
pub(crate) fn is_branch(text: &Bound<'_, PyAny>) -> PyResult<bool> {
    ask(text, scope_core::is_branch)
}

/// A well-formed slug made from any text: ``str``, or ``None`` where too little of it survives (rule S7). It is for a
/// person to accept, and may be reserved.
///
/// >>> suggest_slug("Über Café"), suggest_slug("日本")
/// ('uber-cafe', None)
#[pyfunction]
pub(crate) fn suggest_slug(text: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    Ok(scope_core::suggest_slug(&self::text(
        "text",
        text,
        Part::Scope,
    )?))
}

/// The slug that a user has until they choose one, made from their id: ``str`` (rule S8).
///
/// >>> default_slug("")
/// 'user-e3b0c442'
#[pyfunction]
pub(crate) fn default_slug(user_id: &Bound<'_, PyAny>) -> PyResult<String> {
    Ok(scope_core::default_slug(&text(
        "user_id",
        user_id,
        Part::UserId,
    )?))
}
