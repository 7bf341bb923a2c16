//! Hashes: version hashes (A4) and the digests behind the distinct keys (section 12).

use alloc::string::String;
use core::fmt::{self, Write as _};

use sha2::{Digest as _, Sha256};

/// The first 8 lower-case hexadecimal digits of SHA-256 over the content (A4).
///
/// ```
/// assert_eq!(scope_core::version_hash(""), "e3b0c442");
/// ```
pub fn version_hash(content: impl AsRef<[u8]>) -> String {
    let mut hash = content_hash(content);
    hash.truncate(8);
    hash
}

/// SHA-256 over the content, as 64 lower-case hexadecimal digits (A4).
///
/// ```
/// assert!(scope_core::content_hash("").starts_with("e3b0c44298fc1c14"));
/// ```
pub fn content_hash(content: impl AsRef<[u8]>) -> String {
    Sha256::digest(content.as_ref())
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            for nibble in [byte >> 4, byte & 15] {
                hex.extend(char::from_digit(u32::from(nibble), 16));
            }
            hex
        })
}

/// How many base32 characters a digest has.
const LENGTH: usize = 26;

/// 130 bits of a SHA-256 as lower-case base32 (section 12).
pub(crate) struct Digest([u8; LENGTH]);

impl Digest {
    /// The digest of a list of fields in a domain: SHA-256 over their netstrings.
    pub(crate) fn of(domain: &str, fields: &[&str]) -> Self {
        let mut hash = Hash(Sha256::new());
        for field in core::iter::once(&domain).chain(fields) {
            // Hashing takes everything that is written to it.
            let _ = write!(hash, "{}:{field},", field.len());
        }
        Self::base32(&hash.0.finalize())
    }

    /// The first characters of the base32 of `bytes`.
    fn base32(bytes: &[u8]) -> Self {
        const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
        let mut text = [b'a'; LENGTH];
        let mut bytes = bytes.iter();
        let mut buffer = 0u16;
        let mut bits = 0u16;
        for slot in &mut text {
            if bits < 5 {
                buffer = (buffer << 8) | u16::from(bytes.next().copied().unwrap_or(0));
                bits = bits.wrapping_add(8);
            }
            bits = bits.wrapping_sub(5);
            *slot = ALPHABET
                .get(usize::from((buffer >> bits) & 31))
                .copied()
                .unwrap_or(b'a');
        }
        Self(text)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(core::str::from_utf8(&self.0).unwrap_or_default())
    }
}

/// Hashes what is formatted into it, so that no encoding has to be held in memory.
struct Hash(Sha256);

impl fmt::Write for Hash {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text);
        Ok(())
    }
}
