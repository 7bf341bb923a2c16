//! What Python hands over, as text, numbers and paths.
//!
//! Arguments come in as they are (`Bound<PyAny>`) and are asked here, with their names: a name that pyo3 adds by itself is in
//! a note, which Python has from 3.11 on only, and which `str(error)` leaves out.

use std::borrow::Cow;
use std::convert::Infallible;
use std::ffi::OsString;
use std::ops::Deref;
use std::path::PathBuf;

use pyo3::PyTypeCheck;
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyList, PyString, PyTuple};
use scope_core::{Error, Part};

use crate::fault::scope_error;
use crate::fence::ascii;

/// An argument that is text: the object, what it says, and the part that faults in it are about.
pub(crate) struct Text<'a, 'py> {
    pub(crate) given: &'a Bound<'py, PyString>,
    pub(crate) part: Part,
    read: &'a str,
}

impl<'a> Text<'a, '_> {
    pub(crate) fn as_str(&self) -> &'a str {
        self.read
    }
}

impl Deref for Text<'_, '_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.read
    }
}

/// The argument of that name as text. Copies nothing. No `str` is a `TypeError`, a lone surrogate `invalid_unicode`.
#[inline]
pub(crate) fn text<'a, 'py>(
    argument: &str,
    given: &'a Bound<'py, PyAny>,
    part: Part,
) -> PyResult<Text<'a, 'py>> {
    part_of(cast(argument, given)?, part)
}

/// The same of what is known to be a `str`.
#[inline]
pub(crate) fn part_of<'a, 'py>(
    given: &'a Bound<'py, PyString>,
    part: Part,
) -> PyResult<Text<'a, 'py>> {
    match read(given) {
        Ok(read) => Ok(Text { given, part, read }),
        Err(_) => Err(ill_formed(given, part)),
    }
}

/// The same of an argument that may be left out.
pub(crate) fn optional<'a, 'py>(
    argument: &str,
    given: Option<&'a Bound<'py, PyAny>>,
    part: Part,
) -> PyResult<Option<Text<'a, 'py>>> {
    given.map(|given| text(argument, given, part)).transpose()
}

/// The argument of that name as one of a few words. A lone surrogate, which none of them has, is a `ValueError`.
pub(crate) fn word<'a>(argument: &str, given: &'a Bound<'_, PyAny>) -> PyResult<&'a str> {
    let given: &Bound<'_, PyString> = cast(argument, given)?;
    read(given).map_err(|_| match given.repr() {
        Ok(shown) => PyValueError::new_err(format!(
            "argument '{argument}': {shown} is not well-formed Unicode"
        )),
        Err(why) => why,
    })
}

/// The argument of that name as an object of this type.
#[inline]
pub(crate) fn cast<'a, 'py, T: PyTypeCheck>(
    argument: &str,
    given: &'a Bound<'py, PyAny>,
) -> PyResult<&'a Bound<'py, T>> {
    given
        .cast()
        .map_err(|error| named(given.py(), argument, error.into()))
}

/// The argument of that name, converted.
pub(crate) fn extracted<'a, 'py, T>(argument: &str, given: &'a Bound<'py, PyAny>) -> PyResult<T>
where
    T: FromPyObject<'a, 'py>,
{
    given
        .extract()
        .map_err(|error: T::Error| named(given.py(), argument, error.into()))
}

/// An error of Python's own about an argument, with the argument's name in its message.
#[cold]
fn named(py: Python<'_>, argument: &str, error: PyErr) -> PyErr {
    let kind = error.get_type(py);
    let own = [
        py.get_type::<PyTypeError>(),
        py.get_type::<PyValueError>(),
        py.get_type::<PyOverflowError>(),
    ];
    if own.iter().any(|own| own.is(&kind)) {
        let message = format!("argument '{argument}': {}", error.value(py));
        PyErr::from_type(kind, message)
    } else {
        error
    }
}

/// The argument of that name, if it can be called.
#[cfg(target_os = "linux")]
pub(crate) fn callable<'a, 'py>(
    argument: &str,
    given: &'a Bound<'py, PyAny>,
) -> PyResult<&'a Bound<'py, PyAny>> {
    if given.is_callable() {
        return Ok(given);
    }
    let kind = given.get_type();
    let kind = kind.name()?;
    Err(PyTypeError::new_err(format!(
        "argument '{argument}': '{kind}' object cannot be called"
    )))
}

