//! What a workspace's `.workspace.json` says (W6).

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::error::{Error, ErrorCode, Part};
use crate::json::write_string;
use crate::repository::{RepositoryId, check_disk_path};
use crate::time::Timestamp;

/// The metadata of a workspace (W6).
///
/// Fields that the rule does not name are kept, and written back after the named ones.
///
/// ```
/// use scope_core::{Timestamp, WorkspaceMetadata};
///
/// let now: Timestamp = "2026-01-31T12:00:00Z".parse()?;
/// let mut metadata = WorkspaceMetadata::new("acme", "widget", now)?;
/// metadata.current_branch = Some("main".into());
/// assert_eq!(metadata.full_name(), "acme/widget");
/// # Ok::<(), scope_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceMetadata {
    owner: String,
    repo: String,
    /// Only with a path.
    host: Option<String>,
    /// Ends with owner and repo.
    path: Option<String>,
    /// The branch that a clone begins on.
    pub default_branch: Option<String>,
    /// The branch that is checked out.
    pub current_branch: Option<String>,
    /// When somebody last used the workspace.
    pub last_accessed_at: Timestamp,
    /// When it was last brought up to date.
    pub last_synced_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Names and values of other fields, in JSON, as they were written.
    other: Vec<(String, String)>,
}

impl WorkspaceMetadata {
    /// The most bytes that `.workspace.json` may have on a disk (W8).
    pub const MAX_ON_DISK: usize = 65_536;

    /// The metadata of a workspace made at `now`.
    ///
    /// # Errors
    ///
    /// W4's, of `owner`, then of `repo`.
    pub fn new(owner: &str, repo: &str, now: Timestamp) -> Result<Self, Error> {
        RepositoryId::new(owner, repo).map(|id| Self::of(&id, now))
    }

    /// The metadata of a workspace of any repository, made at `now`.
    ///
    /// ```
    /// use scope_core::{RepositoryId, Timestamp, WorkspaceMetadata};
    ///
    /// let id = RepositoryId::hosted("gitlab.com", "acme/tools/widget")?;
    /// let metadata = WorkspaceMetadata::of(&id, "2026-01-31T12:00:00Z".parse()?);
    /// assert_eq!(metadata.full_name(), "tools/widget");
    /// assert_eq!((metadata.host(), metadata.path()), (id.host(), Some(id.path())));
    /// assert_eq!(metadata.repository_id(), id);
    /// # Ok::<(), scope_core::Error>(())
    /// ```
    pub fn of(id: &RepositoryId, now: Timestamp) -> Self {
        let host = id.host().map(String::from);
        Self {
            owner: id.owner().into(),
            repo: id.repo().into(),
            path: host.is_some().then(|| id.path().into()),
            host,
            default_branch: None,
            current_branch: None,
            last_accessed_at: now,
            last_synced_at: None,
            created_at: now,
            other: Vec::new(),
        }
    }

    /// Records where on the disk the repository was cloned from: an absolute path, without `.git`.
    ///
    /// # Errors
    ///
    /// `not_absolute`, or the faults of [`RepositoryId::hosted`] of the path behind its first `/`; `field_mismatch`
    /// (`repository_path`) where it does not end with owner and repo.
    ///
    /// ```
    /// use scope_core::{Timestamp, WorkspaceMetadata};
    ///
    /// let now: Timestamp = "2026-01-31T12:00:00Z".parse()?;
    /// let mut metadata = WorkspaceMetadata::new("acme", "widget", now)?;
    /// metadata.set_disk_path("/srv/git/acme/widget")?;
    /// assert_eq!(metadata.path(), Some("/srv/git/acme/widget"));
    /// assert!(metadata.set_disk_path("/srv/git/acme/other").is_err());
    /// # Ok::<(), scope_core::Error>(())
    /// ```
    pub fn set_disk_path(&mut self, path: &str) -> Result<(), Error> {
        check_disk_path(path)?;
        if !ends_with(path, &self.owner, &self.repo) {
            let part = Part::RepositoryPath;
            return Err(Error::new(ErrorCode::FieldMismatch, part, part, 0));
        }
        (self.host, self.path) = (None, Some(path.into()));
        Ok(())
    }

    /// Which repository it is of.
    pub fn repository_id(&self) -> RepositoryId {
        RepositoryId::of_metadata(&self.owner, &self.repo, self.host().zip(self.path()))
    }

    /// The host of the repository and its port; `None` for the service's own host, and for what was cloned from a disk.
    pub fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// The full path of the repository on its host; without a host, the absolute path on the disk that it was cloned from;
    /// `None` for `owner/repo` of the service's own host.
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// The owner of the repository.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The name of the repository.
    pub fn repo(&self) -> &str {
        &self.repo
    }

