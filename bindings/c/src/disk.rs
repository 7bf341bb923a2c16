//! Workspaces on a disk, where there are any: `scope-workspace` is for Linux, and can be left out.
//!
//! Elsewhere types of the same names stand in. None of their values can be made, since nothing opens a data directory; so
//! what calls them need not know the difference.
#![forbid(unsafe_code)]

pub(crate) use here::*;

#[cfg(all(feature = "workspaces", target_os = "linux"))]
mod here {
    use std::path::Path;
    use std::sync::Arc;

    use scope_core::Timestamp;
    use scope_workspace::Options;
    pub(crate) use scope_workspace::{Error, Problem, Workspace, Workspaces};

    use crate::codes::Call;

    /// Opens a data directory; `now` stands for the system's clock.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "where there are none, a call is answered with that"
    )]
    pub(crate) fn open(
        data_dir: &Path,
        now: Option<Timestamp>,
    ) -> Result<Result<Workspaces, Error>, Call> {
        let mut options = Options::default();
        if let Some(now) = now {
            options.clock = Arc::new(move || now);
        }
        Ok(Workspaces::open_with(data_dir, options))
    }
}

#[cfg(not(all(feature = "workspaces", target_os = "linux")))]
mod here {
    #![allow(dead_code, reason = "what cannot be made is not made")]

    use std::path::{Path, PathBuf};

    use scope_core::{Rejection, Timestamp, WorkspaceMetadata};

    use crate::codes::Call;

    pub(crate) enum Workspaces {}

    pub(crate) struct Error {
        pub(crate) rejection: Rejection,
        pub(crate) detail: Option<String>,
    }

    pub(crate) struct Workspace {
        pub(crate) user_id: String,
        pub(crate) directory: String,
        pub(crate) path: PathBuf,
        pub(crate) metadata: WorkspaceMetadata,
        pub(crate) recovered: Option<Error>,
    }

    pub(crate) struct Problem {
        pub(crate) directory: String,
        pub(crate) error: Error,
    }

    pub(crate) struct Listing {
        pub(crate) workspaces: Vec<Workspace>,
        pub(crate) problems: Vec<Problem>,
    }

    pub(crate) fn open(_: &Path, _: Option<Timestamp>) -> Result<Result<Workspaces, Error>, Call> {
        Err(Call::Unsupported)
    }

    impl Workspaces {
        pub(crate) fn data_dir(&self) -> &Path {
            match *self {}
        }

        pub(crate) fn get(&self, _: &str, _: &str, _: &str) -> Result<Workspace, Error> {
            match *self {}
        }

        pub(crate) fn list(&self, _: &str) -> Result<Listing, Error> {
            match *self {}
        }

        pub(crate) fn validate_path(&self, _: &str, _: &Path) -> Result<PathBuf, Error> {
            match *self {}
        }
    }
}
