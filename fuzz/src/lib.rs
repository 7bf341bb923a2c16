//! What several targets ask, and the C ABI as a C program calls it.

pub mod c;

use scope_core::{Error, ErrorCode};
use std::fs;
use std::path::{Path, PathBuf};

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

/// Whether the text of a configuration may send its reader to other files.
pub fn mentions_include(text: &[u8]) -> bool {
    text.windows(b"include".len()).any(|word| word.eq_ignore_ascii_case(b"include"))
}

/// A directory for files, in memory where the system has such a place.
pub struct Place(PathBuf);

impl Place {
    /// Makes one for this target and process. libFuzzer ends without a word to anybody, so that those of processes that
    /// are no more are removed by the next.
    ///
    /// # Panics
    ///
    /// Where the system refuses, as do the others.
    #[must_use]
    pub fn new(target: &str) -> Self {
        let memory = Path::new("/dev/shm");
        let around = if memory.is_dir() { memory.to_path_buf() } else { std::env::temp_dir() };
        let prefix = format!("scope-fuzz-{target}-");
        for entry in fs::read_dir(&around).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let process = name.to_str().and_then(|name| name.strip_prefix(&prefix)?.parse::<u32>().ok());
            if process.is_some_and(|it| Path::new("/proc/self").exists() && !Path::new(&format!("/proc/{it}")).exists())
            {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        let path = around.join(format!("{prefix}{}", std::process::id()));
        fs::create_dir_all(&path).expect("a directory");
        Self(path)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Makes a directory in it, and those above.
    pub fn directory(&self, name: &str) {
        fs::create_dir_all(self.0.join(name)).expect("a directory");
    }

    /// Writes a file in it, and says where that is.
    pub fn file(&self, name: &str, text: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, text).expect("a file");
        path
    }
}
