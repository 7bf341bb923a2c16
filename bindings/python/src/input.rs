//! What Python hands over, as text.

use std::borrow::Cow;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyList, PyString, PyTuple};
use scope_core::{Error, Part};

use crate::fault::scope_error;
use crate::fence::ascii;

/// The text of a `str`. Copies nothing. Fails for a lone surrogate.
#[inline]
pub(crate) fn read<'a>(given: &'a Bound<'_, PyString>) -> PyResult<&'a str> {
    match ascii(given) {
        Some(text) => Ok(text),
        None => given.to_str(),
    }
}

/// The text of the argument `part`. Copies nothing. A lone surrogate is `invalid_unicode`.
#[inline]
pub(crate) fn text<'a>(given: &'a Bound<'_, PyString>, part: Part) -> PyResult<&'a str> {
    read(given).map_err(|_| ill_formed(given, part))
}

/// The text of an argument that may be left out.
pub(crate) fn optional<'a>(
    given: Option<&'a Bound<'_, PyString>>,
    part: Part,
) -> PyResult<Option<&'a str>> {
    given.map(|given| text(given, part)).transpose()
}

/// The fault of text that is not well-formed.
#[cold]
fn ill_formed(given: &Bound<'_, PyString>, part: Part) -> PyErr {
    match well_formed(given) {
        Ok(prefix) => scope_error(Error::invalid_unicode(part, prefix.len()), given),
        Err(why) => why,
    }
}

/// The text, or what is well-formed of it before the first lone surrogate.
pub(crate) fn well_formed<'a>(given: &'a Bound<'_, PyString>) -> PyResult<Cow<'a, str>> {
    if let Ok(text) = read(given) {
        return Ok(Cow::Borrowed(text));
    }
    // Of `str` itself: a subclass may have an `encode` of its own.
    let encode = given.py().get_type::<PyString>().getattr("encode")?;
    let bytes = encode.call1((given, "utf-8", "surrogatepass"))?;
    let chunk = bytes.cast::<PyBytes>()?.as_bytes().utf8_chunks().next();
    Ok(Cow::Owned(chunk.map_or_else(String::new, |chunk| {
        chunk.valid().to_owned()
    })))
}

/// The same text as an object of `str` itself, so that no subclass's methods or attributes are kept.
pub(crate) fn plain(given: &Bound<'_, PyString>, text: &str) -> Py<PyString> {
    if given.is_exact_instance_of::<PyString>() {
        given.clone().unbind()
    } else {
        PyString::new(given.py(), text).unbind()
    }
}

/// A path: `str`, `bytes` or anything with `__fspath__`, as `os.fsdecode` reads it. Bytes that are not UTF-8 become
/// lone surrogates there, and so `invalid_unicode` later.
pub(crate) struct Path<'py>(pub(crate) Bound<'py, PyString>);

impl<'a, 'py> FromPyObject<'a, 'py> for Path<'py> {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        static FSDECODE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        if let Ok(text) = given.cast::<PyString>() {
            return Ok(Self(text.to_owned()));
        }
        let decoded = FSDECODE
            .import(given.py(), "os", "fsdecode")?
            .call1((given,))?;
        Ok(Self(decoded.cast_into()?))
    }
}

/// Visits the items of an iterable of `str`, in order.
#[inline]
pub(crate) fn each_text<'py>(
    argument: &str,
    texts: &Bound<'py, PyAny>,
    visit: impl FnMut(usize, &Bound<'py, PyString>) -> PyResult<()>,
) -> PyResult<()> {
    // Nothing is asked of the iterator protocol where it is a list or tuple.
    if let Ok(list) = texts.cast::<PyList>() {
        return each(argument, list.iter().map(Ok), visit);
    }
    if let Ok(tuple) = texts.cast::<PyTuple>() {
        return each(argument, tuple.iter().map(Ok), visit);
    }
    // A `str` is an iterable of `str` too, and never the one that is meant.
    if !texts.is_instance_of::<PyString>()
        && let Ok(items) = texts.try_iter()
    {
        return each(argument, items, visit);
    }
    let kind = texts.get_type();
    Err(PyTypeError::new_err(format!(
        "argument '{argument}': '{}' object is not an iterable of 'str', such as a list",
        kind.name()?
    )))
}

#[inline]
fn each<'py>(
    argument: &str,
    items: impl Iterator<Item = PyResult<Bound<'py, PyAny>>>,
    mut visit: impl FnMut(usize, &Bound<'py, PyString>) -> PyResult<()>,
) -> PyResult<()> {
    for (index, item) in items.enumerate() {
        let item = item?;
        match item.cast::<PyString>() {
            Ok(text) => visit(index, text)?,
            Err(error) => {
                let message = format!("argument '{argument}': item {index}: {error}");
                return Err(PyTypeError::new_err(message));
            }
        }
    }
    Ok(())
}

/// How many items an iterable says it has, to make room for them.
pub(crate) fn expected(texts: &Bound<'_, PyAny>) -> usize {
    if texts.is_instance_of::<PyList>() || texts.is_instance_of::<PyTuple>() {
        texts.len().unwrap_or(0)
    } else {
        0
    }
}
