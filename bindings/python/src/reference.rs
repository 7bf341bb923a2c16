//! References: one at a time, and many at once.

use std::cmp::Ordering;

use pyo3::basic::CompareOp;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString, PyType};
use scope_core::{Error, Part, ReferenceBuf};

use crate::fault::{in_one_of, scope_error};
use crate::input::{Given, cast, each_text, expected, optional, part_of, plain, read, text, word};
use crate::repr::call;

/// A reference, ``@scope/name`` or ``@scope/name:tag`` (rule R1).
///
/// ``scope`` is 3 to 64 characters of ``a-z``, ``0-9`` and ``-``; ``name`` is 1 to 128 of those and ``_`` and ``.``;
/// ``tag``, which may be ``None``, is 1 to 128 of ASCII letters, digits, ``_``, ``.`` and ``-``. A part at fault raises
/// ``ScopeError`` with that part as its ``input`` (rules S4, N2, T1).
///
/// References are immutable and hashable. They are equal and ordered as the triple (scope, name, tag), no tag before any
/// tag (rule R6). ``str()`` gives the text (rule R3).
///
/// >>> reference = Reference("acme", "widget", "latest")
/// >>> reference.scope, reference.name, reference.tag
/// ('acme', 'widget', 'latest')
/// >>> str(reference)
/// '@acme/widget:latest'
/// >>> Reference("acme", "widget") < reference
/// True
#[pyclass(frozen, module = "scope_core")]
pub(crate) struct Reference {
    /// A reference. Where its parts are is found again when one is read, which costs less than keeping it.
    text: Py<PyString>,
}

#[pymethods]
impl Reference {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str, &'static str) {
        ("scope", "name", "tag")
    }

    #[new]
    #[pyo3(signature = (scope, name, tag = None))]
    fn new(
        scope: &Bound<'_, PyAny>,
        name: &Bound<'_, PyAny>,
        tag: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let py = scope.py();
        let scope = text("scope", scope, Part::Scope)?;
        let name = text("name", name, Part::Name)?;
        let tag = optional("tag", tag, Part::Tag)?;
        match ReferenceBuf::new(&scope, &name, tag.as_deref()) {
            Ok(reference) => Ok(Self::of(py, &reference)),
            Err(error) => Err(in_one_of(error, &[Some(&scope), Some(&name), tag.as_ref()])),
        }
    }

    /// Reads a ``storage_component`` back (rule R7). The tag is not in it.
    ///
    /// Text without ``__`` raises ``ScopeError`` with the code ``missing_slash``; else the scope's or name's fault.
    ///
    /// >>> Reference.from_storage_component("acme__widget")
    /// Reference('acme', 'widget')
    #[classmethod]
    #[pyo3(signature = (text, /))]
    fn from_storage_component(_: &Bound<'_, PyType>, text: &Bound<'_, PyAny>) -> PyResult<Self> {
        let component = self::text("text", text, Part::Reference)?;
        match ReferenceBuf::from_storage_component(&component) {
            Ok(reference) => Ok(Self::of(text.py(), &reference)),
            // A fault of scope or name counts in that part.
            Err(error) if error.input == Part::Reference => {
                Err(scope_error(error, component.given))
            }
            Err(error) => {
                let (scope, name) = component.split_once("__").unwrap_or((&component, ""));
                let part = if error.input == Part::Scope {
                    scope
                } else {
                    name
                };
                Err(scope_error(error, &PyString::new(text.py(), part)))
            }
        }
    }

    /// The scope, without the ``@``: ``str``.
    #[getter]
    fn scope<'a>(&'a self, py: Python<'a>) -> PyResult<&'a str> {
        Ok(self.parsed(py)?.scope())
    }

    /// The name: ``str``.
    #[getter]
    fn name<'a>(&'a self, py: Python<'a>) -> PyResult<&'a str> {
        Ok(self.parsed(py)?.name())
    }

    /// The tag, without the ``:``: ``str``, or ``None`` where there is none.
    #[getter]
    fn tag<'a>(&'a self, py: Python<'a>) -> PyResult<Option<&'a str>> {
        Ok(self.parsed(py)?.tag())
    }

    /// ``{scope}__{name}``: one component of a path, at most 194 characters of ASCII, never a device name (rule R7). The
    /// tag takes no part in it.
    #[getter]
    fn storage_component(&self, py: Python<'_>) -> PyResult<String> {
        Ok(self.parsed(py)?.storage_component().to_string())
    }

    fn __str__(&self, py: Python<'_>) -> Py<PyString> {
        self.text.clone_ref(py)
    }

    fn __format__<'py>(&self, spec: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = spec.py();
        self.text.bind(py).call_method1("__format__", (spec,))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let reference = self.parsed(py)?;
        let (scope, name, tag) = (reference.scope(), reference.name(), reference.tag());
        let parts = [Some(scope), Some(name), tag].into_iter().flatten();
        let parts = parts.map(|part| ("", PyString::new(py, part).into_any()));
        call("Reference", &parts.collect::<Vec<_>>())
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        self.text.bind(py).hash()
    }

    fn __richcmp__(&self, other: &Self, op: CompareOp, py: Python<'_>) -> PyResult<bool> {
        Ok(op.matches(self.compared(other, py)?))
    }

    fn __reduce__<'a>(&'a self, py: Python<'a>) -> PyResult<(Bound<'a, PyType>, Arguments<'a>)> {
        let reference = self.parsed(py)?;
        let parts = (reference.scope(), reference.name(), reference.tag());
        Ok((py.get_type::<Self>(), parts))
    }

    /// For pydantic: a field of this type takes a reference or its text, and is written as text.
    #[classmethod]
    fn __get_pydantic_core_schema__<'py>(
        cls: &Bound<'py, PyType>,
        _source: &Bound<'py, PyAny>,
        _handler: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let hooks = cls.py().import("scope_core._pydantic")?;
        hooks.call_method1("reference_schema", (cls,))
    }

    /// For pydantic: the JSON schema of such a field, with the pattern of a reference.
    #[classmethod]
    fn __get_pydantic_json_schema__<'py>(
        cls: &Bound<'py, PyType>,
        _schema: &Bound<'py, PyAny>,
        _handler: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let hooks = cls.py().import("scope_core._pydantic")?;
        hooks.call_method0("reference_json_schema")
    }
}

