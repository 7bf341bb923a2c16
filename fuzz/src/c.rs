//! The C ABI, called as a C program calls it: with buffers of every size, and something behind each that has to stay as it
//! is. This is the fence of this package: what calls from here is safe, whatever it passes. What the sanitizer offers in C
//! is called here too.
#![allow(unsafe_code, reason = "a C program's calls are made here, and nowhere else in this package")]

use std::ffi::{CStr, c_char};
use std::fmt;
use std::ops::Deref;
use std::ptr;

use scope_c::{
    scope_access_t, scope_checkout_info, scope_checkout_info_t, scope_checkout_options_t, scope_checkout_resolve,
    scope_decide_access, scope_decide_retention, scope_decision_t, scope_error_message, scope_error_suggestion, scope_error_t, scope_key_compare, scope_key_free,
    scope_key_search_order, scope_key_t, scope_metadata_free, scope_metadata_get, scope_metadata_t,
    scope_metadata_to_json, scope_policy_free, scope_policy_new, scope_policy_options_t,
    scope_policy_resolve, scope_policy_t, scope_reference_parse, scope_reference_parse_lines,
    scope_reference_parse_normalized, scope_reference_t, scope_resolve_options_t, scope_resolved_t,
    scope_view_t, scope_workspace_free, scope_workspace_get, scope_workspace_t,
    scope_workspaces_free, scope_workspaces_get, scope_workspaces_list, scope_workspaces_open,
    scope_workspaces_t, scope_workspaces_validate_path,
};

/// Arguments of a call; `None` is NULL.
pub type Arguments<'a> = &'a [Option<Box<[u8]>>];

/// A plain function of the ABI, by its shape.
#[derive(Clone, Copy)]
#[allow(missing_docs, reason = "the shapes say it")]
pub enum Function {
    Ask(unsafe extern "C" fn(*const c_char, usize) -> bool),
    Check(unsafe extern "C" fn(*const c_char, usize, *mut scope_error_t) -> u32),
    Word(unsafe extern "C" fn(*const c_char, usize, *mut u32, *mut scope_error_t) -> u32),
    Bytes(unsafe extern "C" fn(*const u8, usize, *mut c_char, usize, *mut usize) -> u32),
    Text1(unsafe extern "C" fn(*const c_char, usize, *mut c_char, usize, *mut usize, *mut scope_error_t) -> u32),
    Text2(
        unsafe extern "C" fn(
            *const c_char, usize, *const c_char, usize, *mut c_char, usize, *mut usize, *mut scope_error_t,
        ) -> u32,
    ),
    Text3(
        unsafe extern "C" fn(
            *const c_char, usize, *const c_char, usize, *const c_char, usize, *mut c_char, usize, *mut usize,
            *mut scope_error_t,
        ) -> u32,
    ),
    Text4(
        unsafe extern "C" fn(
            *const c_char, usize, *const c_char, usize, *const c_char, usize, *const c_char, usize, *mut c_char,
            usize, *mut usize, *mut scope_error_t,
        ) -> u32,
    ),
    Order(
        unsafe extern "C" fn(
            *const c_char, usize, *const c_char, usize, *mut i32, *mut scope_error_t,
        ) -> u32,
    ),
    Within(
        unsafe extern "C" fn(
            *const c_char, usize, *const c_char, usize, *mut bool, *mut scope_error_t,
        ) -> u32,
    ),
}

/// A function that makes a handle, by its shape.
#[derive(Clone, Copy)]
#[allow(missing_docs, reason = "the shapes say it")]
pub enum Maker<T> {
    From1(unsafe extern "C" fn(*const c_char, usize, *mut *mut T, *mut scope_error_t) -> u32),
    From2(
        unsafe extern "C" fn(
            *const c_char, usize, *const c_char, usize, *mut *mut T, *mut scope_error_t,
        ) -> u32,
    ),
    From3(
        unsafe extern "C" fn(
            *const c_char, usize, *const c_char, usize, *const c_char, usize, *mut *mut T, *mut scope_error_t,
        ) -> u32,
    ),
}

/// A function that writes one form of a key.
pub type Form = unsafe extern "C" fn(Option<&scope_key_t>, *mut c_char, usize, *mut usize) -> u32;

