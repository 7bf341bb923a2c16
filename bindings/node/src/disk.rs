//! Workspaces on a disk (W8 to W12): where there is Linux, as the crate wants.
//!
//! Answers go out as JSON, in the form that the command prints too; JavaScript reads that faster than an object is made
//! for it from here, and the names have one home.

use std::cell::Cell;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use napi::bindgen_prelude::{AsyncTask, External, Object, Utf16String};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Env, Error, Status};
use napi_derive::napi;
use scope_core::{ErrorCode, Part, RetentionPolicy, Timestamp};
use scope_workspace::{
    CancelToken, Cleanup, Clock, CloneOptions, Delete, DiscoverOptions, Held, Job, Options,
    Progress, SystemClock, Workspace, Workspaces, default_source_dir, discover_projects,
};
use serde::Serialize;

use crate::background::{Background, background, guarded};
use crate::fault::{Answer, Fault, answer};
use crate::path::{self, GivenPath};
use crate::text;

impl From<scope_workspace::Error> for Fault {
    fn from(error: scope_workspace::Error) -> Self {
        Self {
            detail: error.detail,
            ..Self::from(error.rejection)
        }
    }
}

thread_local! {
    /// The time of the call that this thread makes, where the caller gave one.
    static NOW: Cell<Option<Timestamp>> = const { Cell::new(None) };
}

/// The time that came with a call, else the system's.
struct CallClock;

impl Clock for CallClock {
    fn now(&self) -> Timestamp {
        NOW.get().unwrap_or_else(|| SystemClock.now())
    }
}

/// What a deployment sets once; what is left out has its default.
#[napi(object)]
pub struct DiskOptions {
    /// The git program.
    pub git: Option<String>,
    /// What `owner/repo` is cloned from.
    pub base_url: Option<String>,
    /// Whether `file:` URLs are cloned.
    pub allow_file_urls: Option<bool>,
    /// The longest that git may run, in milliseconds.
    pub time_limit_ms: Option<f64>,
    /// The most bytes that it may put on the disk.
    pub byte_limit: Option<f64>,
    /// How many bytes are too many for a user.
    pub quota_bytes: Option<f64>,
}

/// A number that JavaScript has looked at: whole, and not below 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it saturates, and what is past 2⁶⁴ is as good as no limit"
)]
fn whole(number: f64) -> u64 {
    number as u64
}

impl From<DiskOptions> for Options {
    fn from(given: DiskOptions) -> Self {
        let mut options = Self {
            clock: Arc::new(CallClock),
            ..Self::default()
        };
        if let Some(git) = given.git {
            options.git = git.into();
        }
        if let Some(url) = given.base_url {
            options.base_url = url;
        }
        options.allow_file_urls = given.allow_file_urls.unwrap_or(options.allow_file_urls);
        if let Some(time) = given.time_limit_ms {
            options.limits.time = Duration::from_millis(whole(time));
        }
        options.limits.bytes = given.byte_limit.map_or(options.limits.bytes, whole);
        options.quota_bytes = given.quota_bytes.map_or(options.quota_bytes, whole);
        options
    }
}

type Disk = External<Arc<Workspaces>>;

/// The workspaces of a data directory.
#[napi(catch_unwind)]
pub fn open_workspaces(data_dir: GivenPath, options: DiskOptions) -> Answer<Disk> {
    let opened = Workspaces::open_with(path::read(&data_dir), options.into());
    answer(
        opened
            .map(|it| External::new(Arc::new(it)))
            .map_err(Fault::from),
    )
}

/// What is asked: the name of a call, and of its arguments those that it has.
#[napi(object)]
pub struct Asked {
    /// A method of [`Workspaces`], by its name in JavaScript.
    pub call: String,
    /// W1.
    pub user_id: Option<Utf16String>,
    /// W4.
    pub owner: Option<Utf16String>,
    /// W4.
    pub repo: Option<Utf16String>,
    /// What to clone.
    pub source: Option<Utf16String>,
    /// K3.
    pub branch: Option<Utf16String>,
    /// How many commits to bring.
    pub depth: Option<u32>,
    /// Whether a workspace is deleted whatever it holds.
    pub force: Option<bool>,
    /// How many names of what it holds are wanted.
    pub names: Option<u32>,
    /// What may be in a workspace.
    pub path: Option<GivenPath>,
    /// W7.
    pub max_idle_days: Option<f64>,
    /// Whether nothing is done.
    pub dry_run: Option<bool>,
    /// Whether users' workspaces are measured.
    pub measure_usage: Option<bool>,
    /// The time, by W6, in place of the system's.
    pub now: Option<Utf16String>,
}

/// One workspace of one user, by name.
struct One {
    user_id: String,
    owner: String,
    repo: String,
}

/// A call with all that it takes.
enum Call {
    Create(One),
    Get(One),
    Touch(One),
    Delete(One, Delete),
    Work(One, usize),
    Sync(One),
    Listing(String),
    Usage(String),
    ValidatePath(String, PathBuf),
    Clone(String, String, CloneOptions),
    Cleanup(Cleanup),
}

