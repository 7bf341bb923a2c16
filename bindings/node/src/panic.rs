//! A panic on demand, for the tests of what stops one at the border.

/// Panics if `text` asks for it and the feature `test-panic` is on.
#[inline]
pub(crate) fn if_asked(text: &str) {
    #[cfg(feature = "test-panic")]
    assert!(text != "@panic/now", "asked for");
    #[cfg(not(feature = "test-panic"))]
    let _ = text;
}

/// The same of UTF-16.
#[inline]
pub(crate) fn if_asked_utf16(units: &[u16]) {
    #[cfg(feature = "test-panic")]
    if_asked(&String::from_utf16_lossy(units));
    #[cfg(not(feature = "test-panic"))]
    let _ = units;
}
