//! Which repository a workspace is of (W3, W4).

use alloc::format;
use alloc::string::{String, ToString as _};
use core::fmt;

use crate::digest::Digest;
use crate::error::{Error, ErrorCode, Fault, Part};
use crate::workspace::{check_part, check_repository, distinct_workspace_dir_name, with_digest};

/// The most bytes a host may have (W4).
pub(crate) const MAX_HOST: usize = 255;

/// The most bytes the path of a repository may have (W4).
pub(crate) const MAX_PATH: usize = 1024;

/// Never changed: names made with it are on disks.
const DOMAIN: &str = "scope-workspace/2";

/// A repository as a workspace knows it: `owner/repo` on the service's own host, or a host and the full path there.
///
/// Two that are equal are one repository, and two that are not have two directories.
///
/// ```
/// use scope_core::RepositoryId;
///
/// let own = RepositoryId::new("acme", "widget")?;
/// assert_eq!((own.to_string().as_str(), own.directory().as_str()), ("acme/widget", "acme__widget"));
///
/// let hosted = RepositoryId::hosted("gitlab.com", "acme/tools/widget")?;
/// assert_eq!(hosted.to_string(), "gitlab.com/acme/tools/widget");
/// assert_eq!((hosted.owner(), hosted.repo()), ("tools", "widget"));
/// assert_eq!(RepositoryId::from_owner_and_repo("gitlab.com/acme/tools", "widget")?, hosted);
/// # Ok::<(), scope_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepositoryId {
    host: Option<String>,
    /// At least two components, and two where there is no host.
    path: String,
}

impl RepositoryId {
    /// Returns the repository `owner/repo` of the service's own host.
    ///
    /// # Errors
    ///
    /// W4's: `empty`, `invalid_character`, `too_long`, `dot_component`, of `owner`, then of `repo`.
    pub fn new(owner: &str, repo: &str) -> Result<Self, Error> {
        check_repository(owner, repo)?;
        Ok(Self {
            host: None,
            path: format!("{owner}/{repo}"),
        })
    }

    /// Returns the repository at a path on a host: `group/subgroup/repo`, without `.git`.
    ///
    /// # Errors
    ///
    /// Of the host (`host`), `empty`, `invalid_character`, `too_long` or `invalid_start`; then of the path
    /// (`repository_path`), `too_long` of the whole, and W4's of its components, which are `repo` for the last and `owner`
    /// for those before it.
    ///
    /// ```
    /// use scope_core::{ErrorCode, RepositoryId};
    ///
    /// assert!(RepositoryId::hosted("[2001:db8::1]:8443", "acme/widget").is_ok());
    /// let error = RepositoryId::hosted("GitLab.com", "acme/widget").unwrap_err();
    /// assert_eq!((error.code, error.offset), (ErrorCode::InvalidCharacter, 0));
    /// ```
    pub fn hosted(host: &str, path: &str) -> Result<Self, Error> {
        check_host(host)?;
        check_path(path)?;
        Ok(Self {
            host: Some(host.into()),
            path: path.into(),
        })
    }

    /// Returns the repository that owner and repo name together: an owner with a `/` is a host and all of the path but its
    /// last component.
    ///
    /// # Errors
    ///
    /// Where the owner has no `/`, those of [`new`](Self::new). Else W4's of `repo`, then those of
    /// [`hosted`](Self::hosted), as faults in the owner.
    pub fn from_owner_and_repo(owner: &str, repo: &str) -> Result<Self, Error> {
        match owner.split_once('/') {
            None => Self::new(owner, repo),
            Some((host, group)) => {
                check_part(repo).map_err(|fault| fault.alone(Part::Repo))?;
                Self::hosted(host, &format!("{group}/{repo}")).map_err(|error| {
                    let start = match error.input {
                        Part::Host => 0,
                        _ => host.len().saturating_add(1),
                    };
                    let at = start.saturating_add(error.offset).min(owner.len());
                    Error::new(error.code, error.part, Part::Owner, at)
                })
            }
        }
    }

    /// The repository of metadata, which has been checked.
    pub(crate) fn of_metadata(owner: &str, repo: &str, hosted: Option<(&str, &str)>) -> Self {
        match hosted {
            Some((host, path)) => Self {
                host: Some(host.into()),
                path: path.into(),
            },
            None => Self {
                host: None,
                path: format!("{owner}/{repo}"),
            },
        }
    }

