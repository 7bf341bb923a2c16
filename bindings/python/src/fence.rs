//! The one file with `unsafe`: what pyo3's safe interface does not offer, and speed wants.

#![allow(
    unsafe_code,
    reason = "listed as a fence in xtask/src/check/unsafe_code.rs"
)]

use std::ffi::CStr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use pyo3::exceptions::{PyRuntimeError, PyTypeError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyString};

/// The text of a `str` that is stored as ASCII, read where it is. Nothing for any other.
#[cfg(not(feature = "abi3"))]
#[inline]
pub(crate) fn ascii<'a>(text: &'a Bound<'_, PyString>) -> Option<&'a str> {
    // SAFETY: the pointer is that of a `str` that is alive and ready. Where it is compact ASCII, its data are as many
    // bytes below 0x80 as its length says, which are UTF-8, never change, and live as long as the object, which `'a`
    // does not outlive.
    unsafe {
        let object = text.as_ptr();
        if ffi::PyUnicode_IS_COMPACT_ASCII(object) == 0 {
            return None;
        }
        let length = usize::try_from(ffi::PyUnicode_GET_LENGTH(object)).ok()?;
        let bytes = std::slice::from_raw_parts(ffi::PyUnicode_1BYTE_DATA(object), length);
        Some(std::str::from_utf8_unchecked(bytes))
    }
}

/// The stable ABI hides how a `str` is stored.
#[cfg(feature = "abi3")]
#[inline]
pub(crate) fn ascii<'a>(_: &'a Bound<'_, PyString>) -> Option<&'a str> {
    None
}

const IS_VALID_DOC: &CStr = c"is_valid(text, /)\n--\n\n\
Whether ``text`` is a reference, ``@scope/name`` or ``@scope/name:tag`` (rule R1).\n\
\n\
``text`` is a ``str``; anything else is a ``TypeError``. A lone surrogate is no character, so text with one is none.\n\
\n\
>>> is_valid(\"@acme/widget\"), is_valid(\"acme/widget\")\n\
(True, False)\n";

/// The function `is_valid`. It takes its one argument bare: the general protocol costs more than the question.
pub(crate) fn is_valid<'py>(module: &Bound<'py, PyModule>) -> PyResult<Bound<'py, PyCFunction>> {
    let definition = Box::new(ffi::PyMethodDef {
        ml_name: c"is_valid".as_ptr(),
        ml_meth: ffi::PyMethodDefPointer {
            PyCFunction: is_valid_of,
        },
        ml_flags: ffi::METH_O,
        ml_doc: IS_VALID_DOC.as_ptr(),
    });
    let name = module.name()?;
    // SAFETY: Python keeps the pointer to the definition as long as the function, so it is never freed; the module's
    // name is a live `str`, to which a reference is taken; what comes back is a new reference to a function, or null
    // with an exception set.
    unsafe {
        let function =
            ffi::PyCFunction_NewEx(Box::leak(definition), ptr::null_mut(), name.as_ptr());
        Ok(Bound::from_owned_ptr_or_err(module.py(), function)?.cast_into()?)
    }
}

unsafe extern "C" fn is_valid_of(
    _: *mut ffi::PyObject,
    argument: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: Python calls this on a thread that is attached to it.
    let py = unsafe { Python::assume_attached() };
    // SAFETY: the argument is alive during the call.
    let argument = unsafe { Borrowed::from_ptr(py, argument) };
    // Nothing below panics by its rules; if it does, the panic must not leave this function.
    let answer = catch_unwind(AssertUnwindSafe(|| match argument.cast::<PyString>() {
        Ok(text) => Ok(crate::reference::is_valid(&text)),
        Err(error) => Err(PyTypeError::new_err(format!("argument 'text': {error}"))),
    }));
    match answer {
        Ok(Ok(answer)) => answer.into_pyobject(py).map_or_else(
            |never| match never {},
            |answer| answer.to_owned().into_any().into_ptr(),
        ),
        Ok(Err(error)) => {
            error.restore(py);
            ptr::null_mut()
        }
        Err(_) => {
            PyRuntimeError::new_err("scope_core panicked; this is a defect of it").restore(py);
            ptr::null_mut()
        }
    }
}