/// What a call gave.
#[derive(Debug)]
pub struct Answer {
    /// What it returned.
    pub status: u32,
    /// What it said is needed; `None` where it said nothing.
    pub needed: Option<usize>,
    /// The buffer, without what is behind it.
    pub written: Vec<u8>,
    /// What it said of a fault.
    pub fault: Option<Fault>,
}

/// What a call said of a fault.
#[derive(Debug)]
pub struct Fault {
    /// The part at fault, by number.
    pub part: u32,
    /// The argument that it is in, by number.
    pub input: u32,
    /// Where.
    pub offset: usize,
    /// Where its text is.
    pub place: Place,
    /// Its text.
    pub text: Vec<u8>,
    /// Its message.
    pub message: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

/// Where a text is that a call gave a view of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is all of the argument with this index.
    Argument(usize),
    /// In the buffer.
    Buffer,
    /// Nowhere of the caller's: it is a constant, or there is none.
    Elsewhere,
}

const CANARY: u8 = 0xA5;
const BEHIND: usize = 64;

/// A buffer of a C program's.
struct Room {
    bytes: Vec<u8>,
    cap: usize,
}

impl Room {
    fn new(cap: usize) -> Self {
        Self { bytes: vec![CANARY; cap + BEHIND], cap }
    }

    fn data(&mut self) -> *mut c_char {
        if self.cap == 0 { ptr::null_mut() } else { self.bytes.as_mut_ptr().cast() }
    }

    fn whole(mut self) -> Vec<u8> {
        assert!(self.bytes[self.cap..].iter().all(|&byte| byte == CANARY), "written past the end of the buffer");
        self.bytes.truncate(self.cap);
        self.bytes
    }
}

fn data(argument: Option<&[u8]>) -> (*const c_char, usize) {
    argument.map_or((ptr::null(), 0), |bytes| (bytes.as_ptr().cast(), bytes.len()))
}

fn view(argument: Option<&[u8]>) -> scope_view_t {
    let (data, len) = data(argument);
    scope_view_t { data, len }
}

fn bytes_of(view: scope_view_t) -> Option<Vec<u8>> {
    // SAFETY: the library's views lead to as many bytes as they say; the sanitizer sees if not.
    (!view.data.is_null()).then(|| unsafe { std::slice::from_raw_parts(view.data.cast(), view.len) }.to_vec())
}

const NONE: scope_view_t = scope_view_t { data: ptr::null(), len: 0 };

fn blank() -> scope_error_t {
    scope_error_t {
        struct_size: size_of::<scope_error_t>(),
        status: 0,
        part: 0,
        input: 0,
        reserved: 0,
        offset: 0,
        text: NONE,
        detail: NONE,
    }
}

/// Makes a call, and takes in all that it said.
fn told(
    arguments: Arguments<'_>,
    cap: usize,
    call: impl FnOnce(*mut c_char, usize, *mut usize, *mut scope_error_t) -> u32,
) -> Answer {
    let (mut room, mut error, mut needed) = (Room::new(cap), blank(), usize::MAX);
    let status = call(room.data(), cap, &raw mut needed, &raw mut error);
    assert!(status == error.status || error.status == 0, "two statuses");
    let fault = (error.status != 0).then(|| Fault {
        part: error.part,
        input: error.input,
        offset: error.offset,
        place: place_of(error.text, arguments, &room),
        text: bytes_of(error.text).unwrap_or_default(),
        message: said(&error, scope_error_message).expect("every fault has a message"),
        suggestion: said(&error, scope_error_suggestion),
    });
    let needed = (needed != usize::MAX).then_some(needed);
    Answer { status, needed, written: room.whole(), fault }
}

fn place_of(view: scope_view_t, arguments: Arguments<'_>, room: &Room) -> Place {
    let same = |argument: &Option<Box<[u8]>>| {
        argument.as_ref().is_some_and(|bytes| {
            // An empty text is a constant of the library's, since nobody can tell.
            bytes.len() == view.len && (ptr::eq(bytes.as_ptr().cast(), view.data) || bytes.is_empty())
        })
    };
    let range = room.bytes.as_ptr_range();
    if let Some(at) = arguments.iter().position(same) {
        Place::Argument(at)
    } else if view.len > 0 && range.contains(&view.data.cast()) {
        assert!(view.data as usize + view.len < room.bytes.as_ptr() as usize + room.cap, "a view past the buffer");
        Place::Buffer
    } else {
        Place::Elsewhere
    }
}

