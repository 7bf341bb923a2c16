//! Faults as Python sees them: `ScopeError`, and the `Fault` inside it that works its fields out when asked.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyMappingProxy, PyString, PyType};
use scope_core::{Error, ErrorCode, Part, Rejection};

use crate::input::{Text, cast, extracted, well_formed, word};

/// What is wrong with a text: the one thing in ``ScopeError.args``. Its fields are those of the error.
///
/// It is made of numbers, those of the code, the part and the input, so that no word can be wrong; of the offset in bytes of
/// UTF-8; of the text; and of what the system or git said, where they said something. Numbers that stand for nothing raise
/// ``ValueError``.
///
/// >>> fault = Fault(1, 1, 1, 0, "acme")
/// >>> fault.code, fault.message
/// ('missing_at', 'invalid reference "acme": a reference begins with \'@\'')
#[pyclass(frozen, module = "scope_core")]
pub(crate) struct Fault {
    error: Error,
    /// The argument that the fault is in, as it was given.
    text: Py<PyString>,
    /// What the system or git said.
    detail: Option<String>,
}

/// Code, part and input by number, the offset in bytes, the text and the detail: what pickle keeps.
type Parts = (u16, u16, u16, usize, Py<PyString>, Option<String>);

#[pymethods]
impl Fault {
    #[new]
    #[pyo3(signature = (number, part, input, offset, text, detail = None, /))]
    fn new(
        number: &Bound<'_, PyAny>,
        part: &Bound<'_, PyAny>,
        input: &Bound<'_, PyAny>,
        offset: &Bound<'_, PyAny>,
        text: &Bound<'_, PyAny>,
        detail: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let number: u16 = extracted("number", number)?;
        let part: u16 = extracted("part", part)?;
        let input: u16 = extracted("input", input)?;
        let offset: usize = extracted("offset", offset)?;
        let text: &Bound<'_, PyString> = cast("text", text)?;
        let detail = detail.map(|detail| word("detail", detail)).transpose()?;
        let code = ErrorCode::from_number(number);
        let (part, input) = (Part::from_number(part), Part::from_number(input));
        let (Some(code), Some(part), Some(input)) = (code, part, input) else {
            return Err(PyValueError::new_err(
                "no such code or part; was it pickled by a later version?",
            ));
        };
        Ok(Self {
            error: Error::from_parts(code, part, input, offset),
            text: text.clone().unbind(),
            detail: detail.map(str::to_owned),
        })
    }

    /// The stable code, in `snake_case` (rule E1).
    #[getter]
    fn code(&self) -> &'static str {
        self.error.code.as_str()
    }

    /// The stable number of the code (rule E1).
    #[getter]
    fn number(&self) -> u16 {
        self.error.code.number()
    }

    /// The part at fault.
    #[getter]
    fn part(&self) -> &'static str {
        self.error.part.as_str()
    }

    /// The argument into which the offset counts.
    #[getter]
    fn input(&self) -> &'static str {
        self.error.input.as_str()
    }

    /// Code points from the start of that argument.
    #[getter]
    fn offset(&self, py: Python<'_>) -> PyResult<usize> {
        let text = well_formed(self.text.bind(py))?;
        let before = text.get(..self.error.offset).unwrap_or(&text);
        Ok(before.chars().count())
    }

    /// The argument that the fault is in, as it was given.
    #[getter]
    fn text(&self, py: Python<'_>) -> Py<PyString> {
        self.text.clone_ref(py)
    }

    /// What was probably meant, where there is a suggestion.
    #[getter]
    fn suggestion(&self, py: Python<'_>) -> PyResult<Option<String>> {
        Ok(self.error.suggestion(&well_formed(self.text.bind(py))?))
    }

    /// The message (rule E2), the same in every language.
    #[getter]
    fn message(&self, py: Python<'_>) -> PyResult<String> {
        let text = well_formed(self.text.bind(py))?;
        Ok(self.error.message(&text).to_string())
    }

    /// What the system or git said, where they said something.
    #[getter]
    fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// The message, and the detail after it.
    fn __str__(&self, py: Python<'_>) -> PyResult<String> {
        let message = self.message(py)?;
        Ok(match &self.detail {
            Some(detail) => format!("{message} ({})", detail.trim_end().replace('\n', "; ")),
            None => message,
        })
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let parts = self.parts(py).into_pyobject(py)?;
        let known = parts.len() - usize::from(self.detail.is_none());
        Ok(format!("Fault{}", parts.get_slice(0, known).repr()?))
    }

    fn __eq__(&self, other: &Self, py: Python<'_>) -> PyResult<bool> {
        Ok(self.error == other.error
            && self.detail == other.detail
            && self.text.bind(py).as_any().eq(other.text.bind(py))?)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        self.parts(py).into_pyobject(py)?.hash()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyType>, Parts) {
        (py.get_type::<Self>(), self.parts(py))
    }
}

impl Fault {
    fn parts(&self, py: Python<'_>) -> Parts {
        let Error {
            code,
            part,
            input,
            offset,
            ..
        } = self.error;
        (
            code.number(),
            part.number(),
            input.number(),
            offset,
            self.text.clone_ref(py),
            self.detail.clone(),
        )
    }
}

/// The `ScopeError` for a fault in `text`.
pub(crate) fn scope_error(error: Error, text: &Bound<'_, PyString>) -> PyErr {
    match instance(error, text, None) {
        Ok(instance) => PyErr::from_value(instance),
        // The exception itself cannot be made: Python says why.
        Err(why) => why,
    }
}

/// The same, not raised, with what the system said.
pub(crate) fn instance<'py>(
    error: Error,
    text: &Bound<'py, PyString>,
    detail: Option<String>,
) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let py = text.py();
    let fault = Fault {
        error,
        text: text.clone().unbind(),
        detail,
    };
    CLASS
        .import(py, "scope_core._error", "ScopeError")?
        .call1((fault,))
}

/// The `ScopeError` of a rejection, which brings its text with it.
pub(crate) fn rejected(py: Python<'_>, rejection: &Rejection) -> PyErr {
    scope_error(rejection.error, &PyString::new(py, &rejection.text))
}

/// The `ScopeError` of a fault in that of these arguments which the fault names.
pub(crate) fn in_one_of(error: Error, arguments: &[Option<&Text<'_, '_>>]) -> PyErr {
    let mut given = arguments.iter().flatten();
    match given.find(|text| text.part == error.input) {
        Some(text) => scope_error(error, text.given),
        None => PyValueError::new_err(error.to_string()),
    }
}

/// Every error code with its number, in the order of the numbers (rule E1).
#[pyfunction]
pub(crate) fn error_codes(py: Python<'_>) -> PyResult<Bound<'_, PyMappingProxy>> {
    let codes = PyDict::new(py);
    for code in ErrorCode::ALL {
        codes.set_item(code.as_str(), code.number())?;
    }
    Ok(PyMappingProxy::new(py, codes.as_mapping()))
}
