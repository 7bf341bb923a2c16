//! Cloning: aside, then put in its place, so that a clone that ends early leaves nothing behind (W10).

use std::ffi::OsString;
use std::time::Instant;

use rustix::io::Errno;
use scope_core::{ErrorCode, Part, check_branch};

use crate::error::Error;
use crate::fetched;
use crate::git::{self, Run};
use crate::job::Job;
use crate::metadata;
use crate::remote::Remote;
use crate::staging::{Purpose, Staged};
use crate::workspaces::{Place, Workspace, Workspaces};
use scope_fs::Dir;

/// How to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CloneOptions {
    /// The branch to check out; the remote's own default where none is named.
    pub branch: Option<String>,
    /// How many commits to bring, counted from the tips; all of them where nothing is said.
    pub depth: Option<u32>,
}

impl Workspaces {
    /// Clones a repository into a new workspace with the git program, its credential helpers, proxies and ssh.
    ///
    /// `source` is an `https:` or `ssh:` URL, `user@host:owner/repo`, `owner/repo` against
    /// [`base_url`](crate::Options::base_url), or where that is allowed a `file:` URL. Nobody is asked anything, no hook
    /// runs, and submodules are left alone. A repository of the host that `base_url` names, with no more than owner and
    /// repo behind it, is known by those two; one of another host by host and path, which keeps two of the same name
    /// apart; one of the disk by owner and repo, and its metadata records the path. Of two clones of one repository at once, one makes the workspace, and the
    /// other fails with `workspace_exists`.
    ///
    /// # Errors
    ///
    /// W1's and W4's faults of user, owner and repo; `url_not_allowed`; K3's faults of the branch; `workspace_exists`, or
    /// `workspace_mismatch` where what is there was cloned from another path on the disk, the detail with which; or what [`get`](Self::get) says of what is there; `git_not_found`, `git_failed`, `timed_out`, `too_large`,
    /// `cancelled`; `io_failed`. After each of them everything is as it was.
    pub fn clone(
        &self,
        user_id: &str,
        source: &str,
        options: &CloneOptions,
        mut job: Job<'_>,
    ) -> Result<Workspace, Error> {
        crate::workspaces::check_user(user_id)?;
        let remote = Remote::read(source, &self.options)?;
        let place = Place::of(user_id, remote.id.clone());
        if let Some(branch) = &options.branch {
            check_branch(branch).map_err(|error| error.about(&**branch))?;
        }
        match self.found(&place) {
            Err(error) if error.code() == ErrorCode::WorkspaceNotFound => {}
            Ok((there, user)) => return Err(self.is_there(&place, &remote, &there, &user)),
            Err(error) => return Err(error),
        }
        let mut recorded = remote.metadata(self.options.clock.now())?;
        let staging = self.staging_for(&place)?;
        let staged = Staged::new(&staging, Purpose::Make).map_err(place.system())?;
        let run = Run {
            options: &self.options,
            dir: &staged.dir,
            remote: &remote,
            deadline: Instant::now().checked_add(self.options.limits.time),
        };
        run.run(&arguments(&remote, options), &[], &mut job)?;
        keep_out_of_git(&staged.dir).map_err(place.system())?;
        let now = self.options.clock.now();
        (recorded.created_at, recorded.last_accessed_at) = (now, now);
        recorded.current_branch = self.symbolic(&run, "HEAD", "refs/heads/")?;
        recorded.default_branch = self
            .symbolic(&run, "refs/remotes/origin/HEAD", "refs/remotes/origin/")?
            .or_else(|| recorded.current_branch.clone());
        recorded.last_synced_at = Some(now);
        metadata::write_cloned(&staging, &staged.dir, &recorded, &place.label)?;
        self.note_tags(&run, &staging, &place)?;
        if job.cancel.is_cancelled() {
            return Err(Error::new(ErrorCode::Cancelled, Part::Url, &remote.shown));
        }
        match self.publish(staged, &place) {
            // Another clone was faster.
            Err(Errno::EXIST) => Err(match self.found(&place) {
                Ok((there, user)) => self.is_there(&place, &remote, &there, &user),
                Err(error) => error,
            }),
            Err(errno) => Err(place.system()(errno)),
            Ok(_) => self.workspace(&place, recorded, None),
        }
    }

