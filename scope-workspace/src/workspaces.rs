//! The workspaces of a data directory: making, finding, using and removing them.

use std::ffi::CStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::fs::FileType;
use rustix::io::Errno;
use scope_core::{
    AbsolutePath, ErrorCode, Part, Rejection, RepositoryId, WorkspaceMetadata, check_user_id,
    contains, workspace_path,
};

use crate::error::Error;
use crate::job::CancelToken;
use crate::lock::Held;
use crate::options::Options;
use crate::process::Watch;
use crate::removal::{Removal, Removed};
use crate::sandbox::{self, Programs};
use crate::service::{self, Service};
use crate::staging::{self, Purpose, Staged};
use crate::work::{Look, Work};
use crate::{metadata, sync};
use scope_fs::Dir;
use scope_fs::tree;

/// The workspaces of a data directory, of all its users.
///
/// Every operation takes the user first, and reaches that user's directory and no other; then owner and repo, as
/// [`RepositoryId::from_owner_and_repo`] reads them: the owner of a repository on another host than the default one is
/// that host with all of its path but the last component, such as `gitlab.com/group/subgroup`.
#[derive(Debug)]
pub struct Workspaces {
    data_dir: String,
    /// The same without symbolic links: what a process that works there is told by the system.
    real_dir: String,
    pub(crate) root: Dir,
    pub(crate) staging: Dir,
    pub(crate) options: Options,
    pub(crate) programs: Programs,
    service: service::Cache,
}

/// A workspace.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Workspace {
    /// Whose it is.
    pub user_id: String,
    /// What its directory is called (W3).
    pub directory: String,
    /// Where it is, by the data directory's own path.
    pub path: PathBuf,
    /// What its `.workspace.json` says, or what was recovered of that.
    pub metadata: WorkspaceMetadata,
    /// Why the metadata had to be recovered; `None` where it was not. The next [`touch`](Workspaces::touch) or
    /// [`sync`](Workspaces::sync) writes it anew.
    pub recovered: Option<Error>,
}

/// The workspaces of one user.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Listing {
    /// Those that are in order, or were recovered; by the name of their directory.
    pub workspaces: Vec<Workspace>,
    /// What else lies there.
    pub problems: Vec<Problem>,
}

/// A workspace, or what lies where one would, that something is wrong with.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Whose it is; empty for what a process left behind and a cleanup could not clear away.
    pub user_id: String,
    /// The name of its directory; bytes that are not UTF-8 are shown as U+FFFD.
    pub directory: String,
    /// What is wrong.
    pub error: Error,
}

/// What a deletion did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Deleted {
    /// Bytes on the disk that it freed.
    pub freed_bytes: u64,
}

/// How to delete a workspace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delete {
    /// Whether it is deleted whatever it holds. Default: no.
    pub force: bool,
}

/// How much of the disk a user's workspaces take.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// Whose they are.
    pub user_id: String,
    /// Bytes on the disk.
    pub bytes: u64,
    /// Whether all of it was looked at.
    pub complete: bool,
    /// The quota, in bytes. Nothing is refused over it.
    pub quota_bytes: u64,
}

impl Usage {
    /// Whether it is more than the quota.
    pub fn is_over(&self) -> bool {
        self.bytes > self.quota_bytes
    }
}

/// One workspace of one user, by name: nothing of it has been looked at.
pub(crate) struct Place<'a> {
    pub(crate) user_id: &'a str,
    pub(crate) id: RepositoryId,
    pub(crate) directory: String,
    /// What errors call it.
    pub(crate) label: String,
}

/// How long the metadata of a user's workspaces may be locked by others, each of which writes one file.
const RECORDING: Duration = Duration::from_secs(10);

/// How many names a refusal to delete shows.
const NAMED: usize = 10;

impl<'a> Place<'a> {
    pub(crate) fn of(user_id: &'a str, id: RepositoryId) -> Self {
        Self {
            user_id,
            directory: id.directory(),
            label: id.to_string(),
            id,
        }
    }

