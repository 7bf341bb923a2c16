//! The fence: every entry point of the C ABI, and all that touches a caller's memory.
//!
//! What each entry point asks of its caller is what C programmers expect, and what the head of the header says: a pointer
//! with a length leads to that many readable bytes; a buffer with a capacity to that many writable ones that nothing
//! else in the same call reads or writes; a struct begins with its size; a handle came from this library and was not
//! freed; nobody changes any of it during the call. NULL, lengths over `isize::MAX`, wrong sizes, unknown numbers and
//! ill-formed UTF-8 are looked for here and have a status each. So every SAFETY comment below that says "the caller's
//! promise" means this paragraph.
//!
//! Structs are read and written through raw pointers and by their own `struct_size`: a reference would claim the whole
//! of a struct of which an older caller has a part.
#![allow(
    unsafe_code,
    reason = "a foreign interface cannot do without: this is the one file fenced for it"
)]
#![allow(
    clippy::missing_safety_doc,
    reason = "said once, at the head of this file and of the header"
)]

use std::any::Any;
#[cfg(unix)]
use std::ffi::OsStr;
use std::ffi::{CStr, c_char};
use std::fmt::{self, Display, Write as _};
use std::mem::{MaybeUninit, offset_of};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::{ptr, slice};

use scope_core::text::from_utf8;
use scope_core::{
    AbsolutePath, AccessScope, Action, Actor, Error, ErrorCode, Part, Policy, Reason, Reference,
    ReferenceBuf, Rejection, ResolveOptions, Resolved, Retention, RetentionPolicy, Role, ScopeKey,
    ScopeKind, ScopeType, Timestamp, WorkspaceMetadata, WorktreeKey, locate_utf8,
};
use scope_git::{CheckoutKind, CheckoutOptions};

use crate::abi::SCOPE_ABI_VERSION;
use crate::disk;
#[allow(
    clippy::wildcard_imports,
    reason = "all that the header declares but functions"
)]
use crate::{codes::*, types::*};

// ---------------------------------------------------------------------------------------------------------------------
// The border: what stops a panic, reads what the caller passed, and writes what the caller gets.
// ---------------------------------------------------------------------------------------------------------------------

/// Why a call gives no answer.
enum Stop<'a> {
    /// The call itself is wrong.
    Call(Call),
    /// A text is at fault: this one, which the caller has; and what the system said of it, which the caller has too.
    Fault(Error, Option<&'a [u8]>, Option<&'a [u8]>),
}

impl<'a> Stop<'a> {
    fn fault(error: Error, text: Option<&'a [u8]>) -> Self {
        Self::Fault(error, text, None)
    }
}

type Answer<'a, T = ()> = Result<T, Stop<'a>>;

impl From<Call> for Stop<'_> {
    fn from(call: Call) -> Self {
        Self::Call(call)
    }
}

/// Runs an entry point: stops its panic, reports its fault, and gives its status.
#[inline]
fn call<'a>(error: *mut scope_error_t, run: impl FnOnce() -> Answer<'a>) -> scope_status_t {
    // SAFETY: the caller's promise about structs; NULL is let through.
    let error = match unsafe { Out::optional(error) } {
        Ok(error) => error,
        Err(call) => return call.number(),
    };
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(())) => 0,
        Ok(Err(stop)) => report(&stop, error),
        Err(panic) => {
            ignore(panic);
            report(&Call::Internal.into(), error)
        }
    }
}

/// The same for what answers with a value alone; a panic gives `none`.
#[inline]
fn ask<T>(none: T, run: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        ignore(panic);
        none
    })
}

/// Leaks what a panic carried: dropping it could panic again.
#[cold]
fn ignore(panic: Box<dyn Any + Send>) {
    std::mem::forget(panic);
}

#[cold]
#[inline(never)]
fn report(stop: &Stop<'_>, error: Option<Out<scope_error_t>>) -> scope_status_t {
    let view = |text: Option<&[u8]>| text.map_or(scope_view_t::NONE, scope_view_t::of);
    let report = match stop {
        Stop::Call(call) => scope_error_t {
            struct_size: 0,
            status: call.number(),
            part: 0,
            input: 0,
            reserved: 0,
            offset: 0,
            text: scope_view_t::NONE,
            detail: scope_view_t::NONE,
        },
        Stop::Fault(fault, text, detail) => report_of(*fault, view(*text), view(*detail)),
    };
    if let Some(error) = error {
        error.write(&report);
    }
    report.status
}

/// What a caller is told of a fault.
fn report_of(fault: Error, text: scope_view_t, detail: scope_view_t) -> scope_error_t {
    scope_error_t {
        struct_size: 0,
        status: fault.code.number().into(),
        part: fault.part.number().into(),
        input: fault.input.number().into(),
        reserved: 0,
        offset: fault.offset,
        text,
        detail,
    }
}

/// A struct that may grow.
///
/// # Safety
///
/// `repr(C)`; the first field is a `usize`, its own size; a value whose other bytes are all zero is one.
unsafe trait Growing: Copy {
    /// Where its first version ends.
    const FIRST: usize;
}

macro_rules! growing {
    ($($type:ty, to $last:ident: $last_type:ty;)*) => {
        // SAFETY: each is `repr(C)`, begins with `struct_size`, and holds integers and raw pointers beside it.
        $(unsafe impl Growing for $type {
            const FIRST: usize = offset_of!($type, $last) + size_of::<$last_type>();
        })*
    };
}

// With the last field of the ABI's first version, whatever is added below it.
growing! {
    scope_error_t, to text: scope_view_t;
    scope_reference_t, to text: scope_view_t;
    scope_resolved_t, to alias: scope_view_t;
    scope_policy_options_t, to reserved_flags: u32;
    scope_resolve_options_t, to reserved: u32;
    scope_access_t, to user_id: scope_view_t;
    scope_decision_t, to rule: *const c_char;
    scope_checkout_options_t, to branch: scope_view_t;
    scope_checkout_info_t, to branch: scope_view_t;
    scope_workspaces_options_t, to now: scope_view_t;
}

/// The size that a struct says it has.
///
/// # Safety
///
/// The caller's promise about structs.
unsafe fn struct_size<T: Growing>(from: *const T) -> Result<usize, Call> {
    // SAFETY: a struct begins with its size, and is there and aligned by the caller's promise.
    let size = unsafe { from.cast::<usize>().read() };
    if size < T::FIRST {
        return Err(Call::InvalidStructSize);
    }
    Ok(size)
}

/// A struct of the caller's that is filled in: as much of it as both sides know.
#[derive(Clone, Copy)]
struct Out<T> {
    to: *mut T,
    size: usize,
}

impl<T: Growing> Out<T> {
    /// # Safety
    ///
    /// The caller's promise about structs.
    #[inline]
    unsafe fn new(to: *mut T) -> Result<Self, Call> {
        // SAFETY: the caller's promise about structs.
        unsafe { Self::optional(to)? }.ok_or(Call::NullPointer)
    }

    /// # Safety
    ///
    /// The caller's promise about structs.
    #[inline]
    unsafe fn optional(to: *mut T) -> Result<Option<Self>, Call> {
        if to.is_null() {
            return Ok(None);
        }
        // SAFETY: the caller's promise about structs.
        let size = unsafe { struct_size(to)? };
        Ok(Some(Self { to, size }))
    }

    /// Everything but the size, which stays the caller's.
    #[inline]
    fn write(self, value: &T) {
        let word = size_of::<usize>();
        let known = self.size.min(size_of::<T>()) - word;
        // SAFETY: both are at least `T::FIRST` bytes long, which is more than a word; the caller's struct is writable by
        // the promise given to `optional`, and is no value of ours.
        unsafe {
            let from = ptr::from_ref(value).cast::<MaybeUninit<u8>>().add(word);
            let to = self.to.cast::<MaybeUninit<u8>>().add(word);
            ptr::copy_nonoverlapping(from, to, known);
        }
    }
}

/// A struct that the caller filled in. What an older caller's struct ends without is zero; a newer caller's may ask for
/// what this library does not know, and is refused.
///
/// # Safety
///
/// The caller's promise about structs.
unsafe fn given<T: Growing>(from: *const T) -> Result<T, Call> {
    if from.is_null() {
        return Err(Call::NullPointer);
    }
    // SAFETY: the caller's promise about structs.
    let size = unsafe { struct_size(from)? };
    if size > size_of::<T>() {
        return Err(Call::InvalidStructSize);
    }
    let mut value = MaybeUninit::<T>::zeroed();
    // SAFETY: `size` bytes are readable by the caller's promise and fit the value; all bytes of it are then initialised,
    // and any integers and raw pointers make a `T`.
    unsafe {
        ptr::copy_nonoverlapping(from.cast::<u8>(), value.as_mut_ptr().cast(), size);
        Ok(value.assume_init())
    }
}

/// The bytes of an argument; NULL with no length is the empty text.
///
/// # Safety
///
/// The caller's promise about a pointer and a length.
#[inline]
unsafe fn bytes<'a, T>(data: *const T, len: usize) -> Result<&'a [T], Call> {
    if len == 0 {
        return Ok(&[]);
    }
    if data.is_null() {
        return Err(Call::NullPointer);
    }
    if isize::try_from(len.saturating_mul(size_of::<T>())).is_err() {
        return Err(Call::InvalidLength);
    }
    // SAFETY: not NULL, and no longer than an object can be; readable and unchanged by the caller's promise.
    Ok(unsafe { slice::from_raw_parts(data, len) })
}

/// The text of the argument `part`.
///
/// # Safety
///
/// As of [`bytes`].
#[inline]
unsafe fn text<'a>(data: *const c_char, len: usize, part: Part) -> Answer<'a, &'a str> {
    // SAFETY: the caller's promise.
    let bytes = unsafe { bytes(data.cast::<u8>(), len)? };
    from_utf8(bytes, part).map_err(|error| Stop::fault(error, Some(bytes)))
}

/// The text of an argument that may be left out: NULL.
///
/// # Safety
///
/// As of [`bytes`].
unsafe fn optional<'a>(data: *const c_char, len: usize, part: Part) -> Answer<'a, Option<&'a str>> {
    if data.is_null() && len == 0 {
        return Ok(None);
    }
    // SAFETY: the caller's promise.
    unsafe { text(data, len, part) }.map(Some)
}

/// The same of a view.
///
/// # Safety
///
/// As of [`bytes`].
unsafe fn optional_view<'a>(view: scope_view_t, part: Part) -> Answer<'a, Option<&'a str>> {
    // SAFETY: the caller's promise.
    unsafe { optional(view.data, view.len, part) }
}

/// A list of texts: `None` for NULL.
///
/// # Safety
///
/// As of [`bytes`], of the list and of each of its views.
unsafe fn list<'a>(
    views: *const scope_view_t,
    count: usize,
    part: Part,
) -> Answer<'a, Option<Vec<&'a str>>> {
    if views.is_null() && count == 0 {
        return Ok(None);
    }
    // SAFETY: the caller's promise.
    let views = unsafe { bytes(views, count)? };
    let texts = views.iter().map(|view| {
        // SAFETY: the caller's promise.
        unsafe { text(view.data, view.len, part) }
    });
    texts.collect::<Result<_, _>>().map(Some)
}

/// Writes a plain value where the caller wants it.
///
/// # Safety
///
/// `to` is NULL, or aligned and writable.
unsafe fn put<'a, T>(to: *mut T, value: T) -> Answer<'a> {
    if to.is_null() {
        return Err(Call::NullPointer.into());
    }
    // SAFETY: not NULL; the caller's promise.
    unsafe { to.write(value) };
    Ok(())
}

/// Makes a handle where the caller wants it. Writes NULL first, so that a fault leaves that.
///
/// # Safety
///
/// `to` is NULL, or aligned and writable.
unsafe fn put_handle<'a, T>(to: *mut *mut T, make: impl FnOnce() -> Answer<'a, T>) -> Answer<'a> {
    // SAFETY: the caller's promise.
    unsafe { put(to, ptr::null_mut())? };
    let handle = Box::into_raw(Box::new(make()?));
    // SAFETY: the caller's promise.
    unsafe { put(to, handle) }
}

/// Ends a handle. NULL is one that has ended.
///
/// # Safety
///
/// `handle` is NULL, or came from [`put_handle`] and did not end before.
unsafe fn end<T>(handle: *mut T) {
    if !handle.is_null() {
        // SAFETY: it came from `Box::into_raw`, once.
        ask((), || drop(unsafe { Box::from_raw(handle) }));
    }
}

/// A handle that has to be there.
fn handle<T>(handle: Option<&T>) -> Result<&T, Call> {
    handle.ok_or(Call::NullPointer)
}

/// A buffer of the caller's for text and its terminator.
struct Buffer {
    to: *mut u8,
    cap: usize,
    needed: *mut usize,
    /// Bytes of text so far, whether they fitted or not.
    length: usize,
}

impl Buffer {
    /// Empties the buffer, so that it holds a terminated text whatever becomes of the call.
    ///
    /// # Safety
    ///
    /// The caller's promise about buffers; `needed` is NULL, or aligned and writable.
    unsafe fn new(to: *mut c_char, cap: usize, needed: *mut usize) -> Result<Self, Call> {
        if to.is_null() && cap > 0 {
            return Err(Call::NullPointer);
        }
        if isize::try_from(cap).is_err() {
            return Err(Call::InvalidLength);
        }
        let buffer = Self {
            to: to.cast(),
            cap,
            needed,
            length: 0,
        };
        buffer.tell(0);
        buffer.terminate(0);
        Ok(buffer)
    }

    fn tell(&self, needed: usize) {
        if !self.needed.is_null() {
            // SAFETY: not NULL; writable by the promise given to `new`.
            unsafe { self.needed.write(needed) };
        }
    }

    fn terminate(&self, at: usize) {
        if at < self.cap {
            // SAFETY: within the buffer, which is writable by the promise given to `new`.
            unsafe { self.to.add(at).write(0) };
        }
    }

