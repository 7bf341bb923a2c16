//! Workspaces: their directories, metadata and end.

use napi::bindgen_prelude::Utf16String;
use napi_derive::napi;
use scope_core::{Error, Part, RetentionPolicy, Timestamp, WorkspaceMetadata};

use crate::fault::{Answer, Fault, answer};
use crate::text;

fn dir_name(
    owner: &[u16],
    repo: &[u16],
    name: fn(&str, &str) -> Result<String, Error>,
) -> Result<String, Fault> {
    let owner = text::read(owner, Part::Owner)?;
    let repo = text::read(repo, Part::Repo)?;
    name(&owner, &repo)
        .map_err(|error| Fault::about(error, &[(Part::Owner, &owner), (Part::Repo, &repo)]))
}

/// W2.
#[napi(catch_unwind)]
pub fn workspace_dir_name(owner: Utf16String, repo: Utf16String) -> Answer<String> {
    answer(dir_name(&owner, &repo, scope_core::workspace_dir_name))
}

/// W3.
#[napi(catch_unwind)]
pub fn distinct_workspace_dir_name(owner: Utf16String, repo: Utf16String) -> Answer<String> {
    let name = scope_core::distinct_workspace_dir_name;
    answer(dir_name(&owner, &repo, name))
}

/// W3.
#[napi(catch_unwind)]
pub fn hosted_workspace_dir_name(
    host: Utf16String,
    repository_path: Utf16String,
) -> Answer<String> {
    answer((|| {
        let host = text::read(&host, Part::Host)?;
        let path = text::read(&repository_path, Part::RepositoryPath)?;
        scope_core::hosted_workspace_dir_name(&host, &path).map_err(|error| {
            let texts = [(Part::Host, host.as_str()), (Part::RepositoryPath, &path)];
            Fault::about(error, &texts)
        })
    })())
}

/// W1.
#[napi(catch_unwind)]
pub fn workspace_path(
    data_dir: Utf16String,
    user_id: Utf16String,
    owner: Utf16String,
    repo: Utf16String,
) -> Answer<String> {
    answer((|| {
        let data_dir = text::read(&data_dir, Part::DataDir)?;
        let user_id = text::read(&user_id, Part::UserId)?;
        let owner = text::read(&owner, Part::Owner)?;
        let repo = text::read(&repo, Part::Repo)?;
        scope_core::workspace_path(&data_dir, &user_id, &owner, &repo).map_err(|error| {
            let texts = [
                (Part::DataDir, data_dir.as_str()),
                (Part::UserId, &user_id),
                (Part::Owner, &owner),
                (Part::Repo, &repo),
            ];
            Fault::about(error, &texts)
        })
    })())
}

/// W5.
#[napi(catch_unwind)]
pub fn contains(base: Utf16String, path: Utf16String) -> Answer<bool> {
    answer((|| {
        let base = text::read(&base, Part::Base)?;
        let path = text::read(&path, Part::Path)?;
        scope_core::contains(&base, &path)
            .map_err(|error| Fault::about(error, &[(Part::Base, &base), (Part::Path, &path)]))
    })())
}

fn read_metadata(units: &[u16]) -> Result<WorkspaceMetadata, Fault> {
    let text = text::read(units, Part::Metadata)?;
    WorkspaceMetadata::from_json(&text).map_err(|error| Fault::new(error, text))
}

/// Workspace metadata, written back (W6).
#[napi(catch_unwind)]
pub fn metadata(text: Utf16String) -> Answer<String> {
    answer(read_metadata(&text).map(|metadata| metadata.to_json().to_string()))
}

/// W7.
#[napi(catch_unwind)]
pub fn decide_retention(
    metadata: Utf16String,
    dirty: Option<bool>,
    now: Utf16String,
    max_idle_days: Option<f64>,
) -> Answer<String> {
    answer((|| {
        let metadata = read_metadata(&metadata)?;
        let now = text::read(&now, Part::Timestamp)?;
        let now: Timestamp = now.parse().map_err(|error| Fault::new(error, now))?;
        let policy = max_idle_days.map_or_else(|| Ok(RetentionPolicy::default()), idle_after)?;
        let decision = scope_core::decide_retention(&metadata, dirty, now, policy);
        Ok(decision.to_string())
    })())
}

/// JavaScript has one type for numbers; one that is not whole is none of days.
pub(crate) fn idle_after(days: f64) -> Result<RetentionPolicy, Fault> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates, and what it would saturate for is out of range either way"
    )]
    let whole = if days.fract() == 0.0 { days as i64 } else { -1 };
    RetentionPolicy::from_days(whole).map_err(|error| Fault::new(error, days.to_string()))
}