    /// Why a workspace is not deleted: what would be lost, or why that is not known.
    fn lost(&self, work: &Work) -> Error {
        match &work.unknown {
            Some(why) if work.is_dirty().is_none() => {
                let why = why.detail.clone().unwrap_or_else(|| why.code().to_string());
                self.fault(ErrorCode::WorkUnknown).with_detail(why)
            }
            _ => {
                let mut detail = work.summary();
                for named in &work.names {
                    detail.push('\n');
                    detail.push_str(&named.name);
                }
                self.fault(ErrorCode::WorkWouldBeLost).with_detail(detail)
            }
        }
    }

    pub(crate) fn fault(&self, code: ErrorCode) -> Error {
        Error::new(code, Part::Workspace, &self.label)
    }

    pub(crate) fn system(&self) -> impl Fn(Errno) -> Error + '_ {
        |errno| Error::of_system(errno, Part::Workspace, &self.label)
    }
}

impl Workspaces {
    /// Opens a data directory with the default [`Options`].
    ///
    /// # Errors
    ///
    /// Those of [`open_with`](Self::open_with).
    pub fn open(data_dir: impl AsRef<Path>) -> Result<Self, Error> {
        Self::open_with(data_dir, Options::default())
    }

    /// Opens a data directory, which has to be there. `workspaces` is made in it where it is missing.
    ///
    /// The directory and all above it are trusted: they are the service's own, and may be symbolic links.
    ///
    /// # Errors
    ///
    /// K2's faults of the path (`data_dir`), `non_utf8_path`, `path_not_found`, `not_a_directory`; `symbolic_link` where
    /// `workspaces` in it is one; `io_failed`.
    pub fn open_with(data_dir: impl AsRef<Path>, mut options: Options) -> Result<Self, Error> {
        let text = utf8(data_dir.as_ref(), Part::DataDir)?;
        AbsolutePath::new(text).map_err(|error| {
            scope_core::Error::from_parts(error.code, Part::DataDir, Part::DataDir, error.offset)
                .about(text)
        })?;
        let failed = |errno| Error::of_system(errno, Part::DataDir, text);
        let data = Dir::open_trusted(data_dir.as_ref(), options.resolution).map_err(failed)?;
        let root = data.ensure_dir("workspaces").map_err(failed)?;
        let staging = root.ensure_dir(staging::NAME).map_err(failed)?;
        // What a process took from its place and did not get to remove.
        let _ = staging::restore(&staging, &root, None);
        let real = std::fs::canonicalize(data_dir.as_ref())
            .map_err(|error| failed(scope_fs::errno_of(&error)))?;
        let programs = Programs::beside(&real, &options.git);
        // Looked for once: each run would try every directory of `PATH`.
        if let Some(git) = sandbox::program(&options.git) {
            options.git = git.into();
        }
        Ok(Self {
            data_dir: text.to_owned(),
            real_dir: utf8(&real, Part::DataDir)?.to_owned(),
            programs,
            service: service::Cache::default(),
            root,
            staging,
            options,
        })
    }

    /// What the service's own git configuration says.
    pub(crate) fn service(&self) -> Result<Arc<Service>, Error> {
        self.service.now(&self.options)
    }

    /// The paths by which a workspace's own files may name it.
    pub(crate) fn paths_of(&self, user_id: &str, directory: &str) -> [PathBuf; 2] {
        [&self.data_dir, &self.real_dir].map(|data_dir| {
            let mut path = PathBuf::from(data_dir);
            path.extend(["workspaces", user_id, directory]);
            path
        })
    }

    /// Where things are made for a user: beside all users' directories, or in the user's where that is on a file system
    /// of its own, since nothing can be renamed from one to another.
    pub(crate) fn staging_of(&self, user: &Dir) -> Result<Dir, Errno> {
        if user.identity()?.0 == self.staging.identity()?.0 {
            self.staging.open_dir(".")
        } else {
            user.ensure_dir(staging::NAME)
        }
    }

    /// The data directory, as it was given.
    pub fn data_dir(&self) -> &Path {
        Path::new(&self.data_dir)
    }

