//! References: `@scope/name[:tag]` (section R).

use alloc::borrow::Cow;
use alloc::string::String;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::str::FromStr;

use crate::chars::{NAME_SHAPE, TAG_SHAPE};
use crate::error::{Error, ErrorCode, Part};
use crate::scan;
use crate::slug::SlugBuf;
use crate::{Name, Slug, Tag};

/// Where the parts of a reference are in its text, in bytes.
///
/// A reference is at most 323 bytes long, so 16 bits hold every offset. Both are in one word, so that what is returned in
/// memory is written and read at once: a processor waits where two short writes are read as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Offsets(u32);

impl Offsets {
    /// Of the `/`, and just past the name: of the `:`, or the end.
    #[inline]
    pub(crate) const fn new(slash: u16, name_end: u16) -> Self {
        Self(slash as u32 | (name_end as u32) << 16)
    }

    /// Of the `/`.
    #[inline]
    pub(crate) const fn slash(self) -> usize {
        (self.0 & 0xFFFF) as usize
    }

    /// Just past the name: of the `:`, or the end.
    #[inline]
    pub(crate) const fn name_end(self) -> usize {
        (self.0 >> 16) as usize
    }
}

/// A reference `@scope/name` or `@scope/name:tag`, borrowed from the text that it was parsed from (R1).
///
/// Equal and ordered as the triple (scope, name, tag), each by byte, no tag before any tag (R6).
///
/// ```
/// use scope_core::Reference;
///
/// let reference = Reference::parse("@acme/widget:latest")?;
/// assert_eq!(reference.scope(), "acme");
/// assert_eq!(reference.name(), "widget");
/// assert_eq!(reference.tag(), Some("latest"));
/// assert_eq!(reference.to_string(), "@acme/widget:latest");
/// # Ok::<(), scope_core::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Reference<'a> {
    text: &'a str,
    offsets: Offsets,
}

impl<'a> Reference<'a> {
    /// Parses strictly (R1, R2): no white space, no upper case in scope or name. Allocates nothing, also when it fails.
    ///
    /// # Errors
    ///
    /// One fault, in this order: `missing_at`, `missing_slash`, `empty_scope`, `empty_name`, then the scope's (S4), the
    /// name's (N2), the tag's (T1). Offsets count bytes from the start of `text`.
    ///
    /// ```
    /// use scope_core::{ErrorCode, Part, Reference};
    /// let error = Reference::parse("@acme/widget:").unwrap_err();
    /// assert_eq!((error.code, error.part, error.offset), (ErrorCode::EmptyTag, Part::Tag, 13));
    /// ```
    #[inline]
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        scan::reference(text.as_bytes()).map(|offsets| Self { text, offsets })
    }

    /// The scope, without the `@`.
    pub fn scope(self) -> &'a str {
        self.text.get(1..self.offsets.slash()).unwrap_or_default()
    }

    /// The name.
    pub fn name(self) -> &'a str {
        let start = self.offsets.slash().saturating_add(1);
        self.text
            .get(start..self.offsets.name_end())
            .unwrap_or_default()
    }

    /// The tag, without the `:`.
    pub fn tag(self) -> Option<&'a str> {
        self.text.get(self.offsets.name_end().saturating_add(1)..)
    }

    /// The scope as a checked value.
    pub fn slug(self) -> Slug<'a> {
        Slug::assume(self.scope())
    }

    /// The whole text, as it was parsed (R3).
    pub const fn as_str(self) -> &'a str {
        self.text
    }

    /// `{scope}__{name}`: one path component that reads back to scope and name (R7). At most 194 bytes.
    ///
    /// ```
    /// # use scope_core::Reference;
    /// assert_eq!(Reference::parse("@acme/next.js:1")?.storage_component().to_string(), "acme__next.js");
    /// # Ok::<(), scope_core::Error>(())
    /// ```
    pub fn storage_component(self) -> impl fmt::Display + use<'a> {
        fmt::from_fn(move |f| write!(f, "{}__{}", self.scope(), self.name()))
    }

    /// The owned form. Allocates.
    pub fn to_owned(self) -> ReferenceBuf {
        ReferenceBuf {
            text: String::from(self.text),
            offsets: self.offsets,
        }
    }

    /// Offsets into [`as_str`](Self::as_str), in bytes: of the `/`, and just past the name (the `:` or the end).
    pub fn offsets(self) -> (usize, usize) {
        (self.offsets.slash(), self.offsets.name_end())
    }

    fn key(self) -> (&'a str, &'a str, Option<&'a str>) {
        (self.scope(), self.name(), self.tag())
    }
}