    /// Writes the answer, and its terminator.
    fn put<'a>(mut self, answer: impl Display) -> Answer<'a> {
        // Only a `Display` of the core's could fail, and none does.
        write!(self, "{answer}").map_err(|_| Call::Internal)?;
        self.tell(self.length + 1);
        if self.length < self.cap {
            self.terminate(self.length);
            Ok(())
        } else {
            self.terminate(0);
            Err(Call::BufferTooSmall.into())
        }
    }

    /// Writes the answer, where there is one.
    fn put_optional<'a>(self, answer: Option<impl Display>) -> Answer<'a> {
        answer.map_or(Ok(()), |answer| self.put(answer))
    }

    /// Adds one of several texts, each with a terminator, and says where it is if all of them fit.
    fn add(&mut self, text: &str) -> scope_view_t {
        let view = scope_view_t {
            data: self.to.wrapping_add(self.length).cast_const().cast(),
            len: text.len(),
        };
        let _ = self.write_str(text);
        self.terminate(self.length);
        self.length = self.length.saturating_add(1);
        view
    }

    /// The same where there is a text.
    fn add_optional(&mut self, text: Option<&str>) -> scope_view_t {
        text.map_or(scope_view_t::NONE, |text| self.add(text))
    }

    /// Ends an answer of several texts.
    fn done<'a>(self) -> Answer<'a> {
        self.tell(self.length);
        if self.length <= self.cap {
            Ok(())
        } else {
            self.terminate(0);
            Err(Call::BufferTooSmall.into())
        }
    }

    /// As much of a text as fits behind what is there, and what that is. For a text at fault that the caller does not have.
    fn put_start<'a>(&mut self, text: &str) -> &'a [u8] {
        let start = self.length;
        let room = self.cap.saturating_sub(start).saturating_sub(1);
        let fits = text.floor_char_boundary(room);
        let _ = self.write_str(&text[..fits]);
        self.terminate(self.length);
        self.length = self.length.saturating_add(1);
        // SAFETY: the bytes just written, of which there are none behind the end of the buffer; the caller keeps the buffer
        // as it is while it uses the view.
        unsafe { bytes(self.to.wrapping_add(start), fits) }.unwrap_or_default()
    }
}

impl fmt::Write for Buffer {
    /// Writes what fits, and counts all of it.
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length.saturating_add(text.len());
        if end < self.cap {
            // SAFETY: `length + text.len()` bytes are within the buffer, which is writable and no text of ours, by the
            // promise given to `new`.
            unsafe {
                ptr::copy_nonoverlapping(text.as_ptr(), self.to.add(self.length), text.len());
            };
        }
        self.length = end;
        Ok(())
    }
}

/// Finds the argument that a fault is in, among those of the call.
fn about<'a>(arguments: &[(Part, Option<&'a str>)]) -> impl Fn(Error) -> Stop<'a> {
    move |error| {
        let argument = arguments.iter().find(|(part, _)| *part == error.input);
        let text = argument.and_then(|(_, text)| *text);
        Stop::fault(error, text.map(str::as_bytes))
    }
}

/// Finds the text of a fault of a disk: an argument of the call, or else what the buffer has room for of it. What the
/// system said follows there.
fn told<'a>(
    mut buffer: Buffer,
    rejection: &Rejection,
    detail: Option<&str>,
    arguments: &[(Part, &'a [u8])],
) -> Stop<'a> {
    let input = rejection.error.input;
    let argument = arguments.iter().find(|(part, _)| *part == input);
    let text = argument.map(|(_, text)| *text);
    let text = text.unwrap_or_else(|| buffer.put_start(&rejection.text));
    let detail = detail.map(|detail| buffer.put_start(detail));
    Stop::Fault(rejection.error, Some(text), detail)
}

/// A path as the system has it, which on Unix is bytes.
#[cfg(unix)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "elsewhere not all bytes are a path"
)]
fn path(bytes: &[u8]) -> Answer<'_, &Path> {
    let path: &OsStr = std::os::unix::ffi::OsStrExt::from_bytes(bytes);
    Ok(Path::new(path))
}

/// A path as the system has it, which elsewhere is text.
#[cfg(not(unix))]
fn path(bytes: &[u8]) -> Answer<'_, &Path> {
    str::from_utf8(bytes).map(Path::new).map_err(|error| {
        let (code, offset) = (ErrorCode::NonUtf8Path, error.valid_up_to());
        Stop::fault(
            Error::from_parts(code, Part::Path, Part::Path, offset),
            Some(bytes),
        )
    })
}

/// Turns what a caller's number stands for into a value.
fn value<T: Numbered>(number: u32) -> Result<T, Call> {
    T::from_number(number).ok_or(Call::InvalidArgument)
}

/// Whether the bytes are text and pass.
///
/// # Safety
///
/// As of [`bytes`].
unsafe fn holds(data: *const c_char, len: usize, test: impl FnOnce(&str) -> bool) -> bool {
    ask(false, || {
        // SAFETY: the caller's promise.
        let bytes = unsafe { bytes(data.cast::<u8>(), len) };
        bytes.is_ok_and(|bytes| str::from_utf8(bytes).is_ok_and(test))
    })
}

/// Says what keeps the text from being what `check` wants.
///
/// # Safety
///
/// As of [`text`] and [`call`].
unsafe fn checked(
    data: *const c_char,
    len: usize,
    part: Part,
    error: *mut scope_error_t,
    check: impl FnOnce(&str) -> Result<(), Error>,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        let text = unsafe { text(data, len, part)? };
        check(text).map_err(about(&[(part, Some(text))]))
    })
}

/// Reads a word that has a number.
///
/// # Safety
///
/// As of [`text`], [`put`] and [`call`].
unsafe fn word<T: Numbered + std::str::FromStr<Err = Error>>(
    data: *const c_char,
    len: usize,
    part: Part,
    out: *mut u32,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        let text = unsafe { text(data, len, part)? };
        let value: T = text.parse().map_err(about(&[(part, Some(text))]))?;
        // SAFETY: the caller's promise.
        unsafe { put(out, value.number()) }
    })
}

fn name_or_null(name: Option<&'static CStr>) -> *const c_char {
    name.map_or(ptr::null(), CStr::as_ptr)
}

/// Writes one form of a key.
///
/// # Safety
///
/// As of [`Buffer::new`].
unsafe fn form(
    key: Option<&scope_key_t>,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
    form: impl FnOnce(&ScopeKey, Buffer) -> Answer<'static>,
) -> scope_status_t {
    call(ptr::null_mut(), || {
        let key = handle(key)?;
        // SAFETY: the caller's promise.
        form(&key.0, unsafe { Buffer::new(buf, cap, needed)? })
    })
}

// ---------------------------------------------------------------------------------------------------------------------
// The library
// ---------------------------------------------------------------------------------------------------------------------

/// The version of the ABI of the library that the program runs with; the program was compiled for `SCOPE_ABI_VERSION`.
///
/// Threads: any, at once. Cannot fail.
#[unsafe(no_mangle)]
pub extern "C" fn scope_abi_version() -> u32 {
    SCOPE_ABI_VERSION
}

/// The version of the library that the program runs with, for instance `0.1.0`: a terminated text that is there for ever.
///
/// Threads: any, at once. Cannot fail.
#[unsafe(no_mangle)]
pub extern "C" fn scope_library_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    VERSION.as_ptr().cast()
}

/// The word for a status, for instance `missing_at` (E1): a terminated text that is there for ever. NULL for a number that
/// is none.
///
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub extern "C" fn scope_status_name(status: scope_status_t) -> *const c_char {
    ask(ptr::null(), || name_or_null(status_name(status)))
}

/// The word for a part, for instance `scope`: a terminated text that is there for ever. NULL for a number that is none.
///
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub extern "C" fn scope_part_name(part: scope_part_t) -> *const c_char {
    ask(ptr::null(), || name_or_null(part_name(part)))
}

/// The word for a type of a scope: a terminated text that is there for ever. NULL for a number that is none.
///
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub extern "C" fn scope_type_name(number: scope_type_t) -> *const c_char {
    ask(ptr::null(), || name_or_null(ScopeType::name_of(number)))
}

/// The word for a role: a terminated text that is there for ever. NULL for a number that is none.
///
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub extern "C" fn scope_role_name(number: scope_role_t) -> *const c_char {
    ask(ptr::null(), || name_or_null(Role::name_of(number)))
}

/// The word for an action: a terminated text that is there for ever. NULL for a number that is none.
///
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub extern "C" fn scope_action_name(number: scope_action_t) -> *const c_char {
    ask(ptr::null(), || name_or_null(Action::name_of(number)))
}

/// The word for a reason: a terminated text that is there for ever. NULL for a number that is none.
///
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub extern "C" fn scope_reason_name(number: scope_reason_t) -> *const c_char {
    ask(ptr::null(), || name_or_null(Reason::name_of(number)))
}

/// The word for a kind of a scope key: a terminated text that is there for ever. NULL for a number that is none.
///
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub extern "C" fn scope_kind_name(number: scope_kind_t) -> *const c_char {
    ask(ptr::null(), || name_or_null(ScopeKind::name_of(number)))
}

/// The word for a kind of key that is wanted of a checkout: a terminated text that is there for ever. NULL for a number that
/// is none.
///
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub extern "C" fn scope_checkout_kind_name(number: scope_checkout_kind_t) -> *const c_char {
    ask(ptr::null(), || name_or_null(CheckoutKind::name_of(number)))
}

/// The word for a kind of what was resolved: a terminated text that is there for ever. NULL for a number that is none.
///
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub extern "C" fn scope_resolved_kind_name(number: scope_resolved_kind_t) -> *const c_char {
    ask(ptr::null(), || name_or_null(ResolvedKind::name_of(number)))
}

/// The word for a decision of retention: a terminated text that is there for ever. NULL for a number that is none.
///
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub extern "C" fn scope_retention_name(number: scope_retention_t) -> *const c_char {
    ask(ptr::null(), || name_or_null(Retention::name_of(number)))
}

/// Reads the word for a type of a scope (X1) into `*out`.
///
/// Status: `SCOPE_UNKNOWN_VALUE`, `SCOPE_INVALID_UNICODE`. Memory: nothing is kept; `error->text` views `text`.
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_type_from_name(
    text: *const c_char,
    len: usize,
    out: *mut scope_type_t,
    error: *mut scope_error_t,
) -> scope_status_t {
    // SAFETY: the caller's promise.
    unsafe { word::<ScopeType>(text, len, Part::ScopeType, out, error) }
}

/// Reads the word for a role (X1) into `*out`.
///
/// Status: `SCOPE_UNKNOWN_VALUE`, `SCOPE_INVALID_UNICODE`. Memory: nothing is kept; `error->text` views `text`.
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_role_from_name(
    text: *const c_char,
    len: usize,
    out: *mut scope_role_t,
    error: *mut scope_error_t,
) -> scope_status_t {
    // SAFETY: the caller's promise.
    unsafe { word::<Role>(text, len, Part::Role, out, error) }
}

/// Reads the word for an action (X1) into `*out`.
///
/// Status: `SCOPE_UNKNOWN_VALUE`, `SCOPE_INVALID_UNICODE`. Memory: nothing is kept; `error->text` views `text`.
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_action_from_name(
    text: *const c_char,
    len: usize,
    out: *mut scope_action_t,
    error: *mut scope_error_t,
) -> scope_status_t {
    // SAFETY: the caller's promise.
    unsafe { word::<Action>(text, len, Part::Action, out, error) }
}

/// Reads the word for a kind of key that is wanted of a checkout (G4) into `*out`.
///
/// Status: `SCOPE_UNKNOWN_VALUE`, `SCOPE_INVALID_UNICODE`. Memory: nothing is kept; `error->text` views `text`.
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_checkout_kind_from_name(
    text: *const c_char,
    len: usize,
    out: *mut scope_checkout_kind_t,
    error: *mut scope_error_t,
) -> scope_status_t {
    // SAFETY: the caller's promise.
    unsafe { word::<CheckoutKind>(text, len, Part::CheckoutKind, out, error) }
}

// ---------------------------------------------------------------------------------------------------------------------
// Faults
// ---------------------------------------------------------------------------------------------------------------------

/// Writes what a person reads about a fault (E2): one line of printable ASCII.
///
/// `error` is as a function filled it in. `text` is the argument that the fault is in: `error->text`, while the caller
/// still has what that views. Another text gives a message all the same, only not a useful one. For a fault of the call
/// itself (1001 and up) no text is needed.
///
/// Status: `SCOPE_INVALID_ARGUMENT` for an `error` that no function filled in, `SCOPE_BUFFER_TOO_SMALL`.
/// Memory: nothing is kept. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_error_message(
    error: *const scope_error_t,
    text: *const c_char,
    len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> scope_status_t {
    call(ptr::null_mut(), || {
        // SAFETY: the caller's promise.
        let (buffer, error, text) = unsafe {
            let buffer = Buffer::new(buf, cap, needed)?;
            (buffer, given(error)?, well_formed_start(text, len)?)
        };
        match fault(&error)? {
            Ok(fault) => buffer.put(fault.message(text)),
            Err(call) => buffer.put(format_args!("invalid call: {}", call.sentence())),
        }
    })
}

/// Writes what was probably meant, where the specification has a suggestion (section 11); else `*needed` is 0.
///
/// `error` and `text` are as in `scope_error_message`.
///
/// Status: `SCOPE_INVALID_ARGUMENT` for an `error` that no function filled in, `SCOPE_BUFFER_TOO_SMALL`.
/// Memory: nothing is kept. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_error_suggestion(
    error: *const scope_error_t,
    text: *const c_char,
    len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> scope_status_t {
    call(ptr::null_mut(), || {
        // SAFETY: the caller's promise.
        let (buffer, error, text) = unsafe {
            let buffer = Buffer::new(buf, cap, needed)?;
            (buffer, given(error)?, well_formed_start(text, len)?)
        };
        let fault = fault(&error)?.ok();
        buffer.put_optional(fault.and_then(|fault| fault.suggestion(text)))
    })
}

// ---------------------------------------------------------------------------------------------------------------------
// References
// ---------------------------------------------------------------------------------------------------------------------

