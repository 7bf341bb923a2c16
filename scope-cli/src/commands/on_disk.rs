//! `scope workspace list`, `create` and the others that act on workspaces on a disk.
#![expect(
    clippy::doc_markdown,
    reason = "a comment on an option is the help that a shell shows"
)]

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use scope_core::RetentionPolicy;
use scope_workspace::{
    Cleanup, CloneOptions, DiscoverOptions, Error, Job, Options, Progress, Report, Verdict, Work,
    Workspace, Workspaces, default_source_dir, discover_projects,
};

use crate::Status;
use crate::args::Format;
use crate::diagnostic::{self, Diagnostic};
use crate::failure::Failure;

/// What acts on workspaces on a disk.
#[derive(Debug, Subcommand)]
pub(crate) enum OnDisk {
    /// List a user's workspaces
    List(Place),
    /// Make an empty workspace, or find the one that is there
    Create(One),
    /// Clone a repository into a new workspace
    Clone(CloneArgs),
    /// Fetch, and fast-forward the branch that is checked out
    Sync(One),
    /// Show a workspace
    Get(One),
    /// Say that a workspace is in use now
    Touch(One),
    /// Delete a workspace, whatever is in it
    Delete(One),
    /// Delete every user's workspaces that are idle and hold no work
    Cleanup(CleanupArgs),
    /// Find the repositories in a directory of sources
    Discover(DiscoverArgs),
}

/// Where workspaces are, and what answers look like.
#[derive(Args, Debug)]
pub(crate) struct Data {
    /// The directory that holds every user's workspaces [default: $DATA_DIR]
    #[arg(long, value_name = "PATH")]
    data_dir: Option<PathBuf>,

    /// What answers look like
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    format: Format,
}

/// One user's workspaces.
#[derive(Args, Debug)]
pub(crate) struct Place {
    /// The user whose workspaces they are: a UUID in lower case
    #[arg(long, value_name = "UUID")]
    user_id: String,

    #[command(flatten)]
    data: Data,
}

/// One workspace.
#[derive(Args, Debug)]
pub(crate) struct One {
    /// The repository
    #[arg(value_name = "OWNER/REPO")]
    repository: String,

    #[command(flatten)]
    place: Place,
}

/// What to clone, and how.
#[derive(Args, Debug)]
pub(crate) struct CloneArgs {
    /// An https or ssh URL, or OWNER/REPO
    #[arg(value_name = "URL")]
    source: String,

    /// The branch to check out
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,

    /// How many commits to bring
    #[arg(long, value_name = "COUNT")]
    depth: Option<u32>,

    /// What OWNER/REPO is cloned from
    #[arg(long, value_name = "URL", default_value = "https://github.com")]
    base_url: String,

    #[command(flatten)]
    from: FileUrls,

    #[command(flatten)]
    place: Place,
}

/// Whether files are a source.
#[derive(Args, Debug)]
pub(crate) struct FileUrls {
    /// Take file: URLs too, which read whatever this command may read
    #[arg(long)]
    allow_file_urls: bool,
}

/// What to clean up.
#[derive(Args, Debug)]
pub(crate) struct CleanupArgs {
    /// How long a workspace has to be idle: a number of days
    #[arg(long, value_name = "DAYS", default_value = "7d", value_parser = days)]
    older_than: RetentionPolicy,

    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,

    /// Measure every user's workspaces, and name those over the quota
    #[arg(long)]
    usage: bool,

    #[command(flatten)]
    data: Data,
}

/// Where to look.
#[derive(Args, Debug)]
pub(crate) struct DiscoverArgs {
    /// Directories of sources [default: $CODE_SOURCE_DIR, else ~/src]
    #[arg(value_name = "PATH")]
    source_dirs: Vec<PathBuf>,

    /// What answers look like
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    format: Format,
}

/// `7d`, or `7`.
fn days(text: &str) -> Result<RetentionPolicy, String> {
    let number = text.strip_suffix('d').unwrap_or(text);
    let days = number
        .parse()
        .map_err(|_| "a number of days is written like 7d".to_owned())?;
    RetentionPolicy::from_days(days).map_err(|error| error.reason(number).to_string())
}

