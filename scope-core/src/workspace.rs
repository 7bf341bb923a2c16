//! Names of workspace directories (W1 to W4).

use alloc::format;
use alloc::string::String;

use crate::digest::Digest;
use crate::error::{Error, ErrorCode, Fault, Part};
use crate::path::AbsolutePath;
use crate::repository::RepositoryId;
use crate::uuid;
use crate::worktree::splits_component;

/// The most bytes an owner or repo may have (W4).
pub(crate) const MAX_PART: usize = 255;

/// The most bytes a distinct name may have (W3).
const MAX_NAME: usize = 64;

/// How much of owner and repo a name with a digest shows.
const SHOWN: usize = 17;

/// Never changed: names made with it are on disks.
const DOMAIN: &str = "scope-workspace/1";

/// `{owner}__{repo}`, every character outside `[A-Za-z0-9_-]` replaced by one `_` (W2).
///
/// Different repositories can share it: `vercel/next.js` and `vercel/next_js`. [`distinct_workspace_dir_name`] does not.
///
/// # Errors
///
/// W4's: `empty`, `invalid_character`, `too_long`, `dot_component`, of `owner`, then of `repo`.
///
/// ```
/// assert_eq!(scope_core::workspace_dir_name("vercel", "next.js")?, "vercel__next_js");
/// # Ok::<(), scope_core::Error>(())
/// ```
pub fn workspace_dir_name(owner: &str, repo: &str) -> Result<String, Error> {
    check_repository(owner, repo)?;
    Ok(format!("{}__{}", sanitize(owner), sanitize(repo)))
}

/// A directory name for a repository that no other repository has (W3). At most 64 bytes of ASCII.
///
/// # Errors
///
/// Those of [`workspace_dir_name`].
///
/// ```
/// use scope_core::distinct_workspace_dir_name;
/// assert_eq!(distinct_workspace_dir_name("acme", "widget")?, "acme__widget");
/// assert!(distinct_workspace_dir_name("vercel", "next.js")?.starts_with("vercel__next_js__"));
/// # Ok::<(), scope_core::Error>(())
/// ```
pub fn distinct_workspace_dir_name(owner: &str, repo: &str) -> Result<String, Error> {
    let plain = workspace_dir_name(owner, repo)?;
    let unchanged = |text: &str| text.chars().all(is_kept) && !text.contains("__");
    if unchanged(owner)
        && unchanged(repo)
        && !owner.ends_with('_')
        && !repo.starts_with('_')
        && plain.len() <= MAX_NAME
    {
        return Ok(plain);
    }
    Ok(with_digest(
        owner,
        repo,
        &Digest::of(DOMAIN, &[owner, repo]),
    ))
}

/// W3's second form: as much of owner and repo as is shown, and the digest that tells them from others.
pub(crate) fn with_digest(owner: &str, repo: &str, digest: &Digest) -> String {
    let shown = |text| sanitize(text).chars().take(SHOWN).collect::<String>();
    format!("{}__{}__{digest}", shown(owner), shown(repo))
}

/// `{data_dir}/workspaces/{user_id}/{dir}`, with the name of [`distinct_workspace_dir_name`] and the data directory's
/// own separator (W1). Touches no file system.
///
/// An owner with a `/` is the host of a repository and all of its path but the last component, as
/// [`RepositoryId::from_owner_and_repo`] reads it; the name is then that of
/// [`hosted_workspace_dir_name`](crate::hosted_workspace_dir_name).
///
/// # Errors
///
/// In this order: the path's fault (K2; `data_dir`), `empty` or `invalid_uuid` for a user id that is not a UUID in lower
/// case (`user_id`), those of [`RepositoryId::from_owner_and_repo`].
///
/// ```
/// assert_eq!(
///     scope_core::workspace_path("/data", "123e4567-e89b-12d3-a456-426614174000", "acme", "widget")?,
///     "/data/workspaces/123e4567-e89b-12d3-a456-426614174000/acme__widget"
/// );
/// # Ok::<(), scope_core::Error>(())
/// ```
pub fn workspace_path(
    data_dir: &str,
    user_id: &str,
    owner: &str,
    repo: &str,
) -> Result<String, Error> {
    let data_dir = AbsolutePath::argument(data_dir, Part::DataDir)?;
    check_user_id(user_id)?;
    let name = RepositoryId::from_owner_and_repo(owner, repo)?.directory();
    Ok(data_dir.join(&["workspaces", user_id, &name]))
}

/// Says what keeps `text` from being a user id that owns workspaces: a UUID in lower case, with hyphens (W1).
///
/// # Errors
///
/// `empty` or `invalid_uuid`; the part is `user_id`. The lower-case form is suggested where only the case is wrong.
///
/// ```
/// assert!(scope_core::check_user_id("123e4567-e89b-12d3-a456-426614174000").is_ok());
/// assert!(scope_core::check_user_id("../etc").is_err());
/// ```
pub fn check_user_id(text: &str) -> Result<(), Error> {
    let code = if text.is_empty() {
        ErrorCode::Empty
    } else if uuid::is_uuid(text) && !text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Ok(());
    } else {
        ErrorCode::InvalidUuid
    };
    Err(Fault::new(code, 0).alone(Part::UserId))
}

/// Says what keeps `owner` and `repo` from naming a repository (W4).
///
/// # Errors
///
/// `empty`, `invalid_character`, `too_long`, `dot_component`, of `owner`, then of `repo`.
///
/// ```
/// assert!(scope_core::check_repository("vercel", "next.js").is_ok());
/// assert_eq!(scope_core::check_repository("..", "x").unwrap_err().code.as_str(), "dot_component");
/// ```
pub fn check_repository(owner: &str, repo: &str) -> Result<(), Error> {
    check_part(owner).map_err(|fault| fault.alone(Part::Owner))?;
    check_part(repo).map_err(|fault| fault.alone(Part::Repo))
}

pub(crate) fn check_part(text: &str) -> Result<(), Fault> {
    if text.is_empty() {
        return Err(Fault::new(ErrorCode::Empty, 0));
    }
    let looked_at = text.char_indices().take_while(|&(at, _)| at <= MAX_PART);
    if let Some((at, _)) = looked_at
        .into_iter()
        .find(|&(_, char)| splits_component(char))
    {
        return Err(Fault::new(ErrorCode::InvalidCharacter, at));
    }
    if text.len() > MAX_PART {
        return Err(Fault::new(
            ErrorCode::TooLong,
            text.floor_char_boundary(MAX_PART),
        ));
    }
    if matches!(text, "." | "..") {
        return Err(Fault::new(ErrorCode::DotComponent, 0));
    }
    Ok(())
}

fn is_kept(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '_' | '-')
}

fn sanitize(text: &str) -> String {
    text.chars()
        .map(|char| if is_kept(char) { char } else { '_' })
        .collect()
}