    /// Makes a workspace with nothing in it but its metadata, durably; the one that is there already is given back as it
    /// is.
    ///
    /// # Errors
    ///
    /// W1's and W4's faults of the arguments; those of [`get`](Self::get) but `workspace_not_found`.
    pub fn create(&self, user_id: &str, owner: &str, repo: &str) -> Result<Workspace, Error> {
        let place = Self::place(user_id, owner, repo)?;
        match self.found(&place) {
            Err(error) if error.code() == ErrorCode::WorkspaceNotFound => {}
            other => return other.map(|(workspace, _)| workspace),
        }
        let staging = self.staging_for(&place)?;
        let staged = Staged::new(&staging, Purpose::Make).map_err(place.system())?;
        let now = self.options.clock.now();
        let recorded = WorkspaceMetadata::of(&place.id, now);
        metadata::write(&staging, &staged.dir, &recorded, &place.label)?;
        match self.publish(staged, &place) {
            // Somebody else was faster. What is there is looked at like anything that was.
            Err(Errno::EXIST) => self.found(&place).map(|(workspace, _)| workspace),
            Err(errno) => Err(place.system()(errno)),
            Ok(_) => self.workspace(&place, recorded, None),
        }
    }

    /// Finds a workspace.
    ///
    /// # Errors
    ///
    /// W1's and W4's faults of the arguments; `workspace_not_found`; `workspace_mismatch` where its directory records
    /// another repository; `symbolic_link` and `not_a_directory` where the user's directory or the workspace is
    /// something else; `metadata_missing`, `not_a_file`, `too_long` or W6's faults where its metadata is lost and
    /// cannot be recovered; `io_failed`.
    pub fn get(&self, user_id: &str, owner: &str, repo: &str) -> Result<Workspace, Error> {
        let place = Self::place(user_id, owner, repo)?;
        self.found(&place).map(|(workspace, _)| workspace)
    }

    /// All workspaces of one user. How long it takes does not depend on how many other users there are.
    ///
    /// # Errors
    ///
    /// W1's fault of the user id; `symbolic_link`, `not_a_directory` or `io_failed` of the user's directory. A user
    /// without one has no workspaces.
    pub fn list(&self, user_id: &str) -> Result<Listing, Error> {
        check_user(user_id)?;
        let mut listing = Listing::default();
        let Some(user) = self.user_dir(user_id)? else {
            return Ok(listing);
        };
        // What cannot be put back now is a cleanup's to tell of.
        let _ = self.restore(&user, user_id);
        for directory in Self::entries_of(&user, user_id)? {
            match self.listed(&user, user_id, &directory) {
                Ok(workspace) => listing.workspaces.push(workspace),
                Err(error) => listing.problems.push(Problem {
                    user_id: user_id.to_owned(),
                    directory,
                    error,
                }),
            }
        }
        Ok(listing)
    }

    /// Records that a workspace is used now. Recovered metadata is written anew.
    ///
    /// The workspace is held while that is done, so that none that is being deleted counts as used.
    ///
    /// # Errors
    ///
    /// Those of [`get`](Self::get); `in_use` while it is being deleted, cleaned up or synced.
    pub fn touch(&self, user_id: &str, owner: &str, repo: &str) -> Result<Workspace, Error> {
        let place = Self::place(user_id, owner, repo)?;
        let (_, user) = self.found(&place)?;
        let _held = Self::held(&place, &user, false)?;
        let now = self.options.clock.now();
        self.record(&place, |recorded| recorded.last_accessed_at = now)
    }

