//! Deleting workspaces that nobody uses and that hold nothing that is nowhere else (W7).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;

use rustix::io::Errno;
use scope_core::{
    Part, Retention, RetentionPolicy, Timestamp, WorkspaceMetadata, check_user_id, decide_retention,
};
use scope_fs::{Dir, tree};

use crate::error::Error;
use crate::job::{Job, Progress};
use crate::process::Watch;
use crate::removal::{Removal, Removed};
use crate::work::Work;
use crate::workspaces::{Problem, Usage, Workspaces};
use crate::{metadata, staging};

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
    /// `owner/repo`; of a repository on another host than the default one, `host/path`.
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
            report.sweep("", &self.staging).map_err(failed)?;
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
        // Metadata tells what is idle, and only of that anything else is looked at.
        let mut idle = Vec::new();
        for user_id in users {
            if job.cancel.is_cancelled() {
                return Ok(report);
            }
            job.tell(&Progress {
                phase: user_id.clone(),
                done: report.users,
                total: Some(total),
            });
            report.users += 1;
            if let Err(error) = self.idle_of(&user_id, cleanup, &mut report, &mut idle) {
                report.problems.push(Problem {
                    user_id,
                    directory: String::new(),
                    error,
                });
            }
        }
        self.clean(&idle, cleanup, &mut job, &mut report);
        report
            .idle
            .sort_by(|a, b| (&a.user_id, &a.directory).cmp(&(&b.user_id, &b.directory)));
        Ok(report)
    }

    /// The idle workspaces of one user.
    fn idle_of(
        &self,
        user_id: &str,
        cleanup: Cleanup,
        report: &mut Report,
        idle: &mut Vec<Idle>,
    ) -> Result<(), Error> {
        let Some(user) = self.user_dir(user_id)? else {
            return Ok(());
        };
        let failed = |errno| Error::of_system(errno, Part::Workspace, user_id);
        let staging = self.staging_of(&user).map_err(failed)?;
        if !cleanup.dry_run {
            if let Err(error) = self.restore(&user, user_id) {
                report.problems.push(Problem {
                    user_id: user_id.to_owned(),
                    directory: staging::NAME.to_owned(),
                    error,
                });
            }
            let is_own = staging.identity() != self.staging.identity();
            if is_own {
                report.sweep(user_id, &staging).map_err(failed)?;
            }
        }
        let user = Arc::new(user);
        for directory in Self::entries_of(&user, user_id)? {
            report.workspaces += 1;
            let one = Idle {
                user: Arc::clone(&user),
                user_id: user_id.to_owned(),
                directory,
            };
            match one.recorded(None, report.now) {
                Ok(recorded) if is_idle(&recorded, report.now, cleanup) => idle.push(one),
                Ok(_) => report.kept += 1,
                Err(error) => report.problems.push(one.problem(error)),
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

    /// Looks at idle workspaces, several at once, and removes what holds nothing.
    fn clean(&self, idle: &[Idle], cleanup: Cleanup, job: &mut Job<'_>, report: &mut Report) {
        let now = report.now;
        let next = AtomicUsize::new(0);
        let cancel = job.cancel.clone();
        let (sender, decided) = sync_channel(MOST_AT_ONCE);
        thread::scope(|scope| {
            for _ in 0..at_once(idle.len()) {
                let (sender, next, cancel) = (sender.clone(), &next, &cancel);
                let work = move || {
                    while !cancel.is_cancelled()
                        && let Some(one) = idle.get(next.fetch_add(1, Ordering::Relaxed))
                    {
                        let watch = Watch::within(self.options.limits.time, cancel);
                        let decided = one.decide(self, cleanup, now, &watch);
                        if sender.send((one, decided)).is_err() {
                            return;
                        }
                    }
                };
                // Where no thread can be started, fewer do the work; this one is told of it by the others alone, so
                // that at least one has to be.
                if let Err(error) = thread::Builder::new().spawn_scoped(scope, work) {
                    report.problems.push(Problem {
                        user_id: String::new(),
                        directory: String::new(),
                        error: Error::new(
                            scope_core::ErrorCode::IoFailed,
                            Part::DataDir,
                            self.data_dir().to_string_lossy(),
                        )
                        .with_detail(error.to_string()),
                    });
                }
            }
            drop(sender);
            for (done, (one, decided)) in (1..).zip(decided) {
                job.tell(&Progress {
                    phase: format!("{}/{}", one.user_id, one.directory),
                    done,
                    total: Some(idle.len() as u64),
                });
                match decided {
                    // Cancelled while it was looked at: not a reason to keep it, and not one to remove it.
                    _ if job.cancel.is_cancelled() && !is_done(&decided) => {}
                    Ok(None) => report.kept += 1,
                    Ok(Some(decided)) => {
                        report.freed_bytes += decided.freed_bytes;
                        report.idle.push(decided);
                    }
                    Err(error) => report.problems.push(one.problem(error)),
                }
            }
        });
    }
}

/// How many seconds ahead of the clock a recorded time may be: what clocks of different machines differ by, and a day.
const MOST_AHEAD: i64 = 86_400;

/// How many workspaces are looked at at once, at the most: each look is two git processes.
const MOST_AT_ONCE: usize = 8;

/// How many workspaces are looked at at once: as many as the machine has processors, and one more, which works while
/// another waits for the disk.
fn at_once(idle: usize) -> usize {
    let processors = thread::available_parallelism().map_or(1, Into::into);
    idle.min(processors + 1).min(MOST_AT_ONCE)
}

fn is_done(decided: &Result<Option<Decided>, Error>) -> bool {
    matches!(decided, Ok(Some(decided)) if decided.verdict == Verdict::Deleted)
}

fn is_idle(recorded: &WorkspaceMetadata, now: Timestamp, cleanup: Cleanup) -> bool {
    decide_retention(recorded, None, now, cleanup.policy) != Retention::Keep
}

/// One workspace that is idle as far as its metadata tells.
struct Idle {
    user: Arc<Dir>,
    user_id: String,
    directory: String,
}

impl Idle {
    /// What becomes of it, done; `None` where it was used meanwhile.
    fn decide(
        &self,
        workspaces: &Workspaces,
        cleanup: Cleanup,
        now: Timestamp,
        watch: &Watch,
    ) -> Result<Option<Decided>, Error> {
        let failed = |errno| Error::of_system(errno, Part::Workspace, &*self.directory);
        let dir = self.user.open_dir(&*self.directory).map_err(failed)?;
        match dir.try_lock(true) {
            Err(Errno::WOULDBLOCK) => {
                let recorded = self.recorded(None, now)?;
                let work = Work::default();
                return Ok(Some(self.decided(&recorded, Verdict::InUse, work, 0)));
            }
            other => other.map_err(failed)?,
        }
        // It may have been used before the lock.
        let recorded = self.recorded(Some(&dir), now)?;
        if !is_idle(&recorded, now, cleanup) {
            return Ok(None);
        }
        let removal = Removal {
            workspaces,
            user: &self.user,
            user_id: &self.user_id,
            directory: &self.directory,
            label: &self.directory,
            dir: &dir,
        };
        let work = removal.look(watch, 0).map_err(failed)?;
        let retention = decide_retention(&recorded, work.is_dirty(), now, cleanup.policy);
        if retention != Retention::Delete {
            return Ok(Some(self.decided(&recorded, Verdict::Warned, work, 0)));
        }
        if cleanup.dry_run {
            let freed = tree::measure(&dir).map_err(failed)?.bytes;
            return Ok(Some(self.decided(&recorded, Verdict::Deleted, work, freed)));
        }
        let still_idle = || Ok(is_idle(&self.recorded(Some(&dir), now)?, now, cleanup));
        Ok(match removal.unless_used(watch, still_idle)? {
            Removed::Freed(freed) => Some(self.decided(&recorded, Verdict::Deleted, work, freed)),
            Removed::Kept(work) => Some(self.decided(&recorded, Verdict::Warned, work, 0)),
            Removed::Used => None,
        })
    }

    /// What it records, and not what could be recovered of that: lost metadata deletes nothing. By its handle where it
    /// is open, since it may be out of its place.
    fn recorded(&self, dir: Option<&Dir>, now: Timestamp) -> Result<WorkspaceMetadata, Error> {
        let recorded = match dir {
            Some(dir) => metadata::read(dir, None, &self.directory),
            None => metadata::read(&self.user, Some(&self.directory), &self.directory),
        }?;
        let metadata::Recorded {
            metadata: mut recorded,
            written_at,
            ..
        } = recorded;
        if recorded.repository_id().directory() != self.directory {
            let code = scope_core::ErrorCode::WorkspaceMismatch;
            return Err(Error::new(code, Part::Workspace, &*self.directory));
        }
        let ahead = recorded.last_active_at().unix_seconds() - now.unix_seconds();
        if ahead > MOST_AHEAD {
            // A time that far in the future was not written by a clock. When the file was is known.
            recorded.created_at = written_at;
            recorded.last_accessed_at = written_at;
            recorded.last_synced_at = None;
        }
        Ok(recorded)
    }

    fn decided(
        &self,
        recorded: &WorkspaceMetadata,
        verdict: Verdict,
        work: Work,
        freed_bytes: u64,
    ) -> Decided {
        Decided {
            user_id: self.user_id.clone(),
            directory: self.directory.clone(),
            full_name: recorded.repository_id().to_string(),
            last_active_at: recorded.last_active_at(),
            verdict,
            work,
            freed_bytes,
        }
    }

    fn problem(&self, error: Error) -> Problem {
        Problem {
            user_id: self.user_id.clone(),
            directory: self.directory.clone(),
            error,
        }
    }
}

impl Report {
    /// Clears away what processes left behind, and says what could not be.
    fn sweep(&mut self, user_id: &str, staging: &Dir) -> Result<(), Errno> {
        let swept = staging::sweep(staging)?;
        self.leftovers += swept.things;
        self.freed_bytes += swept.bytes;
        for (name, errno) in swept.left {
            let directory = format!("{}/{}", staging::NAME, name.to_string_lossy());
            let error = match errno {
                Some(errno) => Error::of_system(errno, Part::Workspace, &*directory),
                None => Error::new(
                    scope_core::ErrorCode::IoFailed,
                    Part::Workspace,
                    &*directory,
                )
                .with_detail("nothing here makes entries of this name; remove it by hand"),
            };
            self.problems.push(Problem {
                user_id: user_id.to_owned(),
                directory,
                error,
            });
        }
        Ok(())
    }

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