/// Parses a reference strictly: no white space, no upper case in scope or name (R1, R2). Allocates nothing.
///
/// Many texts are a loop over this; for many lines of one buffer there is `scope_reference_parse_lines`.
///
/// Status: `SCOPE_MISSING_AT`, `SCOPE_MISSING_SLASH`, `SCOPE_EMPTY_SCOPE`, `SCOPE_EMPTY_NAME`, `SCOPE_EMPTY_TAG`,
/// `SCOPE_TOO_SHORT`, `SCOPE_TOO_LONG`, `SCOPE_INVALID_CHARACTER`, `SCOPE_INVALID_START`, `SCOPE_INVALID_END`,
/// `SCOPE_CONSECUTIVE_DOTS`, `SCOPE_INVALID_UNICODE`; `error->input` is `SCOPE_PART_REFERENCE`, and `error->offset` counts
/// bytes. Memory: `*out` and `error->text` view `text`, for as long as that is there. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_reference_parse(
    text: *const c_char,
    len: usize,
    out: *mut scope_reference_t,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        let (out, bytes) = unsafe { (Out::new(out)?, bytes(text.cast::<u8>(), len)?) };
        let parts = locate_utf8(bytes).map_or_else(|| located_by_rule(bytes), Ok)?;
        out.write(&views(parts, len, text));
        Ok(())
    })
}

/// Parses a reference after normalising it (R5), so that ` @Acme/Widget:RC ` is `@acme/widget:RC`, which is written.
///
/// Status: those of `scope_reference_parse`, with offsets into `text` itself, and `SCOPE_BUFFER_TOO_SMALL`.
/// Memory: `*out` views `buf`, `error->text` views `text`. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_reference_parse_normalized(
    text: *const c_char,
    len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
    out: *mut scope_reference_t,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        let (out, buffer, text) = unsafe {
            let (out, buffer) = (Out::new(out)?, Buffer::new(buf, cap, needed)?);
            (out, buffer, self::text(text, len, Part::Reference)?)
        };
        let reference = ReferenceBuf::parse_normalized(text)
            .map_err(about(&[(Part::Reference, Some(text))]))?;
        buffer.put(&reference)?;
        out.write(&views(
            reference.borrowed().offsets(),
            reference.as_str().len(),
            buf,
        ));
        Ok(())
    })
}

/// Writes a reference put together from its parts, each checked (S4, N2, T1). `tag` NULL is none.
///
/// Status: those of `scope_slug_check`, `scope_name_check`, `scope_tag_check`, and `SCOPE_BUFFER_TOO_SMALL`; `error->input`
/// is the part, and `error->offset` counts bytes in it. Memory: `error->text` views that argument. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_reference_new(
    scope: *const c_char,
    scope_len: usize,
    name: *const c_char,
    name_len: usize,
    tag: *const c_char,
    tag_len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        let (buffer, scope, name, tag) = unsafe {
            (
                Buffer::new(buf, cap, needed)?,
                text(scope, scope_len, Part::Scope)?,
                text(name, name_len, Part::Name)?,
                optional(tag, tag_len, Part::Tag)?,
            )
        };
        let reference = ReferenceBuf::new(scope, name, tag).map_err(about(&[
            (Part::Scope, Some(scope)),
            (Part::Name, Some(name)),
            (Part::Tag, tag),
        ]))?;
        buffer.put(reference)
    })
}

/// Writes what normalising makes of what somebody typed (R5): ASCII white space around it dropped, ASCII letters of scope
/// and name (never of the tag) in lower case. Checks nothing else.
///
/// Status: `SCOPE_INVALID_UNICODE`, `SCOPE_BUFFER_TOO_SMALL`. Memory: `error->text` views `text`. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_reference_normalize(
    text: *const c_char,
    len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        let (buffer, text) = unsafe {
            (
                Buffer::new(buf, cap, needed)?,
                self::text(text, len, Part::Reference)?,
            )
        };
        buffer.put(scope_core::normalize(text))
    })
}

/// Writes `{scope}__{name}` of a reference: one path component that reads back to scope and name (R7), at most 194 bytes.
///
/// Status: those of `scope_reference_parse`, and `SCOPE_BUFFER_TOO_SMALL`. Memory: `error->text` views `text`.
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_reference_storage_component(
    text: *const c_char,
    len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        let (buffer, text) = unsafe {
            (
                Buffer::new(buf, cap, needed)?,
                self::text(text, len, Part::Reference)?,
            )
        };
        let reference = Reference::parse(text).map_err(about(&[(Part::Reference, Some(text))]))?;
        buffer.put(reference.storage_component())
    })
}

/// Compares two references as the triple of scope, name and tag, each by byte, no tag before any tag (R6). Writes -1, 0 or 1.
///
/// Status: those of `scope_reference_parse`, of `a`, then of `b`. Memory: `error->text` views the one at fault.
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_reference_compare(
    a: *const c_char,
    a_len: usize,
    b: *const c_char,
    b_len: usize,
    order: *mut i32,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        let [a, b] = unsafe { [bytes(a.cast::<u8>(), a_len)?, bytes(b.cast::<u8>(), b_len)?] };
        let parse = |bytes| {
            from_utf8(bytes, Part::Reference)
                .and_then(Reference::parse)
                .map_err(|error| Stop::fault(error, Some(bytes)))
        };
        let compared = parse(a)?.cmp(&parse(b)?);
        // SAFETY: the caller's promise.
        unsafe { put(order, compared as i32) }
    })
}

/// Whether the text is a reference (R1). False for ill-formed UTF-8, and for NULL. Allocates nothing.
///
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_reference_is_valid(text: *const c_char, len: usize) -> bool {
    ask(false, || {
        // SAFETY: the caller's promise.
        let bytes = unsafe { bytes(text.cast::<u8>(), len) };
        bytes.is_ok_and(|bytes| locate_utf8(bytes).is_some())
    })
}

/// Parses each line of a buffer, and writes four numbers for each (B2), with offsets in bytes from the start of `buffer`: of
/// a reference, where it begins, where its `/` is, just past its name, and where it ends; of a fault, where the line begins,
/// 0, the error's number with `SCOPE_LINE_FAULT` set, and where it is. Lines end with a line feed; the last may.
/// Allocates nothing.
///
/// `cap` is how many lines `lines` has room for, four numbers each; `*count` is how many there are. NULL with a `cap` of 0
/// counts.
///
/// Status: `SCOPE_TOO_LONG` for a buffer of 2^32 bytes or more, `SCOPE_BUFFER_TOO_SMALL` (the first `cap` lines are written
/// all the same). Memory: nothing is kept. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_reference_parse_lines(
    buffer: *const c_char,
    len: usize,
    lines: *mut u32,
    cap: usize,
    count: *mut usize,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        let (buffer, room) = unsafe {
            put(count, 0)?;
            (
                bytes(buffer.cast::<u8>(), len)?,
                bytes(lines.cast::<[MaybeUninit<u32>; 4]>(), cap)?.len(),
            )
        };
        let parsed =
            scope_core::parse_lines(buffer).map_err(|error| Stop::fault(error, Some(buffer)))?;
        let mut found = 0;
        for line in parsed {
            if found < room {
                // SAFETY: there is room for four numbers for each of so many lines, and nothing else reads or writes it,
                // by the caller's promise.
                unsafe { lines.cast::<[u32; 4]>().add(found).write(line.to_array()) };
            }
            found += 1;
        }
        // SAFETY: the caller's promise.
        unsafe { put(count, found)? };
        if found > room {
            return Err(Call::BufferTooSmall.into());
        }
        Ok(())
    })
}

// ---------------------------------------------------------------------------------------------------------------------
// Slugs, names, tags, branches, paths
// ---------------------------------------------------------------------------------------------------------------------

/// Says what keeps the text from being a slug (S1 to S4).
///
/// Status: `SCOPE_EMPTY_SCOPE`, `SCOPE_INVALID_CHARACTER`, `SCOPE_TOO_SHORT`, `SCOPE_TOO_LONG`, `SCOPE_INVALID_START`,
/// `SCOPE_INVALID_END`, `SCOPE_INVALID_UNICODE`; `error->offset` counts bytes.
/// Memory: nothing is kept; `error->text` views `text`. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_slug_check(
    text: *const c_char,
    len: usize,
    error: *mut scope_error_t,
) -> scope_status_t {
    // SAFETY: the caller's promise.
    unsafe { checked(text, len, Part::Scope, error, scope_core::check_slug) }
}

/// Says what keeps the text from being a name (N1, N2).
///
/// Status: `SCOPE_EMPTY_NAME`, `SCOPE_INVALID_CHARACTER`, `SCOPE_TOO_LONG`, `SCOPE_INVALID_START`, `SCOPE_INVALID_END`,
/// `SCOPE_CONSECUTIVE_DOTS`, `SCOPE_INVALID_UNICODE`; `error->offset` counts bytes.
/// Memory: nothing is kept; `error->text` views `text`. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_name_check(
    text: *const c_char,
    len: usize,
    error: *mut scope_error_t,
) -> scope_status_t {
    // SAFETY: the caller's promise.
    unsafe { checked(text, len, Part::Name, error, scope_core::check_name) }
}

/// Says what keeps the text from being a tag (T1).
///
/// Status: `SCOPE_EMPTY_TAG`, `SCOPE_INVALID_CHARACTER`, `SCOPE_TOO_LONG`, `SCOPE_INVALID_START`, `SCOPE_INVALID_UNICODE`; `error->offset` counts bytes.
/// Memory: nothing is kept; `error->text` views `text`. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_tag_check(
    text: *const c_char,
    len: usize,
    error: *mut scope_error_t,
) -> scope_status_t {
    // SAFETY: the caller's promise.
    unsafe { checked(text, len, Part::Tag, error, scope_core::check_tag) }
}

/// Says what keeps the text from being a local branch name (K3).
///
/// Status: `SCOPE_EMPTY`, `SCOPE_TOO_LONG`, `SCOPE_RESERVED_BRANCH`, `SCOPE_INVALID_START`, `SCOPE_REPEATED_SEPARATOR`,
/// `SCOPE_CONSECUTIVE_DOTS`, `SCOPE_INVALID_CHARACTER`, `SCOPE_REFLOG_SYNTAX`, `SCOPE_LOCK_SUFFIX`, `SCOPE_INVALID_END`,
/// `SCOPE_TRAILING_SEPARATOR`, `SCOPE_REMOTE_BRANCH`, `SCOPE_INVALID_UNICODE`; `error->offset` counts bytes.
/// Memory: nothing is kept; `error->text` views `text`. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_branch_check(
    text: *const c_char,
    len: usize,
    error: *mut scope_error_t,
) -> scope_status_t {
    // SAFETY: the caller's promise.
    unsafe { checked(text, len, Part::BranchName, error, scope_core::check_branch) }
}

/// Says what keeps the text from being a worktree key (K4).
///
/// Status: `SCOPE_EMPTY`, `SCOPE_DOT_COMPONENT`, `SCOPE_INVALID_CHARACTER`, `SCOPE_INVALID_UNICODE`; `error->offset` counts bytes.
/// Memory: nothing is kept; `error->text` views `text`. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_worktree_key_check(
    text: *const c_char,
    len: usize,
    error: *mut scope_error_t,
) -> scope_status_t {
    // SAFETY: the caller's promise.
    unsafe {
        checked(text, len, Part::WorktreeKey, error, |text| {
            WorktreeKey::new(text).map(drop)
        })
    }
}

/// Says what keeps the text from being an absolute, clean path (K2).
///
/// Status: `SCOPE_EMPTY`, `SCOPE_NOT_ABSOLUTE`, `SCOPE_INVALID_CHARACTER`, `SCOPE_DOT_COMPONENT`, `SCOPE_REPEATED_SEPARATOR`,
/// `SCOPE_TRAILING_SEPARATOR`, `SCOPE_INVALID_UNICODE`; `error->offset` counts bytes.
/// Memory: nothing is kept; `error->text` views `text`. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_path_check(
    text: *const c_char,
    len: usize,
    error: *mut scope_error_t,
) -> scope_status_t {
    // SAFETY: the caller's promise.
    unsafe {
        checked(text, len, Part::PrimaryPath, error, |text| {
            AbsolutePath::new(text).map(drop)
        })
    }
}

/// Whether the text is a slug (S1 to S3). False for ill-formed UTF-8, and for NULL.
///
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_slug_is_valid(text: *const c_char, len: usize) -> bool {
    // SAFETY: the caller's promise.
    unsafe { holds(text, len, scope_core::is_slug) }
}

/// Whether the text is a name (N1). False for ill-formed UTF-8, and for NULL.
///
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_name_is_valid(text: *const c_char, len: usize) -> bool {
    // SAFETY: the caller's promise.
    unsafe { holds(text, len, scope_core::is_name) }
}

/// Whether the text is a tag (T1). False for ill-formed UTF-8, and for NULL.
///
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_tag_is_valid(text: *const c_char, len: usize) -> bool {
    // SAFETY: the caller's promise.
    unsafe { holds(text, len, scope_core::is_tag) }
}

/// Whether the text is a local branch name (K3). False for ill-formed UTF-8, and for NULL.
///
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_branch_is_valid(text: *const c_char, len: usize) -> bool {
    // SAFETY: the caller's promise.
    unsafe { holds(text, len, scope_core::is_branch) }
}

/// Writes a slug made from any text, where letters or digits enough are in it (S7); else `*needed` is 0. At most 64 bytes.
/// It may be reserved: `scope_policy_check_claimable` is another question.
///
/// Status: `SCOPE_INVALID_UNICODE`, `SCOPE_BUFFER_TOO_SMALL`. Memory: `error->text` views `text`. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_slug_suggest(
    text: *const c_char,
    len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        let (buffer, text) = unsafe {
            (
                Buffer::new(buf, cap, needed)?,
                self::text(text, len, Part::Scope)?,
            )
        };
        buffer.put_optional(scope_core::suggest_slug(text))
    })
}