    /// Says whether a path is a user's: a workspace of the user, or something in one that is there. Gives the path
    /// without `.` and `..`.
    ///
    /// The answer is of this moment. What the user may change, the user may change meanwhile: open the path without
    /// following symbolic links all the same.
    ///
    /// # Errors
    ///
    /// W1's fault of the user id, W5's of the path, `non_utf8_path`; `outside_workspaces`; `symbolic_link` where a
    /// component of it is one; `path_not_found`.
    pub fn validate_path(&self, user_id: &str, path: impl AsRef<Path>) -> Result<PathBuf, Error> {
        check_user(user_id)?;
        let text = utf8(path.as_ref(), Part::Path)?;
        let outside = || Error::new(ErrorCode::OutsideWorkspaces, Part::Path, text);
        let users_dir = |data_dir: &str| {
            let data_dir = data_dir.trim_end_matches('/');
            format!("{data_dir}/workspaces/{user_id}")
        };
        // By the path that the data directory was opened by, or by its real one, which a process that works there sees.
        let bases = [users_dir(&self.data_dir), users_dir(&self.real_dir)];
        let mut base = None;
        for candidate in bases {
            if contains(&candidate, text).map_err(|error| error.about(text))? {
                base = Some(candidate);
                break;
            }
        }
        let base = base.ok_or_else(outside)?;
        let names = cleaned(text);
        let below = &names[cleaned(&base).len()..];
        let failed = |errno| match errno {
            // Something in a workspace that is used as if it were a directory.
            Errno::NOTDIR => Error::new(ErrorCode::PathNotFound, Part::Path, text),
            errno => Error::of_system(errno, Part::Path, text),
        };
        let user = self.user_dir(user_id)?;
        let mut at = user.ok_or_else(|| Error::new(ErrorCode::PathNotFound, Part::Path, text))?;
        if below.first().is_some_and(|name| name.starts_with('.')) {
            return Err(outside());
        }
        if let Some((last, above)) = below.split_last() {
            for name in above {
                at = at.open_dir(*name).map_err(failed)?;
            }
            let kind = FileType::from_raw_mode(at.stat_entry(*last).map_err(failed)?.st_mode);
            if kind == FileType::Symlink {
                return Err(Error::new(ErrorCode::SymbolicLink, Part::Path, text));
            }
            // Directly in a user's directory there are workspaces, and nothing else is anybody's.
            if above.is_empty() && kind != FileType::Directory {
                return Err(outside());
            }
        }
        Ok(PathBuf::from(format!("{base}/{}", below.join("/"))))
    }

    /// Deletes a workspace, unless it holds work that exists nowhere else. It is gone in one step; the space follows.
    ///
    /// With [`force`](Delete::force) it is deleted with all that is in it, whatever that is.
    ///
    /// # Errors
    ///
    /// Those of [`get`](Self::get); `in_use` while it is held, touched, synced or cleaned up; `work_would_be_lost`, the
    /// detail with what, and `work_unknown`, the detail with why. None of them has deleted anything. `io_failed` with
    /// what is left for the next cleanup, where the space could not be freed.
    pub fn delete(
        &self,
        user_id: &str,
        owner: &str,
        repo: &str,
        options: Delete,
    ) -> Result<Deleted, Error> {
        let place = Self::place(user_id, owner, repo)?;
        let (_, user) = self.found(&place)?;
        let dir = Self::held(&place, &user, true)?;
        // Read once more under the lock: it may be another's since.
        self.found(&place)?;
        let removal = Removal {
            workspaces: self,
            user: &user,
            user_id,
            directory: &place.directory,
            label: &place.label,
            dir: &dir,
        };
        if options.force {
            return removal.force().map(|freed_bytes| Deleted { freed_bytes });
        }
        let watch = Watch::within(self.options.limits.time, &CancelToken::new());
        let lost = |work: &Work| place.lost(work);
        let work = removal.look(&watch, NAMED).map_err(place.system())?;
        if work.is_dirty() != Some(false) {
            return Err(lost(&work));
        }
        match removal.unless_used(&watch, || Ok(true))? {
            Removed::Freed(freed_bytes) => Ok(Deleted { freed_bytes }),
            Removed::Kept(work) => Err(lost(&work)),
            Removed::Used => Err(place.fault(ErrorCode::InUse)),
        }
    }

    /// Holds a workspace, so that it is neither deleted nor cleaned up meanwhile.
    ///
    /// # Errors
    ///
    /// Those of [`get`](Self::get); `in_use` while it is being deleted or synced.
    pub fn hold(&self, user_id: &str, owner: &str, repo: &str) -> Result<Held, Error> {
        let place = Self::place(user_id, owner, repo)?;
        let (_, user) = self.found(&place)?;
        Self::held(&place, &user, false).map(Held::new)
    }