impl Call {
    fn read(asked: Asked) -> Result<(Self, Option<Timestamp>), Fault> {
        let read = |units: Option<&Utf16String>, part| {
            Ok::<_, Fault>(text::read_optional(units, part)?.unwrap_or_default())
        };
        let user_id = read(asked.user_id.as_ref(), Part::UserId)?;
        let owner = read(asked.owner.as_ref(), Part::Owner)?;
        let repo = read(asked.repo.as_ref(), Part::Repo)?;
        let source = read(asked.source.as_ref(), Part::Url)?;
        let branch = text::read_optional(asked.branch.as_ref(), Part::BranchName)?;
        let now = text::read_optional(asked.now.as_ref(), Part::Timestamp)?;
        let now = now
            .map(|now| now.parse().map_err(|error| Fault::new(error, now)))
            .transpose()?;
        let one = One {
            user_id,
            owner,
            repo,
        };
        let call = match &*asked.call {
            "create" => Self::Create(one),
            "get" => Self::Get(one),
            "touch" => Self::Touch(one),
            "delete" => Self::Delete(
                one,
                Delete {
                    force: asked.force.unwrap_or_default(),
                },
            ),
            "work" => {
                let names = asked.names.unwrap_or_default();
                Self::Work(one, usize::try_from(names).unwrap_or(usize::MAX))
            }
            "sync" => Self::Sync(one),
            "listing" => Self::Listing(one.user_id),
            "usage" => Self::Usage(one.user_id),
            "validatePath" => {
                let path = asked.path.as_ref().map(path::read).unwrap_or_default();
                Self::ValidatePath(one.user_id, path)
            }
            "clone" => {
                let options = CloneOptions {
                    branch,
                    depth: asked.depth,
                };
                Self::Clone(one.user_id, source, options)
            }
            "cleanup" => Self::Cleanup(Cleanup {
                policy: match asked.max_idle_days {
                    None => RetentionPolicy::default(),
                    Some(days) => crate::workspace::idle_after(days)?,
                },
                dry_run: asked.dry_run.unwrap_or_default(),
                measure_usage: asked.measure_usage.unwrap_or_default(),
            }),
            // A defect of `lib/workspaces.js`, which becomes an exception at the border.
            other => panic!("no call is named {other}"),
        };
        Ok((call, now))
    }

    /// Makes the call, by the time that came with it.
    fn make(
        self,
        workspaces: &Workspaces,
        now: Option<Timestamp>,
        job: Job<'_>,
    ) -> Result<String, Fault> {
        NOW.set(now);
        let on = |one: &One, call: fn(&Workspaces, &str, &str, &str) -> _| {
            let made: Result<Workspace, _> = call(workspaces, &one.user_id, &one.owner, &one.repo);
            json(&Shown::from(&made?))
        };
        match self {
            Self::Create(one) => on(&one, Workspaces::create),
            Self::Get(one) => on(&one, Workspaces::get),
            Self::Touch(one) => on(&one, Workspaces::touch),
            Self::Delete(one, options) => {
                json(&workspaces.delete(&one.user_id, &one.owner, &one.repo, options)?)
            }
            Self::Work(one, names) => {
                json(&workspaces.work(&one.user_id, &one.owner, &one.repo, names)?)
            }
            Self::Sync(one) => {
                let synced = workspaces.sync(&one.user_id, &one.owner, &one.repo, job)?;
                json(&Synced {
                    workspace: Shown::from(&synced.workspace),
                    branch: &synced.branch,
                    from: &synced.from,
                    to: &synced.to,
                })
            }
            Self::Listing(user_id) => {
                let listing = workspaces.list(&user_id)?;
                json(&Listing {
                    workspaces: listing.workspaces.iter().map(Shown::from).collect(),
                    problems: &listing.problems,
                })
            }
            Self::Usage(user_id) => json(&workspaces.usage(&user_id)?),
            Self::ValidatePath(user_id, path) => {
                json(&workspaces.validate_path(&user_id, path)?.to_string_lossy())
            }
            Self::Clone(user_id, source, options) => {
                let made = workspaces.clone(&user_id, &source, &options, job)?;
                json(&Shown::from(&made))
            }
            Self::Cleanup(cleanup) => json(&workspaces.cleanup(cleanup, job)?),
        }
    }
}

/// A workspace, its metadata as the text that `WorkspaceMetadata` is made from: what it does not know is kept by that.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    user_id: &'a str,
    directory: &'a str,
    path: String,
    metadata: String,
    recovered: Option<&'a scope_workspace::Error>,
}

impl<'a> From<&'a Workspace> for Shown<'a> {
    fn from(workspace: &'a Workspace) -> Self {
        Self {
            user_id: &workspace.user_id,
            directory: &workspace.directory,
            path: workspace.path.to_string_lossy().into_owned(),
            metadata: workspace.metadata.to_json().to_string(),
            recovered: workspace.recovered.as_ref(),
        }
    }
}

#[derive(Serialize)]
struct Listing<'a> {
    workspaces: Vec<Shown<'a>>,
    problems: &'a [scope_workspace::Problem],
}