/// Writes the slug that a user has until they choose one: `user-` and 8 hexadecimal digits (S8).
///
/// Status: `SCOPE_INVALID_UNICODE`, `SCOPE_BUFFER_TOO_SMALL`. Memory: `error->text` views `user_id`. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_slug_default(
    user_id: *const c_char,
    user_id_len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        let (buffer, user_id) = unsafe {
            (
                Buffer::new(buf, cap, needed)?,
                text(user_id, user_id_len, Part::UserId)?,
            )
        };
        buffer.put(scope_core::default_slug(user_id))
    })
}

// ---------------------------------------------------------------------------------------------------------------------
// Policies
// ---------------------------------------------------------------------------------------------------------------------

/// Makes a policy from its parts (S6); `options` NULL is the default policy.
///
/// Status: `SCOPE_EMPTY`, `SCOPE_INVALID_CHARACTER`, `SCOPE_TOO_SHORT`, `SCOPE_TOO_LONG`, `SCOPE_INVALID_START`,
/// `SCOPE_INVALID_END`, `SCOPE_INVALID_UNICODE`; `error->part` says of which part, and `error->text` views the text at fault,
/// also where that is one of a list. Memory: copies what it is given. `*out` is a handle to be ended by `scope_policy_free`,
/// or NULL where the status is not `SCOPE_OK`. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_policy_new(
    options: *const scope_policy_options_t,
    out: *mut *mut scope_policy_t,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        unsafe { put_handle(out, || policy(options).map(scope_policy_t)) }
    })
}

/// Ends a policy. NULL does nothing.
///
/// Threads: any, but none may use the policy then or later.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_policy_free(policy: *mut scope_policy_t) {
    // SAFETY: the caller's promise.
    unsafe { end(policy) }
}

/// Says whether a user may claim a slug (S5).
///
/// Status: those of `scope_slug_check`, else `SCOPE_RESERVED_SLUG`, `SCOPE_RESERVED_PREFIX`.
/// Memory: `error->text` views `slug`. Threads: any, at once, with one policy too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_policy_check_claimable(
    policy: Option<&scope_policy_t>,
    slug: *const c_char,
    slug_len: usize,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        let policy = handle(policy)?;
        // SAFETY: the caller's promise.
        let slug = unsafe { text(slug, slug_len, Part::Scope)? };
        policy
            .0
            .check_claimable(slug)
            .map_err(about(&[(Part::Scope, Some(slug))]))
    })
}

/// Whether a slug is well-formed and reserved (S5). False for what is no slug, which nobody can claim either: what guards a
/// claim is `scope_policy_check_claimable`. False for a NULL policy.
///
/// Threads: any, at once, with one policy too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_policy_is_reserved(
    policy: Option<&scope_policy_t>,
    slug: *const c_char,
    slug_len: usize,
) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        holds(slug, slug_len, |slug| {
            policy.is_some_and(|policy| policy.0.is_reserved(slug))
        })
    }
}

/// What a user's text stands for (R4): a legacy template, a legacy user alias, an explicit reference, or a name in the default
/// scope, in this order. Writes the whole reference, or the legacy text, to `buf`.
///
/// `options` NULL is none. 324 bytes of `buf` are enough for every answer.
///
/// Status: those of `scope_slug_check` and `SCOPE_EMPTY` of the default scope, `SCOPE_EMPTY` of the user's id (`error->input`
/// says which); those of `scope_reference_parse`, `SCOPE_NO_DEFAULT_SCOPE` and, of a legacy text, `SCOPE_EMPTY`;
/// `SCOPE_BUFFER_TOO_SMALL`. Memory: `*out` views `buf`; `error->text` views the argument at fault.
/// Threads: any, at once, with one policy too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_policy_resolve(
    policy: Option<&scope_policy_t>,
    options: *const scope_resolve_options_t,
    text: *const c_char,
    len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
    out: *mut scope_resolved_t,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        let policy = handle(policy)?;
        // SAFETY: the caller's promise.
        let (out, buffer, options, text) = unsafe {
            let (out, buffer) = (Out::new(out)?, Buffer::new(buf, cap, needed)?);
            let options = resolve_options(options)?;
            (
                out,
                buffer,
                options,
                self::text(text, len, Part::Reference)?,
            )
        };
        let resolved = policy.0.resolve(text, options).map_err(about(&[
            (Part::Reference, Some(text)),
            (Part::DefaultScope, options.default_scope),
            (Part::UserId, options.user_id),
        ]))?;
        buffer.put(resolved.text())?;
        out.write(&resolved_views(&resolved, buf));
        Ok(())
    })
}

// ---------------------------------------------------------------------------------------------------------------------
// Template aliases and versions
// ---------------------------------------------------------------------------------------------------------------------

/// Writes `scope-{scope_id}-image-{name}-version-{version}`, each part made to fit (A1). At most 256 bytes.
///
/// Maps many names to one alias: `my_image`, `my.image` and `my-image` share theirs. `scope_distinct_template_alias` does not.
///
/// Status: `SCOPE_EMPTY` where nothing of a part is left, `SCOPE_TOO_LONG`, `SCOPE_INVALID_UNICODE`, `SCOPE_BUFFER_TOO_SMALL`.
/// Memory: Where the alias as a whole is at fault (`error->input` is `SCOPE_PART_ALIAS`), which no
/// caller has, `buf` gets as much of it as fits and `error->text` views that. Else `error->text` views the argument at fault.
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_template_alias(
    scope_id: *const c_char,
    scope_id_len: usize,
    name: *const c_char,
    name_len: usize,
    version: *const c_char,
    version_len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        let (buffer, scope_id, name, version) = unsafe {
            (
                Buffer::new(buf, cap, needed)?,
                text(scope_id, scope_id_len, Part::ScopeId)?,
                text(name, name_len, Part::Name)?,
                text(version, version_len, Part::Version)?,
            )
        };
        let arguments = [
            (Part::ScopeId, Some(scope_id)),
            (Part::Name, Some(name)),
            (Part::Version, Some(version)),
        ];
        put_alias(
            buffer,
            scope_core::template_alias(scope_id, name, version),
            &arguments,
        )
    })
}

/// Writes an alias as `scope_template_alias` does, but no two triples of scope id, name and version share one (A5).
///
/// Status: `SCOPE_EMPTY`, `SCOPE_INVALID_UUID`, those of `scope_name_check`, `SCOPE_TOO_SHORT`, `SCOPE_TOO_LONG`,
/// `SCOPE_INVALID_CHARACTER` of the version, `SCOPE_INVALID_UNICODE`, `SCOPE_BUFFER_TOO_SMALL`.
/// Memory: Where the alias as a whole is at fault (`error->input` is `SCOPE_PART_ALIAS`), which no
/// caller has, `buf` gets as much of it as fits and `error->text` views that. Else `error->text` views the argument at fault.
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_distinct_template_alias(
    scope_id: *const c_char,
    scope_id_len: usize,
    name: *const c_char,
    name_len: usize,
    version: *const c_char,
    version_len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        let (buffer, scope_id, name, version) = unsafe {
            (
                Buffer::new(buf, cap, needed)?,
                text(scope_id, scope_id_len, Part::ScopeId)?,
                text(name, name_len, Part::Name)?,
                text(version, version_len, Part::Version)?,
            )
        };
        let arguments = [
            (Part::ScopeId, Some(scope_id)),
            (Part::Name, Some(name)),
            (Part::Version, Some(version)),
        ];
        put_alias(
            buffer,
            scope_core::distinct_template_alias(scope_id, name, version),
            &arguments,
        )
    })
}

/// Writes `user-{user_id}-{alias}` (A3), at most 256 bytes. Checks neither but for being there: what is safe to use as a
/// name is for `scope_policy_resolve` to say.
///
/// Status: `SCOPE_EMPTY`, `SCOPE_TOO_LONG`, `SCOPE_INVALID_UNICODE`, `SCOPE_BUFFER_TOO_SMALL`.
/// Memory: `error->text` views the argument at fault. Where the alias as a whole is too long, `buf` gets as much of it as fits
/// and `error->text` views that. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_legacy_user_alias(
    user_id: *const c_char,
    user_id_len: usize,
    alias: *const c_char,
    alias_len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        let (buffer, user_id, alias) = unsafe {
            (
                Buffer::new(buf, cap, needed)?,
                text(user_id, user_id_len, Part::UserId)?,
                text(alias, alias_len, Part::Alias)?,
            )
        };
        let arguments = [(Part::UserId, Some(user_id)), (Part::Alias, Some(alias))];
        put_alias(
            buffer,
            scope_core::legacy_user_alias(user_id, alias),
            &arguments,
        )
    })
}

/// Writes the first 8 hexadecimal digits, in lower case, of the SHA-256 of any bytes (A4).
///
/// Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: nothing is kept. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_version_hash(
    content: *const u8,
    len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> scope_status_t {
    call(ptr::null_mut(), || {
        // SAFETY: the caller's promise.
        let (buffer, content) = unsafe { (Buffer::new(buf, cap, needed)?, bytes(content, len)?) };
        buffer.put(scope_core::version_hash(content))
    })
}

/// Writes all 64 hexadecimal digits, in lower case, of the SHA-256 of any bytes (A4).
///
/// Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: nothing is kept. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_content_hash(
    content: *const u8,
    len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> scope_status_t {
    call(ptr::null_mut(), || {
        // SAFETY: the caller's promise.
        let (buffer, content) = unsafe { (Buffer::new(buf, cap, needed)?, bytes(content, len)?) };
        buffer.put(scope_core::content_hash(content))
    })
}

// ---------------------------------------------------------------------------------------------------------------------
// Access
// ---------------------------------------------------------------------------------------------------------------------

/// Decides whether somebody may do something in a scope, and says why (X2, X3).
///
/// Status: `SCOPE_INVALID_UNICODE` of an id (`error->input` is `SCOPE_PART_USER_ID`), `SCOPE_INVALID_ARGUMENT` for a number that
/// is no type, role or action, or a `force` that is neither 0 nor 1. Memory: nothing is kept; `error->text` views the id at
/// fault. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_decide_access(
    access: *const scope_access_t,
    out: *mut scope_decision_t,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        let (out, access, owner_id, user_id) = unsafe {
            let (out, access) = (Out::new(out)?, given(access)?);
            let owner_id = optional_view(access.owner_id, Part::UserId)?;
            (
                out,
                access,
                owner_id,
                optional_view(access.user_id, Part::UserId)?,
            )
        };
        let scope_type: ScopeType = value(access.scope_type)?;
        let action: Action = value(access.action)?;
        let role = match access.role {
            0 => None,
            number => Some(value(number)?),
        };
        let force = match access.force {
            0 => false,
            1 => true,
            _ => return Err(Call::InvalidArgument.into()),
        };
        let scope = AccessScope {
            scope_type,
            owner_id,
        };
        let decision = scope_core::decide_access(scope, Actor { user_id, role }, action, force);
        out.write(&scope_decision_t {
            struct_size: 0,
            allowed: decision.allowed().into(),
            reason: decision.reason.number(),
            rule: match decision.rule {
                "X2" => c"X2".as_ptr(),
                "X3" => c"X3".as_ptr(),
                _ => return Err(Call::Internal.into()),
            },
        });
        Ok(())
    })
}

// ---------------------------------------------------------------------------------------------------------------------
// Scope keys
// ---------------------------------------------------------------------------------------------------------------------

/// Makes the key of everything (K1).
///
/// Status: none but those of the call. Memory: `*out` is a handle to be ended by `scope_key_free`, or NULL where the status is not
/// `SCOPE_OK`. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_key_global(out: *mut *mut scope_key_t) -> scope_status_t {
    call(ptr::null_mut(), || {
        // SAFETY: the caller's promise.
        unsafe { put_handle(out, || Ok(scope_key_t(ScopeKey::global()))) }
    })
}

/// Makes the key of a repository: the root of its primary worktree, absolute and clean (K1, K2). No file system is asked.
///
/// Status: those of `scope_path_check`. Memory: copies the path; `*out` is a handle to be ended by `scope_key_free`, or
/// NULL where the status is not `SCOPE_OK`. `error->text` views the path. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_key_repository(
    primary_path: *const c_char,
    primary_path_len: usize,
    out: *mut *mut scope_key_t,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        unsafe {
            put_handle(out, || {
                let path = text(primary_path, primary_path_len, Part::PrimaryPath)?;
                let key = ScopeKey::repository(path);
                key.map(scope_key_t)
                    .map_err(about(&[(Part::PrimaryPath, Some(path))]))
            })
        }
    })
}

/// Makes the key of a branch of a repository (K1, K2, K3).
///
/// Status: those of `scope_path_check`, else those of `scope_branch_check`; `error->input` says of which. Memory: copies both;
/// `*out` is a handle to be ended by `scope_key_free`, or
/// NULL where the status is not `SCOPE_OK`. `error->text` views the argument at fault. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_key_branch(
    primary_path: *const c_char,
    primary_path_len: usize,
    branch_name: *const c_char,
    branch_name_len: usize,
    out: *mut *mut scope_key_t,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        unsafe {
            put_handle(out, || {
                let path = text(primary_path, primary_path_len, Part::PrimaryPath)?;
                let name = text(branch_name, branch_name_len, Part::BranchName)?;
                let key = ScopeKey::branch(path, name);
                key.map(scope_key_t).map_err(about(&[
                    (Part::PrimaryPath, Some(path)),
                    (Part::BranchName, Some(name)),
                ]))
            })
        }
    })
}

/// Makes the key of a linked worktree of a repository (K1, K2, K4). `worktree_path` is for display, and NULL where it is not
/// known.
///
/// Status: those of `scope_path_check`, else those of `scope_worktree_key_check`, else those of `scope_path_check` for the
/// worktree's path; `error->input` says of which. Memory: copies all; `*out` is a handle to be ended by `scope_key_free`, or
/// NULL where the status is not `SCOPE_OK`. `error->text` views the argument at fault. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_key_worktree(
    primary_path: *const c_char,
    primary_path_len: usize,
    worktree_key: *const c_char,
    worktree_key_len: usize,
    worktree_path: *const c_char,
    worktree_path_len: usize,
    out: *mut *mut scope_key_t,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        unsafe {
            put_handle(out, || {
                let path = text(primary_path, primary_path_len, Part::PrimaryPath)?;
                let name = text(worktree_key, worktree_key_len, Part::WorktreeKey)?;
                let place = optional(worktree_path, worktree_path_len, Part::WorktreePath)?;
                let key = ScopeKey::worktree(path, name, place);
                key.map(scope_key_t).map_err(about(&[
                    (Part::PrimaryPath, Some(path)),
                    (Part::WorktreeKey, Some(name)),
                    (Part::WorktreePath, place),
                ]))
            })
        }
    })
}

