//! A `repr` that evaluates to an equal object: the call that makes it.

use pyo3::prelude::*;

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
