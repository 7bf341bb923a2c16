//! What several targets ask, and the C ABI as a C program calls it.

pub mod c;

use scope_core::{Error, ErrorCode};

/// The first `N` texts of an input, which a byte that UTF-8 never has divides; missing ones are empty. Nothing where
/// one is not UTF-8.
///
/// So an input is what it looks like: seeds are written by hand and made from the vectors, and what libFuzzer does to
/// bytes keeps its meaning.
pub fn fields<const N: usize>(bytes: &[u8]) -> Option<[&str; N]> {
    let mut fields = [""; N];
    for (field, text) in fields.iter_mut().zip(bytes.split(|&byte| byte == 0xFF)) {
        *field = std::str::from_utf8(text).ok()?;
    }
    Some(fields)
}

/// Whether a fault of `text` keeps what E1 and E2 promise of every fault.
pub fn check_fault(error: Error, text: &str) {
    assert!(error.offset <= text.len(), "the offset is past the text");
    assert!(text.is_char_boundary(error.offset), "the offset is inside a character");
    assert_eq!(ErrorCode::from_number(error.code.number()), Some(error.code));
    let message = error.message(text).to_string();
    assert!(message.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{message:?}");
    // A quote is at most 64 characters, its marks and an ellipsis, and there are at most three of them.
    assert!(message.len() < 600, "{message:?}");
}

/// Whether `name` is safe as one component of a path on Linux, macOS and Windows: worked out from the systems' own
/// documentation, and sharing nothing with the library.
pub fn is_safe_component(name: &str) -> bool {
    const DEVICES: [&str; 22] = [
        "CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "LPT1",
        "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
    ];
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    !name.is_empty()
        && name.len() <= 255
        && name != "."
        && name != ".."
        && !name.ends_with(['.', ' '])
        && !name.chars().any(|char| char.is_control() || r#"<>:"/\|?*"#.contains(char))
        && !DEVICES.contains(&stem.as_str())
}