/// Scope, name and tag.
type Arguments<'a> = (&'a str, &'a str, Option<&'a str>);

impl Reference {
    pub(crate) fn of(py: Python<'_>, reference: &ReferenceBuf) -> Self {
        Self {
            text: PyString::new(py, reference.as_str()).unbind(),
        }
    }

    /// What `given` is, whose text is `read`.
    #[inline]
    fn strict(given: &Bound<'_, PyString>, read: &str) -> Result<Self, Error> {
        scope_core::Reference::parse(read).map(|_| Self {
            text: plain(given, read),
        })
    }

    /// What `given` is after normalising.
    fn normalized(given: &Bound<'_, PyString>, read: &str) -> Result<Self, Error> {
        ReferenceBuf::parse_normalized(read).map(|reference| Self::of(given.py(), &reference))
    }

    #[inline]
    fn read(given: &Bound<'_, PyString>, normalize: bool) -> PyResult<Self> {
        let text = part_of(given, Part::Reference)?;
        let parsed = if normalize {
            Self::normalized(given, &text)
        } else {
            Self::strict(given, &text)
        };
        parsed.map_err(|error| scope_error(error, given))
    }

    fn parsed<'a>(&'a self, py: Python<'a>) -> PyResult<scope_core::Reference<'a>> {
        let text = self.text.bind(py);
        scope_core::Reference::parse(read(text)?).map_err(|error| scope_error(error, text))
    }

    fn compared(&self, other: &Self, py: Python<'_>) -> PyResult<Ordering> {
        Ok(self.parsed(py)?.cmp(&other.parsed(py)?))
    }
}

/// Parses a reference, ``@scope/name`` or ``@scope/name:tag`` (rules R1, R2).
///
/// With ``normalize``, ASCII white space around the text is dropped and ASCII letters of scope and name are lower-cased
/// first (rule R5); offsets still count in the text given.
///
/// Text that is no reference raises ``ScopeError``; what is no ``str``, ``TypeError``.
///
/// >>> parse("@acme/widget:latest")
/// Reference('acme', 'widget', 'latest')
/// >>> parse(" @Acme/Widget ", normalize=True)
/// Reference('acme', 'widget')
/// >>> parse("@acme/widget!")
/// Traceback (most recent call last):
///     ...
/// scope_core.ScopeError: invalid reference "@acme/widget!": the name may not hold '!'; use only a-z, 0-9, '-', '_' and '.'
#[pyfunction]
#[pyo3(signature = (text, *, normalize = Given::Nothing), text_signature = "(text, *, normalize=False)")]
pub(crate) fn parse(text: &Bound<'_, PyAny>, normalize: Given<'_, '_>) -> PyResult<Reference> {
    Reference::read(cast("text", text)?, normalize.is_true("normalize")?)
}

