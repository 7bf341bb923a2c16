//! Slugs: the `scope` of `@scope/name` (section S).

use alloc::format;
use alloc::string::String;

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use crate::chars::SLUG_SHAPE;
use crate::digest;
use crate::error::{Error, Part};
use crate::newtype::validated_text;

validated_text! {
    /// A well-formed slug, borrowed: 3 to 64 bytes of `a-z`, `0-9`, `-`, with alphanumeric edges (S1 to S3).
    ///
    /// Well-formed is not claimable: see [`Policy::check_claimable`](crate::Policy::check_claimable).
    ///
    /// Faults (S4): `empty_scope`, `invalid_character`, `too_short`, `too_long`, `invalid_start`, `invalid_end`.
    ///
    /// ```
    /// use scope_core::{ErrorCode, Slug};
    /// assert_eq!(Slug::new("acme")?.as_str(), "acme");
    /// assert_eq!(Slug::new("acme_").unwrap_err().code, ErrorCode::InvalidCharacter);
    /// # Ok::<(), scope_core::Error>(())
    /// ```
    Slug,
    /// A well-formed slug, owned. See [`Slug`].
    SlugBuf,
    check_slug
}

/// Whether `text` is a slug (S1 to S3). Looks at no more than 65 bytes of it.
///
/// ```
/// assert!(scope_core::is_slug("my-team"));
/// assert!(!scope_core::is_slug("My-Team"));
/// ```
pub fn is_slug(text: &str) -> bool {
    SLUG_SHAPE.check(text).is_ok()
}

/// Says what keeps `text` from being a slug (S4). Looks at no more than 65 bytes of it.
///
/// # Errors
///
/// `empty_scope`, `invalid_character`, `too_short`, `too_long`, `invalid_start`, `invalid_end`; the part is `scope`.
///
/// ```
/// let error = scope_core::check_slug("ab").unwrap_err();
/// assert_eq!(error.code.as_str(), "too_short");
/// ```
pub fn check_slug(text: &str) -> Result<(), Error> {
    SLUG_SHAPE
        .check(text)
        .map_err(|fault| fault.alone(Part::Scope))
}

/// A well-formed slug made from any text, or nothing where too little of it survives (S7).
///
/// Unicode is folded to ASCII where that is well known, every other run of characters becomes one hyphen. The result is
/// for a person to accept; it may be reserved. Linear in the length of the text.
///
/// ```
/// assert_eq!(scope_core::suggest_slug("Über Café").as_deref(), Some("uber-cafe"));
/// assert_eq!(scope_core::suggest_slug("日本"), None);
/// ```
pub fn suggest_slug(text: &str) -> Option<String> {
    let mut slug = String::with_capacity(SLUG_SHAPE.max);
    let mut gap = false;
    let mut push = |char: char| {
        if !char.is_ascii_alphanumeric() {
            gap = true;
            return;
        }
        if core::mem::take(&mut gap) && !slug.is_empty() {
            slug.push('-');
        }
        if slug.len() < SLUG_SHAPE.max {
            slug.push(char.to_ascii_lowercase());
        }
    };
    // The order into which normalisation puts marks is of no interest where marks are dropped, and sorting them is not
    // linear: so each character is decomposed by itself.
    for char in text.chars() {
        decompose_compatible(char, |char| match undecomposed_letter(char) {
            "" if is_combining_mark(char) => {}
            "" => push(char),
            letters => letters.chars().for_each(&mut push),
        });
    }
    slug.truncate(slug.trim_end_matches('-').len());
    (slug.len() >= SLUG_SHAPE.min).then_some(slug)
}

/// The ASCII letters for a letter that Unicode does not decompose (S7, step 3); nothing for any other character.
const fn undecomposed_letter(char: char) -> &'static str {
    match char {
        'Æ' | 'æ' => "ae",
        'Œ' | 'œ' => "oe",
        'Ø' | 'ø' => "o",
        'Ð' | 'ð' | 'Đ' | 'đ' => "d",
        'Þ' | 'þ' => "th",
        'ß' | 'ẞ' => "ss",
        'Ł' | 'ł' => "l",
        'Ħ' | 'ħ' => "h",
        'ı' => "i",
        'ĸ' => "q",
        'Ŋ' | 'ŋ' => "n",
        'Ŧ' | 'ŧ' => "t",
        _ => "",
    }
}

/// The slug that a user has until they choose one: `user-` and 8 hexadecimal digits of the id's SHA-256 (S8).
///
/// ```
/// assert_eq!(scope_core::default_slug(""), "user-e3b0c442");
/// ```
pub fn default_slug(user_id: &str) -> String {
    format!("user-{}", digest::version_hash(user_id))
}
