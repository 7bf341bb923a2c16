//! Deleting workspaces that nobody uses and that hold nothing that is nowhere else (W7).

use scope_core::{
    Part, Retention, RetentionPolicy, Timestamp, WorkspaceMetadata, check_user_id, decide_retention,
};

use crate::error::Error;
use crate::job::{Job, Progress};
use crate::metadata;
use crate::staging;
use crate::work::Work;
use crate::workspaces::{Problem, Usage, Workspaces};
use scope_fs::Dir;
use scope_fs::tree;

/// How to clean up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleanup {
    /// After how long a workspace is idle.
    pub policy: RetentionPolicy,
    /// Whether to say what would be done, and do nothing.
    pub dry_run: bool,
    /// Whether to measure each user's workspaces and name those over the quota. That looks at every file.
    pub measure_usage: bool,
}

/// What a cleanup did, or would do.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Whether nothing was done.
    pub dry_run: bool,
    /// The time that everything was decided by.
    pub now: Timestamp,
    /// How many users' directories were looked at.
    pub users: u64,
    /// How many workspaces were.
    pub workspaces: u64,
    /// How many are in use and were left alone.
    pub kept: u64,
    /// Those that are idle, by user and directory.
    pub idle: Vec<Decided>,
    /// What went wrong; nothing of it was deleted.
    pub problems: Vec<Problem>,
    /// What processes left behind that were ended at their work, and was cleared away.
    pub leftovers: u64,
    /// Bytes on the disk that were freed, or would be.
    pub freed_bytes: u64,
    /// Users over the quota; empty where usage was not measured.
    pub over_quota: Vec<Usage>,
}

/// An idle workspace and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Decided {
    /// Whose it is.
    pub user_id: String,
    /// The name of its directory.
    pub directory: String,
    /// `owner/repo`.
    pub full_name: String,
    /// When it was last used.
    pub last_active_at: Timestamp,
    /// What became of it.
    pub verdict: Verdict,
    /// What it holds that is nowhere else.
    pub work: Work,
    /// Bytes on the disk that its deletion freed, or would free; 0 where it is kept.
    pub freed_bytes: u64,
}

/// What became of an idle workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It was deleted; in a dry run, it would be.
    Deleted,
    /// It holds work, or may, and is kept: tell its user.
    Warned,
    /// Somebody holds it, and it is kept.
    InUse,
}

impl Workspaces {
    /// Deletes every workspace that is idle and clean, and says what is idle and not clean.
    ///
    /// Unknown is not clean. What goes wrong with one workspace is in the report, and the rest go on. A cancelled cleanup
    /// stops between two workspaces and reports what it did.
    ///
    /// # Errors
    ///
    /// `in_use` while another cleanup of this data directory runs (a dry run may beside it); `io_failed` where the users
    /// cannot be listed.
    ///
    /// ```
    /// # let data = tempfile::tempdir()?;
    /// # let data = data.path().canonicalize()?;
    /// use scope_workspace::{Cleanup, Job, Workspaces};
    /// let workspaces = Workspaces::open(&data)?;
    /// let report = workspaces.cleanup(Cleanup { dry_run: true, ..Cleanup::default() }, Job::default())?;
    /// assert_eq!(report.workspaces, 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cleanup(&self, cleanup: Cleanup, mut job: Job<'_>) -> Result<Report, Error> {
        let data_dir = self.data_dir().to_string_lossy();
        let failed = |errno| Error::of_system(errno, Part::DataDir, &*data_dir);
        let mut report = Report::new(cleanup.dry_run, self.options.clock.now());
        // Locks go with handles, so this one is opened anew.
        let root = self.root.open_dir(".").map_err(failed)?;
        if !cleanup.dry_run {
            root.try_lock(true).map_err(failed)?;
            let swept = staging::sweep(&self.staging).map_err(failed)?;
            report.leftovers = swept.things;
            report.freed_bytes = swept.bytes;
            for (name, errno) in swept.left {
                let directory = format!("{}/{}", staging::NAME, name.to_string_lossy());
                report.problems.push(Problem {
                    user_id: String::new(),
                    error: Error::of_system(errno, Part::Workspace, &*directory),
                    directory,
                });
            }
        }
        let mut users: Vec<String> = root
            .entries()
            .map_err(failed)?
            .into_iter()
            .filter_map(|(name, _)| name.into_string().ok())
            .filter(|name| check_user_id(name).is_ok())
            .collect();
        users.sort_unstable();
        let total = users.len() as u64;
        for user_id in users {
            if job.cancel.is_cancelled() {
                break;
            }
            job.tell(&Progress {
                phase: user_id.clone(),
                done: report.users,
                total: Some(total),
            });
            report.users += 1;
            if let Err(error) = self.clean_user(&user_id, cleanup, &job, &mut report) {
                report.problems.push(Problem {
                    user_id,
                    directory: String::new(),
                    error,
                });
            }
        }
        Ok(report)
    }

    fn clean_user(
        &self,
        user_id: &str,
        cleanup: Cleanup,
        job: &Job<'_>,
        report: &mut Report,
    ) -> Result<(), Error> {
        let Some(user) = self.user_dir(user_id)? else {
            return Ok(());
        };
        for directory in Self::entries_of(&user, user_id)? {
            if job.cancel.is_cancelled() {
                return Ok(());
            }
            report.workspaces += 1;
            let one = One {
                workspaces: self,
                user: &user,
                user_id,
                directory: &directory,
                cleanup,
                now: report.now,
            };
            match one.decide() {
                Ok(None) => report.kept += 1,
                Ok(Some(decided)) => {
                    report.freed_bytes += decided.freed_bytes;
                    report.idle.push(decided);
                }
                Err(error) => report.problems.push(Problem {
                    user_id: user_id.to_owned(),
                    directory,
                    error,
                }),
            }
        }
        if cleanup.measure_usage {
            let usage = self.usage(user_id)?;
            if usage.is_over() {
                report.over_quota.push(usage);
            }
        }
        Ok(())
    }
}