fn said(
    error: &scope_error_t,
    ask: unsafe extern "C" fn(*const scope_error_t, *const c_char, usize, *mut c_char, usize, *mut usize) -> u32,
) -> Option<String> {
    let mut needed = 0;
    // SAFETY: an error that was filled in, with its text; buffers as large as they are said to be.
    unsafe {
        ask(error, error.text.data, error.text.len, ptr::null_mut(), 0, &raw mut needed);
        let mut room = Room::new(needed);
        let status = ask(error, error.text.data, error.text.len, room.data(), needed, &raw mut needed);
        assert_eq!(status, 0);
        let mut text = room.whole();
        text.pop()?;
        Some(String::from_utf8(text).expect("what the library says is text"))
    }
}

impl Function {
    /// Calls it.
    pub fn call(self, arguments: Arguments<'_>, cap: usize) -> Answer {
        let [a, b, c, d] = [0, 1, 2, 3].map(|at| data(arguments.get(at).and_then(Option::as_deref)));
        let takes_a_buffer = matches!(
            self,
            Self::Bytes(_) | Self::Text1(_) | Self::Text2(_) | Self::Text3(_) | Self::Text4(_)
        );
        let cap = if takes_a_buffer { cap } else { 0 };
        told(arguments, cap, |buf, cap, needed, error| {
            // SAFETY: texts and buffers as long as they are said to be, and an error that begins with its size.
            unsafe {
                let number = |to: i64| u32::try_from(to).unwrap_or(u32::MAX);
                match self {
                    Self::Ask(ask) => *needed = usize::from(ask(a.0, a.1)),
                    Self::Check(check) => return check(a.0, a.1, error),
                    Self::Word(word) => {
                        let mut value = 0;
                        let status = word(a.0, a.1, &raw mut value, error);
                        *needed = value as usize;
                        return status;
                    }
                    Self::Bytes(text) => return text(a.0.cast(), a.1, buf, cap, needed),
                    Self::Text1(text) => return text(a.0, a.1, buf, cap, needed, error),
                    Self::Text2(text) => return text(a.0, a.1, b.0, b.1, buf, cap, needed, error),
                    Self::Text3(text) => {
                        return text(a.0, a.1, b.0, b.1, c.0, c.1, buf, cap, needed, error);
                    }
                    Self::Text4(text) => {
                        return text(a.0, a.1, b.0, b.1, c.0, c.1, d.0, d.1, buf, cap, needed, error);
                    }
                    Self::Order(order) => {
                        let mut value = 0;
                        let status = order(a.0, a.1, b.0, b.1, &raw mut value, error);
                        *needed = number(i64::from(value) + 1) as usize;
                        return status;
                    }
                    Self::Within(within) => {
                        let mut value = false;
                        let status = within(a.0, a.1, b.0, b.1, &raw mut value, error);
                        *needed = usize::from(value);
                        return status;
                    }
                }
            }
            0
        })
    }
}

/// A handle, ended when it is dropped.
pub struct Handle<T> {
    handle: *mut T,
    end: unsafe extern "C" fn(*mut T),
}

impl<T> Deref for Handle<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: it is not NULL, and not ended.
        unsafe { &*self.handle }
    }
}

impl<T> fmt::Debug for Handle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:p}", self.handle)
    }
}

impl<T> Drop for Handle<T> {
    fn drop(&mut self) {
        // SAFETY: it has not been ended.
        unsafe { (self.end)(self.handle) }
    }
}

/// Makes a handle by a call; what the call said, where it made none.
fn made<T>(
    end: unsafe extern "C" fn(*mut T),
    arguments: Arguments<'_>,
    cap: usize,
    make: impl FnOnce(*mut c_char, usize, *mut *mut T, *mut scope_error_t) -> u32,
) -> Result<Handle<T>, Answer> {
    // What was there before is overwritten, whatever happens.
    let mut handle = ptr::dangling_mut();
    let answer = told(arguments, cap, |buf, cap, _, error| make(buf, cap, &raw mut handle, error));
    assert_eq!(handle.is_null(), answer.status != 0, "a handle, and only one, where all is well");
    if handle.is_null() { Err(answer) } else { Ok(Handle { handle, end }) }
}

