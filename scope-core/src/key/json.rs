//! The JSON form of a scope key (K10).

use core::fmt;

use crate::error::Part;
use crate::json::write_string;
use crate::key::ScopeKey;

/// The field that a field of an earlier format is called now.
pub(crate) fn new_name_of(legacy: &str) -> Option<Part> {
    match legacy {
        "identifier" => Some(Part::PrimaryPath),
        "branch" => Some(Part::BranchName),
        "workPath" => Some(Part::WorktreePath),
        _ => None,
    }
}

impl ScopeKey {
    /// The JSON form: one object, without white space (K10).
    ///
    /// ```
    /// # use scope_core::ScopeKey;
    /// assert_eq!(
    ///     ScopeKey::branch("/src/app", "main")?.to_json().to_string(),
    ///     r#"{"type":"branch","primaryPath":"/src/app","branchName":"main"}"#
    /// );
    /// # Ok::<(), scope_core::Error>(())
    /// ```
    pub fn to_json(&self) -> impl fmt::Display + '_ {
        fmt::from_fn(|f| {
            write!(f, "{{\"type\":\"{}\"", self.kind())?;
            for (part, value) in self.json_fields() {
                if let Some(value) = value {
                    write!(f, ",\"{}\":", part.field())?;
                    write_string(value, f)?;
                }
            }
            f.write_str("}")
        })
    }

    /// What the JSON form may hold after `type`, in its order.
    fn json_fields(&self) -> [(Part, Option<&str>); 4] {
        [
            (Part::PrimaryPath, self.primary_path()),
            (Part::BranchName, self.branch_name()),
            (Part::WorktreeKey, self.worktree_key()),
            (Part::WorktreePath, self.worktree_path()),
        ]
    }
}

#[cfg(feature = "serde")]
mod reading {
    use alloc::string::{String, ToString};
    use alloc::vec::Vec;

    use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
    use serde::ser::{Serialize, SerializeMap as _, Serializer};

    use super::new_name_of;
    use crate::error::{Error, ErrorCode, Part};
    use crate::json::{Entry, entries};
    use crate::key::{ScopeKey, ScopeKind};

    /// Every field that some kind has.
    const FIELDS: [Part; 5] = [
        Part::Kind,
        Part::PrimaryPath,
        Part::BranchName,
        Part::WorktreeKey,
        Part::WorktreePath,
    ];

    /// The fields that a kind has: the first `required` of them must be there.
    fn fields_of(kind: ScopeKind) -> (&'static [Part], usize) {
        match kind {
            ScopeKind::Global => (&[], 0),
            ScopeKind::Repository => (&[Part::PrimaryPath], 1),
            ScopeKind::Branch => (&[Part::PrimaryPath, Part::BranchName], 2),
            ScopeKind::Worktree => (
                &[Part::PrimaryPath, Part::WorktreeKey, Part::WorktreePath],
                2,
            ),
        }
    }

