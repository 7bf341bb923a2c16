//! Asking the library, and what keeps it from answering.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf, absolute};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use scope_workspace::{
    CancelToken, Cleanup, CloneOptions, Delete, DiscoverOptions, Error, Job, Limits, Options,
    Progress, Workspace, Workspaces, default_source_dir, discover_projects_with,
};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

use super::{
    CleanupArgs, CloneArgs, Data, DeleteArgs, DiscoverArgs, Fetching, OnDisk, One, PathArgs, Place,
    SyncArgs, UsageArgs, WorkArgs, show,
};
use crate::Status;
use crate::args::Format;
use crate::diagnostic;
use crate::failure::Failure;
use crate::visible::escape;

/// Why it was not done: the command makes no sense, or the library refuses.
pub(super) enum Stopped {
    Failure(Failure),
    Refused(Box<Error>),
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self::Refused(Box::new(error))
    }
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Failure(Failure::output(error))
    }
}

type Done = Result<Status, Stopped>;

pub(crate) fn run(command: &OnDisk) -> Result<Status, Failure> {
    let (done, format) = match command {
        OnDisk::List(place) => (list(place), place.data.format),
        OnDisk::Create(one) => (on_one(one, Workspaces::create), one.format()),
        OnDisk::Get(one) => (on_one(one, Workspaces::get), one.format()),
        OnDisk::Touch(one) => (on_one(one, Workspaces::touch), one.format()),
        OnDisk::Work(args) => (work(args), args.one.format()),
        OnDisk::Delete(args) => (delete(args), args.one.format()),
        OnDisk::Clone(args) => (clone(args), args.place.data.format),
        OnDisk::Sync(args) => (sync(args), args.one.format()),
        OnDisk::Usage(args) => (usage(args), args.place.data.format),
        OnDisk::ValidatePath(args) => (validate_path(args), args.place.data.format),
        OnDisk::Cleanup(args) => (cleanup(args), args.data.format),
        OnDisk::Discover(args) => (discover(args), args.format),
    };
    match done {
        Ok(status) => Ok(status),
        Err(Stopped::Failure(failure)) => Err(failure),
        Err(Stopped::Refused(error)) => show::refused(&error, format).map_err(Failure::output),
    }
}

impl Data {
    fn open(&self, options: Options) -> Result<Workspaces, Stopped> {
        let set = || env::var_os("DATA_DIR").filter(|dir: &OsString| !dir.is_empty());
        let dir = self.data_dir.clone().or_else(|| set().map(PathBuf::from));
        let dir = dir.ok_or_else(|| {
            Failure::Usage("no data directory; pass --data-dir or set DATA_DIR".to_owned())
        })?;
        Ok(Workspaces::open_with(from_here(&dir), options)?)
    }
}

impl Place {
    fn open(&self) -> Result<Workspaces, Stopped> {
        self.data.open(Options::default())
    }
}

impl One {
    fn format(&self) -> Format {
        self.place.data.format
    }

    /// Owner, of another host with that and what stands between, and repo. Without a `/` the repo is missing, which the library says.
    fn names(&self) -> (&str, &str) {
        self.repository
            .rsplit_once('/')
            .unwrap_or((&self.repository, ""))
    }
}

impl Fetching {
    fn options(&self) -> Options {
        Options {
            allow_file_urls: self.allow_file_urls,
            limits: Limits {
                time: Duration::from_secs(self.time_limit),
                bytes: self.size_limit,
            },
            ..Options::default()
        }
    }
}

/// The absolute path of a directory that is trusted with all above it: what a person writes in a shell is meant from
/// there, `..` included.
fn from_here(dir: &Path) -> PathBuf {
    if dir.is_absolute() {
        return dir.to_owned();
    }
    // What is not there is the library's to refuse.
    fs::canonicalize(dir)
        .or_else(|_| absolute(dir))
        .unwrap_or_else(|_| dir.to_owned())
}

fn on_one(one: &One, call: fn(&Workspaces, &str, &str, &str) -> Result<Workspace, Error>) -> Done {
    let (owner, repo) = one.names();
    let workspace = call(&one.place.open()?, &one.place.user_id, owner, repo)?;
    Ok(show::workspace(&workspace, one.format())?)
}

fn list(place: &Place) -> Done {
    let listing = place.open()?.list(&place.user_id)?;
    Ok(show::listing(&listing, place.data.format)?)
}

fn work(args: &WorkArgs) -> Done {
    let WorkArgs { one, names } = args;
    let (owner, repo) = one.names();
    let work = one
        .place
        .open()?
        .work(&one.place.user_id, owner, repo, *names)?;
    Ok(show::work(&work, one.format())?)
}