impl<T> Maker<T> {
    fn call(self, arguments: Arguments<'_>, end: unsafe extern "C" fn(*mut T)) -> Result<Handle<T>, Answer> {
        let [a, b, c] = [0, 1, 2].map(|at| data(arguments.get(at).and_then(Option::as_deref)));
        made(end, arguments, 0, |_, _, out, error| {
            // SAFETY: texts as long as they are said to be, an error that begins with its size, and room for a handle.
            unsafe {
                match self {
                    Self::From1(make) => make(a.0, a.1, out, error),
                    Self::From2(make) => make(a.0, a.1, b.0, b.1, out, error),
                    Self::From3(make) => make(a.0, a.1, b.0, b.1, c.0, c.1, out, error),
                }
            }
        })
    }
}

/// Makes a key.
pub fn key(maker: Maker<scope_key_t>, arguments: Arguments<'_>) -> Result<Handle<scope_key_t>, Answer> {
    maker.call(arguments, scope_key_free)
}

/// Makes metadata.
pub fn metadata(maker: Maker<scope_metadata_t>, arguments: Arguments<'_>) -> Result<Handle<scope_metadata_t>, Answer> {
    maker.call(arguments, scope_metadata_free)
}

/// Writes a form of a key; `None` is NULL.
pub fn form(form: Form, key: Option<&scope_key_t>, cap: usize) -> Answer {
    // SAFETY: a buffer as large as it is said to be.
    told(&[], cap, |buf, cap, needed, _| unsafe { form(key, buf, cap, needed) })
}

/// Compares two keys.
pub fn compare(a: Option<&scope_key_t>, b: Option<&scope_key_t>) -> (u32, i32) {
    let mut order = 7;
    // SAFETY: room for a number.
    let status = unsafe { scope_key_compare(a, b, &raw mut order) };
    (status, order)
}

/// The search order of a key, with room for `cap` keys: the status, how many there are, and what was given.
pub fn search_order(key: &scope_key_t, cap: usize) -> (u32, usize, Vec<Handle<scope_key_t>>) {
    let mut keys = vec![ptr::null_mut(); cap];
    let mut count = usize::MAX;
    let to = if cap == 0 { ptr::null_mut() } else { keys.as_mut_ptr() };
    // SAFETY: room for as many as it is said to be.
    let status = unsafe { scope_key_search_order(Some(key), to, cap, &raw mut count) };
    let given = keys.into_iter().filter(|key| !key.is_null());
    (status, count, given.map(|handle| Handle { handle, end: scope_key_free }).collect())
}

/// Writes the JSON of metadata, or with a number one field.
pub fn metadata_text(metadata: Option<&scope_metadata_t>, field: Option<u32>, cap: usize) -> Answer {
    // SAFETY: a buffer as large as it is said to be.
    told(&[], cap, |buf, cap, needed, _| unsafe {
        match field {
            Some(field) => scope_metadata_get(metadata, field, buf, cap, needed),
            None => scope_metadata_to_json(metadata, buf, cap, needed),
        }
    })
}

/// Parses a reference: its parts and the whole, each within `text`.
pub fn parse(text: Arguments<'_>) -> Result<[Option<Vec<u8>>; 4], Answer> {
    let whole = data(text[0].as_deref());
    let mut out = scope_reference_t { struct_size: size_of::<scope_reference_t>(), scope: NONE, name: NONE, tag: NONE, text: NONE };
    // SAFETY: a text as long as it is said to be, and structs that begin with their sizes.
    let answer = told(text, 0, |_, _, _, error| unsafe { scope_reference_parse(whole.0, whole.1, &raw mut out, error) });
    parts(answer, &out, whole)
}

