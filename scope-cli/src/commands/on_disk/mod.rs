//! `scope workspace list`, `create` and the others that act on workspaces on a disk.
#![expect(
    clippy::doc_markdown,
    reason = "a comment on an option is the help that a shell shows"
)]

use std::path::PathBuf;

use clap::{Args, Subcommand};
use scope_core::RetentionPolicy;

use crate::args::Format;

#[cfg(target_os = "linux")]
mod act;
#[cfg(target_os = "linux")]
mod show;

#[cfg(target_os = "linux")]
pub(crate) use act::run;

/// Users are kept apart by directory handles as Linux alone has them.
#[cfg(not(target_os = "linux"))]
pub(crate) fn run(_: &OnDisk) -> Result<crate::Status, crate::failure::Failure> {
    Err(crate::failure::Failure::Usage(
        "workspaces on a disk need Linux; here, `scope workspace OWNER/REPO` names their directories"
            .to_owned(),
    ))
}

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
    Sync(SyncArgs),
    /// Show a workspace
    Get(One),
    /// Record that a workspace was used now, so that cleanup leaves it
    Touch(One),
    /// Show the work in a workspace that is nowhere else: uncommitted, untracked, stashed, unpushed
    Work(WorkArgs),
    /// Show how much of the disk a user's workspaces take
    Usage(UsageArgs),
    /// Say whether a path is in one of a user's workspaces
    ValidatePath(PathArgs),
    /// Delete a workspace, unless it holds work that is nowhere else
    Delete(DeleteArgs),
    /// Delete every user's workspaces that are idle and hold no work
    Cleanup(CleanupArgs),
    /// Find the repositories in a directory of sources
    Discover(DiscoverArgs),
}

/// Where workspaces are, and what answers look like.
#[derive(Args, Debug)]
pub(crate) struct Data {
    /// The directory that holds every user's workspaces; it has to exist [default: $DATA_DIR]
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
    /// The repository; of another host than the default one, HOST/PATH
    #[arg(value_name = "OWNER/REPO")]
    repository: String,

    #[command(flatten)]
    place: Place,
}

/// One workspace, and how much to say of its work.
#[derive(Args, Debug)]
pub(crate) struct WorkArgs {
    #[command(flatten)]
    one: One,

    /// Name up to this many files and commits too
    #[arg(long, value_name = "NUMBER", num_args = 0..=1, default_value_t = 0, default_missing_value = "100")]
    names: usize,
}

/// One workspace, and whether it is deleted with what it holds.
#[derive(Args, Debug)]
pub(crate) struct DeleteArgs {
    #[command(flatten)]
    one: One,

    /// Delete it with all that is in it: uncommitted changes, commits that were not pushed, and whatever cannot be read
    #[arg(long)]
    force: bool,
}

/// How many bytes a user may have before somebody is told.
#[derive(Args, Debug)]
pub(crate) struct Quota {
    /// How many bytes a user's workspaces may take before that is said; nothing is refused over it
    #[arg(long, value_name = "BYTES", default_value_t = 2_000_000_000)]
    quota: u64,
}

/// Where git may fetch from, and how much.
#[derive(Args, Debug)]
pub(crate) struct Fetching {
    /// Allow file: URLs too, which read whatever this command may read
    #[arg(long)]
    allow_file_urls: bool,

    /// How many seconds git may take
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    time_limit: u64,

    /// How many bytes git may put on the disk
    #[arg(long, value_name = "BYTES", default_value_t = 2_000_000_000)]
    size_limit: u64,
}

/// What to clone, and how.
#[derive(Args, Debug)]
pub(crate) struct CloneArgs {
    /// An https or ssh URL, USER@HOST:PATH, or OWNER/REPO
    #[arg(value_name = "URL")]
    source: String,

    /// The branch to check out [default: the one that the remote repository names]
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,

    /// How many commits of each branch to bring [default: all]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    depth: Option<u32>,

    /// What OWNER/REPO is cloned from
    #[arg(long, value_name = "URL", default_value = "https://github.com")]
    base_url: String,

    #[command(flatten)]
    fetching: Fetching,

    #[command(flatten)]
    place: Place,
}

/// What to sync, and how.
#[derive(Args, Debug)]
pub(crate) struct SyncArgs {
    #[command(flatten)]
    fetching: Fetching,

    #[command(flatten)]
    one: One,
}

/// Whose disk usage.
#[derive(Args, Debug)]
pub(crate) struct UsageArgs {
    #[command(flatten)]
    quota: Quota,

    #[command(flatten)]
    place: Place,
}

/// Which path.
#[derive(Args, Debug)]
pub(crate) struct PathArgs {
    /// The path; symbolic links in it are refused and not followed
    #[arg(value_name = "PATH")]
    path: PathBuf,

    #[command(flatten)]
    place: Place,
}

/// What to clean up.
#[derive(Args, Debug)]
pub(crate) struct CleanupArgs {
    /// How many days a workspace has to be unused
    #[arg(long, value_name = "DAYS", default_value = "7d", value_parser = days)]
    older_than: RetentionPolicy,

    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,

    /// Measure every user's workspaces too, and name the users over the quota
    #[arg(long)]
    usage: bool,

    #[command(flatten)]
    quota: Quota,

    #[command(flatten)]
    data: Data,
}

/// Where to look.
#[derive(Args, Debug)]
pub(crate) struct DiscoverArgs {
    /// Directories of sources; repositories are found in them and up to two levels below
    /// [default: $CODE_SOURCE_DIR, else ~/src]
    #[arg(value_name = "PATH")]
    source_dirs: Vec<PathBuf>,

    /// Pass over directories of this name, projects too; may be repeated
    #[arg(long, value_name = "NAME")]
    skip: Vec<String>,

    /// Tell on standard error which directories were skipped, and why
    #[arg(long)]
    show_skipped: bool,

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
