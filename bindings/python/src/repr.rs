//! The call that makes an equal object: as the text that is its `repr`, and as what pickle keeps.

use pyo3::PyTypeInfo;
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict, PyType};

/// `function(arguments)`, each argument as its `repr`; one with a name is passed by keyword.
pub(crate) fn call(function: &str, arguments: &[(&str, Bound<'_, PyAny>)]) -> PyResult<String> {
    let shown = arguments.iter().map(|(keyword, value)| {
        let value = value.repr()?;
        let value = value.to_str()?;
        Ok(match *keyword {
            "" => value.to_owned(),
            keyword => format!("{keyword}={value}"),
        })
    });
    let shown = shown.collect::<PyResult<Vec<String>>>()?;
    Ok(format!("{function}({})", shown.join(", ")))
}

/// A class, and what it is called with, by position and by keyword.
pub(crate) type NewArguments<'py> = (Bound<'py, PyType>, (), Bound<'py, PyDict>);

/// What `__reduce__` of a class gives that is made with keywords alone.
pub(crate) fn made_again<'py, T: PyTypeInfo>(
    py: Python<'py>,
    parts: &[(&str, Bound<'py, PyAny>)],
) -> PyResult<(Bound<'py, PyAny>, NewArguments<'py>)> {
    let make = py.import("copyreg")?.getattr("__newobj_ex__")?;
    let parts = parts.iter().cloned().into_py_dict(py)?;
    Ok((make, (py.get_type::<T>(), (), parts)))
}