/// The same after normalising, within the buffer.
pub fn parse_normalized(text: Arguments<'_>, cap: usize) -> (Option<[Option<Vec<u8>>; 4]>, Answer) {
    let whole = data(text[0].as_deref());
    let mut out = scope_reference_t { struct_size: size_of::<scope_reference_t>(), scope: NONE, name: NONE, tag: NONE, text: NONE };
    let mut found = None;
    let answer = told(text, cap, |buf, cap, needed, error| {
        // SAFETY: a text and a buffer as long as they are said to be, and structs that begin with their sizes.
        let status = unsafe {
            scope_reference_parse_normalized(whole.0, whole.1, buf, cap, needed, &raw mut out, error)
        };
        if status == 0 {
            found = Some(views_within(&out, (buf.cast_const(), cap)));
        }
        status
    });
    (found, answer)
}

fn parts(answer: Answer, out: &scope_reference_t, whole: (*const c_char, usize)) -> Result<[Option<Vec<u8>>; 4], Answer> {
    if answer.status == 0 { Ok(views_within(out, whole)) } else { Err(answer) }
}

fn views_within(out: &scope_reference_t, whole: (*const c_char, usize)) -> [Option<Vec<u8>>; 4] {
    [out.scope, out.name, out.tag, out.text].map(|view| {
        let start = (view.data as usize).wrapping_sub(whole.0 as usize);
        assert!(view.data.is_null() || start + view.len <= whole.1, "a view out of the text");
        bytes_of(view)
    })
}

/// The lines of a buffer, with room for `cap` of them: the status, how many there are, and what was written.
pub fn lines(buffer: Arguments<'_>, cap: usize) -> (Answer, Vec<[u32; 4]>) {
    let (from, len) = data(buffer[0].as_deref());
    let mut numbers = vec![[0xA5A5_A5A5; 4]; cap + 4];
    let to: *mut u32 = if cap == 0 { ptr::null_mut() } else { numbers.as_mut_ptr().cast() };
    // SAFETY: a text as long as it is said to be, and room for as many lines.
    let answer = told(buffer, 0, |_, _, count, error| unsafe {
        scope_reference_parse_lines(from, len, to, cap, count, error)
    });
    assert!(numbers[cap..].iter().all(|line| *line == [0xA5A5_A5A5; 4]), "lines past the room for them");
    numbers.truncate(cap.min(answer.needed.unwrap_or(0)));
    (answer, numbers)
}

/// Makes a policy of a system scope, a legacy prefix, reserved slugs and reserved prefixes; `None` is the default's.
pub fn policy(
    system_scope: Option<&[u8]>,
    legacy_prefix: Option<&[u8]>,
    lists: [Option<&[Option<Box<[u8]>>]>; 2],
    flags: u32,
    arguments: Arguments<'_>,
) -> Result<Handle<scope_policy_t>, Answer> {
    let lists = lists.map(|list| list.map(|texts| texts.iter().map(|text| view(text.as_deref())).collect::<Vec<_>>()));
    let [reserved, prefixes] = &lists;
    let start = |list: &Option<Vec<scope_view_t>>| list.as_ref().map_or(ptr::null(), Vec::as_ptr);
    let count = |list: &Option<Vec<scope_view_t>>| list.as_ref().map_or(0, Vec::len);
    let options = scope_policy_options_t {
        struct_size: size_of::<scope_policy_options_t>(),
        system_scope: view(system_scope),
        reserved: start(reserved),
        reserved_count: count(reserved),
        reserved_prefixes: start(prefixes),
        reserved_prefixes_count: count(prefixes),
        legacy_prefix: view(legacy_prefix),
        flags,
        reserved_flags: 0,
    };
    // SAFETY: texts and lists as long as they are said to be, and structs that begin with their sizes.
    made(scope_policy_free, arguments, 0, |_, _, out, error| unsafe { scope_policy_new(&raw const options, out, error) })
}