/// An argument for which `None` is not the same as nothing.
pub(crate) enum Given<'a, 'py> {
    Nothing,
    Something(Borrowed<'a, 'py, PyAny>),
}

impl<'a, 'py> FromPyObject<'a, 'py> for Given<'a, 'py> {
    type Error = Infallible;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> Result<Self, Infallible> {
        Ok(Self::Something(given))
    }
}

impl<'py> Given<'_, 'py> {
    /// Whether it is `True`; where it is left out, it is not.
    #[inline]
    pub(crate) fn is_true(&self, argument: &str) -> PyResult<bool> {
        self.or(argument, false)
    }

    /// What it is, converted; what is usual, where it is left out.
    #[inline]
    pub(crate) fn or<T>(&self, argument: &str, usual: T) -> PyResult<T>
    where
        T: for<'a> FromPyObject<'a, 'py>,
    {
        match self {
            Self::Nothing => Ok(usual),
            Self::Something(given) => extracted(argument, given),
        }
    }
}

/// The text of a `str`. Copies nothing. Fails for a lone surrogate.
#[inline]
pub(crate) fn read<'a>(given: &'a Bound<'_, PyString>) -> PyResult<&'a str> {
    match ascii(given) {
        Some(text) => Ok(text),
        None => given.to_str(),
    }
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
    let bytes = with_surrogates(given)?;
    let chunk = bytes.as_bytes().utf8_chunks().next();
    Ok(Cow::Owned(chunk.map_or_else(String::new, |chunk| {
        chunk.valid().to_owned()
    })))
}

/// The text in UTF-8 that has surrogates as if they were characters.
fn with_surrogates<'py>(given: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyBytes>> {
    // Of `str` itself: a subclass may have an `encode` of its own.
    let encode = given.py().get_type::<PyString>().getattr("encode")?;
    let bytes = encode.call1((given, "utf-8", "surrogatepass"))?;
    Ok(bytes.cast_into()?)
}

/// A path for the system. Lone surrogates, which Python has in place of bytes that are not UTF-8, stay ill-formed, so that
/// whatever takes the path refuses it at the right place; which bytes they stood for does not matter for that.
pub(crate) fn os_path(given: &Bound<'_, PyString>) -> PyResult<PathBuf> {
    if let Ok(text) = read(given) {
        return Ok(PathBuf::from(text));
    }
    let bytes = with_surrogates(given)?;
    Ok(ill_formed_path(bytes.as_bytes()).into())
}

#[cfg(unix)]
fn ill_formed_path(bytes: &[u8]) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes.to_vec())
}

#[cfg(windows)]
fn ill_formed_path(bytes: &[u8]) -> OsString {
    let units = bytes.utf8_chunks().flat_map(|chunk| {
        let surrogate = (!chunk.invalid().is_empty()).then_some(0xD800);
        chunk.valid().encode_utf16().chain(surrogate)
    });
    std::os::windows::ffi::OsStringExt::from_wide(&units.collect::<Vec<u16>>())
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
/// lone surrogates there, and so are refused later. What is no path is refused when it is asked for.
pub(crate) struct Path<'py>(PyResult<Bound<'py, PyString>>);

impl<'a, 'py> FromPyObject<'a, 'py> for Path<'py> {
    type Error = Infallible;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> Result<Self, Infallible> {
        Ok(Self::of(&given))
    }
}

impl<'py> Path<'py> {
    pub(crate) fn of(given: &Bound<'py, PyAny>) -> Self {
        Self(match given.cast::<PyString>() {
            Ok(text) => Ok(text.clone()),
            Err(_) => decoded(given),
        })
    }

    /// The argument of that name as a `str`.
    pub(crate) fn string(&self, argument: &str) -> PyResult<&Bound<'py, PyString>> {
        self.0
            .as_ref()
            .map_err(|error| Python::attach(|py| named(py, argument, error.clone_ref(py))))
    }

    /// The argument of that name as text.
    pub(crate) fn text(&self, argument: &str, part: Part) -> PyResult<Text<'_, 'py>> {
        part_of(self.string(argument)?, part)
    }
}

fn decoded<'py>(given: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyString>> {
    static FSDECODE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let decoded = FSDECODE
        .import(given.py(), "os", "fsdecode")?
        .call1((given,))?;
    Ok(decoded.cast_into()?)
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
