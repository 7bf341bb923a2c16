//! The questions that are asked millions of times, as Node-API callbacks written by hand. The one file with `unsafe`.
//!
//! What `#[napi]` generates checks, copies and allocates more than the question itself costs: a call for a `bool` takes
//! four times as long as one here. These callbacks read the text into the stack as it is, in UTF-16, and ask
//! [`scope_core`]. They answer with a boolean, or with numbers in an array that JavaScript handed over once, by which it
//! slices its own string. What is wrong with a text, or one too long for the stack, is found out as all other operations
//! do.
//!
//! Four things make the blocks here sound, and each block says which it counts on:
//!
//! 1. *Node's handles*: `env`, `info` and values are what Node passed to the callback that is running, on its thread.
//! 2. *Places to write*: a pointer that Node is given is to a local of the length that is said, and Node keeps none.
//! 3. *The numbers*: the array of a `locate` lives as long as its environment, and only that environment's thread, in
//!    the function or in JavaScript but never in both, touches it.
//! 4. *Room*: an array that `lib/batch.js` makes for the call that is running and gives to it alone, so that nobody else has
//!    its memory before the call ends.
//!
//! No panic leaves a callback: `guarded` makes it an exception.
#![allow(unsafe_code, reason = "Node-API is an interface in C")]

use std::ffi::{CStr, c_void};
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{ptr, slice};

use napi::bindgen_prelude::{Object, Uint32ArraySlice};
use napi::{Env, Error, JsValue as _, Result, Status, check_status, sys};
use napi_derive::napi;
use scope_core::locate_utf16;

use crate::fault::{Fault, in_units};
use crate::units::{self, SHORT, in_utf8};

/// A callback as Node-API wants it.
type Callback = unsafe extern "C" fn(sys::napi_env, sys::napi_callback_info) -> sys::napi_value;

/// Units that are read into the stack, with one for the terminator that Node adds.
const STACK: usize = SHORT;

/// How many numbers [`locate`] answers with.
const NUMBERS: usize = 5;

/// How many texts [`locate_many`] takes at once.
const TEXTS: usize = 512;