/// Whether a `str` is a reference. The Python function is made in the fence.
#[inline]
pub(crate) fn is_valid(text: &Bound<'_, PyString>) -> bool {
    read(text).is_ok_and(scope_core::is_valid)
}

/// What normalising makes of a text (rule R5): ASCII white space around it dropped, ASCII letters of scope and name, never
/// of the tag, in lower case. It checks nothing but that the text is well-formed Unicode, and gives a ``str``.
///
/// >>> normalize(" @Acme/Widget:RC1 ")
/// '@acme/widget:RC1'
#[pyfunction]
pub(crate) fn normalize<'py>(text: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyString>> {
    let read = self::text("text", text, Part::Reference)?;
    Ok(PyString::new(text.py(), &scope_core::normalize(&read)))
}

/// Whether each of ``texts``, an iterable of ``str``, is a reference: a ``list`` of ``bool``, in order (rule B1).
///
/// >>> is_valid_many(["@acme/widget", "widget"])
/// [True, False]
#[pyfunction]
pub(crate) fn is_valid_many<'py>(texts: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
    let mut answers = Vec::with_capacity(expected(texts));
    each_text("texts", texts, |_, text| {
        answers.push(is_valid(text));
        Ok(())
    })?;
    PyList::new(texts.py(), answers)
}

/// Parses each of ``texts``, an iterable of ``str``, as ``parse`` does: a ``list``, in order (rule B1).
///
/// With ``errors="raise"`` the first fault is raised, its ``index`` saying which text it is in. With ``errors="collect"``
/// one fault does not stop the rest: the list has the ``ScopeError`` in the text's place.
///
/// >>> parse_many(["@acme/widget", "@acme/gadget:1"])
/// [Reference('acme', 'widget'), Reference('acme', 'gadget', '1')]
/// >>> [str(it) for it in parse_many(["@acme/widget", "@acme/"], errors="collect")]
/// ['@acme/widget', 'invalid reference "@acme/": the name is empty']
#[pyfunction]
#[pyo3(
    signature = (texts, *, normalize = Given::Nothing, errors = Given::Nothing),
    text_signature = "(texts, *, normalize=False, errors='raise')"
)]
pub(crate) fn parse_many<'py>(
    texts: &Bound<'py, PyAny>,
    normalize: Given<'_, 'py>,
    errors: Given<'_, 'py>,
) -> PyResult<Bound<'py, PyList>> {
    let normalize = normalize.is_true("normalize")?;
    let errors = match &errors {
        Given::Nothing => "raise",
        Given::Something(errors) => word("errors", errors)?,
    };
    let collect = match errors {
        "raise" => false,
        "collect" => true,
        other => {
            return Err(PyValueError::new_err(format!(
                "argument 'errors': {other:?} is neither 'raise' nor 'collect'"
            )));
        }
    };
    let py = texts.py();
    let mut answers: Vec<Bound<'py, PyAny>> = Vec::with_capacity(expected(texts));
    each_text("texts", texts, |index, text| {
        let failed = match Reference::read(text, normalize) {
            Ok(reference) => {
                answers.push(Bound::new(py, reference)?.into_any());
                return Ok(());
            }
            Err(failed) => failed,
        };
        failed.value(py).setattr("index", index)?;
        if !collect {
            return Err(failed);
        }
        answers.push(failed.into_value(py).into_bound(py).into_any());
        Ok(())
    })?;
    PyList::new(py, answers)
}

/// Parses each line of a buffer, ``bytes``, without making an object for each: a ``list`` of four numbers a line (rule B2).
///
/// Lines end with a line feed; the last may. All offsets count bytes from the start of the buffer. For a reference: where
/// the line begins, where its ``/`` is, just past its name, and where the line ends. For a fault: where the line begins, 0,
/// the error's number with bit 31 set, and the offset of the fault.
///
/// >>> parse_lines(b"@acme/widget:1\nwidget")
/// [(0, 5, 12, 14), (15, 0, 2147483649, 15)]
#[pyfunction]
pub(crate) fn parse_lines(buffer: &Bound<'_, PyAny>) -> PyResult<Vec<(u32, u32, u32, u32)>> {
    let buffer: &Bound<'_, PyBytes> = cast("buffer", buffer)?;
    let lines = scope_core::parse_lines(buffer.as_bytes())
        .map_err(|error| scope_error(error, &PyString::new(buffer.py(), "")))?;
    Ok(lines.map(|line| line.to_array().into()).collect())
}
