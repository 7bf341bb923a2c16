//! Scope keys.

use napi::bindgen_prelude::Utf16String;
use napi_derive::napi;
use scope_core::{Error, Part, ScopeKey};

use crate::fault::{Answer, Fault, answer};
use crate::text;

/// What a scope key is made of (K1).
#[napi(object)]
pub struct KeyParts {
    /// `global`, `repository`, `branch` or `worktree`.
    pub kind: String,
    /// K2.
    pub primary_path: Option<String>,
    /// K3.
    pub branch_name: Option<String>,
    /// K4.
    pub worktree_key: Option<String>,
    /// K2, for display.
    pub worktree_path: Option<String>,
}

impl From<&ScopeKey> for KeyParts {
    fn from(key: &ScopeKey) -> Self {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Self {
            kind: key.kind().to_string(),
            primary_path: owned(key.primary_path()),
            branch_name: owned(key.branch_name()),
            worktree_key: owned(key.worktree_key()),
            worktree_path: owned(key.worktree_path()),
        }
    }
}

impl KeyParts {
    /// The key that these are the parts of: they come from one, so there is one.
    fn key(&self) -> Result<ScopeKey, Error> {
        let path = self.primary_path.as_deref();
        match (path, &self.branch_name, &self.worktree_key) {
            (None, ..) => Ok(ScopeKey::global()),
            (Some(path), Some(name), _) => ScopeKey::branch(path, name),
            (Some(path), None, Some(key)) => {
                ScopeKey::worktree(path, key, self.worktree_path.as_deref())
            }
            (Some(path), None, None) => ScopeKey::repository(path),
        }
    }
}

fn parts(made: Result<ScopeKey, Error>, texts: &[(Part, &str)]) -> Result<KeyParts, Fault> {
    made.map(|key| KeyParts::from(&key))
        .map_err(|error| Fault::about(error, texts))
}

/// K1.
#[napi(catch_unwind)]
pub fn key_repository(primary_path: Utf16String) -> Answer<KeyParts> {
    answer((|| {
        let path = text::read(&primary_path, Part::PrimaryPath)?;
        parts(ScopeKey::repository(&path), &[(Part::PrimaryPath, &path)])
    })())
}

/// K1.
#[napi(catch_unwind)]
pub fn key_branch(primary_path: Utf16String, branch_name: Utf16String) -> Answer<KeyParts> {
    answer((|| {
        let path = text::read(&primary_path, Part::PrimaryPath)?;
        let name = text::read(&branch_name, Part::BranchName)?;
        let texts = [
            (Part::PrimaryPath, path.as_str()),
            (Part::BranchName, &name),
        ];
        parts(ScopeKey::branch(&path, &name), &texts)
    })())
}

/// K1.
#[napi(catch_unwind)]
pub fn key_worktree(
    primary_path: Utf16String,
    worktree_key: Utf16String,
    worktree_path: Option<Utf16String>,
) -> Answer<KeyParts> {
    answer((|| {
        let path = text::read(&primary_path, Part::PrimaryPath)?;
        let key = text::read(&worktree_key, Part::WorktreeKey)?;
        let shown = text::read_optional(worktree_path.as_ref(), Part::WorktreePath)?;
        let shown = shown.as_deref();
        let texts = [
            (Part::PrimaryPath, path.as_str()),
            (Part::WorktreeKey, &key),
            (Part::WorktreePath, shown.unwrap_or_default()),
        ];
        parts(ScopeKey::worktree(&path, &key, shown), &texts)
    })())
}

/// K9.
#[napi(catch_unwind)]
pub fn key_from_uri(text: Utf16String) -> Answer<KeyParts> {
    answer((|| {
        let text = text::read(&text, Part::Uri)?;
        parts(ScopeKey::from_uri(&text), &[(Part::Uri, &text)])
    })())
}

/// K10.
#[napi(catch_unwind)]
pub fn key_from_json(text: Utf16String) -> Answer<KeyParts> {
    answer((|| {
        let text = text::read(&text, Part::Json)?;
        parts(ScopeKey::from_json(&text), &[(Part::Json, &text)])
    })())
}

/// The texts that a key has (K5 to K10).
#[napi(object)]
pub struct KeyForms {
    /// K5.
    pub display: String,
    /// K6.
    pub display_short: String,
    /// K7.
    pub storage_key: String,
    /// K8.
    pub distinct_storage_key: String,
    /// K9.
    pub uri: String,
    /// K10.
    pub json: String,
}

/// The texts that a key has; nothing where these are no key's parts.
#[napi(catch_unwind)]
pub fn key_forms(parts: KeyParts) -> Option<KeyForms> {
    let key = parts.key().ok()?;
    Some(KeyForms {
        display: key.display().to_string(),
        display_short: key.display_short().to_string(),
        storage_key: key.storage_key().to_string(),
        distinct_storage_key: key.distinct_storage_key().to_string(),
        uri: key.uri().to_string(),
        json: key.to_json().to_string(),
    })
}

/// K11; nothing where these are no key's parts.
#[napi(catch_unwind)]
pub fn key_search_order(parts: KeyParts) -> Option<Vec<KeyParts>> {
    let key = parts.key().ok()?;
    Some(key.search_order().iter().map(KeyParts::from).collect())
}

/// -1, 0 or 1: the order of two keys (K1); nothing where one has no key's parts.
#[napi(catch_unwind)]
pub fn compare_keys(a: KeyParts, b: KeyParts) -> Option<i32> {
    Some(a.key().ok()?.cmp(&b.key().ok()?) as i32)
}
