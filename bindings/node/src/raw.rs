//! The questions that are asked millions of times, as Node-API callbacks written by hand. The one file with `unsafe`.
//!
//! What `#[napi]` generates checks, copies and allocates more than the question itself costs: a call for a `bool` takes
//! four times as long as one here. These callbacks read the text into the stack, narrow it and ask [`scope_core`]. They
//! answer with a boolean, or with numbers in an array that JavaScript handed over once, by which it slices its own
//! string. Text that is not ASCII, or too long for the stack, is read as all other operations read it.
//!
//! Three things make the blocks here sound, and each block says which it counts on:
//!
//! 1. *Node's handles*: `env`, `info` and values are what Node passed to the callback that is running, on its thread.
//! 2. *Places to write*: a pointer that Node is given is to a local of the length that is said, and Node keeps none.
//! 3. *The numbers*: the array of `locate` lives as long as its environment, and only that environment's thread, in
//!    `locate` or in JavaScript but never in both, touches it.
//!
//! No panic leaves a callback: `guarded` makes it an exception.
#![allow(unsafe_code, reason = "Node-API is an interface in C")]

use std::ffi::{CStr, c_void};
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{ptr, slice, str};

use napi::bindgen_prelude::Object;
use napi::{Env, Error, JsValue as _, Result, Status, check_status, sys};
use napi_derive::napi;
use scope_core::{Part, Reference};

use crate::fault::{Fault, in_units};
use crate::text;

/// A callback as Node-API wants it.
type Callback = unsafe extern "C" fn(sys::napi_env, sys::napi_callback_info) -> sys::napi_value;

/// Units that are read into the stack, with one for the terminator that Node adds. A reference has at most 323.
const STACK: usize = 384;

/// How many numbers [`locate`] answers with.
const NUMBERS: usize = 4;

/// Adds the callbacks of this file to the module.
///
/// # Errors
///
/// What Node makes of a function or property that it cannot make.
#[napi(module_exports)]
pub fn exports(exports: Object, env: Env) -> Result<()> {
    let callbacks: [(&CStr, Callback); 6] = [
        (c"locateInto", locate_into),
        (c"isValid", is_valid),
        (c"isSlug", is_slug),
        (c"isName", is_name),
        (c"isTag", is_tag),
        (c"isBranch", is_branch),
    ];
    for (name, callback) in callbacks {
        // SAFETY: Node's handles, of the function that makes the module.
        unsafe {
            let made = function(env.raw(), name, callback, ptr::null_mut())?;
            check_status!(sys::napi_set_named_property(
                env.raw(),
                exports.raw(),
                name.as_ptr(),
                made
            ))?;
        }
    }
    Ok(())
}

/// A JavaScript function that runs `callback` with `data`.
///
/// # Safety
///
/// `env` is that of the callback that is running. `data` is what `callback` takes it for, as long as the environment
/// lives.
unsafe fn function(
    env: sys::napi_env,
    name: &CStr,
    callback: Callback,
    data: *mut c_void,
) -> Result<sys::napi_value> {
    let mut made = ptr::null_mut();
    // SAFETY: Node's handles; places to write. The length -1 says that the name ends with a zero, which it does.
    check_status!(unsafe {
        sys::napi_create_function(env, name.as_ptr(), -1, Some(callback), data, &raw mut made)
    })?;
    Ok(made)
}

/// The first argument of a call (`undefined` where there is none), and the data of the function.
///
/// # Safety
///
/// `env` and `info` are those of the callback that is running.
#[inline]
unsafe fn argument(
    env: sys::napi_env,
    info: sys::napi_callback_info,
) -> Result<(sys::napi_value, *mut c_void)> {
    let (mut count, mut value, mut data) = (1, ptr::null_mut(), ptr::null_mut());
    // SAFETY: Node's handles; places to write: one value for a count of one.
    check_status!(unsafe {
        sys::napi_get_cb_info(
            env,
            info,
            &raw mut count,
            &raw mut value,
            ptr::null_mut(),
            &raw mut data,
        )
    })?;
    Ok((value, data))
}

/// Runs what a callback does; an error or a panic in it becomes an exception.
///
/// # Safety
///
/// `env` is that of the callback that is running.
#[inline]
unsafe fn guarded(
    env: sys::napi_env,
    run: impl FnOnce() -> Result<sys::napi_value>,
) -> sys::napi_value {
    // What a panic leaves half done is locals, and numbers that JavaScript does not look at after an exception.
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(value)) => value,
        // SAFETY: Node's handles.
        Ok(Err(error)) => unsafe { throw(env, &error.reason) },
        // SAFETY: Node's handles.
        Err(_) => unsafe { throw(env, "scope-core panicked; this is a defect of scope-core") },
    }
}