/// Reads a key from its URI (K9).
///
/// Status: `SCOPE_INVALID_URI`, `SCOPE_UNKNOWN_VALUE`, `SCOPE_EMPTY`, `SCOPE_INVALID_CHARACTER`,
/// `SCOPE_INVALID_PERCENT_ENCODING`, `SCOPE_INVALID_UNICODE`, `SCOPE_NOT_CANONICAL`, or those of the path, branch name or
/// worktree key; `error->offset` counts bytes of `text`.
/// Memory: copies what it keeps; `*out` is a handle to be ended by `scope_key_free`, or
/// NULL where the status is not `SCOPE_OK`. `error->text` views `text`. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_key_from_uri(
    text: *const c_char,
    len: usize,
    out: *mut *mut scope_key_t,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        unsafe {
            put_handle(out, || {
                let text = self::text(text, len, Part::Uri)?;
                let key = ScopeKey::from_uri(text);
                key.map(scope_key_t)
                    .map_err(about(&[(Part::Uri, Some(text))]))
            })
        }
    })
}

/// Reads a key from its JSON form (K10).
///
/// Status: `SCOPE_INVALID_JSON`, `SCOPE_WRONG_TYPE`, `SCOPE_INVALID_UNICODE`, `SCOPE_LEGACY_FIELD`, `SCOPE_UNKNOWN_FIELD`,
/// `SCOPE_DUPLICATE_FIELD`, `SCOPE_MISSING_FIELD`, `SCOPE_UNKNOWN_VALUE`, or those of the path, branch name or worktree key; `error->offset` counts bytes of `text`.
/// Memory: copies what it keeps; `*out` is a handle to be ended by `scope_key_free`, or
/// NULL where the status is not `SCOPE_OK`. `error->text` views `text`. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_key_from_json(
    text: *const c_char,
    len: usize,
    out: *mut *mut scope_key_t,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        unsafe {
            put_handle(out, || {
                let text = self::text(text, len, Part::Json)?;
                let key = ScopeKey::from_json(text);
                key.map(scope_key_t)
                    .map_err(about(&[(Part::Json, Some(text))]))
            })
        }
    })
}

/// Ends a key. NULL does nothing.
///
/// Threads: any, but none may use the key then or later.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_key_free(key: *mut scope_key_t) {
    // SAFETY: the caller's promise.
    unsafe { end(key) }
}

/// The kind of a key (K1); 0 for NULL.
///
/// Threads: any, at once, with one key too.
#[unsafe(no_mangle)]
pub extern "C" fn scope_key_kind(key: Option<&scope_key_t>) -> scope_kind_t {
    ask(0, || key.map_or(0, |key| key.0.kind().number()))
}

/// Writes the root of the repository's primary worktree; of the global key, nothing, and `*needed` is 0.
///
/// Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy, and outlives the key. Threads: any, at once, with one key too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_key_primary_path(
    key: Option<&scope_key_t>,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> scope_status_t {
    // SAFETY: the caller's promise.
    unsafe {
        form(key, buf, cap, needed, |key, buffer| {
            buffer.put_optional(key.primary_path())
        })
    }
}

/// Writes the branch name of a branch's key; of another, nothing, and `*needed` is 0.
///
/// Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy, and outlives the key. Threads: any, at once, with one key too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_key_branch_name(
    key: Option<&scope_key_t>,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> scope_status_t {
    // SAFETY: the caller's promise.
    unsafe {
        form(key, buf, cap, needed, |key, buffer| {
            buffer.put_optional(key.branch_name())
        })
    }
}

/// Writes the worktree key of a worktree's key; of another, nothing, and `*needed` is 0.
///
/// Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy, and outlives the key. Threads: any, at once, with one key too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_key_worktree_key(
    key: Option<&scope_key_t>,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> scope_status_t {
    // SAFETY: the caller's promise.
    unsafe {
        form(key, buf, cap, needed, |key, buffer| {
            buffer.put_optional(key.worktree_key())
        })
    }
}

/// Writes where the worktree is; where the key is no worktree's or that is not known, nothing, and `*needed` is 0.
///
/// Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy, and outlives the key. Threads: any, at once, with one key too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_key_worktree_path(
    key: Option<&scope_key_t>,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> scope_status_t {
    // SAFETY: the caller's promise.
    unsafe {
        form(key, buf, cap, needed, |key, buffer| {
            buffer.put_optional(key.worktree_path())
        })
    }
}

/// Writes `global`, `<path>`, `<path>:<branch>` or `<path>@<key>` (K5). For people; never parsed.
///
/// Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy, and outlives the key. Threads: any, at once, with one key too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_key_display(
    key: Option<&scope_key_t>,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> scope_status_t {
    // SAFETY: the caller's promise.
    unsafe {
        form(key, buf, cap, needed, |key, buffer| {
            buffer.put(key.display())
        })
    }
}

/// Writes what `scope_key_display` does, with the path's last component in place of the path (K6).
///
/// Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy, and outlives the key. Threads: any, at once, with one key too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_key_display_short(
    key: Option<&scope_key_t>,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> scope_status_t {
    // SAFETY: the caller's promise.
    unsafe {
        form(key, buf, cap, needed, |key, buffer| {
            buffer.put(key.display_short())
        })
    }
}

/// Writes what `scope_key_display` does, with what file names may not hold replaced by `-` (K7). Different keys can share it;
/// `scope_key_distinct_storage_key` does not.
///
/// Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy, and outlives the key. Threads: any, at once, with one key too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_key_storage_key(
    key: Option<&scope_key_t>,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> scope_status_t {
    // SAFETY: the caller's promise.
    unsafe {
        form(key, buf, cap, needed, |key, buffer| {
            buffer.put(key.storage_key())
        })
    }
}

/// Writes `<readable>--<digest>` (K8): at most 64 bytes of `a-z`, `0-9` and `-`, shared by no two keys, safe as a file name on
/// every common file system, and never changed by a later version.
///
/// Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy, and outlives the key. Threads: any, at once, with one key too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_key_distinct_storage_key(
    key: Option<&scope_key_t>,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> scope_status_t {
    // SAFETY: the caller's promise.
    unsafe {
        form(key, buf, cap, needed, |key, buffer| {
            buffer.put(key.distinct_storage_key())
        })
    }
}

/// Writes the URI (K9): printable ASCII that `scope_key_from_uri` reads back to the same key, one for each key.
///
/// Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy, and outlives the key. Threads: any, at once, with one key too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_key_uri(
    key: Option<&scope_key_t>,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> scope_status_t {
    // SAFETY: the caller's promise.
    unsafe { form(key, buf, cap, needed, |key, buffer| buffer.put(key.uri())) }
}

/// Writes the JSON form (K10): one object, without white space.
///
/// Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy, and outlives the key. Threads: any, at once, with one key too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_key_to_json(
    key: Option<&scope_key_t>,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> scope_status_t {
    // SAFETY: the caller's promise.
    unsafe {
        form(key, buf, cap, needed, |key, buffer| {
            buffer.put(key.to_json())
        })
    }
}

/// Compares two keys by kind, then primary path, then branch name or worktree key, by byte (K1). Writes -1, 0 or 1.
///
/// Status: none but those of the call. Memory: nothing is kept. Threads: any, at once, with the same keys too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_key_compare(
    a: Option<&scope_key_t>,
    b: Option<&scope_key_t>,
    order: *mut i32,
) -> scope_status_t {
    call(ptr::null_mut(), || {
        let compared = handle(a)?.0.cmp(&handle(b)?.0);
        // SAFETY: the caller's promise.
        unsafe { put(order, compared as i32) }
    })
}

/// Where a thing that is stored under scopes is looked for, nearest first (K11): at most `SCOPE_SEARCH_ORDER_MAX` new keys.
///
/// `cap` is how many `keys` has room for; `*count` is how many there are.
///
/// Status: `SCOPE_BUFFER_TOO_SMALL` (no key is made then). Memory: each of `keys` is a handle to be ended by `scope_key_free`.
/// Threads: any, at once, with one key too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_key_search_order(
    key: Option<&scope_key_t>,
    keys: *mut *mut scope_key_t,
    cap: usize,
    count: *mut usize,
) -> scope_status_t {
    call(ptr::null_mut(), || {
        // SAFETY: the caller's promise.
        unsafe { put(count, 0)? };
        let order = handle(key)?.0.search_order();
        // SAFETY: the caller's promise.
        unsafe { put(count, order.len())? };
        if order.len() > cap {
            return Err(Call::BufferTooSmall.into());
        }
        if keys.is_null() {
            return Err(Call::NullPointer.into());
        }
        for (at, key) in order.into_iter().enumerate() {
            let key = Box::into_raw(Box::new(scope_key_t(key)));
            // SAFETY: there is room for so many by the caller's promise.
            unsafe { keys.add(at).write(key) };
        }
        Ok(())
    })
}

// ---------------------------------------------------------------------------------------------------------------------
// Workspaces
// ---------------------------------------------------------------------------------------------------------------------

/// Writes `{owner}__{repo}`, each with what is not `A-Z`, `a-z`, `0-9`, `_` or `-` replaced by `_` (W2). Different repositories
/// can share it; `scope_distinct_workspace_dir_name` does not.
///
/// Status: `SCOPE_EMPTY`, `SCOPE_INVALID_CHARACTER`, `SCOPE_TOO_LONG`, `SCOPE_DOT_COMPONENT`, of the owner, then of the repo (W4);
/// `SCOPE_INVALID_UNICODE`, `SCOPE_BUFFER_TOO_SMALL`. Memory: `error->text` views the argument at fault.
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_workspace_dir_name(
    owner: *const c_char,
    owner_len: usize,
    repo: *const c_char,
    repo_len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        let (buffer, owner, repo) = unsafe {
            (
                Buffer::new(buf, cap, needed)?,
                text(owner, owner_len, Part::Owner)?,
                text(repo, repo_len, Part::Repo)?,
            )
        };
        let name = scope_core::workspace_dir_name(owner, repo).map_err(about(&[
            (Part::Owner, Some(owner)),
            (Part::Repo, Some(repo)),
        ]))?;
        buffer.put(name)
    })
}

/// Writes a directory name that no other repository has (W3): at most 64 bytes of ASCII.
///
/// Status: `SCOPE_EMPTY`, `SCOPE_INVALID_CHARACTER`, `SCOPE_TOO_LONG`, `SCOPE_DOT_COMPONENT`, of the owner, then of the repo (W4);
/// `SCOPE_INVALID_UNICODE`, `SCOPE_BUFFER_TOO_SMALL`. Memory: `error->text` views the argument at fault.
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_distinct_workspace_dir_name(
    owner: *const c_char,
    owner_len: usize,
    repo: *const c_char,
    repo_len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        let (buffer, owner, repo) = unsafe {
            (
                Buffer::new(buf, cap, needed)?,
                text(owner, owner_len, Part::Owner)?,
                text(repo, repo_len, Part::Repo)?,
            )
        };
        let name = scope_core::distinct_workspace_dir_name(owner, repo).map_err(about(&[
            (Part::Owner, Some(owner)),
            (Part::Repo, Some(repo)),
        ]))?;
        buffer.put(name)
    })
}

/// Writes the directory name of a repository on another host than the service's own, which no other repository has (W3): at
/// most 64 bytes of ASCII. `host` is in lower case, with its port behind a `:`; `repository_path` is the full path there, two or
/// more components without `.git`.
///
/// Status: `SCOPE_EMPTY`, `SCOPE_INVALID_CHARACTER`, `SCOPE_TOO_LONG`, `SCOPE_INVALID_START` of the host, then `SCOPE_TOO_LONG` of
/// the path and those of `scope_workspace_dir_name` of its components (W4); `SCOPE_INVALID_UNICODE`, `SCOPE_BUFFER_TOO_SMALL`.
/// Memory: `error->text` views the argument at fault. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_hosted_workspace_dir_name(
    host: *const c_char,
    host_len: usize,
    repository_path: *const c_char,
    repository_path_len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        let (buffer, host, path) = unsafe {
            (
                Buffer::new(buf, cap, needed)?,
                text(host, host_len, Part::Host)?,
                text(repository_path, repository_path_len, Part::RepositoryPath)?,
            )
        };
        let name = scope_core::hosted_workspace_dir_name(host, path).map_err(about(&[
            (Part::Host, Some(host)),
            (Part::RepositoryPath, Some(path)),
        ]))?;
        buffer.put(name)
    })
}

/// Writes `{data_dir}/workspaces/{user_id}/{dir}`, with the name of `scope_distinct_workspace_dir_name` and the data directory's
/// own separator (W1). An owner with a `/` is a host and all of the path there but its last component, the repo, and the name
/// that of `scope_hosted_workspace_dir_name`. No file system is asked.
///
/// Status: those of `scope_path_check`; `SCOPE_EMPTY`, `SCOPE_INVALID_UUID` for a user id that is not a UUID in lower case; those
/// of the name; `error->input` says of which. Memory: `error->text` views the argument at fault.
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_workspace_path(
    data_dir: *const c_char,
    data_dir_len: usize,
    user_id: *const c_char,
    user_id_len: usize,
    owner: *const c_char,
    owner_len: usize,
    repo: *const c_char,
    repo_len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        let (buffer, data_dir, user_id, owner, repo) = unsafe {
            (
                Buffer::new(buf, cap, needed)?,
                text(data_dir, data_dir_len, Part::DataDir)?,
                text(user_id, user_id_len, Part::UserId)?,
                text(owner, owner_len, Part::Owner)?,
                text(repo, repo_len, Part::Repo)?,
            )
        };
        let path = scope_core::workspace_path(data_dir, user_id, owner, repo);
        buffer.put(path.map_err(about(&[
            (Part::DataDir, Some(data_dir)),
            (Part::UserId, Some(user_id)),
            (Part::Owner, Some(owner)),
            (Part::Repo, Some(repo)),
        ]))?)
    })
}