/// Resolves a text; of an answer also the kind and the alias.
pub fn resolve(
    policy: Option<&scope_policy_t>,
    [text, default_scope, user_id]: [Option<&[u8]>; 3],
    flags: u32,
    cap: usize,
    arguments: Arguments<'_>,
) -> (Answer, u32, Option<Vec<u8>>) {
    let options = scope_resolve_options_t {
        struct_size: size_of::<scope_resolve_options_t>(),
        default_scope: view(default_scope),
        user_id: view(user_id),
        flags,
        reserved: 0,
    };
    let mut out = scope_resolved_t {
        struct_size: size_of::<scope_resolved_t>(),
        kind: 0,
        reserved: 0,
        text: NONE,
        scope: NONE,
        name: NONE,
        tag: NONE,
        alias: NONE,
    };
    let text = data(text);
    let mut alias = None;
    let answer = told(arguments, cap, |buf, cap, needed, error| {
        // SAFETY: texts and buffers as long as they are said to be, and structs that begin with their sizes.
        let status = unsafe {
            let options = &raw const options;
            scope_policy_resolve(policy, options, text.0, text.1, buf, cap, needed, &raw mut out, error)
        };
        if status == 0 {
            alias = bytes_of(out.alias);
        }
        status
    });
    (answer, out.kind, alias)
}

/// Decides an access of a type, role, action and force: whether it is allowed, and the reason, where it is decided.
pub fn access(
    [scope_type, role, action, force]: [u32; 4],
    [owner_id, user_id]: [Option<&[u8]>; 2],
    arguments: Arguments<'_>,
) -> (Answer, Option<(u32, u32)>) {
    let access = scope_access_t {
        struct_size: size_of::<scope_access_t>(),
        scope_type,
        role,
        action,
        force,
        owner_id: view(owner_id),
        user_id: view(user_id),
    };
    let mut out =
        scope_decision_t { struct_size: size_of::<scope_decision_t>(), allowed: 9, reason: 0, rule: ptr::null() };
    // SAFETY: texts as long as they are said to be, and structs that begin with their sizes.
    let answer = told(arguments, 0, |_, _, _, error| unsafe {
        scope_decide_access(&raw const access, &raw mut out, error)
    });
    assert_eq!(out.rule.is_null(), answer.status != 0);
    let decided = (answer.status == 0).then_some((out.allowed, out.reason));
    (answer, decided)
}

/// Decides what becomes of a workspace at the time that the second argument is.
pub fn retention(
    metadata: Option<&scope_metadata_t>,
    dirty: u32,
    days: i64,
    arguments: Arguments<'_>,
) -> (Answer, u32) {
    let (now, len) = data(arguments.get(1).and_then(Option::as_deref));
    let mut out = 0;
    // SAFETY: a text as long as it is said to be, room for a number, and a struct that begins with its size.
    let answer = told(arguments, 0, |_, _, _, error| unsafe {
        scope_decide_retention(metadata, dirty, now, len, days, &raw mut out, error)
    });
    (answer, out)
}

/// A checkout's four texts and three flags.
pub type Checkout = ([Option<Vec<u8>>; 4], [bool; 3]);

/// What a directory is a checkout of.
pub fn checkout_info(path: Arguments<'_>, cap: usize) -> (Answer, Option<Checkout>) {
    let (from, len) = data(path[0].as_deref());
    let mut out = scope_checkout_info_t {
        struct_size: size_of::<scope_checkout_info_t>(),
        is_bare: 0,
        is_linked_worktree: 0,
        is_detached: 0,
        reserved: 0,
        primary_path: NONE,
        worktree_path: NONE,
        worktree_key: NONE,
        branch: NONE,
    };
    let mut found = None;
    let answer = told(path, cap, |buf, cap, needed, error| {
        // SAFETY: a text and a buffer as long as they are said to be, and structs that begin with their sizes.
        let status = unsafe {
            scope_checkout_info(ptr::null(), from, len, buf, cap, needed, &raw mut out, error)
        };
        if status == 0 {
            let texts = [out.primary_path, out.worktree_path, out.worktree_key, out.branch].map(|view| {
                let start = (view.data as usize).wrapping_sub(buf as usize);
                assert!(view.data.is_null() || start + view.len < cap, "a view out of the buffer");
                bytes_of(view)
            });
            found = Some((texts, [out.is_bare, out.is_linked_worktree, out.is_detached].map(|it| it == 1)));
        }
        status
    });
    (answer, found)
}

