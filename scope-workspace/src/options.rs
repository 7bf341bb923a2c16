//! How workspaces are kept: what a deployment sets once.

use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use scope_fs::Resolution;

use crate::clock::{Clock, SystemClock};

/// What a deployment sets once.
#[derive(Clone, Debug)]
pub struct Options {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// The git program, looked for as a shell does. Default: `git`.
    pub git: OsString,
    /// What `owner/repo` is cloned from: `{base_url}/{owner}/{repo}.git`. Default: `https://github.com`.
    pub base_url: String,
    /// Whether `file:` URLs are cloned. Default: no, since they read whatever the service can read.
    pub allow_file_urls: bool,
    /// Limits on clones and syncs.
    pub limits: Limits,
    /// How many bytes a user's workspaces may hold before a [`Usage`](crate::Usage) says that they are too many.
    /// Nothing is refused over it. Default: 2 GB, 2,000,000,000 bytes.
    pub quota_bytes: u64,
    /// How a name below a directory is opened.
    pub resolution: Resolution,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            git: "git".into(),
            base_url: "https://github.com".into(),
            allow_file_urls: false,
            limits: Limits::default(),
            quota_bytes: 2_000_000_000,
            resolution: Resolution::default(),
        }
    }
}

/// Limits on one clone or sync.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest that git may run. Default: 10 minutes.
    pub time: Duration,
    /// The most bytes that it may put on the disk. Measured while git runs, up to ten times a second and less often the
    /// longer it takes, so that a fast network can pass it by what it brings in that time; and once more when git has
    /// ended, so that nothing larger stays. Default: 2 GB.
    pub bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_mins(10),
            bytes: 2_000_000_000,
        }
    }
}
