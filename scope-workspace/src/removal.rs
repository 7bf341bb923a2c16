//! Removing a workspace without losing what came into it meanwhile.
//!
//! It is looked at; then taken from its place, where no path leads to it any more; then looked at again; and only then,
//! if nothing changed, is it doomed. Otherwise it goes back to its place.

use rustix::io::Errno;
use scope_core::{ErrorCode, Part};
use scope_fs::Dir;

use crate::error::{Error, said};
use crate::process::Watch;
use crate::staging::Taken;
use crate::work::{Look, Work};
use crate::workspaces::Workspaces;

/// One workspace, whose lock is held.
pub(crate) struct Removal<'a> {
    pub(crate) workspaces: &'a Workspaces,
    pub(crate) user: &'a Dir,
    pub(crate) user_id: &'a str,
    pub(crate) directory: &'a str,
    /// What errors call it.
    pub(crate) label: &'a str,
    /// Holds the lock.
    pub(crate) dir: &'a Dir,
}

/// What became of a workspace that was to be removed.
#[derive(Debug)]
pub(crate) enum Removed {
    /// It is gone, and freed so many bytes.
    Freed(u64),
    /// It is back in its place: when it was looked at again, it held this.
    Kept(Work),
    /// It is back in its place: it was used meanwhile.
    Used,
}

impl Removal<'_> {
    /// What it holds.
    pub(crate) fn look(&self, watch: &Watch, names: usize) -> Result<Work, Errno> {
        let staging = self.workspaces.staging_of(self.user)?;
        let look = Look {
            workspaces: self.workspaces,
            staging: &staging,
            label: self.label,
            paths: &self.workspaces.paths_of(self.user_id, self.directory),
            names,
            watch,
        };
        Ok(look.at(self.dir))
    }

    /// Removes it if it still holds nothing, and `is_idle` still says so of it, once nobody reaches it any more.
    pub(crate) fn unless_used(
        &self,
        watch: &Watch,
        is_idle: impl FnOnce() -> Result<bool, Error>,
    ) -> Result<Removed, Error> {
        let staging = self.staging()?;
        let taken = self.take(&staging)?;
        let work = self.look(watch, 0).map_err(self.failed())?;
        if work.is_dirty() != Some(false) {
            return Ok(Removed::Kept(work));
        }
        if !is_idle()? {
            return Ok(Removed::Used);
        }
        self.doom(taken).map(Removed::Freed)
    }

    /// Removes it, whatever it holds.
    pub(crate) fn force(&self) -> Result<u64, Error> {
        let staging = self.staging()?;
        let taken = self.take(&staging)?;
        self.doom(taken)
    }

    fn staging(&self) -> Result<Dir, Error> {
        let staging = self.workspaces.staging_of(self.user);
        staging.map_err(self.failed())
    }

    /// Takes it from its place.
    fn take<'s>(&'s self, staging: &'s Dir) -> Result<Taken<'s>, Error> {
        Taken::from(self.user, self.user_id, self.directory, self.dir, staging)
            .map_err(self.failed())
    }

    fn doom(&self, taken: Taken<'_>) -> Result<u64, Error> {
        taken.doom().map_err(|errno| {
            Error::new(ErrorCode::IoFailed, Part::Workspace, self.label).with_detail(format!(
                "it is out of its place, and what is left of it waits for a cleanup: {}",
                said(errno)
            ))
        })
    }

    fn failed(&self) -> impl Fn(Errno) -> Error + '_ {
        |errno| Error::of_system(errno, Part::Workspace, self.label)
    }
}