/// One workspace that a cleanup looks at.
struct One<'a> {
    workspaces: &'a Workspaces,
    user: &'a Dir,
    user_id: &'a str,
    directory: &'a str,
    cleanup: Cleanup,
    now: Timestamp,
}

impl One<'_> {
    /// What becomes of it, done; nothing where it is not idle.
    fn decide(&self) -> Result<Option<Decided>, Error> {
        let recorded = self.recorded()?;
        if !self.is_idle(&recorded) {
            return Ok(None);
        }
        let failed = |errno| Error::of_system(errno, Part::Workspace, self.directory);
        let dir = self.user.open_dir(self.directory).map_err(failed)?;
        match dir.try_lock(true) {
            Err(rustix::io::Errno::WOULDBLOCK) => {
                return Ok(Some(self.decided(
                    &recorded,
                    Verdict::InUse,
                    Work::default(),
                    0,
                )));
            }
            other => other.map_err(failed)?,
        }
        // It may have been used between the first look and the lock.
        let recorded = self.recorded()?;
        if !self.is_idle(&recorded) {
            return Ok(None);
        }
        let work = Work::of(&dir, self.directory);
        let retention = decide_retention(&recorded, work.is_dirty(), self.now, self.cleanup.policy);
        if retention != Retention::Delete {
            return Ok(Some(self.decided(&recorded, Verdict::Warned, work, 0)));
        }
        let freed = if self.cleanup.dry_run {
            tree::measure(&dir).map_err(failed)?.bytes
        } else {
            self.workspaces
                .remove(self.user, &dir, self.directory, self.directory)?
        };
        Ok(Some(self.decided(&recorded, Verdict::Deleted, work, freed)))
    }

    /// What it records, and not what could be recovered of that: lost metadata deletes nothing.
    fn recorded(&self) -> Result<WorkspaceMetadata, Error> {
        let recorded = metadata::read(self.user, self.directory, self.directory)?;
        let named = metadata::names(recorded.owner(), recorded.repo());
        if named.as_deref() == Some(self.directory) {
            Ok(recorded)
        } else {
            let code = scope_core::ErrorCode::WorkspaceMismatch;
            Err(Error::new(code, Part::Workspace, self.directory))
        }
    }

    fn is_idle(&self, recorded: &WorkspaceMetadata) -> bool {
        decide_retention(recorded, None, self.now, self.cleanup.policy) != Retention::Keep
    }

    fn decided(
        &self,
        recorded: &WorkspaceMetadata,
        verdict: Verdict,
        work: Work,
        freed_bytes: u64,
    ) -> Decided {
        Decided {
            user_id: self.user_id.to_owned(),
            directory: self.directory.to_owned(),
            full_name: recorded.full_name(),
            last_active_at: recorded.last_active_at(),
            verdict,
            work,
            freed_bytes,
        }
    }
}

impl Report {
    fn new(dry_run: bool, now: Timestamp) -> Self {
        Self {
            dry_run,
            now,
            users: 0,
            workspaces: 0,
            kept: 0,
            idle: Vec::new(),
            problems: Vec::new(),
            leftovers: 0,
            freed_bytes: 0,
            over_quota: Vec::new(),
        }
    }
}