/// Why it was not done: the command makes no sense, or the library refuses.
enum Stopped {
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

pub(crate) fn run(command: &OnDisk) -> Result<Status, Failure> {
    let done = match command {
        OnDisk::List(place) => list(place),
        OnDisk::Create(one) => on_one(one, Workspaces::create),
        OnDisk::Get(one) => on_one(one, Workspaces::get),
        OnDisk::Touch(one) => on_one(one, Workspaces::touch),
        OnDisk::Delete(one) => delete(one),
        OnDisk::Clone(args) => clone(args),
        OnDisk::Sync(one) => sync(one),
        OnDisk::Cleanup(args) => cleanup(args),
        OnDisk::Discover(args) => discover(args),
    };
    match done {
        Ok(status) => Ok(status),
        Err(Stopped::Failure(failure)) => Err(failure),
        Err(Stopped::Refused(error)) => {
            diagnostic::print(&Diagnostic::plain(&error.to_string()).render());
            Ok(Status::Invalid)
        }
    }
}

impl Data {
    fn open(&self, options: Options) -> Result<Workspaces, Stopped> {
        let set = || env::var_os("DATA_DIR").filter(|dir: &OsString| !dir.is_empty());
        let dir = self.data_dir.clone().or_else(|| set().map(PathBuf::from));
        let dir = dir.ok_or_else(|| {
            Failure::Usage("no data directory; pass --data-dir or set DATA_DIR".to_owned())
        })?;
        Ok(Workspaces::open_with(dir, options)?)
    }
}

impl One {
    /// Owner and repo. Without a `/` the repo is missing, which the library says.
    fn names(&self) -> (&str, &str) {
        self.repository
            .split_once('/')
            .unwrap_or((&self.repository, ""))
    }
}

fn on_one(
    one: &One,
    call: fn(&Workspaces, &str, &str, &str) -> Result<Workspace, Error>,
) -> Result<Status, Stopped> {
    let workspaces = one.place.data.open(Options::default())?;
    let (owner, repo) = one.names();
    show(
        &call(&workspaces, &one.place.user_id, owner, repo)?,
        one.place.data.format,
    )
}

fn show(workspace: &Workspace, format: Format) -> Result<Status, Stopped> {
    match format {
        Format::Text => writeln!(io::stdout(), "{}", workspace.path.display())?,
        format => objects(format, &[workspace.metadata.to_json().to_string()])?,
    }
    if let Some(error) = &workspace.recovered {
        diagnostic::print(&format!("note: its metadata was recovered: {error}\n"));
    }
    Ok(Status::Good)
}

fn list(place: &Place) -> Result<Status, Stopped> {
    let listing = place.data.open(Options::default())?.list(&place.user_id)?;
    if place.data.format == Format::Text {
        for workspace in &listing.workspaces {
            show(workspace, Format::Text)?;
        }
    } else {
        let json = |workspace: &Workspace| workspace.metadata.to_json().to_string();
        let all: Vec<String> = listing.workspaces.iter().map(json).collect();
        objects(place.data.format, &all)?;
    }
    for problem in &listing.problems {
        diagnostic::print(&Diagnostic::plain(&problem.error.to_string()).render());
    }
    Ok(if listing.problems.is_empty() {
        Status::Good
    } else {
        Status::Invalid
    })
}

fn delete(one: &One) -> Result<Status, Stopped> {
    let workspaces = one.place.data.open(Options::default())?;
    let (owner, repo) = one.names();
    let deleted = workspaces.delete(&one.place.user_id, owner, repo)?;
    match one.place.data.format {
        Format::Text => writeln!(io::stdout(), "freed {} bytes", deleted.freed_bytes)?,
        format => objects(format, &[to_json(&deleted)?])?,
    }
    Ok(Status::Good)
}

fn clone(args: &CloneArgs) -> Result<Status, Stopped> {
    let workspaces = args.place.data.open(Options {
        base_url: args.base_url.clone(),
        allow_file_urls: args.from.allow_file_urls,
        ..Options::default()
    })?;
    let options = CloneOptions {
        branch: args.branch.clone(),
        depth: args.depth,
    };
    let made =
        with_progress(|job| workspaces.clone(&args.place.user_id, &args.source, &options, job))?;
    show(&made, args.place.data.format)
}

fn sync(one: &One) -> Result<Status, Stopped> {
    let workspaces = one.place.data.open(Options::default())?;
    let (owner, repo) = one.names();
    let synced = with_progress(|job| workspaces.sync(&one.place.user_id, owner, repo, job))?;
    match one.place.data.format {
        Format::Text if synced.from == synced.to => {
            writeln!(io::stdout(), "{} is up to date", synced.branch)?;
            Ok(Status::Good)
        }
        Format::Text => {
            writeln!(
                io::stdout(),
                "{} {} -> {}",
                synced.branch,
                synced.from,
                synced.to
            )?;
            Ok(Status::Good)
        }
        format => show(&synced.workspace, format),
    }
}

/// Shows progress on a terminal, on one line that goes when it is done.
fn with_progress<T>(call: impl FnOnce(Job<'_>) -> T) -> T {
    let mut shown = |progress: &Progress| {
        let total = progress
            .total
            .map(|total| format!("/{total}"))
            .unwrap_or_default();
        diagnostic::print(&format!(
            "\r\u{1b}[K{} {}{total}",
            progress.phase, progress.done
        ));
    };
    let is_terminal = io::stderr().is_terminal();
    let done = call(Job {
        progress: if is_terminal { Some(&mut shown) } else { None },
        ..Job::default()
    });
    if is_terminal {
        diagnostic::print("\r\u{1b}[K");
    }
    done
}

fn cleanup(args: &CleanupArgs) -> Result<Status, Stopped> {
    let workspaces = args.data.open(Options::default())?;
    let cleanup = Cleanup {
        policy: args.older_than,
        dry_run: args.dry_run,
        measure_usage: args.usage,
    };
    let report = with_progress(|job| workspaces.cleanup(cleanup, job))?;
    if args.data.format == Format::Text {
        table(&report, &mut io::stdout().lock())?;
    } else {
        objects(args.data.format, &[to_json(&report)?])?;
    }
    Ok(if report.problems.is_empty() {
        Status::Good
    } else {
        Status::Invalid
    })
}

fn table(report: &Report, out: &mut impl io::Write) -> io::Result<()> {
    for decided in &report.idle {
        let word = match decided.verdict {
            Verdict::Deleted if report.dry_run => "would delete",
            Verdict::Deleted => "deleted",
            Verdict::Warned => "kept",
            Verdict::InUse => "in use",
        };
        writeln!(
            out,
            "{word:12}  {:36}  {}  {}  {}",
            decided.user_id,
            decided.last_active_at,
            decided.full_name.escape_debug(),
            why(&decided.work)
        )?;
    }
    for problem in &report.problems {
        let directory = problem.directory.escape_debug();
        writeln!(
            out,
            "{:12}  {:36}  {directory}: {}",
            "problem", problem.user_id, problem.error
        )?;
    }
    for usage in &report.over_quota {
        writeln!(
            out,
            "{:12}  {:36}  {} bytes",
            "over quota", usage.user_id, usage.bytes
        )?;
    }
    writeln!(
        out,
        "{} workspaces of {} users; {} in use; {} bytes {}",
        report.workspaces,
        report.users,
        report.kept,
        report.freed_bytes,
        if report.dry_run {
            "would be freed"
        } else {
            "freed"
        }
    )
}

/// What a workspace is kept for.
fn why(work: &Work) -> String {
    let kinds = [
        ("uncommitted", work.uncommitted),
        ("untracked", work.untracked),
        ("stashed", work.stashed),
        ("unpushed", work.unpushed),
    ];
    let mut found: Vec<String> = kinds
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    found.extend(work.unknown.iter().map(|error| format!("unknown: {error}")));
    found.join(", ")
}

fn discover(args: &DiscoverArgs) -> Result<Status, Stopped> {
    let dirs = if args.source_dirs.is_empty() {
        default_source_dir().into_iter().collect()
    } else {
        args.source_dirs.clone()
    };
    let found = discover_projects(&dirs, &DiscoverOptions::default())?;
    if args.format != Format::Text {
        let all: Result<Vec<String>, _> = found.projects.iter().map(to_json).collect();
        objects(args.format, &all?)?;
        return Ok(Status::Good);
    }
    for project in &found.projects {
        let branch = project.branch.as_deref().unwrap_or("-").escape_debug();
        let path = project.path.display();
        writeln!(io::stdout(), "{}  {branch}  {path}", project.modified_at)?;
    }
    Ok(Status::Good)
}

fn to_json(value: &impl serde::Serialize) -> io::Result<String> {
    serde_json::to_string(value).map_err(io::Error::from)
}

/// Objects as [`Format`] has them: in an array, or each on a line.
fn objects(format: Format, objects: &[String]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if format == Format::Json {
        return writeln!(out, "[{}]", objects.join(","));
    }
    objects
        .iter()
        .try_for_each(|object| writeln!(out, "{object}"))
}
