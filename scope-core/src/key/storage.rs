//! Scope keys as file names (K7, K8).

use core::fmt::{self, Write as _};

use crate::digest::Digest;
use crate::key::ScopeKey;

/// The most bytes of a distinct key that a person can read.
const READABLE: usize = 36;

/// Never changed: keys made with it are on disks.
const DOMAIN: &str = "scope-key/1";

/// Replaces what a file name cannot hold (K7).
pub(super) fn write_storage_key(
    display: &impl fmt::Display,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    write!(Replacing(f), "{display}")
}

struct Replacing<'a, 'f>(&'a mut fmt::Formatter<'f>);

impl fmt::Write for Replacing<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|char| {
            let unsafe_in_names = matches!(
                char,
                '/' | '\\' | ':' | '@' | '*' | '?' | '"' | '<' | '>' | '|'
            );
            self.0.write_char(if unsafe_in_names || char.is_control() {
                '-'
            } else {
                char
            })
        })
    }
}

/// `{readable}--{digest}` (K8).
pub(super) fn write_distinct(key: &ScopeKey, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut readable = Readable {
        text: [0; READABLE],
        length: 0,
        gap: false,
    };
    write!(readable, "{}", key.display_of_last())?;
    let fields = match key.fields() {
        (None, _) => &[key.kind().as_str()][..],
        (Some(path), None) => &[key.kind().as_str(), path],
        (Some(path), Some(name)) => &[key.kind().as_str(), path, name],
    };
    write!(f, "{}--{}", readable.as_str(), Digest::of(DOMAIN, fields))
}

/// Folds what is written into it to `[a-z0-9-]`, without hyphens at the start or in a row, and keeps the first
/// [`READABLE`] bytes. ASCII alone is folded: the key must not depend on a version of Unicode.
struct Readable {
    text: [u8; READABLE],
    length: usize,
    gap: bool,
}

impl Readable {
    fn push(&mut self, byte: u8) {
        if let Some(slot) = self.text.get_mut(self.length) {
            *slot = byte;
            self.length = self.length.saturating_add(1);
        }
    }

    fn as_str(&self) -> &str {
        let text = self.text.get(..self.length).unwrap_or_default();
        match core::str::from_utf8(text)
            .unwrap_or_default()
            .trim_end_matches('-')
        {
            "" => "scope",
            text => text,
        }
    }
}

impl fmt::Write for Readable {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            if !byte.is_ascii_alphanumeric() {
                self.gap = self.length > 0;
                continue;
            }
            if core::mem::take(&mut self.gap) {
                self.push(b'-');
            }
            self.push(byte.to_ascii_lowercase());
        }
        Ok(())
    }
}
