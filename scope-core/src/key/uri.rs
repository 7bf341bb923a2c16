//! The URI of a scope key (K9).

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::branch::{self, BranchNameBuf};
use crate::error::{Error, ErrorCode, Fault, Part};
use crate::key::{ScopeKey, ScopeKind};
use crate::path::{self, AbsolutePathBuf};
use crate::percent;
use crate::worktree::{self, WorktreeKeyBuf};

const SCHEME: &str = "scope:";

pub(super) fn write(key: &ScopeKey, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{SCHEME}{}", key.kind())?;
    let (path, name) = key.fields();
    for field in [path, name].into_iter().flatten() {
        f.write_str(":")?;
        percent::encode(field, f)?;
    }
    Ok(())
}

/// The URI that `text` should have been, where its escapes alone are not canonical.
pub(crate) fn canonical(text: &str) -> Option<String> {
    read(text, false).ok().map(|key| key.uri().to_string())
}

impl ScopeKey {
    /// Reads a [URI](Self::uri) (K9). Only the one canonical URI of a key is read, so equal URIs are equal keys.
    ///
    /// # Errors
    ///
    /// `invalid_uri`, `unknown_value` (the kind), `empty`, `invalid_character`, `invalid_percent_encoding`,
    /// `invalid_unicode`, `not_canonical`, or the fault of the path, branch name or worktree key. Offsets count bytes of
    /// `text`.
    ///
    /// ```
    /// use scope_core::ScopeKey;
    /// let error = ScopeKey::from_uri("scope:branch:/src/app:a%20b").unwrap_err();
    /// assert_eq!((error.code.as_str(), error.offset), ("invalid_character", 23));
    /// ```
    pub fn from_uri(text: &str) -> Result<Self, Error> {
        read(text, true)
    }
}

/// A field of a URI: its encoded text, and where that begins.
struct Field<'a> {
    text: &'a str,
    start: usize,
    part: Part,
}

fn read(text: &str, only_canonical: bool) -> Result<ScopeKey, Error> {
    let refuse = |offset| Error::new(ErrorCode::InvalidUri, Part::Uri, Part::Uri, offset);
    let rest = text.strip_prefix(SCHEME).ok_or_else(|| refuse(0))?;
    let mut end = SCHEME.len();
    let mut words = Vec::new();
    for word in rest.splitn(4, ':') {
        words.push((word, end));
        end = end.saturating_add(word.len()).saturating_add(1);
    }
    let kind = words
        .first()
        .and_then(|&(word, _)| ScopeKind::from_word(word))
        .ok_or_else(|| Error::new(ErrorCode::UnknownValue, Part::Kind, Part::Uri, SCHEME.len()))?;
    let parts: &[Part] = match kind {
        ScopeKind::Global => &[],
        ScopeKind::Repository => &[Part::PrimaryPath],
        ScopeKind::Branch => &[Part::PrimaryPath, Part::BranchName],
        ScopeKind::Worktree => &[Part::PrimaryPath, Part::WorktreeKey],
    };
    let given = words.get(1..).unwrap_or_default();
    if given.len() < parts.len() {
        return Err(refuse(text.len()));
    }
    if let Some(&(_, start)) = given.get(parts.len()) {
        return Err(refuse(start.saturating_sub(1)));
    }
    let mut fields = given
        .iter()
        .zip(parts)
        .map(|(&(text, start), &part)| Field { text, start, part });
    let mut next = |check: fn(&str) -> Result<(), Fault>| match fields.next() {
        Some(field) => field.read(check, only_canonical),
        None => Err(refuse(text.len())),
    };
    Ok(match kind {
        ScopeKind::Global => ScopeKey::Global,
        ScopeKind::Repository => ScopeKey::Repository {
            primary_path: AbsolutePathBuf::new(next(path::check)?)?,
        },
        ScopeKind::Branch => ScopeKey::Branch {
            primary_path: AbsolutePathBuf::new(next(path::check)?)?,
            branch_name: BranchNameBuf::new(next(branch::check)?)?,
        },
        ScopeKind::Worktree => ScopeKey::Worktree {
            primary_path: AbsolutePathBuf::new(next(path::check)?)?,
            worktree_key: WorktreeKeyBuf::new(next(worktree::check)?)?,
            worktree_path: None,
        },
    })
}

impl Field<'_> {
    /// The decoded and checked value.
    fn read(
        &self,
        check: fn(&str) -> Result<(), Fault>,
        only_canonical: bool,
    ) -> Result<String, Error> {
        let error = |fault: Fault| fault.of(self.part, Part::Uri, self.start);
        if self.text.is_empty() {
            return Err(error(Fault::new(ErrorCode::Empty, 0)));
        }
        let value = percent::decode(self.text).map_err(error)?;
        if only_canonical && let Some(at) = percent::first_uncanonical(self.text) {
            return Err(error(Fault::new(ErrorCode::NotCanonical, at)));
        }
        check(&value).map_err(|fault| {
            error(Fault::new(
                fault.code,
                percent::place_of(self.text, fault.offset),
            ))
        })?;
        Ok(value)
    }
}