/// The key of a directory: of its first argument, with the second as the branch.
pub fn checkout_resolve(arguments: Arguments<'_>, kind: u32, cap: usize) -> Result<Handle<scope_key_t>, Answer> {
    let (from, len) = data(arguments[0].as_deref());
    let options = scope_checkout_options_t {
        struct_size: size_of::<scope_checkout_options_t>(),
        kind,
        flags: 0,
        branch: view(arguments[1].as_deref()),
    };
    // SAFETY: texts and buffers as long as they are said to be, and structs that begin with their sizes.
    made(scope_key_free, arguments, cap, |buf, cap, out, error| unsafe {
        scope_checkout_resolve(&raw const options, from, len, buf, cap, out, error)
    })
}

/// Opens a data directory, which is there.
pub fn workspaces(data_dir: &str) -> Handle<scope_workspaces_t> {
    let opened = made(scope_workspaces_free, &[], 0, |_, _, out, error| {
        // SAFETY: a text as long as it is said to be, and a struct that begins with its size.
        unsafe { scope_workspaces_open(ptr::null(), data_dir.as_ptr().cast(), data_dir.len(), ptr::null_mut(), 0, out, error) }
    });
    opened.expect("the data directory is there")
}

// SAFETY: the header promises that any thread may use workspaces.
unsafe impl Sync for Handle<scope_workspaces_t> {}
// SAFETY: and that any may end them.
unsafe impl Send for Handle<scope_workspaces_t> {}

/// Finds a workspace: its path.
pub fn workspace_path_of(all: &scope_workspaces_t, arguments: Arguments<'_>, cap: usize) -> Result<String, Answer> {
    let [u, o, r] = [0, 1, 2].map(|at| data(arguments[at].as_deref()));
    let found: Handle<scope_workspace_t> = made(scope_workspace_free, arguments, cap, |buf, cap, out, error| {
        // SAFETY: texts and buffers as long as they are said to be, and a struct that begins with its size.
        unsafe { scope_workspaces_get(Some(all), u.0, u.1, o.0, o.1, r.0, r.1, buf, cap, out, error) }
    })?;
    let mut path = [0_u8; 8192];
    // SAFETY: a buffer as large as it is said to be.
    let status = unsafe { scope_workspace_get(Some(&found), 3, path.as_mut_ptr().cast(), path.len(), ptr::null_mut()) };
    assert_eq!(status, 0);
    let path = CStr::from_bytes_until_nul(&path).expect("there is a terminator");
    Ok(path.to_str().expect("a path is text").to_owned())
}

/// Lists the workspaces of a user: how many there are, and how many problems.
pub fn workspace_counts(all: &scope_workspaces_t, user: Arguments<'_>, cap: usize) -> Result<(usize, usize), Answer> {
    let (from, len) = data(user[0].as_deref());
    let list = made(scope_c::scope_workspace_list_free, user, cap, |buf, cap, out, error| {
        // SAFETY: texts and buffers as long as they are said to be, and a struct that begins with its size.
        unsafe { scope_workspaces_list(Some(all), from, len, buf, cap, out, error) }
    })?;
    Ok((scope_c::scope_workspace_list_count(Some(&list)), scope_c::scope_workspace_list_problem_count(Some(&list))))
}

/// Says whether a path is a user's.
pub fn validate_path(all: &scope_workspaces_t, arguments: Arguments<'_>, cap: usize) -> Answer {
    let [u, p] = [0, 1].map(|at| data(arguments[at].as_deref()));
    // SAFETY: texts and buffers as long as they are said to be, and a struct that begins with its size.
    told(arguments, cap, |buf, cap, needed, error| unsafe {
        scope_workspaces_validate_path(Some(all), u.0, u.1, p.0, p.1, buf, cap, needed, error)
    })
}

unsafe extern "C" {
    fn __lsan_disable();
    fn __lsan_enable();
}

/// Does what may leak without being at fault: what others have written, and is only asked for comparison.
pub fn leaking<T>(run: impl FnOnce() -> T) -> T {
    // SAFETY: the sanitizer's runtime, with which every target is linked, has both; they change a counter of this thread.
    unsafe { __lsan_disable() };
    let made = run();
    // SAFETY: as above, and it was disabled as often.
    unsafe { __lsan_enable() };
    made
}