    /// `{owner}/{repo}`; of a path with more components, the last two.
    pub fn full_name(&self) -> String {
        [self.owner(), self.repo()].join("/")
    }

    /// The latest sign of use: of `last_accessed_at`, `last_synced_at` and `created_at` (W7).
    pub fn last_active_at(&self) -> Timestamp {
        let used = self.last_accessed_at.max(self.created_at);
        self.last_synced_at.map_or(used, |synced| used.max(synced))
    }

    /// The JSON form, without white space, the named fields in the order of W6's table.
    pub fn to_json(&self) -> impl fmt::Display + '_ {
        fmt::from_fn(|f| {
            f.write_str("{\"owner\":")?;
            write_string(&self.owner, f)?;
            f.write_str(",\"repo\":")?;
            write_string(&self.repo, f)?;
            f.write_str(",\"fullName\":")?;
            write_string(&self.full_name(), f)?;
            let optional = [
                ("host", &self.host),
                ("path", &self.path),
                ("defaultBranch", &self.default_branch),
                ("currentBranch", &self.current_branch),
            ];
            for (name, text) in optional {
                if let Some(text) = text {
                    write!(f, ",\"{name}\":")?;
                    write_string(text, f)?;
                }
            }
            let times = [
                (Part::LastAccessedAt, Some(self.last_accessed_at)),
                (Part::LastSyncedAt, self.last_synced_at),
                (Part::CreatedAt, Some(self.created_at)),
            ];
            for (part, time) in times {
                if let Some(time) = time {
                    write!(f, ",\"{}\":\"{time}\"", part.field())?;
                }
            }
            for (name, value) in &self.other {
                write!(f, ",{name}:{value}")?;
            }
            f.write_str("}")
        })
    }
}

/// Whether the last two components of a path are these.
fn ends_with(path: &str, owner: &str, repo: &str) -> bool {
    let above = path
        .strip_suffix(repo)
        .and_then(|path| path.strip_suffix('/'));
    above.is_some_and(|above| above.rsplit('/').next() == Some(owner))
}

#[cfg(feature = "serde")]
mod reading {
    use alloc::boxed::Box;
    use alloc::string::{String, ToString as _};

    use serde::ser::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use serde_json::value::RawValue;

    use super::{WorkspaceMetadata, ends_with};
    use crate::error::{Error, ErrorCode, Part};
    use crate::json::{entries, write_compact};
    use crate::key::json::first_duplicate;
    use crate::repository::{check_disk_path, check_host, check_path};
    use crate::time::Timestamp;
    use crate::workspace::check_repository;

    const REQUIRED: [Part; 5] = [
        Part::Owner,
        Part::Repo,
        Part::FullName,
        Part::LastAccessedAt,
        Part::CreatedAt,
    ];
    const OPTIONAL: [&str; 5] = [
        "host",
        "path",
        "defaultBranch",
        "currentBranch",
        "lastSyncedAt",
    ];

