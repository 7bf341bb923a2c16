//! Template aliases and versions.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyMemoryView, PyString};
use scope_core::{Part, Rejection};

use crate::fault::rejected;
use crate::input::{part_of, text};

type Make = fn(&str, &str, &str) -> Result<String, Rejection>;

fn alias(
    scope_id: &Bound<'_, PyAny>,
    name: &Bound<'_, PyAny>,
    version: &Bound<'_, PyAny>,
    make: Make,
) -> PyResult<String> {
    let alias = make(
        &text("scope_id", scope_id, Part::ScopeId)?,
        &text("name", name, Part::Name)?,
        &text("version", version, Part::Version)?,
    );
    alias.map_err(|rejection| rejected(name.py(), &rejection))
}

/// ``scope-{scope_id}-image-{name}-version-{version}``, lower-cased and with all else dropped or replaced: ``str``
/// (rule A1). Different names can share it; ``distinct_template_alias`` tells them apart.
///
/// A part that is empty after that, or an alias of more than 256 characters, raises ``ScopeError`` (rule A2).
///
/// >>> template_alias("3f2a", "My_Image", "DEADBEEF")
/// 'scope-3f2a-image-my-image-version-deadbeef'
#[pyfunction]
pub(crate) fn template_alias(
    scope_id: &Bound<'_, PyAny>,
    name: &Bound<'_, PyAny>,
    version: &Bound<'_, PyAny>,
) -> PyResult<String> {
    alias(scope_id, name, version, scope_core::template_alias)
}

/// The same, but never one alias for two triples: ``str`` (rule A5). The scope id must be a UUID, the name a name, the
/// version 8 to 64 hexadecimal digits; else it raises ``ScopeError``.
///
/// >>> distinct_template_alias("123e4567-e89b-12d3-a456-426614174000", "my_image", "deadbeef")
/// 'scope-123e4567-e89b-12d3-a456-426614174000-image-my_uimage-version-deadbeef'
#[pyfunction]
pub(crate) fn distinct_template_alias(
    scope_id: &Bound<'_, PyAny>,
    name: &Bound<'_, PyAny>,
    version: &Bound<'_, PyAny>,
) -> PyResult<String> {
    alias(scope_id, name, version, scope_core::distinct_template_alias)
}

/// ``user-{user_id}-{alias}``: ``str`` (rule A3). An empty part, or more than 256 bytes in all, raises ``ScopeError``.
///
/// >>> legacy_user_alias("u1", "web")
/// 'user-u1-web'
#[pyfunction]
pub(crate) fn legacy_user_alias(
    user_id: &Bound<'_, PyAny>,
    alias: &Bound<'_, PyAny>,
) -> PyResult<String> {
    let made = scope_core::legacy_user_alias(
        &text("user_id", user_id, Part::UserId)?,
        &text("alias", alias, Part::Alias)?,
    );
    made.map_err(|rejection| rejected(alias.py(), &rejection))
}

/// The first 8 hexadecimal digits of SHA-256 over ``content``, ``str`` (its UTF-8) or bytes: ``str`` (rule A4).
///
/// >>> version_hash("content"), version_hash(b"content")
/// ('ed7002b4', 'ed7002b4')
#[pyfunction]
pub(crate) fn version_hash(content: &Bound<'_, PyAny>) -> PyResult<String> {
    digest(content, |bytes| scope_core::version_hash(bytes))
}

/// All 64 hexadecimal digits of SHA-256 over ``content``, ``str`` (its UTF-8) or bytes: ``str`` (rule A4).
///
/// >>> content_hash(b"content")
/// 'ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73'
#[pyfunction]
pub(crate) fn content_hash(content: &Bound<'_, PyAny>) -> PyResult<String> {
    digest(content, |bytes| scope_core::content_hash(bytes))
}

fn digest(content: &Bound<'_, PyAny>, digest: fn(&[u8]) -> String) -> PyResult<String> {
    if let Ok(given) = content.cast::<PyString>() {
        return Ok(digest(part_of(given, Part::Buffer)?.as_bytes()));
    }
    if let Ok(bytes) = content.cast::<PyBytes>() {
        let bytes = bytes.as_bytes();
        // Other threads of Python go on meanwhile.
        return Ok(content.py().detach(|| digest(bytes)));
    }
    if content.is_instance_of::<PyByteArray>() || content.is_instance_of::<PyMemoryView>() {
        // A copy, since another thread may write to them.
        let copy = content.py().get_type::<PyBytes>().call1((content,))?;
        return Ok(digest(copy.cast::<PyBytes>()?.as_bytes()));
    }
    let kind = content.get_type();
    Err(PyTypeError::new_err(format!(
        "argument 'content': '{}' object is neither 'str' nor 'bytes'",
        kind.name()?
    )))
}
