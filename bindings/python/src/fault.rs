//! Faults as Python sees them: `ScopeError`, and the `Fault` inside it that works its fields out when asked.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyMappingProxy, PyString, PyType};
use scope_core::{Error, ErrorCode, Part, Rejection};

use crate::input::well_formed;

/// What is wrong with a text: `ScopeError.args[0]`. Its fields are those of the error.
#[pyclass(frozen, module = "scope_core._native")]
pub(crate) struct Fault {
    error: Error,
    /// The argument that the fault is in, as it was given.
    text: Py<PyString>,
}

/// Code, part and input by number, the offset in bytes, and the text: what pickle keeps.
type Parts = (u16, u16, u16, usize, Py<PyString>);

#[pymethods]
impl Fault {
    /// Puts a fault together again. For pickle; the offset counts bytes.
    #[new]
    #[pyo3(signature = (number, part, input, offset, text, /))]
    fn new(
        number: u16,
        part: u16,
        input: u16,
        offset: usize,
        text: Bound<'_, PyString>,
    ) -> PyResult<Self> {
        let code = ErrorCode::from_number(number);
        let (part, input) = (Part::from_number(part), Part::from_number(input));
        let (Some(code), Some(part), Some(input)) = (code, part, input) else {
            return Err(PyValueError::new_err(
                "no such code or part; was it pickled by a later version?",
            ));
        };
        Ok(Self {
            error: Error::from_parts(code, part, input, offset),
            text: text.unbind(),
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

    /// The message (rule E2).
    fn __str__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(self
            .error
            .message(&well_formed(self.text.bind(py))?)
            .to_string())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let parts = self.parts(py).into_pyobject(py)?;
        Ok(format!("Fault{}", parts.repr()?))
    }

    fn __eq__(&self, other: &Self, py: Python<'_>) -> PyResult<bool> {
        Ok(self.error == other.error && self.text.bind(py).as_any().eq(other.text.bind(py))?)
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
        )
    }
}

/// The `ScopeError` for a fault in `text`.
pub(crate) fn scope_error(error: Error, text: &Bound<'_, PyString>) -> PyErr {
    match instance(error, text) {
        Ok(instance) => PyErr::from_value(instance),
        // The exception itself cannot be made: Python says why.
        Err(why) => why,
    }
}

/// The same, not raised.
pub(crate) fn instance<'py>(
    error: Error,
    text: &Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let py = text.py();
    let fault = Fault {
        error,
        text: text.clone().unbind(),
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
pub(crate) fn in_one_of(error: Error, arguments: &[(Part, &Bound<'_, PyString>)]) -> PyErr {
    let given = arguments.iter().find(|(part, _)| *part == error.input);
    match given.or(arguments.first()) {
        Some((_, text)) => scope_error(error, text),
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