    /// Returns what a workspace holds that exists nowhere else, with up to `names` of its names. Runs nothing that the
    /// repository names.
    ///
    /// # Errors
    ///
    /// Those of [`get`](Self::get). What cannot be found out is [`unknown`](Work::unknown).
    pub fn work(
        &self,
        user_id: &str,
        owner: &str,
        repo: &str,
        names: usize,
    ) -> Result<Work, Error> {
        let place = Self::place(user_id, owner, repo)?;
        let (_, user) = self.found(&place)?;
        let dir = user.open_dir(&*place.directory).map_err(place.system())?;
        let look = Look {
            workspaces: self,
            staging: &self.staging_of(&user).map_err(place.system())?,
            label: &place.label,
            paths: &self.paths_of(user_id, &place.directory),
            names,
            watch: &Watch::within(self.options.limits.time, &CancelToken::new()),
        };
        Ok(look.at(&dir))
    }

    /// How much of the disk a user's workspaces take.
    ///
    /// # Errors
    ///
    /// Those of [`list`](Self::list).
    pub fn usage(&self, user_id: &str) -> Result<Usage, Error> {
        check_user(user_id)?;
        let size = match self.user_dir(user_id)? {
            Some(user) => tree::measure(&user)
                .map_err(|errno| Error::of_system(errno, Part::Workspace, user_id))?,
            None => tree::Size {
                bytes: 0,
                whole: true,
            },
        };
        Ok(Usage {
            user_id: user_id.to_owned(),
            bytes: size.bytes,
            complete: size.whole,
            quota_bytes: self.options.quota_bytes,
        })
    }