/// Whether `path` lies strictly below `base`, both absolute, component by component (W5). The answer is lexical: a symbolic
/// link below the base can lead anywhere.
///
/// Status: `SCOPE_EMPTY`, `SCOPE_NOT_ABSOLUTE`, `SCOPE_INVALID_CHARACTER`, `SCOPE_INVALID_UNICODE`, of `base`, then of `path`.
/// Memory: `error->text` views the argument at fault. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_contains(
    base: *const c_char,
    base_len: usize,
    path: *const c_char,
    path_len: usize,
    out: *mut bool,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        let (base, path) = unsafe {
            (
                text(base, base_len, Part::Base)?,
                text(path, path_len, Part::Path)?,
            )
        };
        let contains = scope_core::contains(base, path)
            .map_err(about(&[(Part::Base, Some(base)), (Part::Path, Some(path))]))?;
        // SAFETY: the caller's promise.
        unsafe { put(out, contains) }
    })
}

/// Makes the metadata of a workspace that is made at `now`, a timestamp such as `2026-01-31T12:00:00Z` (W6).
///
/// Status: `SCOPE_INVALID_TIMESTAMP` of `now`; those of `scope_workspace_dir_name`. Memory: copies what it is given;
/// `*out` is a handle to be ended by `scope_metadata_free`, or
/// NULL where the status is not `SCOPE_OK`. `error->text` views the argument at fault. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_metadata_new(
    owner: *const c_char,
    owner_len: usize,
    repo: *const c_char,
    repo_len: usize,
    now: *const c_char,
    now_len: usize,
    out: *mut *mut scope_metadata_t,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        unsafe {
            put_handle(out, || {
                let owner = text(owner, owner_len, Part::Owner)?;
                let repo = text(repo, repo_len, Part::Repo)?;
                let now = timestamp(text(now, now_len, Part::Timestamp)?)?;
                let metadata = WorkspaceMetadata::new(owner, repo, now);
                metadata.map(scope_metadata_t).map_err(about(&[
                    (Part::Owner, Some(owner)),
                    (Part::Repo, Some(repo)),
                ]))
            })
        }
    })
}

/// Reads the metadata of a workspace from its JSON form (W6). Fields that the rule does not name are kept.
///
/// Status: `SCOPE_INVALID_JSON`, `SCOPE_WRONG_TYPE`, `SCOPE_INVALID_UNICODE`, `SCOPE_DUPLICATE_FIELD`, `SCOPE_MISSING_FIELD`,
/// `SCOPE_FIELD_MISMATCH`, `SCOPE_INVALID_TIMESTAMP`, or those of the owner and the repo; `error->offset` counts bytes of
/// `text`. Memory: copies what it keeps; `*out` is a handle to be ended by `scope_metadata_free`, or
/// NULL where the status is not `SCOPE_OK`. `error->text` views `text`. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_metadata_from_json(
    text: *const c_char,
    len: usize,
    out: *mut *mut scope_metadata_t,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        unsafe {
            put_handle(out, || {
                let text = self::text(text, len, Part::Metadata)?;
                let metadata = WorkspaceMetadata::from_json(text);
                metadata
                    .map(scope_metadata_t)
                    .map_err(about(&[(Part::Metadata, Some(text))]))
            })
        }
    })
}

/// Ends metadata. NULL does nothing.
///
/// Threads: any, but none may use the metadata then or later.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_metadata_free(metadata: *mut scope_metadata_t) {
    // SAFETY: the caller's promise.
    unsafe { end(metadata) }
}

/// Writes the JSON form (W6), without white space.
///
/// Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy. Threads: any, at once, with the same metadata too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_metadata_to_json(
    metadata: Option<&scope_metadata_t>,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> scope_status_t {
    call(ptr::null_mut(), || {
        let metadata = handle(metadata)?;
        // SAFETY: the caller's promise.
        unsafe { Buffer::new(buf, cap, needed)? }.put(metadata.0.to_json())
    })
}

/// Writes one field; where it has no value, nothing, and `*needed` is 0.
///
/// Status: `SCOPE_INVALID_ARGUMENT` for a number that is no field, `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy.
/// Threads: any, at once, with the same metadata too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_metadata_get(
    metadata: Option<&scope_metadata_t>,
    field: scope_metadata_field_t,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> scope_status_t {
    call(ptr::null_mut(), || {
        let metadata = &handle(metadata)?.0;
        // SAFETY: the caller's promise.
        let buffer = unsafe { Buffer::new(buf, cap, needed)? };
        match value(field)? {
            MetadataField::Owner => buffer.put(metadata.owner()),
            MetadataField::Repo => buffer.put(metadata.repo()),
            MetadataField::FullName => buffer.put(metadata.full_name()),
            MetadataField::DefaultBranch => buffer.put_optional(metadata.default_branch.as_ref()),
            MetadataField::CurrentBranch => buffer.put_optional(metadata.current_branch.as_ref()),
            MetadataField::LastAccessedAt => buffer.put(metadata.last_accessed_at),
            MetadataField::LastSyncedAt => buffer.put_optional(metadata.last_synced_at),
            MetadataField::CreatedAt => buffer.put(metadata.created_at),
            MetadataField::Host => buffer.put_optional(metadata.host()),
            MetadataField::Path => buffer.put_optional(metadata.path()),
        }
    })
}

/// Decides what becomes of a workspace (W7). `now` is a timestamp such as `2026-01-31T12:00:00Z`; `max_idle_days` is usually
/// `SCOPE_MAX_IDLE_DAYS`.
///
/// Status: `SCOPE_INVALID_TIMESTAMP`, `SCOPE_INVALID_UNICODE` of `now`; `SCOPE_OUT_OF_RANGE` for days that are not 0 to 36500;
/// `SCOPE_INVALID_ARGUMENT` for a number that is no `enum scope_dirty`. Memory: nothing is kept. `error->text` views `now`;
/// of days out of range there is no text, and `scope_error_message` wants the number in decimal.
/// Threads: any, at once, with the same metadata too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_decide_retention(
    metadata: Option<&scope_metadata_t>,
    dirty: scope_dirty_t,
    now: *const c_char,
    now_len: usize,
    max_idle_days: i64,
    out: *mut scope_retention_t,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        let metadata = &handle(metadata)?.0;
        let dirty: Option<bool> = value(dirty)?;
        // SAFETY: the caller's promise.
        let now = timestamp(unsafe { text(now, now_len, Part::Timestamp)? })?;
        let policy =
            RetentionPolicy::from_days(max_idle_days).map_err(|error| Stop::fault(error, None))?;
        let decision = scope_core::decide_retention(metadata, dirty, now, policy);
        // SAFETY: the caller's promise.
        unsafe { put(out, decision.number()) }
    })
}

// ---------------------------------------------------------------------------------------------------------------------
// Checkouts
// ---------------------------------------------------------------------------------------------------------------------

/// Says what the directory `path` is a checkout of (section G). A path is bytes, and need not be text; a relative one counts
/// from the current directory.
///
/// Nothing is executed or written, no file is read beyond a limit, and who owns the repository does not matter. `options`
/// may be NULL; `kind` and `branch` in it are for `scope_checkout_resolve`. All texts are written to `buf`, one after the
/// other, each with a terminator.
///
/// Status: `SCOPE_EMPTY`, `SCOPE_TOO_LONG`, `SCOPE_INVALID_CHARACTER`, `SCOPE_NON_UTF8_PATH`, `SCOPE_PATH_NOT_FOUND`,
/// `SCOPE_NOT_A_DIRECTORY` of the path (G4, G6); `SCOPE_NOT_A_REPOSITORY`, `SCOPE_NO_PRIMARY_WORKTREE`, `SCOPE_UNREADABLE`,
/// `SCOPE_CORRUPT_REPOSITORY`, `SCOPE_UNSUPPORTED_REPOSITORY` (G1, G4, G7); `SCOPE_INVALID_UNICODE` of a branch whose name is
/// no text (G3); `SCOPE_INVALID_ARGUMENT` for unknown flags; `SCOPE_BUFFER_TOO_SMALL`. Memory: `*out` views `buf`.
/// `error->text` views `path`, or where it is none of the arguments `buf`, which then holds as much of it as fits.
/// Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_checkout_info(
    options: *const scope_checkout_options_t,
    path: *const c_char,
    path_len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
    out: *mut scope_checkout_info_t,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        let (out, mut buffer, asked, path) = unsafe {
            (
                Out::new(out)?,
                Buffer::new(buf, cap, needed)?,
                checkout_options(options)?,
                bytes(path.cast::<u8>(), path_len)?,
            )
        };
        let info = match asked.how.checkout_info(self::path(path)?) {
            Ok(info) => info,
            Err(rejection) => return Err(told(buffer, &rejection, None, &[(Part::Path, path)])),
        };
        let info = scope_checkout_info_t {
            struct_size: 0,
            is_bare: info.is_bare.into(),
            is_linked_worktree: info.is_linked_worktree.into(),
            is_detached: info.is_detached.into(),
            reserved: 0,
            primary_path: buffer.add(&info.primary_path),
            worktree_path: buffer.add_optional(info.worktree_path.as_deref()),
            worktree_key: buffer.add_optional(info.worktree_key.as_deref()),
            branch: buffer.add_optional(info.branch.as_deref()),
        };
        buffer.done()?;
        out.write(&info);
        Ok(())
    })
}

/// Makes the scope key of the directory `path`, as its git repository tells (G1 to G4). A path is bytes, and need not be text;
/// a relative one counts from the current directory. `options` may be NULL: the repository, or outside one everything.
///
/// Nothing is executed or written, no file is read beyond a limit, and who owns the repository does not matter.
///
/// Status: those of `scope_checkout_info`, but that outside a repository `SCOPE_CHECKOUT_KIND_AUTO` without a branch is the
/// global key; `SCOPE_DETACHED_HEAD` where a branch is wanted and `HEAD` names none (G3), else those of
/// `scope_branch_check`; `SCOPE_NOT_LINKED_WORKTREE` (G2); those of the path and the worktree key; `SCOPE_INVALID_ARGUMENT`
/// for a number that is no `enum scope_checkout_kind`. Memory: `*out` is a handle to be ended by `scope_key_free`, or
/// NULL where the status is not `SCOPE_OK`. `error->text` views `path` or `options->branch`, or a constant; or where it is
/// none of them, as a branch name that was found is, `buf`, which then holds as much of it as fits, is
/// for nothing else, and may be NULL with a `cap` of 0. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_checkout_resolve(
    options: *const scope_checkout_options_t,
    path: *const c_char,
    path_len: usize,
    buf: *mut c_char,
    cap: usize,
    out: *mut *mut scope_key_t,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        unsafe {
            put_handle(out, || {
                let buffer = Buffer::new(buf, cap, ptr::null_mut())?;
                let asked = checkout_options(options)?;
                let path = bytes(path.cast::<u8>(), path_len)?;
                let key = asked
                    .how
                    .resolve_scope(self::path(path)?, asked.kind, asked.branch);
                key.map(scope_key_t).map_err(|rejection| {
                    let kind = asked.kind.as_str().as_bytes();
                    let mut arguments = vec![(Part::Path, path), (Part::CheckoutKind, kind)];
                    arguments.extend(asked.branch.map(|it| (Part::BranchName, it.as_bytes())));
                    told(buffer, &rejection, None, &arguments)
                })
            })
        }
    })
}

// ---------------------------------------------------------------------------------------------------------------------
// Workspaces on a disk
// ---------------------------------------------------------------------------------------------------------------------

/// Opens the data directory of workspaces, an absolute path (K2), which has to be there. `workspaces` is made in it where it
/// is missing. What is promised against hostile users, and what is not, stands in docs/workspaces.md. `options` may be
/// NULL.
///
/// Status: those of `scope_path_check`; `SCOPE_NON_UTF8_PATH`, `SCOPE_PATH_NOT_FOUND`, `SCOPE_NOT_A_DIRECTORY`,
/// `SCOPE_SYMBOLIC_LINK`, `SCOPE_IO_FAILED`; `SCOPE_INVALID_TIMESTAMP` of `options->now`; `SCOPE_UNSUPPORTED` on other systems
/// than Linux, or where the library was built without workspaces. Memory: `*out` is a handle to be ended by
/// `scope_workspaces_free`, or NULL where the status is not `SCOPE_OK`. `error->text` views the argument at fault;
/// `error->detail` views `buf`, which holds as much of it as fits and may be NULL with a `cap` of 0. Threads: any, at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_workspaces_open(
    options: *const scope_workspaces_options_t,
    data_dir: *const c_char,
    data_dir_len: usize,
    buf: *mut c_char,
    cap: usize,
    out: *mut *mut scope_workspaces_t,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        unsafe {
            put_handle(out, || {
                let buffer = Buffer::new(buf, cap, ptr::null_mut())?;
                let now = if options.is_null() {
                    None
                } else {
                    optional_view(given(options)?.now, Part::Timestamp)?
                };
                let now = now.map(timestamp).transpose()?;
                let data_dir = bytes(data_dir.cast::<u8>(), data_dir_len)?;
                let opened = disk::open(path(data_dir)?, now)?;
                opened
                    .map(scope_workspaces_t)
                    .map_err(|error| of_disk(buffer, &error, &[(Part::DataDir, data_dir)]))
            })
        }
    })
}

/// Ends what `scope_workspaces_open` made; what is on the disk stays. NULL does nothing.
///
/// Threads: any, but none may use the workspaces then or later.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_workspaces_free(workspaces: *mut scope_workspaces_t) {
    // SAFETY: the caller's promise.
    unsafe { end(workspaces) }
}