fn delete(args: &DeleteArgs) -> Done {
    let DeleteArgs { one, force } = args;
    let (owner, repo) = one.names();
    let options = Delete { force: *force };
    let deleted = one
        .place
        .open()?
        .delete(&one.place.user_id, owner, repo, options)?;
    Ok(show::deleted(deleted, one.format())?)
}

fn usage(args: &UsageArgs) -> Done {
    let workspaces = args.place.data.open(Options {
        quota_bytes: args.quota.quota,
        ..Options::default()
    })?;
    let usage = workspaces.usage(&args.place.user_id)?;
    Ok(show::usage(&usage, args.place.data.format)?)
}

fn validate_path(args: &PathArgs) -> Done {
    // Not resolved: a symbolic link in it is what is looked for.
    let path = absolute(&args.path).unwrap_or_else(|_| args.path.clone());
    let valid = args
        .place
        .open()?
        .validate_path(&args.place.user_id, path)?;
    Ok(show::valid_path(&valid, args.place.data.format)?)
}

fn clone(args: &CloneArgs) -> Done {
    let workspaces = args.place.data.open(Options {
        base_url: args.base_url.clone(),
        ..args.fetching.options()
    })?;
    let options = CloneOptions {
        branch: args.branch.clone(),
        depth: args.depth,
    };
    let made = at_work(|job| workspaces.clone(&args.place.user_id, &args.source, &options, job))??;
    Ok(show::workspace(&made, args.place.data.format)?)
}

fn sync(args: &SyncArgs) -> Done {
    let place = &args.one.place;
    let workspaces = place.data.open(args.fetching.options())?;
    let (owner, repo) = args.one.names();
    let synced = at_work(|job| workspaces.sync(&place.user_id, owner, repo, job))??;
    Ok(show::synced(&synced, place.data.format)?)
}

fn cleanup(args: &CleanupArgs) -> Done {
    let workspaces = args.data.open(Options {
        quota_bytes: args.quota.quota,
        ..Options::default()
    })?;
    let cleanup = Cleanup {
        policy: args.older_than,
        dry_run: args.dry_run,
        measure_usage: args.usage,
    };
    let report = at_work(|job| workspaces.cleanup(cleanup, job))??;
    Ok(show::report(&report, args.data.format)?)
}

fn discover(args: &DiscoverArgs) -> Done {
    let dirs = if args.source_dirs.is_empty() {
        default_source_dir().into_iter().collect()
    } else {
        args.source_dirs.clone()
    };
    if dirs.is_empty() {
        let message = "no directory of sources; name one, or set CODE_SOURCE_DIR or HOME";
        return Err(Failure::Usage(message.to_owned()).into());
    }
    let dirs: Vec<PathBuf> = dirs.iter().map(|dir| from_here(dir)).collect();
    let options = DiscoverOptions {
        skip: args.skip.clone(),
        ..DiscoverOptions::default()
    };
    let found = at_work(|job| discover_projects_with(&dirs, &options, job))??;
    let answered = show::discovery(&found, args.format)?;
    if args.show_skipped {
        show::skipped(&found);
    }
    Ok(answered)
}

/// What whoever started this program has it ignore, as `nohup` does with a hang-up; a bit for each signal, from 1.
fn ignored_signals() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    line.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or_default()
}

/// Makes a call that can take long: told to stop by what ends a program, and shown on a terminal, on one line that goes
/// when it is done.
fn at_work<T>(call: impl FnOnce(Job<'_>) -> T) -> Result<T, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let ignored = ignored_signals();
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        if ignored & (1 << (signal - 1)) != 0 {
            continue;
        }
        // The first asks for an orderly end, the second ends it.
        flag::register_conditional_default(signal, Arc::clone(&stop))
            .and_then(|_| flag::register(signal, Arc::clone(&stop)))
            .map_err(|error| Failure::Io("cannot wait for signals".to_owned(), error))?;
    }
    let mut shown = |progress: &Progress| {
        let total = progress.total.map(|total| format!("/{total}"));
        diagnostic::print(&format!(
            "\r\u{1b}[K{} {}{}",
            escape(&progress.phase),
            progress.done,
            total.unwrap_or_default()
        ));
    };
    let is_terminal = io::stderr().is_terminal();
    let done = call(Job {
        cancel: CancelToken::from(stop),
        progress: if is_terminal { Some(&mut shown) } else { None },
    });
    if is_terminal {
        diagnostic::print("\r\u{1b}[K");
    }
    Ok(done)
}