    /// Why a repository is not cloned whose directory is there: it has been, or it is another one of the same owner and
    /// name, since what is cloned from a disk has no host that tells it from others.
    fn is_there(&self, place: &Place<'_>, remote: &Remote, there: &Workspace, user: &Dir) -> Error {
        let origin = user
            .open_dir(&*place.directory)
            .ok()
            .and_then(|dir| metadata::origin(&dir, &self.options));
        let recorded = there.metadata.path();
        let is_same = match (recorded, &origin) {
            // By host and path: there is no other.
            _ if remote.id.host().is_some() => true,
            (Some(path), _) => Some(path) == remote.path_on_disk(),
            // It was made by a version that recorded less.
            (None, Some(origin)) => {
                origin.id == remote.id && origin.path_on_disk() == remote.path_on_disk()
            }
            (None, None) => true,
        };
        if is_same {
            return place.fault(ErrorCode::WorkspaceExists);
        }
        let shown = match (recorded, origin) {
            (Some(path), Some(origin)) if origin.path_on_disk() != Some(path) => path.to_owned(),
            (_, Some(origin)) => origin.shown,
            (path, None) => path.unwrap_or_default().to_owned(),
        };
        place
            .fault(ErrorCode::WorkspaceMismatch)
            .with_detail(format!("it was cloned from {shown}"))
    }
}

impl Workspaces {
    /// Notes which tags a new clone has: all are the remote's.
    fn note_tags(&self, run: &Run<'_>, staging: &Dir, place: &Place<'_>) -> Result<(), Error> {
        let mut command = run.command();
        command.args([
            "for-each-ref",
            "--format=%(objectname) %(refname)",
            "refs/tags",
        ]);
        let listed = git::answer(&self.options, command)?;
        let tags = listed.split(|&byte| byte == b'\n');
        let tags = tags.filter(|tag| !tag.is_empty()).map(<[u8]>::to_vec);
        let git_dir = run.dir.open_dir(".git").map_err(place.system())?;
        fetched::add(staging, &git_dir, tags).map_err(place.system())
    }

    /// The branch that a symbolic reference of a new clone names; `None` where it names none, or one that is not text.
    fn symbolic(
        &self,
        run: &Run<'_>,
        reference: &str,
        prefix: &str,
    ) -> Result<Option<String>, Error> {
        let mut command = run.command();
        // Fails where there is no such reference, or it is not symbolic.
        command.args(["symbolic-ref", "--quiet", reference]);
        let named = match git::answer(&self.options, command) {
            Err(error) if error.code() == ErrorCode::GitFailed => return Ok(None),
            other => other?,
        };
        let named = String::from_utf8(named).ok();
        Ok(named.and_then(|named| Some(named.trim_end().strip_prefix(prefix)?.to_owned())))
    }
}

fn arguments(remote: &Remote, options: &CloneOptions) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = ["clone", "--progress", "--no-recurse-submodules"]
        .map(Into::into)
        .into();
    arguments.push("--template=".into());
    if let Some(branch) = &options.branch {
        arguments.push(format!("--branch={branch}").into());
    }
    if let Some(depth) = options.depth {
        arguments.push(format!("--depth={}", depth.max(1)).into());
        arguments.push("--no-single-branch".into());
    }
    arguments.extend(["--origin=origin", "--", &remote.url, "."].map(Into::into));
    arguments
}

/// The metadata is no file of the repository's, and git is told so.
fn keep_out_of_git(dir: &Dir) -> Result<(), Errno> {
    let info = dir.open_dir(".git")?.ensure_dir("info")?;
    let line = format!("/{}\n", metadata::FILE);
    info.write_new("exclude", line.as_bytes()).map(drop)
}