    /// Returns the name of its directory (W3), which no other repository has. At most 64 bytes of ASCII.
    pub fn directory(&self) -> String {
        match &self.host {
            Some(host) => with_digest(
                self.owner(),
                self.repo(),
                &Digest::of(DOMAIN, &[host, &self.path]),
            ),
            // Checked when this was made.
            None => distinct_workspace_dir_name(self.owner(), self.repo()).unwrap_or_default(),
        }
    }

    /// Returns the component of the path before the last.
    pub fn owner(&self) -> &str {
        let (above, _) = self.split();
        above.rsplit('/').next().unwrap_or_default()
    }

    /// Returns the last component of the path.
    pub fn repo(&self) -> &str {
        self.split().1
    }

    /// Returns the host with its port, where there is one; `None` for the service's own.
    pub fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// Returns the full path: `owner/repo`, or what the host has before them too.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the owner that [`from_owner_and_repo`](Self::from_owner_and_repo) makes this of again: with the host and
    /// the groups above, where there is a host.
    ///
    /// ```
    /// let id = scope_core::RepositoryId::hosted("gitlab.com", "acme/tools/widget")?;
    /// assert_eq!(id.full_owner(), "gitlab.com/acme/tools");
    /// # Ok::<(), scope_core::Error>(())
    /// ```
    pub fn full_owner(&self) -> String {
        let (above, _) = self.split();
        match &self.host {
            Some(host) => format!("{host}/{above}"),
            None => above.to_string(),
        }
    }

    /// The path without its last component, and that.
    fn split(&self) -> (&str, &str) {
        self.path.rsplit_once('/').unwrap_or(("", &self.path))
    }
}

/// `owner/repo`, or `host/path`.
impl fmt::Display for RepositoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(host) = &self.host {
            write!(f, "{host}/")?;
        }
        f.write_str(&self.path)
    }
}

/// Returns the name of the directory of a repository on another host than the service's own (W3), which no other
/// repository has. At most 64 bytes of ASCII.
///
/// # Errors
///
/// Those of [`RepositoryId::hosted`].
///
/// ```
/// let name = scope_core::hosted_workspace_dir_name("gitlab.com", "acme/tools/widget")?;
/// assert!(name.starts_with("tools__widget__"));
/// # Ok::<(), scope_core::Error>(())
/// ```
pub fn hosted_workspace_dir_name(host: &str, path: &str) -> Result<String, Error> {
    RepositoryId::hosted(host, path).map(|id| id.directory())
}

/// Says what keeps `host` from being a host and port (W4).
pub(crate) fn check_host(host: &str) -> Result<(), Error> {
    let fault = |code, at| Err(Fault::new(code, at).alone(Part::Host));
    if host.is_empty() {
        return fault(ErrorCode::Empty, 0);
    }
    let is_letter = |char: char| {
        char.is_ascii_lowercase()
            || char.is_ascii_digit()
            || matches!(char, '-' | '.' | '_' | ':' | '[' | ']')
    };
    let mut looked_at = host.char_indices().take_while(|&(at, _)| at <= MAX_HOST);
    if let Some((at, _)) = looked_at.find(|&(_, char)| !is_letter(char)) {
        return fault(ErrorCode::InvalidCharacter, at);
    }
    if host.len() > MAX_HOST {
        return fault(ErrorCode::TooLong, MAX_HOST);
    }
    // An option of ssh's, or no host but a step in a path.
    if host.starts_with(['-', '.']) {
        return fault(ErrorCode::InvalidStart, 0);
    }
    Ok(())
}

/// Says what keeps `path` from being the path of a repository (W4): at least two components.
pub(crate) fn check_path(path: &str) -> Result<(), Error> {
    if path.len() > MAX_PATH {
        let at = path.floor_char_boundary(MAX_PATH);
        return Err(Fault::new(ErrorCode::TooLong, at).alone(Part::RepositoryPath));
    }
    let fault = |fault: Fault, part, at| fault.of(part, Part::RepositoryPath, at);
    let Some((owners, repo)) = path.rsplit_once('/') else {
        return Err(fault(Fault::new(ErrorCode::Empty, 0), Part::Owner, 0));
    };
    let mut at = 0;
    for owner in owners.split('/') {
        check_part(owner).map_err(|found| fault(found, Part::Owner, at))?;
        at = at.saturating_add(owner.len()).saturating_add(1);
    }
    check_part(repo).map_err(|found| fault(found, Part::Repo, at))
}