/// Adds the callbacks of this file to the module.
///
/// # Errors
///
/// What Node makes of a function or property that it cannot make.
#[napi(module_exports)]
pub fn exports(exports: Object, env: Env) -> Result<()> {
    let callbacks: [(&CStr, Callback); 7] = [
        (c"locateInto", locate_into),
        (c"locateManyInto", locate_many_into),
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

/// The numbers of an array that is room, to write to.
pub(crate) fn written<'a>(array: &'a mut Uint32ArraySlice<'_>) -> &'a mut [u32] {
    // SAFETY: room.
    unsafe { array.as_mut() }
}

/// Room for a short text, which nothing is written to before it is needed.
struct Room(MaybeUninit<[u16; STACK]>);

/// What a text is found to be.
enum Given<'a> {
    /// Short: here it is.
    Short(&'a [u16]),
    /// A longer one.
    Long,
    /// Not a string at all.
    NoString,
}

impl Room {
    const fn new() -> Self {
        Self(MaybeUninit::uninit())
    }

    /// Reads a text, if it is short.
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
                self.0.as_mut_ptr().cast(),
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
            return Ok(Given::Long);
        }
        // SAFETY: Node has written so many units to the beginning of the room.
        Ok(Given::Short(unsafe {
            slice::from_raw_parts(self.0.as_ptr().cast::<u16>(), length)
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
    let mut units = Vec::with_capacity(length + 1);
    // SAFETY: Node's handles; places to write: as many units as the vector has room for, and a length.
    check_status!(unsafe {
        sys::napi_get_value_string_utf16(
            env,
            value,
            units.as_mut_ptr(),
            units.capacity(),
            &raw mut length,
        )
    })?;
    // SAFETY: Node has written so many units, and no more than there is room for.
    unsafe { units.set_len(length) };
    Ok(units)
}

/// Answers a question about a text with a boolean, and with `undefined` where it is asked of anything else.
///
/// # Safety
///
/// `env` and `info` are those of the callback that is running.
#[inline]
unsafe fn ask(
    env: sys::napi_env,
    info: sys::napi_callback_info,
    question: impl Fn(&[u16]) -> bool,
) -> sys::napi_value {
    let run = || {
        let mut room = Room::new();
        // SAFETY: Node's handles.
        let (value, _) = unsafe { argument(env, info) }?;
        // SAFETY: Node's handles.
        let yes = match unsafe { room.read(env, value) }? {
            Given::Short(units) => question(units),
            // SAFETY: Node's handles; that it is a string has been seen.
            Given::Long => question(&unsafe { all_units(env, value) }?),
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

/// Whether `units` are well-formed text, as nothing that can be asked for is not, and `question` says yes to it.
fn ask_utf8(units: &[u16], question: impl Fn(&str) -> bool) -> bool {
    in_utf8(units, |text, whole| {
        crate::panic::if_asked(text);
        whole && question(text)
    })
}

/// Declares the callback that asks a question.
macro_rules! asking {
    ($name:ident, $question:expr) => {
        unsafe extern "C" fn $name(
            env: sys::napi_env,
            info: sys::napi_callback_info,
        ) -> sys::napi_value {
            // SAFETY: Node's handles.
            unsafe { ask(env, info, $question) }
        }
    };
}

asking!(is_valid, |units| {
    crate::panic::if_asked_utf16(units);
    locate_utf16(units).is_some()
});
asking!(is_slug, |units| ask_utf8(units, scope_core::is_slug));
asking!(is_name, |units| ask_utf8(units, scope_core::is_name));
asking!(is_tag, |units| ask_utf8(units, scope_core::is_tag));
asking!(is_branch, |units| ask_utf8(units, scope_core::is_branch));

/// A function of the name and callback given, whose data are the numbers of the array that is the argument: `count` of
/// them at least. The array lives as long as the environment.
///
/// # Safety
///
/// `env` and `info` are those of the callback that is running, and `callback` takes its data for so many numbers.
unsafe fn answering_into(
    env: sys::napi_env,
    info: sys::napi_callback_info,
    (name, callback): (&CStr, Callback),
    count: usize,
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
        if kind != sys::TypedarrayType::uint32_array || length < count {
            return Err(Error::from_reason(format!(
                "a Uint32Array of {count} is wanted"
            )));
        }
        let mut kept = ptr::null_mut();
        // SAFETY: Node's handles; places to write. The reference is strong and given up with the environment.
        check_status!(unsafe { sys::napi_create_reference(env, array, 1, &raw mut kept) })?;
        // SAFETY: Node's handles. The data are the numbers, which the reference keeps.
        unsafe { function(env, name, callback, numbers) }
    };
    // SAFETY: Node's handles.
    unsafe { guarded(env, run) }
}

/// `locateInto(numbers: Uint32Array): (text: string) => string | undefined`: the function [`locate`] that answers in
/// these numbers.
unsafe extern "C" fn locate_into(
    env: sys::napi_env,
    info: sys::napi_callback_info,
) -> sys::napi_value {
    // SAFETY: Node's handles; `locate` takes its data for so many numbers.
    unsafe { answering_into(env, info, (c"locate", locate), NUMBERS) }
}

/// `locateManyInto(numbers: Uint32Array): (texts: string) => void`: the function [`locate_many`] that is asked and answers
/// in these numbers.
unsafe extern "C" fn locate_many_into(
    env: sys::napi_env,
    info: sys::napi_callback_info,
) -> sys::napi_value {
    // SAFETY: Node's handles; `locate_many` takes its data for so many numbers.
    unsafe { answering_into(env, info, (c"locateMany", locate_many), TEXTS) }
}

/// The offset of a `/` and, 16 bits further up, that just past a name: a reference has at most 323 units.
fn packed(slash: usize, name_end: usize) -> u32 {
    in_units(slash) | in_units(name_end) << 16
}

/// `locate(text: string): string | undefined`: where the parts of a reference are, in UTF-16 units, or what is wrong with
/// it (R1, R2).
///
/// The numbers are, for a reference, what [`packed`] makes of its parts, and what was there before; for a fault 0, the
/// number of its code, that of its part, its offset, and how long its message is; for what is no string zeros. The answer
/// is that of [`Fault::describe`] for a fault, else `undefined`.
unsafe extern "C" fn locate(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let run = || {
        let mut room = Room::new();
        // SAFETY: Node's handles.
        let (value, data) = unsafe { argument(env, info) }?;
        // SAFETY: the numbers: `locate_into` made them this function's data.
        let numbers = unsafe { &mut *data.cast::<[u32; NUMBERS]>() };
        // SAFETY: Node's handles.
        let found = match unsafe { room.read(env, value) }? {
            Given::Short(units) => {
                crate::panic::if_asked_utf16(units);
                units::locate(units, |error, text| Fault::new(error, text))
            }
            // SAFETY: Node's handles; that it is a string has been seen.
            Given::Long => units::locate(&unsafe { all_units(env, value) }?, |error, text| {
                Fault::new(error, text)
            }),
            Given::NoString => {
                *numbers = [0; NUMBERS];
                return Ok(ptr::null_mut());
            }
        };
        let fault = match found {
            Ok((slash, name_end)) => {
                numbers[0] = packed(slash, name_end);
                return Ok(ptr::null_mut());
            }
            Err(fault) => fault,
        };
        let (number, part, offset) = (fault.number, fault.part, fault.offset);
        let (description, message_length) = fault.describe();
        *numbers = [0, number, part, offset, message_length];
        let mut answer = ptr::null_mut();
        let (bytes, length) = (description.as_ptr().cast(), description.len().cast_signed());
        let create = if description.is_ascii() {
            sys::napi_create_string_latin1
        } else {
            sys::napi_create_string_utf8
        };
        // SAFETY: Node's handles; places to write. The bytes are so many, and of that encoding; Node copies them.
        check_status!(unsafe { create(env, bytes, length, &raw mut answer) })?;
        Ok(answer)
    };
    // SAFETY: Node's handles.
    unsafe { guarded(env, run) }
}

/// `locateMany(texts: string): void`: where the parts of many references are, one after another in one string.
///
/// The numbers say how many units each text has. They become, for a reference, what [`packed`] makes of its parts; for
/// anything else 0. Those past the end of the string are left as they are.
unsafe extern "C" fn locate_many(
    env: sys::napi_env,
    info: sys::napi_callback_info,
) -> sys::napi_value {
    let run = || {
        // SAFETY: Node's handles.
        let (value, data) = unsafe { argument(env, info) }?;
        // SAFETY: the numbers: `locate_many_into` made them this function's data.
        let numbers = unsafe { &mut *data.cast::<[u32; TEXTS]>() };
        // SAFETY: Node's handles. What is no string is an error.
        let units = unsafe { all_units(env, value) }?;
        let mut rest = &*units;
        for number in numbers {
            let length = usize::try_from(*number).unwrap_or(usize::MAX);
            let Some((text, after)) = rest.split_at_checked(length) else {
                break;
            };
            rest = after;
            *number = locate_utf16(text).map_or(0, |(slash, name_end)| packed(slash, name_end));
        }
        Ok(ptr::null_mut())
    };
    // SAFETY: Node's handles.
    unsafe { guarded(env, run) }
}
