//! `.workspace.json` on the disk (W6, W8): read with a limit, written whole or not at all, recovered where that is
//! possible.

use scope_core::{ErrorCode, Part, Timestamp, WorkspaceMetadata, distinct_workspace_dir_name};

use crate::error::Error;
use crate::{remote, staging};
use scope_fs::{Dir, Unread};

/// What it is called.
pub(crate) const FILE: &str = ".workspace.json";

/// The most bytes of a repository's configuration that are read to recover metadata.
const MOST_CONFIG: usize = 1 << 20;

/// Reads the metadata of the workspace `directory` of the user that `user` is. `label` is what errors call it.
pub(crate) fn read(user: &Dir, directory: &str, label: &str) -> Result<WorkspaceMetadata, Error> {
    let path = [directory, "/", FILE].concat();
    let bytes = user
        .read_file(&*path, WorkspaceMetadata::MAX_ON_DISK)
        .map_err(|unread| match unread {
            Unread::System(rustix::io::Errno::NOENT) => {
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
    WorkspaceMetadata::from_json(&text).map_err(|error| error.about(text).into())
}

/// Writes the metadata of a workspace: all of it or none, and to the disk before this returns.
pub(crate) fn write(
    staging: &Dir,
    workspace: &Dir,
    metadata: &WorkspaceMetadata,
    label: &str,
) -> Result<(), Error> {
    let text = metadata.to_json().to_string();
    if text.len() > WorkspaceMetadata::MAX_ON_DISK {
        return Err(too_long(label));
    }
    staging::write_file(staging, workspace, FILE, text.as_bytes())
        .map_err(|errno| Error::of_system(errno, Part::Workspace, label))
}

fn too_long(label: &str) -> Error {
    scope_core::Error::from_parts(ErrorCode::TooLong, Part::Metadata, Part::Workspace, 0)
        .about(label)
        .into()
}

/// What lost metadata said of owner and repo, as far as something still proves it: the directory's own name where that
/// can be read back, else the repository's origin where that gives this name (W3). Times are lost; it counts as used now.
pub(crate) fn recover(
    workspace: &Dir,
    directory: &str,
    now: Timestamp,
) -> Option<WorkspaceMetadata> {
    let is_named =
        |(owner, repo): &(String, String)| names(owner, repo).as_deref() == Some(directory);
    let by_name = directory
        .split_once("__")
        .map(|(owner, repo)| (owner.to_owned(), repo.to_owned()));
    let (owner, repo) = by_name
        .filter(is_named)
        .or_else(|| origin(workspace).filter(is_named))?;
    WorkspaceMetadata::new(&owner, &repo, now).ok()
}

/// The directory of a repository, if it can have one.
pub(crate) fn names(owner: &str, repo: &str) -> Option<String> {
    distinct_workspace_dir_name(owner, repo).ok()
}

/// Owner and repo of what `remote.origin.url` in the repository's own configuration says. No other file is read for it.
fn origin(workspace: &Dir) -> Option<(String, String)> {
    let bytes = workspace.read_file(".git/config", MOST_CONFIG).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let section = text.split("[remote \"origin\"]").nth(1)?;
    let section = section.split("\n[").next()?;
    let url = section.lines().find_map(|line| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == "url").then(|| value.trim())
    })?;
    remote::owner_and_repo(url)
}