    impl WorkspaceMetadata {
        /// Reads the JSON form (W6). Needs the feature `serde`.
        ///
        /// # Errors
        ///
        /// `invalid_json`, `wrong_type`, `invalid_unicode`, `duplicate_field`, `missing_field`, W4's faults of owner,
        /// repo, host and path, `field_mismatch` or `invalid_timestamp`. Offsets are those of the field's name or value in `text`,
        /// in bytes.
        ///
        /// ```
        /// use scope_core::WorkspaceMetadata;
        /// let text = r#"{"owner":"acme","repo":"widget","fullName":"acme/widget","note":1,
        ///   "lastAccessedAt":"2026-01-31T12:00:00Z","createdAt":"2026-01-31T12:00:00Z"}"#;
        /// let metadata = WorkspaceMetadata::from_json(text)?;
        /// assert!(metadata.to_json().to_string().ends_with(r#""note":1}"#));
        /// # Ok::<(), scope_core::Error>(())
        /// ```
        pub fn from_json(text: &str) -> Result<Self, Error> {
            let entries = entries(text, Part::Metadata)?;
            let error = |code, part, offset| Error::new(code, part, Part::Metadata, offset);
            if let Some(entry) = first_duplicate(&entries) {
                return Err(error(
                    ErrorCode::DuplicateField,
                    Part::Metadata,
                    entry.name_at,
                ));
            }
            let is_optional = |name: &str| OPTIONAL.contains(&name);
            let is_required = |name: &str| REQUIRED.iter().any(|part| part.field() == name);
            let wrong_type = entries.iter().find(|entry| {
                entry.text.is_none()
                    && (is_required(&entry.name) || (is_optional(&entry.name) && !entry.is_null()))
            });
            if let Some(entry) = wrong_type {
                return Err(error(ErrorCode::WrongType, Part::Metadata, entry.value_at));
            }
            let named = |name: &str| entries.iter().find(|entry| entry.name == name);
            if let Some(part) = REQUIRED.iter().find(|part| named(part.field()).is_none()) {
                return Err(error(ErrorCode::MissingField, *part, text.len()));
            }
            let value = |name: &str| named(name).and_then(|entry| entry.text.as_deref());
            let at_value = |code, part: Part| {
                error(
                    code,
                    part,
                    named(part.field()).map_or(0, |entry| entry.value_at),
                )
            };
            let (owner, repo) = (
                value("owner").unwrap_or_default(),
                value("repo").unwrap_or_default(),
            );
            check_repository(owner, repo).map_err(|fault| at_value(fault.code, fault.part))?;
            let full_name =
                value("fullName").and_then(|name| name.strip_prefix(owner)?.strip_prefix('/'));
            if full_name != Some(repo) {
                return Err(at_value(ErrorCode::FieldMismatch, Part::FullName));
            }
            let path_at = named("path").map_or(text.len(), |entry| entry.value_at);
            let at_path = |code, part| error(code, part, path_at);
            let (host, path) = (value("host"), value("path"));
            if let Some(host) = host {
                check_host(host).map_err(|fault| at_value(fault.code, fault.part))?;
            }
            match path {
                Some(path) => {
                    let check = if host.is_some() {
                        check_path
                    } else {
                        check_disk_path
                    };
                    check(path).map_err(|fault| at_path(fault.code, fault.part))?;
                    if !ends_with(path, owner, repo) {
                        return Err(at_path(ErrorCode::FieldMismatch, Part::RepositoryPath));
                    }
                }
                None if host.is_some() => {
                    return Err(at_path(ErrorCode::MissingField, Part::RepositoryPath));
                }
                None => {}
            }
            let time = |part: Part| {
                value(part.field())
                    .map(|text| Timestamp::read(text).map_err(|fault| at_value(fault.code, part)))
                    .transpose()
            };
            let required_time =
                |part| time(part)?.ok_or_else(|| error(ErrorCode::MissingField, part, text.len()));
            let last_accessed_at = required_time(Part::LastAccessedAt)?;
            let last_synced_at = time(Part::LastSyncedAt)?;
            let created_at = required_time(Part::CreatedAt)?;
            let compact = |json: &str| {
                let mut text = String::with_capacity(json.len());
                // A String takes everything that is written to it.
                let _ = write_compact(json, &mut text);
                text
            };
            let other = entries
                .iter()
                .filter(|entry| !is_required(&entry.name) && !is_optional(&entry.name))
                .map(|entry| (String::from(entry.raw_name), compact(entry.raw_value)))
                .collect();
            Ok(Self {
                owner: owner.into(),
                repo: repo.into(),
                host: host.map(String::from),
                path: path.map(String::from),
                default_branch: value("defaultBranch").map(String::from),
                current_branch: value("currentBranch").map(String::from),
                last_accessed_at,
                last_synced_at,
                created_at,
                other,
            })
        }
    }

    /// Through `serde_json` alone: only there do fields that the rule does not name stay as they were written.
    ///
    /// ```
    /// use scope_core::WorkspaceMetadata;
    /// let text = r#"{"owner":"acme","repo":"widget","fullName":"acme/widget","lastAccessedAt":"2026-01-31T12:00:00Z",
    ///   "createdAt":"2026-01-31T12:00:00Z","z":1.50,"a":18446744073709551616}"#;
    /// let metadata: WorkspaceMetadata = serde_json::from_str(text)?;
    /// let json = serde_json::to_string(&metadata)?;
    /// assert!(json.ends_with(r#""z":1.50,"a":18446744073709551616}"#));
    /// let error = serde_json::from_str::<WorkspaceMetadata>("{}").unwrap_err();
    /// assert!(error.to_string().contains("the field owner is missing"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    impl Serialize for WorkspaceMetadata {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            RawValue::from_string(self.to_json().to_string())
                .map_err(S::Error::custom)?
                .serialize(serializer)
        }
    }

    impl<'de> Deserialize<'de> for WorkspaceMetadata {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let json = Box::<RawValue>::deserialize(deserializer)?;
            Self::from_json(json.get())
                .map_err(|error| serde::de::Error::custom(error.message(json.get())))
        }
    }
}