    pub(crate) fn place<'a>(user_id: &'a str, owner: &str, repo: &str) -> Result<Place<'a>, Error> {
        check_user(user_id)?;
        let id = RepositoryId::from_owner_and_repo(owner, repo).map_err(|error| {
            error.about(if error.input == Part::Owner {
                owner
            } else {
                repo
            })
        })?;
        Ok(Place::of(user_id, id))
    }

    /// Finds a workspace and makes sure that it is the one asked for; gives the user's directory with it.
    pub(crate) fn found(&self, place: &Place<'_>) -> Result<(Workspace, Dir), Error> {
        let user = self
            .user_dir(place.user_id)?
            .ok_or_else(|| place.fault(ErrorCode::WorkspaceNotFound))?;
        let _ = self.restore(&user, place.user_id);
        let (recorded, recovered) = self.metadata_of(&user, &place.directory, &place.label)?;
        if recorded.repository_id() != place.id {
            return Err(place.fault(ErrorCode::WorkspaceMismatch));
        }
        Ok((self.workspace(place, recorded, recovered)?, user))
    }

    /// The metadata of a directory, and why it had to be recovered.
    pub(crate) fn metadata_of(
        &self,
        user: &Dir,
        directory: &str,
        label: &str,
    ) -> Result<(WorkspaceMetadata, Option<Error>), Error> {
        match metadata::read(user, Some(directory), label) {
            Ok(recorded) => Ok((recorded.metadata, None)),
            // What was put there to mislead is refused, not repaired.
            Err(error) if matches!(error.code(), ErrorCode::SymbolicLink | ErrorCode::NotAFile) => {
                Err(error)
            }
            Err(error) => {
                // Whether it is there at all, and what it is, tells more than that a file in it is missing.
                let dir = user
                    .open_dir(directory)
                    .map_err(|errno| Error::of_system(errno, Part::Workspace, label))?;
                match metadata::recover(&dir, directory, &self.options) {
                    Some(recovered) => Ok((recovered, Some(error))),
                    None => Err(error),
                }
            }
        }
    }

    fn listed(&self, user: &Dir, user_id: &str, directory: &str) -> Result<Workspace, Error> {
        let (recorded, recovered) = self.metadata_of(user, directory, directory)?;
        let id = recorded.repository_id();
        if id.directory() != directory {
            return Err(Error::new(
                ErrorCode::WorkspaceMismatch,
                Part::Workspace,
                directory,
            ));
        }
        self.workspace(&Place::of(user_id, id), recorded, recovered)
    }

    pub(crate) fn workspace(
        &self,
        place: &Place<'_>,
        metadata: WorkspaceMetadata,
        recovered: Option<Error>,
    ) -> Result<Workspace, Error> {
        let (owner, repo) = (place.id.full_owner(), place.id.repo());
        let path = workspace_path(&self.data_dir, place.user_id, &owner, repo)
            .map_err(|error| error.about(&*place.label))?;
        Ok(Workspace {
            user_id: place.user_id.to_owned(),
            directory: place.directory.clone(),
            path: path.into(),
            metadata,
            recovered,
        })
    }

    /// Changes the metadata of a workspace. One at a time for each user, so that no change is lost.
    pub(crate) fn record(
        &self,
        place: &Place<'_>,
        change: impl FnOnce(&mut WorkspaceMetadata),
    ) -> Result<Workspace, Error> {
        let (_, user) = self.found(place)?;
        user.lock_within(RECORDING).map_err(place.system())?;
        let (mut workspace, _) = self.found(place)?;
        change(&mut workspace.metadata);
        let dir = user.open_dir(&*place.directory).map_err(place.system())?;
        let staging = self.staging_of(&user).map_err(place.system())?;
        metadata::write(&staging, &dir, &workspace.metadata, &place.label)?;
        workspace.recovered = None;
        Ok(workspace)
    }

    /// Where a workspace is made: for a user who has no directory yet, beside all users'.
    pub(crate) fn staging_for(&self, place: &Place<'_>) -> Result<Dir, Error> {
        match self.user_dir(place.user_id)? {
            Some(user) => self.staging_of(&user),
            None => self.staging.open_dir("."),
        }
        .map_err(place.system())
    }

    /// Puts a directory that was made aside in its place. `EEXIST` where there is something.
    pub(crate) fn publish(&self, staged: Staged, place: &Place<'_>) -> Result<Dir, Errno> {
        let user = self.root.ensure_dir(place.user_id)?;
        staged.place(&user, &place.directory)
    }

    /// Finishes or undoes what processes that ended left of this user's workspaces.
    pub(crate) fn restore(&self, user: &Dir, user_id: &str) -> Result<(), Error> {
        let failed = |errno| Error::of_system(errno, Part::Workspace, user_id);
        let staging = self.staging_of(user).map_err(failed)?;
        staging::restore(&staging, &self.root, Some(user_id)).map_err(failed)?;
        sync::recover(self, &staging, user, user_id).map_err(failed)
    }

    /// Opens and locks a workspace, and makes sure that it is still in its place.
    pub(crate) fn held(place: &Place<'_>, user: &Dir, exclusive: bool) -> Result<Dir, Error> {
        let dir = user.open_dir(&*place.directory).map_err(place.system())?;
        dir.try_lock(exclusive).map_err(place.system())?;
        if !dir.is_at(user, &*place.directory).map_err(place.system())? {
            return Err(place.fault(ErrorCode::WorkspaceNotFound));
        }
        Ok(dir)
    }

    /// The directory of a user, where there is one.
    pub(crate) fn user_dir(&self, user_id: &str) -> Result<Option<Dir>, Error> {
        match self.root.open_dir(user_id) {
            Ok(dir) => Ok(Some(dir)),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(Error::of_system(errno, Part::Workspace, user_id)),
        }
    }

    /// What lies in a user's directory and may be a workspace, by name.
    pub(crate) fn entries_of(user: &Dir, user_id: &str) -> Result<Vec<String>, Error> {
        let entries = user
            .entries()
            .map_err(|errno| Error::of_system(errno, Part::Workspace, user_id))?;
        let shown = |name: &CStr| name.to_string_lossy().into_owned();
        let mut names: Vec<String> = entries.iter().map(|(name, _)| shown(name)).collect();
        names.retain(|name| !name.starts_with('.'));
        names.sort_unstable();
        Ok(names)
    }
}

pub(crate) fn check_user(user_id: &str) -> Result<(), Rejection> {
    check_user_id(user_id).map_err(|error| error.about(user_id))
}

/// A path as text, or where it stops being that.
pub(crate) fn utf8(path: &Path, part: Part) -> Result<&str, Error> {
    use std::os::unix::ffi::OsStrExt as _;
    std::str::from_utf8(path.as_os_str().as_bytes()).map_err(|error| {
        scope_core::Error::from_parts(ErrorCode::NonUtf8Path, part, part, error.valid_up_to())
            .about(path.to_string_lossy())
            .into()
    })
}

/// The components of an absolute path, `..` taking away the one before it.
fn cleaned(path: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                names.pop();
            }
            name => names.push(name),
        }
    }
    names
}
