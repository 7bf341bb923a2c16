//! Whether an idle workspace goes (W7): a decision, and nothing done about it.

use core::fmt;

use crate::error::{Error, ErrorCode, Fault, Part};
use crate::metadata::WorkspaceMetadata;
use crate::time::Timestamp;

/// After how long a workspace counts as idle (W7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RetentionPolicy {
    max_idle_days: u32,
}

impl Default for RetentionPolicy {
    /// 7 days.
    fn default() -> Self {
        Self { max_idle_days: 7 }
    }
}

impl RetentionPolicy {
    /// Idle after so many days of 86,400 seconds.
    ///
    /// # Errors
    ///
    /// `out_of_range` outside 0 to 36,500; the part is `max_idle_days`.
    ///
    /// ```
    /// assert!(scope_core::RetentionPolicy::from_days(-1).is_err());
    /// ```
    pub fn from_days(days: i64) -> Result<Self, Error> {
        match u32::try_from(days) {
            Ok(max_idle_days @ 0..=36_500) => Ok(Self { max_idle_days }),
            _ => Err(Fault::new(ErrorCode::OutOfRange, 0).alone(Part::MaxIdleDays)),
        }
    }

    /// Days.
    pub const fn max_idle_days(self) -> u32 {
        self.max_idle_days
    }
}

/// What to do with a workspace (W7).
///
/// ```
/// assert_eq!(scope_core::Retention::Warn.as_str(), "warn");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Retention {
    /// Keep it.
    Keep,
    /// Keep it, and tell somebody: it is idle, and holds work or may.
    Warn,
    /// Delete it: it is idle and clean.
    Delete,
}

impl Retention {
    /// `keep`, `warn` or `delete`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Warn => "warn",
            Self::Delete => "delete",
        }
    }
}

impl fmt::Display for Retention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Decides what becomes of a workspace (W7).
///
/// `dirty` is whether it holds work that exists nowhere else: `None` where that is unknown. A clock that runs backwards
/// deletes nothing.
///
/// ```
/// use scope_core::{Retention, RetentionPolicy, Timestamp, WorkspaceMetadata, decide_retention};
///
/// let made: Timestamp = "2026-01-01T00:00:00Z".parse()?;
/// let metadata = WorkspaceMetadata::new("acme", "widget", made)?;
/// let week: Timestamp = "2026-01-08T00:00:00Z".parse()?;
/// let policy = RetentionPolicy::default();
/// assert_eq!(decide_retention(&metadata, Some(false), week, policy), Retention::Delete);
/// assert_eq!(decide_retention(&metadata, None, week, policy), Retention::Warn);
/// assert_eq!(decide_retention(&metadata, Some(false), made, policy), Retention::Keep);
/// # Ok::<(), scope_core::Error>(())
/// ```
pub fn decide_retention(
    metadata: &WorkspaceMetadata,
    dirty: Option<bool>,
    now: Timestamp,
    policy: RetentionPolicy,
) -> Retention {
    if !now.is_days_after(metadata.last_active_at(), policy.max_idle_days) {
        Retention::Keep
    } else if dirty == Some(false) {
        Retention::Delete
    } else {
        Retention::Warn
    }
}
