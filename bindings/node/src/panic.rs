//! A panic on demand, for the tests of what stops one at the border.

/// Panics if `text` asks for it and the feature `test-panic` is on.
#[inline]
pub(crate) fn if_asked(text: &str) {
    #[cfg(feature = "test-panic")]
    assert!(text != "@panic/now", "asked for");
    #[cfg(not(feature = "test-panic"))]
    let _ = text;
}