/// Checks `name[:tag]` that begins `start` bytes into what the user typed.
pub(crate) fn name_and_tag(text: &str, start: usize) -> Result<(Name<'_>, Option<Tag<'_>>), Error> {
    // A name that is at fault before its 129th byte is so wherever the colon is, and none is looked for past that.
    let (name, tag) = match text.split_once(':') {
        Some((name, tag)) => (name, Some(tag)),
        None => (text, None),
    };
    NAME_SHAPE
        .check(name)
        .map_err(|fault| fault.of(Part::Name, Part::Reference, start))?;
    if let Some(tag) = tag {
        let tag_start = start.saturating_add(name.len()).saturating_add(1);
        TAG_SHAPE
            .check(tag)
            .map_err(|fault| fault.of(Part::Tag, Part::Reference, tag_start))?;
    }
    Ok((Name::assume(name), tag.map(Tag::assume)))
}

impl PartialEq for Reference<'_> {
    fn eq(&self, other: &Self) -> bool {
        // Text and triple determine each other (R3).
        self.text == other.text
    }
}

impl Eq for Reference<'_> {}

impl Hash for Reference<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl Ord for Reference<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for Reference<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for Reference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Reference").field(&self.text).finish()
    }
}

impl fmt::Display for Reference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text)
    }
}

impl AsRef<str> for Reference<'_> {
    fn as_ref(&self) -> &str {
        self.text
    }
}