    impl ScopeKey {
        /// Reads the [JSON form](Self::to_json) (K10). Needs the feature `serde`.
        ///
        /// # Errors
        ///
        /// `invalid_json`, `wrong_type`, `invalid_unicode`, `legacy_field`, `unknown_field`, `duplicate_field`,
        /// `missing_field`, `unknown_value`, or the fault of a value. Offsets are those of the field's name or value in
        /// `text`, in bytes.
        ///
        /// ```
        /// # use scope_core::ScopeKey;
        /// let text = r#"{"type":"repository","identifier":"/src/app"}"#;
        /// let error = ScopeKey::from_json(text).unwrap_err();
        /// assert_eq!((error.code.as_str(), error.offset), ("legacy_field", 21));
        /// assert_eq!(error.suggestion(text).as_deref(), Some("primaryPath"));
        /// ```
        pub fn from_json(text: &str) -> Result<Self, Error> {
            let entries = entries(text, Part::Json)?;
            let error = |code, part, offset| Error::new(code, part, Part::Json, offset);
            let whole = |code, offset| Err(error(code, Part::Json, offset));
            let named = |part: Part| entries.iter().find(|entry| entry.name == part.field());

            for entry in &entries {
                if !FIELDS.iter().any(|part| part.field() == entry.name) {
                    let code = match new_name_of(&entry.name) {
                        Some(_) => ErrorCode::LegacyField,
                        None => ErrorCode::UnknownField,
                    };
                    return whole(code, entry.name_at);
                }
            }
            if let Some(entry) = first_duplicate(&entries) {
                return whole(ErrorCode::DuplicateField, entry.name_at);
            }
            if let Some(entry) = entries.iter().find(|entry| entry.text.is_none()) {
                return whole(ErrorCode::WrongType, entry.value_at);
            }
            let missing = |part| error(ErrorCode::MissingField, part, text.len());
            let kind_entry = named(Part::Kind).ok_or_else(|| missing(Part::Kind))?;
            let kind = kind_entry
                .text
                .as_deref()
                .and_then(ScopeKind::from_word)
                .ok_or_else(|| error(ErrorCode::UnknownValue, Part::Kind, kind_entry.value_at))?;
            let (fields, required) = fields_of(kind);
            let belongs = |entry: &&Entry<'_>| {
                entry.name == Part::Kind.field()
                    || fields.iter().any(|part| part.field() == entry.name)
            };
            if let Some(entry) = entries.iter().find(|entry| !belongs(entry)) {
                return whole(ErrorCode::UnknownField, entry.name_at);
            }
            if let Some(part) = fields
                .iter()
                .take(required)
                .find(|&&part| named(part).is_none())
            {
                return Err(missing(*part));
            }

            let value = |part| named(part).and_then(|entry| entry.text.as_deref());
            let given = |part| value(part).unwrap_or_default();
            let path = given(Part::PrimaryPath);
            let key = match kind {
                ScopeKind::Global => Ok(Self::Global),
                ScopeKind::Repository => Self::repository(path),
                ScopeKind::Branch => Self::branch(path, given(Part::BranchName)),
                ScopeKind::Worktree => {
                    Self::worktree(path, given(Part::WorktreeKey), value(Part::WorktreePath))
                }
            };
            key.map_err(|fault| {
                let value_at = named(fault.part).map_or(0, |entry| entry.value_at);
                error(fault.code, fault.part, value_at)
            })
        }
    }

    /// The leftmost field whose name an earlier one has.
    pub(crate) fn first_duplicate<'a, 'e>(entries: &'e [Entry<'a>]) -> Option<&'e Entry<'a>> {
        let mut seen = alloc::collections::BTreeSet::new();
        entries
            .iter()
            .find(|entry| !seen.insert(entry.name.as_str()))
    }

    impl Serialize for ScopeKey {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            map.serialize_entry(Part::Kind.field(), self.kind().as_str())?;
            for (part, value) in self.json_fields() {
                if let Some(value) = value {
                    map.serialize_entry(part.field(), value)?;
                }
            }
            map.end()
        }
    }

    impl<'de> Deserialize<'de> for ScopeKey {
        /// Through [`ScopeKey::from_json`], whatever the format, so that there is one validation and one message.
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Object;
            impl<'de> Visitor<'de> for Object {
                type Value = ScopeKey;
                fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                    f.write_str("a scope key: an object with a type")
                }
                fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ScopeKey, A::Error> {
                    let mut fields = Vec::new();
                    while let Some((name, value)) = map.next_entry::<String, serde_json::Value>()? {
                        let name = serde_json::Value::String(name);
                        fields.push([name.to_string(), value.to_string()].join(":"));
                    }
                    let json = ["{", &fields.join(","), "}"].concat();
                    ScopeKey::from_json(&json)
                        .map_err(|error| de::Error::custom(error.message(&json)))
                }
            }
            deserializer.deserialize_map(Object)
        }
    }
}
#[cfg(feature = "serde")]
pub(crate) use reading::first_duplicate;
