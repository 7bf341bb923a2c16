//! `.workspace.json` on the disk (W6, W8): read with a limit, written whole or not at all, recovered where that is
//! possible.

use std::hash::{BuildHasher as _, RandomState};

use rustix::io::Errno;
use scope_core::{ErrorCode, Part, RepositoryId, Timestamp, WorkspaceMetadata};
use scope_fs::{Dir, Stat, Unread};
use scope_git::files::Config;

use crate::error::Error;
use crate::options::Options;
use crate::remote::Remote;
use crate::staging;

/// What it is called.
pub(crate) const FILE: &str = ".workspace.json";

/// The most bytes of a repository's configuration that are read to recover metadata.
const MOST_CONFIG: usize = 1 << 20;

/// The directory in which, and the name under which, metadata is kept where no checkout can reach it.
const GIT: &str = ".git";
const IN_GIT: &str = "workspace.json";

/// The metadata of a workspace, and what its file tells besides.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) metadata: WorkspaceMetadata,
    /// When the file was last written, by the system's clock.
    pub(crate) written_at: Timestamp,
    /// Which workspace it was written for; `None` in one that an earlier version made, or that has no repository.
    id: Option<String>,
}

/// Reads the metadata of a workspace: of the directory called `directory` in `user`, or where there is none of `user`
/// itself. `label` is what errors call it.
///
/// It is in the tree, unless the repository has a file of that name: then it is in the git directory.
pub(crate) fn read(user: &Dir, directory: Option<&str>, label: &str) -> Result<Recorded, Error> {
    let place = directory.unwrap_or(".");
    let in_tree = || read_one(user, &[place, "/", FILE].concat(), label);
    let Ok(in_git) = read_one(user, &[place, "/", GIT, "/", IN_GIT].concat(), label) else {
        return in_tree();
    };
    match in_tree() {
        // What is there but was not written for this workspace is the repository's own file.
        Ok(in_tree) if in_git.id.is_some() && in_tree.id == in_git.id => Ok(in_tree),
        _ => Ok(in_git),
    }
}

fn read_one(user: &Dir, path: &str, label: &str) -> Result<Recorded, Error> {
    let (bytes, stat) = user
        .read_file_and_stat(path, WorkspaceMetadata::MAX_ON_DISK)
        .map_err(|unread| match unread {
            Unread::System(Errno::NOENT) => {
                Error::new(ErrorCode::MetadataMissing, Part::Workspace, label)
            }
            Unread::System(errno) => Error::of_system(errno, Part::Workspace, label),
            Unread::NotAFile => Error::new(ErrorCode::NotAFile, Part::Workspace, label),
            Unread::TooLong => too_long(label),
        })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
        scope_core::Error::invalid_unicode(Part::Metadata, offset).about(text)
    })?;
    // The id is this module's own.
    let (named, id) = without_id(&text);
    let metadata = WorkspaceMetadata::from_json(&named).map_err(|error| error.about(named))?;
    Ok(Recorded {
        metadata,
        written_at: changed_at(&stat),
        id,
    })
}

/// The text of metadata without the last field, if that is an id as it is written here, and the id.
fn without_id(text: &str) -> (String, Option<String>) {
    let end = text.trim_end();
    let parts = end.strip_suffix("\"}").and_then(|rest| {
        let (named, id) = rest.rsplit_once(ID)?;
        let is_id = id.len() == ID_DIGITS && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_id.then(|| ([named, "}"].concat(), id.to_owned()))
    });
    match parts {
        Some((named, id)) => (named, Some(id)),
        None => (text.to_owned(), None),
    }
}

/// How the field begins that tells this workspace's metadata from a file of the same name in the repository.
const ID: &str = ",\"id\":\"";

/// How many hexadecimal digits an id has.
const ID_DIGITS: usize = 32;

fn fresh_id() -> String {
    let number = |_| RandomState::new().hash_one(std::process::id());
    let [high, low] = [0, 1].map(number);
    format!("{high:016x}{low:016x}")
}

/// The text of metadata, with an id where there is one.
fn written(metadata: &WorkspaceMetadata, id: Option<&str>) -> String {
    let mut text = metadata.to_json().to_string();
    if let Some(id) = id {
        text.truncate(text.len().saturating_sub(1));
        text.extend([ID, id, "\"}"]);
    }
    text
}

/// When a file's status last changed: its user can set its other times.
#[expect(
    clippy::unnecessary_cast,
    reason = "the types differ from system to system"
)]
fn changed_at(stat: &Stat) -> Timestamp {
    let nanoseconds = u32::try_from(stat.st_ctime_nsec).unwrap_or(0);
    Timestamp::from_unix(stat.st_ctime as i64, nanoseconds)
        .or_else(|_| Timestamp::from_unix(0, 0))
        .unwrap_or_else(|_| unreachable!("1970 is a year in range"))
}