impl<'a> TryFrom<&'a str> for Reference<'a> {
    type Error = Error;
    fn try_from(text: &'a str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

/// A reference that owns its text: one `String` and two offsets. See [`Reference`].
///
/// It has no `Borrow<str>`, since it is ordered by its parts and not by its text.
///
/// ```
/// use scope_core::ReferenceBuf;
///
/// let reference: ReferenceBuf = "@acme/widget".parse()?;
/// assert_eq!(reference, ReferenceBuf::new("acme", "widget", None)?);
/// # Ok::<(), scope_core::Error>(())
/// ```
#[derive(Clone)]
pub struct ReferenceBuf {
    text: String,
    offsets: Offsets,
}

impl ReferenceBuf {
    /// Puts a reference together from its parts, checking each.
    ///
    /// # Errors
    ///
    /// The scope's fault (S4), the name's (N2) or the tag's (T1); `input` is the part itself, and the offset counts
    /// bytes in that part.
    pub fn new(scope: &str, name: &str, tag: Option<&str>) -> Result<Self, Error> {
        Ok(Self::from_parts(
            Slug::new(scope)?,
            Name::new(name)?,
            tag.map(Tag::new).transpose()?,
        ))
    }

    /// Puts a reference together from parts that are checked already.
    pub fn from_parts(scope: Slug<'_>, name: Name<'_>, tag: Option<Tag<'_>>) -> Self {
        let (scope, name) = (scope.as_str(), name.as_str());
        let slash = scope.len().saturating_add(1);
        let name_end = slash.saturating_add(1).saturating_add(name.len());
        let tag_length = tag.map_or(0, |tag| tag.as_str().len().saturating_add(1));
        let mut text = String::with_capacity(name_end.saturating_add(tag_length));
        text.push('@');
        text.push_str(scope);
        text.push('/');
        text.push_str(name);
        if let Some(tag) = tag {
            text.push(':');
            text.push_str(tag.as_str());
        }
        let short = |offset| u16::try_from(offset).unwrap_or(u16::MAX);
        Self {
            text,
            offsets: Offsets::new(short(slash), short(name_end)),
        }
    }

    /// Parses after [`normalize`], so that ` @Acme/Widget:Latest ` is `@acme/widget:Latest` (R5).
    ///
    /// # Errors
    ///
    /// Those of [`Reference::parse`]. Offsets count bytes in `text` itself.
    ///
    /// ```
    /// # use scope_core::ReferenceBuf;
    /// assert_eq!(ReferenceBuf::parse_normalized(" @Acme/Widget:RC ")?.as_str(), "@acme/widget:RC");
    /// # Ok::<(), scope_core::Error>(())
    /// ```
    pub fn parse_normalized(text: &str) -> Result<Self, Error> {
        match Reference::parse(&normalize(text)) {
            Ok(reference) => Ok(reference.to_owned()),
            Err(error) => Err(error.within(Part::Reference, leading_white_space(text))),
        }
    }

    /// Reads a [storage component](Reference::storage_component) back (R7). The tag is not in it.
    ///
    /// # Errors
    ///
    /// `missing_slash` where there is no `__`; else the scope's or the name's fault, in its own bytes.
    ///
    /// ```
    /// # use scope_core::ReferenceBuf;
    /// assert_eq!(ReferenceBuf::from_storage_component("acme__a__b")?.as_str(), "@acme/a__b");
    /// # Ok::<(), scope_core::Error>(())
    /// ```
    pub fn from_storage_component(text: &str) -> Result<Self, Error> {
        let Some((scope, name)) = text.split_once("__") else {
            return Err(Error::new(
                ErrorCode::MissingSlash,
                Part::Reference,
                Part::Reference,
                text.len(),
            ));
        };
        Self::new(scope, name, None)
    }

    /// The borrowed form.
    pub fn borrowed(&self) -> Reference<'_> {
        Reference {
            text: &self.text,
            offsets: self.offsets,
        }
    }

    /// The scope, without the `@`.
    pub fn scope(&self) -> &str {
        self.borrowed().scope()
    }

    /// The scope as a value of its own. Allocates.
    pub fn slug(&self) -> SlugBuf {
        self.borrowed().slug().to_owned()
    }

    /// The name.
    pub fn name(&self) -> &str {
        self.borrowed().name()
    }

    /// The tag, without the `:`.
    pub fn tag(&self) -> Option<&str> {
        self.borrowed().tag()
    }

    /// The whole text (R3).
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// `{scope}__{name}` (R7).
    pub fn storage_component(&self) -> impl fmt::Display + use<'_> {
        self.borrowed().storage_component()
    }

    /// The text itself.
    pub fn into_string(self) -> String {
        self.text
    }
}

impl PartialEq for ReferenceBuf {
    fn eq(&self, other: &Self) -> bool {
        self.borrowed() == other.borrowed()
    }
}

impl Eq for ReferenceBuf {}

impl Hash for ReferenceBuf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.borrowed().hash(state);
    }
}

impl Ord for ReferenceBuf {
    fn cmp(&self, other: &Self) -> Ordering {
        self.borrowed().cmp(&other.borrowed())
    }
}

impl PartialOrd for ReferenceBuf {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for ReferenceBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReferenceBuf").field(&self.text).finish()
    }
}

impl fmt::Display for ReferenceBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl AsRef<str> for ReferenceBuf {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl From<Reference<'_>> for ReferenceBuf {
    fn from(reference: Reference<'_>) -> Self {
        reference.to_owned()
    }
}

impl FromStr for ReferenceBuf {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        Reference::parse(text).map(Reference::to_owned)
    }
}

impl TryFrom<String> for ReferenceBuf {
    type Error = Error;
    /// Keeps the string, so nothing is copied.
    fn try_from(text: String) -> Result<Self, Error> {
        let offsets = Reference::parse(&text)?.offsets;
        Ok(Self { text, offsets })
    }
}

impl TryFrom<&str> for ReferenceBuf {
    type Error = Error;
    fn try_from(text: &str) -> Result<Self, Error> {
        text.parse()
    }
}

/// Whether `text` is a reference (R1). Allocates nothing.
///
/// ```
/// assert!(scope_core::is_valid("@acme/widget"));
/// assert!(!scope_core::is_valid("acme/widget"));
/// ```
#[inline]
pub fn is_valid(text: &str) -> bool {
    scan::reference(text.as_bytes()).is_ok()
}

