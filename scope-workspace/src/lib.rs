//! Workspaces of many users on one disk, kept apart: create, clone, sync, get, list, touch, delete, clean up.
//!
//! A workspace is a directory at `<data>/workspaces/<user id>/<name>` (rules W1 and W3), with a `.workspace.json` in it
//! (W6). [`Workspaces`] is all of them; [`discover_projects`] is for the other mode, one developer with a directory of
//! sources. What is promised against hostile users, and how each promise is tested, stands in `docs/workspaces.md`.
//!
//! Calls block, every value is owned, and [`Workspaces`] is `Send + Sync`. What can take long takes a [`Job`]: a
//! [`CancelToken`], and a callback that is told of progress. The time comes from a [`Clock`] that can be replaced.
//!
//! ```
//! use scope_workspace::Workspaces;
//!
//! # let data = tempfile::tempdir()?;
//! # let data = data.path().canonicalize()?;
//! let workspaces = Workspaces::open(&data)?;
//! let user = "123e4567-e89b-12d3-a456-426614174000";
//! let made = workspaces.create(user, "acme", "widget")?;
//! assert_eq!(made.path, data.join("workspaces").join(user).join("acme__widget"));
//! assert_eq!(workspaces.list(user)?.workspaces.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(not(target_os = "linux"))]
compile_error!("scope-workspace reaches everything through directory handles as Linux has them");

mod cleanup;
mod clock;
mod clone;
mod discover;
mod error;
mod fetched;
mod git;
mod index;
mod job;
mod lock;
#[cfg(test)]
#[path = "../../scope-git/tests/common/machine.rs"]
mod machine;
mod metadata;
mod nested;
mod options;
mod process;
mod redact;
mod remote;
mod removal;
mod repository;
mod sandbox;
mod service;
mod shadow;
mod staging;
mod sync;
mod work;
mod workspaces;

pub use cleanup::{Cleanup, Decided, Report, Verdict};
pub use clock::{Clock, SystemClock};
pub use clone::CloneOptions;
pub use discover::{
    DiscoverOptions, Discovery, Mode, Project, SkipReason, Skipped, default_source_dir,
    discover_projects, discover_projects_with, mode,
};
pub use error::Error;
pub use job::{CancelToken, Job, Progress};
pub use lock::Held;
pub use options::{Limits, Options};
pub use scope_fs::Resolution;
pub use sync::Synced;
pub use work::{Named, Work, WorkKind};
pub use workspaces::{Delete, Deleted, Listing, Problem, Usage, Workspace, Workspaces};