/// Throws an `Error`, and gives the value of a callback that throws.
///
/// # Safety
///
/// `env` is that of the callback that is running.
#[cold]
unsafe fn throw(env: sys::napi_env, message: &str) -> sys::napi_value {
    let error = Error::new(Status::GenericFailure, message);
    // SAFETY: Node's handles.
    unsafe { napi::JsError::from(error).throw_into(env) };
    ptr::null_mut()
}

/// Room for a short text, which nothing is written to before it is needed.
struct Room {
    units: MaybeUninit<[u16; STACK]>,
    bytes: MaybeUninit<[u8; STACK]>,
}

/// What a text is found to be.
enum Given<'a> {
    /// Short, and ASCII: here it is.
    Plain(&'a str),
    /// Anything else.
    Other,
    /// Not a string at all.
    NoString,
}

impl Room {
    const fn new() -> Self {
        Self {
            units: MaybeUninit::uninit(),
            bytes: MaybeUninit::uninit(),
        }
    }

    /// Reads a text, if it is short and ASCII.
    ///
    /// # Safety
    ///
    /// `env` is that of the callback that is running, and `value` a value in it.
    #[inline]
    unsafe fn read(&mut self, env: sys::napi_env, value: sys::napi_value) -> Result<Given<'_>> {
        let mut length = 0;
        // SAFETY: Node's handles; places to write: `STACK` units, which include the terminator, and a length.
        let status = unsafe {
            sys::napi_get_value_string_utf16(
                env,
                value,
                self.units.as_mut_ptr().cast(),
                STACK,
                &raw mut length,
            )
        };
        if status == sys::Status::napi_string_expected {
            return Ok(Given::NoString);
        }
        check_status!(status)?;
        // A text that fills the room may go on.
        if length >= STACK - 1 {
            return Ok(Given::Other);
        }
        // SAFETY: Node has written so many units to the beginning of `units`.
        let units = unsafe { slice::from_raw_parts(self.units.as_ptr().cast::<u16>(), length) };
        let bytes: *mut u8 = self.bytes.as_mut_ptr().cast();
        let mut all = 0;
        for (at, &unit) in units.iter().enumerate() {
            all |= unit;
            #[expect(
                clippy::cast_possible_truncation,
                reason = "`all` tells whether it was cut"
            )]
            // SAFETY: `at` is less than `length`, and so than the `STACK` bytes that there are.
            unsafe {
                bytes.add(at).write(unit as u8);
            }
        }
        if all >= 0x80 {
            return Ok(Given::Other);
        }
        // SAFETY: so many bytes have been written just now, each of them ASCII and so, together, UTF-8.
        Ok(Given::Plain(unsafe {
            str::from_utf8_unchecked(slice::from_raw_parts(bytes, length))
        }))
    }
}

/// The units of any string, however long.
///
/// # Safety
///
/// `env` is that of the callback that is running, and `value` a string in it.
#[cold]
unsafe fn all_units(env: sys::napi_env, value: sys::napi_value) -> Result<Vec<u16>> {
    let mut length = 0;
    // SAFETY: Node's handles; places to write: no room is given, so the length alone is told.
    check_status!(unsafe {
        sys::napi_get_value_string_utf16(env, value, ptr::null_mut(), 0, &raw mut length)
    })?;
    let mut units = vec![0; length + 1];
    // SAFETY: Node's handles; places to write: as many units as the vector has, and a length.
    check_status!(unsafe {
        sys::napi_get_value_string_utf16(
            env,
            value,
            units.as_mut_ptr(),
            units.len(),
            &raw mut length,
        )
    })?;
    units.truncate(length);
    Ok(units)
}

/// Answers a question about a text with a boolean, and with `undefined` where it is asked of anything else. Ill-formed
/// text is nothing that can be asked for.
///
/// # Safety
///
/// `env` and `info` are those of the callback that is running.
#[inline]
unsafe fn ask(
    env: sys::napi_env,
    info: sys::napi_callback_info,
    question: impl Fn(&str) -> bool,
) -> sys::napi_value {
    let run = || {
        let mut room = Room::new();
        // SAFETY: Node's handles.
        let (value, _) = unsafe { argument(env, info) }?;
        // SAFETY: Node's handles.
        let yes = match unsafe { room.read(env, value) }? {
            Given::Plain(text) => {
                crate::panic::if_asked(text);
                question(text)
            }
            Given::Other => {
                // SAFETY: Node's handles; that it is a string has been seen.
                let (text, whole) = text::well_formed_prefix(&unsafe { all_units(env, value) }?);
                whole && question(&text)
            }
            Given::NoString => return Ok(ptr::null_mut()),
        };
        let mut answer = ptr::null_mut();
        // SAFETY: Node's handles; places to write.
        check_status!(unsafe { sys::napi_get_boolean(env, yes, &raw mut answer) })?;
        Ok(answer)
    };
    // SAFETY: Node's handles.
    unsafe { guarded(env, run) }
}