/// Where the parts of a reference are that is given in bytes which nobody has seen to be UTF-8: the offset of its `/` and
/// that just past its name; nothing where `bytes` are no reference (R1).
///
/// For languages whose strings are bytes. A reference is ASCII, so only of what is none it has to be asked what it is
/// instead: ill-formed, or what [`Reference::parse`] says.
///
/// ```
/// assert_eq!(scope_core::locate_utf8(b"@acme/widget:latest"), Some((5, 12)));
/// assert_eq!(scope_core::locate_utf8(b"@acme/\xFF"), None);
/// ```
#[inline]
pub fn locate_utf8(bytes: &[u8]) -> Option<(usize, usize)> {
    let offsets = scan::reference(bytes).ok()?;
    Some((offsets.slash(), offsets.name_end()))
}

/// Where the parts of a reference are that is given in UTF-16: the offset of its `/` and that just past its name, in
/// units; nothing where `units` are no reference (R1).
///
/// For languages whose strings are UTF-16. A reference is ASCII, so nothing has to be converted to find that out; what is
/// wrong with a text, [`Reference::parse`] says of its UTF-8.
///
/// ```
/// let units: Vec<u16> = "@acme/widget:latest".encode_utf16().collect();
/// assert_eq!(scope_core::locate_utf16(&units), Some((5, 12)));
/// assert_eq!(scope_core::locate_utf16(&units[1..]), None);
/// ```
#[inline]
pub fn locate_utf16(units: &[u16]) -> Option<(usize, usize)> {
    let offsets = scan::reference_utf16(units)?;
    Some((offsets.slash(), offsets.name_end()))
}

/// The text that normalising makes of what somebody typed (R5): ASCII white space around it dropped, ASCII letters of
/// scope and name (never of the tag) in lower case. Allocates where a letter changes. It checks nothing.
///
/// ```
/// assert_eq!(scope_core::normalize("\t@Acme/Widget:RC1\n"), "@acme/widget:RC1");
/// ```
pub fn normalize(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim_matches(is_white_space);
    let is_upper = |byte: u8| byte.is_ascii_uppercase();
    // Most texts have none, nowhere, and it does not take knowing where their parts are to say so.
    if !trimmed
        .bytes()
        .fold(false, |any, byte| any | is_upper(byte))
    {
        return Cow::Borrowed(trimmed);
    }
    let name_start = trimmed.find('/').unwrap_or(0);
    let (before, rest) = trimmed
        .split_at_checked(name_start)
        .unwrap_or((trimmed, ""));
    let name = rest.split(':').next().unwrap_or_default();
    let head = trimmed
        .get(..before.len().saturating_add(name.len()))
        .unwrap_or(trimmed);
    if !head.bytes().any(is_upper) {
        return Cow::Borrowed(trimmed);
    }
    let mut normalized = String::from(trimmed);
    if let Some(head) = normalized.get_mut(..head.len()) {
        head.make_ascii_lowercase();
    }
    Cow::Owned(normalized)
}

/// How many bytes of ASCII white space [`normalize`] drops from the beginning.
pub(crate) fn leading_white_space(text: &str) -> usize {
    text.len()
        .saturating_sub(text.trim_start_matches(is_white_space).len())
}

fn is_white_space(char: char) -> bool {
    char.is_ascii_whitespace()
}

#[cfg(feature = "serde")]
mod serde_impls {
    use super::{Reference, ReferenceBuf};
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    impl Serialize for Reference<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_str(self.as_str())
        }
    }

    impl<'de: 'a, 'a> Deserialize<'de> for Reference<'a> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = <&'de str>::deserialize(deserializer)?;
            Self::parse(text).map_err(|error| de::Error::custom(error.message(text)))
        }
    }

    impl Serialize for ReferenceBuf {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_str(self.as_str())
        }
    }

    impl<'de> Deserialize<'de> for ReferenceBuf {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            crate::newtype::deserialize_text(deserializer, str::parse)
        }
    }
}
