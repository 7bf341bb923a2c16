//! Objects in JSON, read with the place of every name and value, so that faults can say where (K10, W6).

use core::fmt;

/// Writes text as a JSON string (K10).
pub(crate) fn write_string(text: &str, f: &mut impl fmt::Write) -> fmt::Result {
    f.write_char('"')?;
    for char in text.chars() {
        match char {
            '"' | '\\' => write!(f, "\\{char}")?,
            '\u{8}' => f.write_str("\\b")?,
            '\t' => f.write_str("\\t")?,
            '\n' => f.write_str("\\n")?,
            '\u{c}' => f.write_str("\\f")?,
            '\r' => f.write_str("\\r")?,
            '\0'..='\u{1f}' => write!(f, "\\u{:04x}", u32::from(char))?,
            _ => f.write_char(char)?,
        }
    }
    f.write_char('"')
}

/// The text between the quotes of the string that begins at `offset`, escapes and all.
pub(crate) fn raw_string_at(text: &str, offset: usize) -> Option<&str> {
    let body = text.get(offset..)?.strip_prefix('"')?;
    let mut escaped = false;
    let end = body.find(|char| {
        let ends = char == '"' && !escaped;
        escaped = char == '\\' && !escaped;
        ends
    })?;
    body.get(..end)
}

#[cfg(feature = "serde")]
pub(crate) use reading::{Entry, entries, write_compact};

#[cfg(feature = "serde")]
mod reading {
    use alloc::string::String;
    use alloc::vec::Vec;
    use core::fmt;

    use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
    use serde_json::value::RawValue;

    use crate::error::{Error, ErrorCode, Part};

    /// One field of an object.
    pub(crate) struct Entry<'a> {
        /// Its name, escapes read.
        pub(crate) name: String,
        /// Where its name begins, in bytes.
        pub(crate) name_at: usize,
        /// Its name as it was written, with its quotes.
        pub(crate) raw_name: &'a str,
        /// Its value as it was written.
        pub(crate) raw_value: &'a str,
        /// Where its value begins, in bytes.
        pub(crate) value_at: usize,
        /// The value, escapes read, where it is a string.
        pub(crate) text: Option<String>,
    }

    impl Entry<'_> {
        pub(crate) fn is_null(&self) -> bool {
            self.raw_value == "null"
        }
    }

    /// The fields of the object that `text` is, in their order, duplicates and all.
    ///
    /// Fails with `invalid_json`, `wrong_type` or `invalid_unicode`, in this order.
    pub(crate) fn entries(text: &str, input: Part) -> Result<Vec<Entry<'_>>, Error> {
        let error = |code, offset| Error::new(code, input, input, offset);
        // All of the text is read as JSON first, so that what is no JSON is never called a wrong type.
        serde_json::from_str::<IgnoredAny>(text)
            .map_err(|fault| error(ErrorCode::InvalidJson, stopped_at(text, &fault)))?;
        let Entries(raw) =
            serde_json::from_str(text).map_err(|_| error(ErrorCode::WrongType, 0))?;
        let place = |part: &str| part.as_ptr().addr().wrapping_sub(text.as_ptr().addr());
        raw.into_iter()
            .map(|(name, value)| {
                let (raw_name, raw_value) = (name.get(), value.get());
                let (name_at, value_at) = (place(raw_name), place(raw_value));
                let read = |raw: &str, at| {
                    serde_json::from_str::<String>(raw)
                        .map_err(|_| error(ErrorCode::InvalidUnicode, at))
                };
                let name = read(raw_name, name_at)?;
                let text = raw_value
                    .starts_with('"')
                    .then(|| read(raw_value, value_at))
                    .transpose()?;
                Ok(Entry {
                    name,
                    name_at,
                    raw_name,
                    raw_value,
                    value_at,
                    text,
                })
            })
            .collect()
    }

    struct Entries<'a>(Vec<(&'a RawValue, &'a RawValue)>);

    impl<'de> Deserialize<'de> for Entries<'de> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Object;
            impl<'de> Visitor<'de> for Object {
                type Value = Entries<'de>;
                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                    let mut entries = Vec::new();
                    while let Some(entry) = map.next_entry()? {
                        entries.push(entry);
                    }
                    Ok(Entries(entries))
                }
            }
            deserializer.deserialize_map(Object)
        }
    }

    /// The byte at which reading stopped.
    fn stopped_at(text: &str, fault: &serde_json::Error) -> usize {
        if fault.is_eof() {
            return text.len();
        }
        let lines_before = text
            .split_inclusive('\n')
            .take(fault.line().saturating_sub(1));
        let line_start: usize = lines_before.map(str::len).sum();
        text.floor_char_boundary(line_start.saturating_add(fault.column().saturating_sub(1)))
    }

    /// Writes JSON as it was written, but for the white space between its tokens.
    pub(crate) fn write_compact(json: &str, f: &mut impl fmt::Write) -> fmt::Result {
        let mut in_string = false;
        let mut escaped = false;
        for char in json.chars() {
            if in_string || !matches!(char, ' ' | '\t' | '\n' | '\r') {
                f.write_char(char)?;
            }
            if char == '"' && !escaped {
                in_string = !in_string;
            }
            escaped = in_string && char == '\\' && !escaped;
        }
        Ok(())
    }
}
