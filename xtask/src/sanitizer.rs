//! What the address sanitizer may do here. To look for leaks it traces the threads of its own program, and not every container
//! lets it: there it ends every program with an error of its own.

use crate::step::Passed;

/// Whether a sanitized program that printed this could look for leaks.
pub(crate) fn sees_leaks(log: &str) -> bool {
    !log.contains("LeakSanitizer has encountered a fatal error")
}

/// For `ASAN_OPTIONS`.
pub(crate) fn options(leaks: bool) -> String {
    format!("detect_leaks={}", u8::from(leaks))
}

/// How a step ends in which nothing was found.
pub(crate) fn passed(leaks: bool) -> Passed {
    if leaks {
        Passed::Whole
    } else {
        Passed::Except("leaks, since AddressSanitizer may not trace processes here".into())
    }
}