/// Writes where a workspace is, or would be (W1): `{data_dir}/workspaces/{user_id}/{directory}`. No file system is asked.
///
/// Status: `SCOPE_EMPTY`, `SCOPE_INVALID_UUID` for a user id that is not a UUID in lower case (W1); those of
/// `scope_workspace_dir_name`; `SCOPE_BUFFER_TOO_SMALL`. Memory: `error->text` views the argument at fault.
/// Threads: any, at once, with the same workspaces too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_workspaces_path(
    workspaces: Option<&scope_workspaces_t>,
    user_id: *const c_char,
    user_id_len: usize,
    owner: *const c_char,
    owner_len: usize,
    repo: *const c_char,
    repo_len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        let workspaces = &handle(workspaces)?.0;
        // SAFETY: the caller's promise.
        let (buffer, user_id, owner, repo) = unsafe {
            (
                Buffer::new(buf, cap, needed)?,
                text(user_id, user_id_len, Part::UserId)?,
                text(owner, owner_len, Part::Owner)?,
                text(repo, repo_len, Part::Repo)?,
            )
        };
        let data_dir = workspaces.data_dir().to_string_lossy();
        let path = scope_core::workspace_path(&data_dir, user_id, owner, repo);
        buffer.put(path.map_err(about(&[
            (Part::UserId, Some(user_id)),
            (Part::Owner, Some(owner)),
            (Part::Repo, Some(repo)),
        ]))?)
    })
}

/// Finds the workspace of a user for a repository, and makes sure that it is that (W8). No symbolic link is followed (W9).
///
/// Status: `SCOPE_EMPTY`, `SCOPE_INVALID_UUID` of the user id (W1); those of `scope_workspace_dir_name`;
/// `SCOPE_WORKSPACE_NOT_FOUND`; `SCOPE_WORKSPACE_MISMATCH` where its directory records another repository;
/// `SCOPE_SYMBOLIC_LINK`, `SCOPE_NOT_A_DIRECTORY` where something else stands in its place; `SCOPE_METADATA_MISSING`,
/// `SCOPE_NOT_A_FILE`, `SCOPE_TOO_LONG` or those of `scope_metadata_from_json` where its metadata is lost and cannot be
/// recovered; `SCOPE_IO_FAILED`. Memory: `*out` is a handle to be ended by `scope_workspace_free`, or NULL where the status is
/// not `SCOPE_OK`. `error->text` views the argument at fault, or where it is none of them `buf`, which then holds as much
/// of it as fits and may be NULL with a `cap` of 0; `error->detail` views `buf`.
/// Threads: any, at once, with the same workspaces too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_workspaces_get(
    workspaces: Option<&scope_workspaces_t>,
    user_id: *const c_char,
    user_id_len: usize,
    owner: *const c_char,
    owner_len: usize,
    repo: *const c_char,
    repo_len: usize,
    buf: *mut c_char,
    cap: usize,
    out: *mut *mut scope_workspace_t,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        unsafe {
            put_handle(out, || {
                let workspaces = &handle(workspaces)?.0;
                let buffer = Buffer::new(buf, cap, ptr::null_mut())?;
                let user_id = text(user_id, user_id_len, Part::UserId)?;
                let owner = text(owner, owner_len, Part::Owner)?;
                let repo = text(repo, repo_len, Part::Repo)?;
                let found = workspaces.get(user_id, owner, repo);
                found.map(scope_workspace_t).map_err(|error| {
                    let arguments = [
                        (Part::UserId, user_id.as_bytes()),
                        (Part::Owner, owner.as_bytes()),
                        (Part::Repo, repo.as_bytes()),
                    ];
                    of_disk(buffer, &error, &arguments)
                })
            })
        }
    })
}

/// Finds all workspaces of a user, by the name of their directory, and what is wrong with what else lies there (W8, W9). A
/// user without any has an empty list.
///
/// Status: `SCOPE_EMPTY`, `SCOPE_INVALID_UUID` of the user id (W1); `SCOPE_SYMBOLIC_LINK`, `SCOPE_NOT_A_DIRECTORY`,
/// `SCOPE_IO_FAILED` of the user's directory. Memory: `*out` is a handle to be ended by `scope_workspace_list_free`, or NULL
/// where the status is not `SCOPE_OK`. `error->text` views the user id, or where it is none of the arguments `buf`, which then
/// holds as much of it as fits and may be NULL with a `cap` of 0; `error->detail` views `buf`.
/// Threads: any, at once, with the same workspaces too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_workspaces_list(
    workspaces: Option<&scope_workspaces_t>,
    user_id: *const c_char,
    user_id_len: usize,
    buf: *mut c_char,
    cap: usize,
    out: *mut *mut scope_workspace_list_t,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        // SAFETY: the caller's promise.
        unsafe {
            put_handle(out, || {
                let workspaces = &handle(workspaces)?.0;
                let buffer = Buffer::new(buf, cap, ptr::null_mut())?;
                let user_id = text(user_id, user_id_len, Part::UserId)?;
                match workspaces.list(user_id) {
                    Ok(listing) => Ok(scope_workspace_list_t {
                        workspaces: listing
                            .workspaces
                            .into_iter()
                            .map(scope_workspace_t)
                            .collect(),
                        problems: listing.problems,
                    }),
                    Err(error) => {
                        let arguments = [(Part::UserId, user_id.as_bytes())];
                        Err(of_disk(buffer, &error, &arguments))
                    }
                }
            })
        }
    })
}

/// Says whether a path is a user's: a workspace of the user, or something in one that is there (W9). Writes the path without
/// `.` and `..`. The answer is of this moment: open the path without following symbolic links all the same.
///
/// Status: `SCOPE_EMPTY`, `SCOPE_INVALID_UUID` of the user id (W1); `SCOPE_EMPTY`, `SCOPE_NOT_ABSOLUTE`,
/// `SCOPE_INVALID_CHARACTER`, `SCOPE_NON_UTF8_PATH` of the path, which is bytes and need not be text;
/// `SCOPE_OUTSIDE_WORKSPACES`; `SCOPE_SYMBOLIC_LINK` where a component of it is one; `SCOPE_PATH_NOT_FOUND`,
/// `SCOPE_NOT_A_DIRECTORY`, `SCOPE_IO_FAILED`; `SCOPE_BUFFER_TOO_SMALL`. Memory: `error->text` views the argument at fault,
/// or where it is none of them `buf`, which then holds as much of it as fits; `error->detail` views `buf`.
/// Threads: any, at once, with the same workspaces too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_workspaces_validate_path(
    workspaces: Option<&scope_workspaces_t>,
    user_id: *const c_char,
    user_id_len: usize,
    path: *const c_char,
    path_len: usize,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        let workspaces = &handle(workspaces)?.0;
        // SAFETY: the caller's promise.
        let (buffer, user_id, path) = unsafe {
            (
                Buffer::new(buf, cap, needed)?,
                text(user_id, user_id_len, Part::UserId)?,
                bytes(path.cast::<u8>(), path_len)?,
            )
        };
        match workspaces.validate_path(user_id, self::path(path)?) {
            Ok(path) => buffer.put(path.display()),
            Err(error) => {
                let arguments = [(Part::UserId, user_id.as_bytes()), (Part::Path, path)];
                Err(of_disk(buffer, &error, &arguments))
            }
        }
    })
}

/// Ends a workspace that `scope_workspaces_get` made; what is on the disk stays. NULL does nothing.
///
/// Threads: any, but none may use the workspace then or later.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_workspace_free(workspace: *mut scope_workspace_t) {
    // SAFETY: the caller's promise.
    unsafe { end(workspace) }
}

/// Writes what is known of a workspace besides its metadata.
///
/// Status: `SCOPE_INVALID_ARGUMENT` for a number that is no field, `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy.
/// Threads: any, at once, with the same workspace too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_workspace_get(
    workspace: Option<&scope_workspace_t>,
    field: scope_workspace_field_t,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
) -> scope_status_t {
    call(ptr::null_mut(), || {
        let workspace = &handle(workspace)?.0;
        // SAFETY: the caller's promise.
        let buffer = unsafe { Buffer::new(buf, cap, needed)? };
        match value(field)? {
            WorkspaceField::UserId => buffer.put(&workspace.user_id),
            WorkspaceField::Directory => buffer.put(&workspace.directory),
            WorkspaceField::Path => buffer.put(workspace.path.display()),
        }
    })
}

/// Makes a handle of what the `.workspace.json` of a workspace says (W6), or of what was recovered of that.
///
/// Status: none but those of the call. Memory: `*out` is a copy, a handle to be ended by `scope_metadata_free`, or NULL where
/// the status is not `SCOPE_OK`. Threads: any, at once, with the same workspace too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_workspace_metadata(
    workspace: Option<&scope_workspace_t>,
    out: *mut *mut scope_metadata_t,
) -> scope_status_t {
    call(ptr::null_mut(), || {
        // SAFETY: the caller's promise.
        unsafe {
            put_handle(out, || {
                let workspace = &handle(workspace)?.0;
                Ok(scope_metadata_t(workspace.metadata.clone()))
            })
        }
    })
}

/// Gives the fault for which the metadata of a workspace had to be recovered (W8), as if this function had failed with it;
/// `SCOPE_OK` where it had not.
///
/// Status: any that `scope_workspaces_get` can have of metadata that is lost. Memory: `error->text` and `error->detail` view
/// `buf`, which holds as much of them as fits and may be NULL with a `cap` of 0. Threads: any, at once, with the same
/// workspace too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_workspace_recovered(
    workspace: Option<&scope_workspace_t>,
    buf: *mut c_char,
    cap: usize,
    error: *mut scope_error_t,
) -> scope_status_t {
    call(error, || {
        let workspace = &handle(workspace)?.0;
        // SAFETY: the caller's promise.
        let buffer = unsafe { Buffer::new(buf, cap, ptr::null_mut())? };
        match &workspace.recovered {
            Some(error) => Err(of_disk(buffer, error, &[])),
            None => Ok(()),
        }
    })
}

/// Ends a list, and with it the workspaces that it gave. NULL does nothing.
///
/// Threads: any, but none may use the list or what it gave then or later.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_workspace_list_free(list: *mut scope_workspace_list_t) {
    // SAFETY: the caller's promise.
    unsafe { end(list) }
}

/// How many workspaces are in a list; 0 for NULL.
///
/// Threads: any, at once, with the same list too.
#[unsafe(no_mangle)]
pub extern "C" fn scope_workspace_list_count(list: Option<&scope_workspace_list_t>) -> usize {
    ask(0, || list.map_or(0, |list| list.workspaces.len()))
}

/// The workspace at `index` of a list, counted from 0: the list's own, never to be ended by itself, and there as long as the
/// list. NULL for an index past the last, and for NULL.
///
/// Threads: any, at once, with the same list too.
#[unsafe(no_mangle)]
pub extern "C" fn scope_workspace_list_at(
    list: Option<&scope_workspace_list_t>,
    index: usize,
) -> Option<&scope_workspace_t> {
    ask(None, || list.and_then(|list| list.workspaces.get(index)))
}

/// How many things lie where a workspace would, that something is wrong with; 0 for NULL.
///
/// Threads: any, at once, with the same list too.
#[unsafe(no_mangle)]
pub extern "C" fn scope_workspace_list_problem_count(
    list: Option<&scope_workspace_list_t>,
) -> usize {
    ask(0, || list.map_or(0, |list| list.problems.len()))
}

/// Says what is wrong with something that is no workspace: `*directory` is its name, in which bytes that are not UTF-8 are
/// U+FFFD, and `*fault` what a function that fails with it fills in. `index` counts from 0. Either may be NULL.
///
/// Status: `SCOPE_OK` where it is told; `SCOPE_INVALID_ARGUMENT` for an index past the last, `SCOPE_BUFFER_TOO_SMALL`.
/// Memory: `*directory`, `fault->text` and `fault->detail` view `buf`. Threads: any, at once, with the same list too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn scope_workspace_list_problem(
    list: Option<&scope_workspace_list_t>,
    index: usize,
    buf: *mut c_char,
    cap: usize,
    needed: *mut usize,
    directory: *mut scope_view_t,
    fault: *mut scope_error_t,
) -> scope_status_t {
    call(ptr::null_mut(), || {
        let problems = &handle(list)?.problems;
        // SAFETY: the caller's promise.
        let (fault, mut buffer) =
            unsafe { (Out::optional(fault)?, Buffer::new(buf, cap, needed)?) };
        let problem = problems.get(index).ok_or(Call::InvalidArgument)?;
        let name = buffer.add(&problem.directory);
        let rejection = &problem.error.rejection;
        let error = report_of(
            rejection.error,
            buffer.add(&rejection.text),
            buffer.add_optional(problem.error.detail.as_deref()),
        );
        buffer.done()?;
        if !directory.is_null() {
            // SAFETY: the caller's promise.
            unsafe { put(directory, name)? };
        }
        if let Some(fault) = fault {
            fault.write(&error);
        }
        Ok(())
    })
}

// ---------------------------------------------------------------------------------------------------------------------
// What more than one entry point converts
// ---------------------------------------------------------------------------------------------------------------------

/// Where the parts of a reference are, or its fault. A reference is ASCII, so of what is one it need not be asked whether it
/// is UTF-8.
#[cold]
fn located_by_rule(bytes: &[u8]) -> Answer<'_, (usize, usize)> {
    let text = from_utf8(bytes, Part::Reference);
    let reference = text.and_then(Reference::parse);
    reference
        .map(Reference::offsets)
        .map_err(|error| Stop::fault(error, Some(bytes)))
}

/// The parts of a reference of so many bytes that begins at `base`, by where its `/` is and its name ends.
#[inline]
fn views((slash, name_end): (usize, usize), len: usize, base: *const c_char) -> scope_reference_t {
    let view = |start: usize, end: usize| scope_view_t {
        data: base.wrapping_add(start),
        len: end - start,
    };
    scope_reference_t {
        struct_size: 0,
        scope: view(1, slash),
        name: view(slash + 1, name_end),
        tag: if name_end < len {
            view(name_end + 1, len)
        } else {
            scope_view_t::NONE
        },
        text: view(0, len),
    }
}