/// Says what keeps `path` from being where a repository is on a disk (W6): a `/`, and what [`check_path`] wants.
pub(crate) fn check_disk_path(path: &str) -> Result<(), Error> {
    let part = Part::RepositoryPath;
    match path.strip_prefix('/') {
        Some(rest) => check_path(rest).map_err(|error| {
            Error::new(error.code, error.part, part, error.offset.saturating_add(1))
        }),
        None => Err(Fault::new(ErrorCode::NotAbsolute, 0).alone(part)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_hosted_repository_may_be_called() {
        use ErrorCode::*;
        let long = "a".repeat(256);
        let deep = "a/".repeat(512);
        let at_most = ["a/", &"b".repeat(255), "/", &"c".repeat(255)].concat();
        for (host, path, fault) in [
            ("gitlab.com", "acme/widget", None),
            ("gitlab.com", &at_most, None),
            (&long[1..], "a/b", None),
            ("[::1]:22", "~acme/a b/next.js", None),
            ("", "a/b", Some((Empty, Part::Host, 0))),
            ("a.Test", "a/b", Some((InvalidCharacter, Part::Host, 2))),
            ("a%2f", "a/b", Some((InvalidCharacter, Part::Host, 1))),
            (
                "bücher.test",
                "a/b",
                Some((InvalidCharacter, Part::Host, 1)),
            ),
            (&long, "a/b", Some((TooLong, Part::Host, 255))),
            ("..", "a/b", Some((InvalidStart, Part::Host, 0))),
            ("-o", "a/b", Some((InvalidStart, Part::Host, 0))),
            ("h", "", Some((Empty, Part::Owner, 0))),
            ("h", "widget", Some((Empty, Part::Owner, 0))),
            ("h", "/widget", Some((Empty, Part::Owner, 0))),
            ("h", "acme/", Some((Empty, Part::Repo, 5))),
            ("h", "a//b", Some((Empty, Part::Owner, 2))),
            ("h", "a/../b", Some((DotComponent, Part::Owner, 2))),
            ("h", "a/b/.", Some((DotComponent, Part::Repo, 4))),
            ("h", "a/b\\c", Some((InvalidCharacter, Part::Repo, 3))),
            (
                "h",
                &format!("é/{long}/b"),
                Some((TooLong, Part::Owner, 258)),
            ),
            ("h", &deep, Some((Empty, Part::Repo, 1024))),
            (
                "h",
                &format!("{deep}b"),
                Some((TooLong, Part::RepositoryPath, 1024)),
            ),
        ] {
            let found = RepositoryId::hosted(host, path).map(drop).map_err(|error| {
                let input = if error.part == Part::Host {
                    Part::Host
                } else {
                    Part::RepositoryPath
                };
                assert_eq!(error.input, input, "{host} {path}");
                (error.code, error.part, error.offset)
            });
            assert_eq!(found.err(), fault, "{host} {path}");
        }
    }

    #[test]
    fn an_owner_with_a_slash_has_a_host() {
        let read = RepositoryId::from_owner_and_repo;
        assert_eq!(read("acme", "widget"), RepositoryId::new("acme", "widget"));
        let hosted = RepositoryId::hosted("h:1", "a/b/c").unwrap();
        assert_eq!(read("h:1/a/b", "c").as_ref(), Ok(&hosted));
        assert_eq!(read(&hosted.full_owner(), hosted.repo()), Ok(hosted));
        let fault = |owner, repo| {
            let error = read(owner, repo).unwrap_err();
            (error.code, error.part, error.input, error.offset)
        };
        assert_eq!(
            fault("h/a", "b/c"),
            (ErrorCode::InvalidCharacter, Part::Repo, Part::Repo, 1)
        );
        assert_eq!(
            fault("../a", "b"),
            (ErrorCode::InvalidStart, Part::Host, Part::Owner, 0)
        );
        assert_eq!(
            fault("h/", "b"),
            (ErrorCode::Empty, Part::Owner, Part::Owner, 2)
        );
        assert_eq!(
            fault("/a", "b"),
            (ErrorCode::Empty, Part::Host, Part::Owner, 0)
        );
        assert_eq!(
            fault("h/a//b", "c"),
            (ErrorCode::Empty, Part::Owner, Part::Owner, 4)
        );
        let deep = format!("h{}", "/a".repeat(512));
        assert_eq!(
            fault(&deep, "b"),
            (ErrorCode::TooLong, Part::RepositoryPath, Part::Owner, 1025)
        );
    }
}