#[derive(Serialize)]
struct Synced<'a> {
    workspace: Shown<'a>,
    branch: &'a str,
    from: &'a str,
    to: &'a str,
}

/// The JSON of an answer. That it cannot be written has no cause in what is asked, and is told all the same.
fn json(value: &impl Serialize) -> Result<String, Fault> {
    let part = Part::Workspace;
    serde_json::to_string(value).map_err(|error| Fault {
        detail: Some(error.to_string()),
        ..Fault::about(
            scope_core::Error::from_parts(ErrorCode::IoFailed, part, part, 0),
            &[],
        )
    })
}

/// A call that is short, and that a thread of Node's pool makes.
#[napi(catch_unwind)]
pub fn ask_workspaces(disk: &Disk, asked: Asked) -> AsyncTask<Background<String>> {
    let read = Call::read(asked);
    let workspaces = Arc::clone(disk);
    background(move || {
        let (call, now) = read?;
        call.make(&workspaces, now, Job::default())
    })
}

/// Something that stops a call.
#[napi(catch_unwind)]
pub fn new_cancel() -> External<CancelToken> {
    External::new(CancelToken::new())
}

/// Stops the calls that it was given to.
#[napi(catch_unwind)]
pub fn cancel(token: &External<CancelToken>) {
    token.cancel();
}

/// How far a call is.
#[napi(object)]
pub struct Told {
    /// In words for a person.
    pub phase: String,
    /// How much of it is done.
    pub done: f64,
    /// How much there is, where that is known.
    pub total: Option<f64>,
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a number of JavaScript's, of which 2⁵³ are exact"
)]
fn told(progress: &Progress) -> Told {
    Told {
        phase: progress.phase.clone(),
        done: progress.done as f64,
        total: progress.total.map(|total| total as f64),
    }
}

/// How many reports of progress wait at most for the thread of JavaScript.
const WAITING: usize = 16;

/// Tells JavaScript of progress; whether it listens does not keep the process alive.
type Listener = ThreadsafeFunction<Told, (), Told, Status, false, true, WAITING>;

/// A call that may take minutes, and so has a thread of its own: those of Node's pool are few, and files and names wait
/// for them too.
///
/// # Errors
///
/// What keeps a promise or a thread from being made.
#[napi(catch_unwind, ts_return_type = "Promise<unknown>")]
pub fn run_workspaces<'env>(
    env: &'env Env,
    disk: &Disk,
    asked: Asked,
    cancel: &External<CancelToken>,
    progress: Option<Listener>,
) -> napi::Result<Object<'env>> {
    let read = Call::read(asked);
    let workspaces = Arc::clone(disk);
    let cancel = CancelToken::clone(cancel);
    let (deferred, promise) = env.create_deferred()?;
    let run = move || {
        let answered = guarded(|| {
            // What did not fit into the queue, while that is still the newest.
            let mut missed = None;
            let put = |now: &Progress| match &progress {
                Some(listener) => {
                    let mode = ThreadsafeFunctionCallMode::NonBlocking;
                    listener.call(told(now), mode) != Status::QueueFull
                }
                None => true,
            };
            let mut tell = |now: &Progress| missed = (!put(now)).then(|| now.clone());
            let job = Job {
                cancel,
                progress: Some(&mut tell),
            };
            let made = read.and_then(|(call, now)| call.make(&workspaces, now, job));
            if let Some(missed) = &missed {
                // It is no loss but of the last report, where JavaScript is still busy.
                put(missed);
            }
            Ok(made)
        });
        match answered {
            Ok(answered) => deferred.resolve(move |_| Ok(answer(answered))),
            Err(error) => deferred.reject(error),
        }
    };
    thread::Builder::new()
        .name("scope-workspaces".to_owned())
        .spawn(run)
        .map_err(|error| Error::from_reason(error.to_string()))?;
    Ok(promise)
}

/// Holds a workspace until it is let go.
#[napi(catch_unwind)]
pub fn hold_workspace(
    disk: &Disk,
    user_id: Utf16String,
    owner: Utf16String,
    repo: Utf16String,
) -> Answer<External<Option<Held>>> {
    answer((|| {
        let user_id = text::read(&user_id, Part::UserId)?;
        let owner = text::read(&owner, Part::Owner)?;
        let repo = text::read(&repo, Part::Repo)?;
        Ok(External::new(Some(disk.hold(&user_id, &owner, &repo)?)))
    })())
}

/// Lets a workspace go; a second time it does nothing.
#[napi(catch_unwind)]
pub fn release_workspace(held: &mut External<Option<Held>>) {
    held.take();
}

/// Finds the repositories in directories of sources, or in the default one (W12).
#[napi(catch_unwind)]
pub fn discover(
    source_dirs: Option<Vec<GivenPath>>,
    skip: Vec<String>,
) -> AsyncTask<Background<String>> {
    let dirs: Vec<PathBuf> = match source_dirs {
        Some(dirs) => dirs.iter().map(path::read).collect(),
        None => default_source_dir().into_iter().collect(),
    };
    let options = DiscoverOptions {
        skip,
        ..DiscoverOptions::default()
    };
    background(move || json(&discover_projects(&dirs, &options)?))
}