/// What was resolved, its text written to `base`.
fn resolved_views(resolved: &Resolved, base: *const c_char) -> scope_resolved_t {
    let text = resolved.text();
    let mut out = scope_resolved_t {
        struct_size: 0,
        kind: 0,
        reserved: 0,
        text: scope_view_t {
            data: base,
            len: text.len(),
        },
        scope: scope_view_t::NONE,
        name: scope_view_t::NONE,
        tag: scope_view_t::NONE,
        alias: scope_view_t::NONE,
    };
    let kind = match resolved {
        Resolved::Scoped(reference) => {
            let parts = views(reference.borrowed().offsets(), text.len(), base);
            (out.scope, out.name, out.tag) = (parts.scope, parts.name, parts.tag);
            ResolvedKind::Scoped
        }
        Resolved::LegacyTemplate { .. } => ResolvedKind::LegacyTemplate,
        Resolved::LegacyUser { alias, .. } => {
            out.alias = scope_view_t {
                data: base.wrapping_add(text.len() - alias.len()),
                len: alias.len(),
            };
            ResolvedKind::LegacyUser
        }
    };
    out.kind = kind.number();
    out
}

/// The fault that a caller hands back, or the defect of a call.
fn fault(error: &scope_error_t) -> Result<Result<Error, Call>, Call> {
    if let Some(call) = Call::from_number(error.status) {
        return Ok(Err(call));
    }
    let code = number16(error.status).and_then(ErrorCode::from_number);
    let part = |number| number16(number).and_then(Part::from_number);
    match (code, part(error.part), part(error.input)) {
        (Some(code), Some(part), Some(input)) => {
            Ok(Ok(Error::from_parts(code, part, input, error.offset)))
        }
        _ => Err(Call::InvalidArgument),
    }
}

/// The text that a message is about, as far as it is one: a message about ill-formed text needs no more.
///
/// # Safety
///
/// As of [`bytes`].
unsafe fn well_formed_start<'a>(data: *const c_char, len: usize) -> Result<&'a str, Call> {
    // SAFETY: the caller's promise.
    let bytes = unsafe { bytes(data.cast::<u8>(), len)? };
    Ok(bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid()))
}

/// Writes an alias, or as much as fits of one that is too long.
fn put_alias<'a>(
    mut buffer: Buffer,
    alias: Result<String, Rejection>,
    arguments: &[(Part, Option<&'a str>)],
) -> Answer<'a> {
    match alias {
        Ok(alias) => buffer.put(alias),
        Err(Rejection { error, text })
            if error.input == Part::Alias && error.code == ErrorCode::TooLong =>
        {
            Err(Stop::fault(error, Some(buffer.put_start(&text))))
        }
        Err(Rejection { error, .. }) => Err(about(arguments)(error)),
    }
}

/// The policy that options describe.
///
/// # Safety
///
/// The caller's promise about structs, and of [`bytes`] for each text.
unsafe fn policy<'a>(options: *const scope_policy_options_t) -> Answer<'a, Policy> {
    if options.is_null() {
        return Ok(Policy::default());
    }
    // SAFETY: the caller's promise.
    let (options, system_scope, reserved, prefixes, legacy_prefix) = unsafe {
        let options = given(options)?;
        (
            options,
            optional_view(options.system_scope, Part::SystemScope)?,
            list(options.reserved, options.reserved_count, Part::Reserved)?,
            list(
                options.reserved_prefixes,
                options.reserved_prefixes_count,
                Part::ReservedPrefix,
            )?,
            optional_view(options.legacy_prefix, Part::LegacyPrefix)?,
        )
    };
    let no_legacy_prefix = match options.flags {
        0 => false,
        SCOPE_POLICY_NO_LEGACY_PREFIX if legacy_prefix.is_none() => true,
        _ => return Err(Call::InvalidArgument.into()),
    };
    let mut builder = Policy::builder();
    if let Some(slug) = system_scope {
        builder = builder.system_scope(slug);
    }
    if let Some(slugs) = &reserved {
        builder = builder.reserved(slugs.iter().copied());
    }
    if let Some(prefixes) = &prefixes {
        builder = builder.reserved_prefixes(prefixes.iter().copied());
    }
    if no_legacy_prefix || legacy_prefix.is_some() {
        builder = builder.legacy_prefix(legacy_prefix);
    }
    builder.build().map_err(|Rejection { error, text }| {
        // The first with that text is the one at fault: an earlier one would have been so as well.
        let of = |list: Option<Vec<&'a str>>| list.into_iter().flatten().find(|item| *item == text);
        let found = match error.input {
            Part::SystemScope => system_scope,
            Part::Reserved => of(reserved),
            Part::ReservedPrefix => of(prefixes),
            _ => legacy_prefix,
        };
        Stop::fault(error, found.map(str::as_bytes))
    })
}

/// The options of a resolution; NULL is none.
///
/// # Safety
///
/// The caller's promise about structs, and of [`bytes`] for each text.
unsafe fn resolve_options<'a>(
    options: *const scope_resolve_options_t,
) -> Answer<'a, ResolveOptions<'a>> {
    if options.is_null() {
        return Ok(ResolveOptions::default());
    }
    // SAFETY: the caller's promise.
    let (options, default_scope, user_id) = unsafe {
        let options = given(options)?;
        let default_scope = optional_view(options.default_scope, Part::DefaultScope)?;
        (
            options,
            default_scope,
            optional_view(options.user_id, Part::UserId)?,
        )
    };
    Ok(ResolveOptions {
        default_scope,
        user_id,
        normalize: match options.flags {
            0 => false,
            SCOPE_RESOLVE_NORMALIZE => true,
            _ => return Err(Call::InvalidArgument.into()),
        },
    })
}

/// What a checkout is asked.
#[derive(Default)]
struct Asked<'a> {
    how: CheckoutOptions,
    kind: CheckoutKind,
    branch: Option<&'a str>,
}

/// The options of a checkout; NULL is none.
///
/// # Safety
///
/// The caller's promise about structs, and of [`bytes`] for each text.
unsafe fn checkout_options<'a>(options: *const scope_checkout_options_t) -> Answer<'a, Asked<'a>> {
    if options.is_null() {
        return Ok(Asked::default());
    }
    // SAFETY: the caller's promise.
    let (options, branch) = unsafe {
        let options = given(options)?;
        (options, optional_view(options.branch, Part::BranchName)?)
    };
    Ok(Asked {
        how: match options.flags {
            0 => CheckoutOptions::default(),
            SCOPE_CHECKOUT_USE_ENVIRONMENT => CheckoutOptions::default().use_environment(true),
            _ => return Err(Call::InvalidArgument.into()),
        },
        kind: match options.kind {
            0 => CheckoutKind::default(),
            number => value(number)?,
        },
        branch,
    })
}

/// What stops a call that a disk kept from its answer.
fn of_disk<'a>(buffer: Buffer, error: &disk::Error, arguments: &[(Part, &'a [u8])]) -> Stop<'a> {
    told(buffer, &error.rejection, error.detail.as_deref(), arguments)
}

fn timestamp(text: &str) -> Answer<'_, Timestamp> {
    text.parse()
        .map_err(about(&[(Part::Timestamp, Some(text))]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{panic_any, set_hook, take_hook};

    /// Runs without the words that a panic would print.
    fn quietly<T>(run: impl FnOnce() -> T) -> T {
        let hook = take_hook();
        set_hook(Box::new(|_| {}));
        let result = run();
        set_hook(hook);
        result
    }

    /// What a panic carries can panic in turn when it is dropped.
    struct Grenade;

    impl Drop for Grenade {
        fn drop(&mut self) {
            panic!("dropped");
        }
    }

    #[test]
    fn a_panic_stops_at_the_border() {
        let mut error = scope_error_t {
            struct_size: size_of::<scope_error_t>(),
            status: 0,
            part: 9,
            input: 9,
            reserved: 9,
            offset: 9,
            text: scope_view_t::of(b"old"),
            detail: scope_view_t::of(b"old"),
        };
        let status = quietly(|| call(&raw mut error, || panic!("a defect")));
        assert_eq!(status, Call::Internal.number());
        assert_eq!((error.status, error.part, error.offset), (status, 0, 0));
        assert_eq!(error.text, scope_view_t::NONE);
        assert_eq!(error.detail, scope_view_t::NONE);
        assert_eq!(quietly(|| ask(7, || panic!("a defect"))), 7);
        let status = quietly(|| call(ptr::null_mut(), || panic_any(Grenade)));
        assert_eq!(status, Call::Internal.number());
    }

    /// An older program's struct is shorter than this library's, and a newer one's longer: neither is written past its
    /// end, nor is the size changed.
    #[test]
    fn structs_are_written_as_far_as_both_sides_know() {
        #[repr(C)]
        struct Newer {
            known: scope_decision_t,
            new: usize,
        }
        let mut newer = Newer {
            known: scope_decision_t {
                struct_size: size_of::<Newer>(),
                allowed: 9,
                reason: 9,
                rule: ptr::null(),
            },
            new: 77,
        };
        let value = scope_decision_t {
            struct_size: 0,
            allowed: 1,
            reason: 2,
            rule: c"X2".as_ptr(),
        };
        // SAFETY: a struct that begins with its size.
        let out = unsafe { Out::new(&raw mut newer.known) };
        out.ok().unwrap().write(&value);
        assert_eq!(newer.known.struct_size, size_of::<Newer>());
        assert_eq!((newer.known.allowed, newer.known.reason), (1, 2));
        assert_eq!(newer.new, 77);
    }

    #[test]
    fn structs_of_a_wrong_size_are_refused() {
        let mut error = scope_error_t {
            struct_size: scope_error_t::FIRST - 1,
            status: 0,
            part: 0,
            input: 0,
            reserved: 0,
            offset: 0,
            text: scope_view_t::NONE,
            detail: scope_view_t::NONE,
        };
        let status = call(&raw mut error, || panic!("not run"));
        assert_eq!(status, Call::InvalidStructSize.number());
        assert_eq!(error.status, 0);
        error.struct_size = size_of::<scope_error_t>() + 1;
        // SAFETY: a struct that begins with its size.
        let read = unsafe { given(&raw const error) };
        assert_eq!(read.err(), Some(Call::InvalidStructSize));
    }

    #[test]
    fn workspaces_are_there_where_they_are_built() {
        let path = "/no/such/directory";
        let mut workspaces = ptr::null_mut();
        // SAFETY: a text and its length; the rest may be NULL.
        let status = unsafe {
            scope_workspaces_open(
                ptr::null(),
                path.as_ptr().cast(),
                path.len(),
                ptr::null_mut(),
                0,
                &raw mut workspaces,
                ptr::null_mut(),
            )
        };
        let expected = if cfg!(all(feature = "workspaces", target_os = "linux")) {
            ErrorCode::PathNotFound.number().into()
        } else {
            Call::Unsupported.number()
        };
        assert_eq!(status, expected);
        assert!(workspaces.is_null());
    }

    /// What a program that was compiled before a field was there has behind its shorter struct stays as it is.
    #[test]
    fn a_struct_of_the_first_version_is_filled_in_as_far_as_it_goes() {
        let mut error = scope_error_t {
            struct_size: scope_error_t::FIRST,
            status: 0,
            part: 0,
            input: 0,
            reserved: 0,
            offset: 0,
            text: scope_view_t::NONE,
            detail: scope_view_t::of(b"not of this struct"),
        };
        let fault = Error::from_parts(ErrorCode::IoFailed, Part::Path, Part::Path, 0);
        let stop = || Stop::Fault(fault, Some(b"/x"), Some(b"said"));
        let status = call(&raw mut error, || Err(stop()));
        assert_eq!(status, u32::from(ErrorCode::IoFailed.number()));
        assert_eq!((error.text.len, error.detail.len), (2, 18));
        error.struct_size = size_of::<scope_error_t>();
        call(&raw mut error, || Err(stop()));
        assert_eq!((error.text.len, error.detail.len), (2, 4));
    }

    /// Where the first version was whole: nothing was added to these structs since. Who adds to one deletes its line here.
    #[test]
    fn the_first_version_has_all_of_its_structs() {
        fn whole<T: Growing>() {
            assert_eq!(T::FIRST, size_of::<T>());
        }
        whole::<scope_reference_t>();
        whole::<scope_resolved_t>();
        whole::<scope_policy_options_t>();
        whole::<scope_resolve_options_t>();
        whole::<scope_access_t>();
        whole::<scope_decision_t>();
        whole::<scope_checkout_options_t>();
        whole::<scope_checkout_info_t>();
        whole::<scope_workspaces_options_t>();
    }

    /// What is said of all entry points holds for each: it is behind the border, and its comment says what it returns, who
    /// owns what, and which threads may call it.
    #[test]
    fn every_entry_point_has_a_border_and_a_whole_comment() {
        let source = include_str!("ffi.rs");
        let (code, _) = source.split_once("#[cfg(test)]").unwrap();
        let mut entries = code.split("#[unsafe(no_mangle)]\n");
        let mut before = entries.next().unwrap();
        let mut count = 0;
        for entry in entries {
            let (signature, rest) = entry.split_once(" {\n").unwrap();
            let (body, after) = rest.split_once("\n}\n").unwrap();
            let name = signature
                .split_once("fn ")
                .unwrap()
                .1
                .split('(')
                .next()
                .unwrap();
            let lines = before.lines().rev();
            let comment: Vec<&str> = lines.take_while(|line| line.starts_with("///")).collect();
            let says = |what: &str| comment.iter().any(|line| line.contains(what));
            let borders = [
                "call(", "ask(", "holds(", "checked(", "word::<", "form(", "end(",
            ];
            let constant = ["scope_abi_version", "scope_library_version"].contains(&name);
            assert!(
                constant || borders.iter().any(|border| body.contains(border)),
                "{name}"
            );
            assert!(says("Threads: any"), "{name}");
            let whole = says("Status: ") && says("Memory: ");
            assert!(whole || !signature.ends_with("-> scope_status_t"), "{name}");
            before = after;
            count += 1;
        }
        assert!(count > 70);
    }
}
