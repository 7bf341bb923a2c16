//! What several targets ask, and the C ABI as a C program calls it.

pub mod c;

use scope_core::{Error, ErrorCode};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// What the names of places begin with.
const PREFIX: &str = "scope-fuzz-";
/// The file in each that is locked.
const LOCK: &str = "in-use";

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

/// A directory for files, in memory where the system has such a place. It is locked while it is in use.
pub struct Place(PathBuf, #[expect(dead_code, reason = "it is locked until the process ends")] File);

impl Place {
    /// Makes one for this target and process. libFuzzer ends without a word to anybody, so that those that nobody holds
    /// any more are removed by the next. (A process that is not to be seen may be one outside of this container.)
    ///
    /// # Panics
    ///
    /// Where the system refuses, as do the others.
    #[must_use]
    pub fn new(target: &str) -> Self {
        let around = [PathBuf::from("/dev/shm"), std::env::temp_dir()];
        for entry in around.iter().filter_map(|it| fs::read_dir(it).ok()).flatten().flatten() {
            let is_one = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
            let Ok(lock) = File::open(entry.path().join(LOCK)) else { continue };
            if is_one && lock.try_lock().is_ok() {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        let free = |around: &PathBuf| (0..100).find_map(|n| Self::take(around.join(format!("{PREFIX}{target}-{n}"))));
        around.iter().find_map(free).expect("a directory")
    }

    /// That directory, if it was not there.
    fn take(path: PathBuf) -> Option<Self> {
        fs::create_dir(&path).ok()?;
        let lock = File::create(path.join(LOCK)).ok()?;
        lock.lock().ok()?;
        // Another process that looked around before it was locked has removed it.
        path.join(LOCK).exists().then_some(Self(path, lock))
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