/// Where the metadata of a workspace is, and by which id it is known.
struct Kept {
    is_in_tree: bool,
    id: Option<String>,
}

impl Kept {
    fn of(workspace: &Dir) -> Self {
        let Ok(in_git) = read_one(workspace, &[GIT, "/", IN_GIT].concat(), "") else {
            let in_tree = read_one(workspace, FILE, "").ok();
            return Self {
                is_in_tree: true,
                id: in_tree.and_then(|in_tree| in_tree.id),
            };
        };
        let is_ours = |in_tree: Recorded| in_git.id.is_some() && in_tree.id == in_git.id;
        Self {
            is_in_tree: read_one(workspace, FILE, "").is_ok_and(is_ours),
            id: in_git.id,
        }
    }
}

/// Returns whether the file in the tree is the service's, and not the repository's.
pub(crate) fn is_in_tree(workspace: &Dir) -> bool {
    Kept::of(workspace).is_in_tree
}

/// Writes the metadata of a workspace where it is kept: all of it or none, and to the disk before this returns.
pub(crate) fn write(
    staging: &Dir,
    workspace: &Dir,
    metadata: &WorkspaceMetadata,
    label: &str,
) -> Result<(), Error> {
    let kept = Kept::of(workspace);
    let text = written(metadata, kept.id.as_deref());
    if kept.is_in_tree {
        write_one(staging, workspace, FILE, &text, label)
    } else {
        in_git(staging, workspace, &text, label)
    }
}

/// Writes the metadata of a workspace that has just been cloned: in the git directory, and in the tree where the
/// repository has no file of that name.
pub(crate) fn write_cloned(
    staging: &Dir,
    workspace: &Dir,
    metadata: &WorkspaceMetadata,
    label: &str,
) -> Result<(), Error> {
    let text = written(metadata, Some(&fresh_id()));
    in_git(staging, workspace, &text, label)?;
    match workspace.stat_entry(FILE) {
        Err(Errno::NOENT) => write_one(staging, workspace, FILE, &text, label),
        _ => Ok(()),
    }
}

/// Makes room in the tree for a file of the repository's own: where that comes, the metadata is kept in the git
/// directory.
pub(crate) fn make_room(
    staging: &Dir,
    workspace: &Dir,
    metadata: &WorkspaceMetadata,
    label: &str,
) -> Result<(), Error> {
    let id = Kept::of(workspace).id.unwrap_or_else(fresh_id);
    in_git(staging, workspace, &written(metadata, Some(&id)), label)
}

fn in_git(staging: &Dir, workspace: &Dir, text: &str, label: &str) -> Result<(), Error> {
    let git = workspace
        .open_dir(GIT)
        .map_err(|errno| Error::of_system(errno, Part::Workspace, label))?;
    write_one(staging, &git, IN_GIT, text, label)
}

fn write_one(staging: &Dir, place: &Dir, name: &str, text: &str, label: &str) -> Result<(), Error> {
    if text.len() > WorkspaceMetadata::MAX_ON_DISK {
        return Err(too_long(label));
    }
    staging::write_file(staging, place, name, text.as_bytes())
        .map_err(|errno| Error::of_system(errno, Part::Workspace, label))
}

fn too_long(label: &str) -> Error {
    scope_core::Error::from_parts(ErrorCode::TooLong, Part::Metadata, Part::Workspace, 0)
        .about(label)
        .into()
}

/// What lost metadata said of the repository, as far as something still proves it: the directory's own name where that
/// can be read back, else the repository's origin where that gives this name (W3). Times are lost; it counts as used now.
pub(crate) fn recover(
    workspace: &Dir,
    directory: &str,
    options: &Options,
) -> Option<WorkspaceMetadata> {
    let now = options.clock.now();
    let origin = origin(workspace, options);
    if let Some(origin) = origin.as_ref().filter(|it| it.id.directory() == directory) {
        return origin.metadata(now).ok();
    }
    // Earlier versions named what was cloned from any host by owner and repo alone.
    let by_origin = origin.as_ref().map(|it| (it.id.owner(), it.id.repo()));
    let candidates = [directory.split_once("__"), by_origin];
    let mut ids = candidates
        .into_iter()
        .flatten()
        .filter_map(|(owner, repo)| RepositoryId::new(owner, repo).ok());
    let id = ids.find(|id| id.directory() == directory)?;
    Some(WorkspaceMetadata::of(&id, now))
}

/// What `remote.origin.url` in the repository's own configuration says, whether or not it may be cloned. No other file is
/// read for it.
pub(crate) fn origin(workspace: &Dir, options: &Options) -> Option<Remote> {
    let bytes = workspace.read_file(".git/config", MOST_CONFIG).ok()?;
    let config = Config::parse(&bytes).ok()?;
    let url = config.get("remote", Some(b"origin"), "url")?.text()?;
    Remote::recorded(str::from_utf8(url).ok()?, options)
}