/// Declares the callback that asks a question.
macro_rules! asking {
    ($name:ident) => {
        unsafe extern "C" fn $name(
            env: sys::napi_env,
            info: sys::napi_callback_info,
        ) -> sys::napi_value {
            // SAFETY: Node's handles.
            unsafe { ask(env, info, scope_core::$name) }
        }
    };
}

asking!(is_valid);
asking!(is_slug);
asking!(is_name);
asking!(is_tag);
asking!(is_branch);

/// `locateInto(numbers: Uint32Array): (text: string) => void`: the function [`locate`] that answers in these numbers.
unsafe extern "C" fn locate_into(
    env: sys::napi_env,
    info: sys::napi_callback_info,
) -> sys::napi_value {
    let run = || {
        // SAFETY: Node's handles.
        let (array, _) = unsafe { argument(env, info) }?;
        let (mut kind, mut length, mut numbers) = (0, 0, ptr::null_mut());
        // SAFETY: Node's handles; places to write, and none for what is not asked for.
        check_status!(unsafe {
            sys::napi_get_typedarray_info(
                env,
                array,
                &raw mut kind,
                &raw mut length,
                &raw mut numbers,
                ptr::null_mut(),
                ptr::null_mut(),
            )
        })?;
        if kind != sys::TypedarrayType::uint32_array || length < NUMBERS {
            return Err(Error::from_reason("locateInto wants a Uint32Array of 4"));
        }
        let mut kept = ptr::null_mut();
        // SAFETY: Node's handles; places to write. The reference is strong and given up with the environment.
        check_status!(unsafe { sys::napi_create_reference(env, array, 1, &raw mut kept) })?;
        // SAFETY: Node's handles. The data are the numbers, which the reference keeps.
        unsafe { function(env, c"locate", locate, numbers) }
    };
    // SAFETY: Node's handles.
    unsafe { guarded(env, run) }
}

/// `locate(text: string): void`: where the parts of a reference are, in UTF-16 units, or what is wrong with it (R1, R2).
///
/// The numbers are, for a reference, the offset of its `/`, that just past its name, and what was there before; for a
/// fault 0, the number of its code, that of its part, and its offset; for what is no string 0 and 0.
unsafe extern "C" fn locate(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let run = || {
        let mut room = Room::new();
        // SAFETY: Node's handles.
        let (value, data) = unsafe { argument(env, info) }?;
        // SAFETY: the numbers: `locate_into` made them this function's data.
        let numbers = unsafe { &mut *data.cast::<[u32; NUMBERS]>() };
        // SAFETY: Node's handles.
        match unsafe { room.read(env, value) }? {
            Given::Plain(text) => {
                crate::panic::if_asked(text);
                match Reference::parse(text) {
                    Ok(reference) => {
                        let (slash, name_end) = reference.offsets();
                        numbers[0] = in_units(slash);
                        numbers[1] = in_units(name_end);
                    }
                    Err(error) => {
                        let [code, part] = [error.code.number(), error.part.number()];
                        *numbers = [0, code.into(), part.into(), in_units(error.offset)];
                    }
                }
            }
            Given::Other => {
                // SAFETY: Node's handles; that it is a string has been seen.
                let units = unsafe { all_units(env, value) }?;
                *numbers = located(&units);
            }
            Given::NoString => *numbers = [0; NUMBERS],
        }
        Ok(ptr::null_mut())
    };
    // SAFETY: Node's handles.
    unsafe { guarded(env, run) }
}

/// What [`locate`] answers about a text that is not plain.
fn located(units: &[u16]) -> [u32; NUMBERS] {
    let parsed = text::read(units, Part::Reference).and_then(|text| {
        let offsets = Reference::parse(&text).map(Reference::offsets);
        offsets.map_err(|error| Fault::new(error, text))
    });
    match parsed {
        Ok((slash, name_end)) => [in_units(slash), in_units(name_end), 0, 0],
        Err(fault) => [0, fault.number, fault.part, fault.offset],
    }
}
