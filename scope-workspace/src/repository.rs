//! The git repositories in a workspace, found by handle: where their git directories are, and that all of it lies in the
//! workspace.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use rustix::io::Errno;
use scope_core::{ErrorCode, Part};
use scope_fs::{Dir, FileType, Identity, Unread};
use scope_git::files::{self, Config, Value};

use crate::error::Error;

/// The most bytes of a file of one line, such as `HEAD`.
pub(crate) const MOST_LINE: usize = 8 << 10;

/// The most bytes of a repository's configuration.
const MOST_CONFIG: usize = 1 << 20;

/// A workspace's directory, and the path that it has now: what absolute paths in git's files are held against.
pub(crate) struct Tree<'a> {
    pub(crate) root: &'a Dir,
    path: PathBuf,
    /// Paths that it had, or has too.
    paths: &'a [PathBuf],
    label: &'a str,
}

/// A repository, all of which is in the workspace.
#[derive(Debug)]
pub(crate) struct Repository {
    /// The git directory of this worktree: `HEAD` and the index are here.
    pub(crate) own: Dir,
    /// The directory that all worktrees of the repository share: the same, unless this worktree is a linked one.
    pub(crate) common: Dir,
    pub(crate) config: Config,
}

impl<'a> Tree<'a> {
    pub(crate) fn new(root: &'a Dir, paths: &'a [PathBuf], label: &'a str) -> Result<Self, Error> {
        let failed = |errno| Error::of_system(errno, Part::Workspace, label);
        Ok(Self {
            root,
            path: root.path_now().map_err(failed)?,
            paths,
            label,
        })
    }

    /// The repository whose worktree has its root at `place`, a path in the workspace; empty for the workspace itself.
    pub(crate) fn repository(&self, place: &[u8]) -> Result<Repository, Error> {
        let dot_git = join(place, b".git");
        let stat = self
            .root
            .stat_entry(&*dot_git)
            .map_err(|errno| self.refused(&dot_git, errno))?;
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::Directory => self.git_dir(&dot_git),
            FileType::RegularFile => {
                let text = self.line(self.root, &dot_git)?;
                let named = files::git_file(&text)
                    .ok_or_else(|| self.corrupt(&dot_git, "it names no git directory"))?;
                self.git_dir(&self.inside(place, &named, &dot_git)?)
            }
            FileType::Symlink => Err(self
                .fault(ErrorCode::SymbolicLink)
                .with_detail(shown(&dot_git))),
            _ => Err(self.fault(ErrorCode::NotAFile).with_detail(shown(&dot_git))),
        }
    }

    /// The repository whose git directory is at `path`.
    pub(crate) fn git_dir(&self, path: &[u8]) -> Result<Repository, Error> {
        let refused = |errno| self.refused(path, errno);
        let own = self.root.open_dir(path).map_err(refused)?;
        let common = match own.stat_entry("commondir") {
            Err(Errno::NOENT) => None,
            other => {
                other.map_err(refused)?;
                let text = self.line(&own, b"commondir")?;
                let named = files::one_path(&text)
                    .ok_or_else(|| self.corrupt(path, "its commondir names no directory"))?;
                Some(self.inside(path, &named, path)?)
            }
        };
        let common = match common {
            Some(common) => self.root.open_dir(&*common),
            None => own.open_dir("."),
        }
        .map_err(refused)?;
        let config = self.config(path, &common, &own)?;
        Ok(Repository {
            own,
            common,
            config,
        })
    }

    /// The settings of a repository, with those of this worktree where it has some of its own.
    fn config(&self, path: &[u8], common: &Dir, own: &Dir) -> Result<Config, Error> {
        let read = |dir: &Dir, name| match dir.read_file(name, MOST_CONFIG) {
            Ok(text) => Ok(text),
            Err(Unread::System(Errno::NOENT)) => Ok(Vec::new()),
            Err(unread) => Err(self.unread(path, name, unread)),
        };
        let parsed = |text: &[u8], name| {
            Config::parse(text).map_err(|error| {
                let why = format!("line {} is not one of a git configuration", error.line);
                self.corrupt(&join(path, name), &why)
            })
        };
        let mut text = read(common, "config")?;
        let config = parsed(&text, b"config")?;
        let own_file = config.get("extensions", None, "worktreeconfig");
        if own_file.and_then(Value::boolean) != Some(true) {
            return Ok(config);
        }
        text.push(b'\n');
        text.extend(read(own, "config.worktree")?);
        parsed(&text, b"config.worktree")
    }

    /// Fails where git, by the repository's configuration, takes other files than those at `place` for its worktree, or
    /// none: what it says of these is then not what it would say to their user.
    pub(crate) fn check_worktree(
        &self,
        repository: &Repository,
        place: &[u8],
    ) -> Result<(), Error> {
        let refused = |errno| self.refused(place, errno);
        // In a linked worktree git passes over both settings.
        if repository.is_linked().map_err(refused)? {
            return Ok(());
        }
        let elsewhere = |detail: String| {
            let at = shown(&join(place, b".git/config"));
            let error = self.fault(ErrorCode::UnsupportedRepository);
            Err(error.with_detail(format!("{at}: {detail}")))
        };
        if repository.is_set("bare", false) {
            return elsewhere("core.bare is true, so that git looks at no file".to_owned());
        }
        let Some(named) = repository.text("core", "worktree") else {
            return Ok(());
        };
        let own = repository.own.path_now().map_err(refused)?;
        let named = Path::new(OsStr::from_bytes(named));
        let own = self.resolve(b"", &own);
        if own.and_then(|own| self.resolve(&own, named)).as_deref() == Some(place) {
            return Ok(());
        }
        elsewhere(format!(
            "core.worktree leads elsewhere, to {}",
            named.display()
        ))
    }

    /// Where in the workspace a path of a git file leads, which counts from `place`.
    fn inside(&self, place: &[u8], named: &Path, file: &[u8]) -> Result<Vec<u8>, Error> {
        self.resolve(place, named).ok_or_else(|| {
            let detail = format!(
                "{} leads to {}, which is outside the workspace",
                shown(file),
                named.display()
            );
            self.fault(ErrorCode::UnsupportedRepository)
                .with_detail(detail)
        })
    }

    /// A path relative to the workspace; `None` where it leads outside.
    pub(crate) fn resolve(&self, place: &[u8], named: &Path) -> Option<Vec<u8>> {
        let (start, rest) = if named.is_absolute() {
            let mut paths = self.paths.iter().chain([&self.path]);
            let below = paths.find_map(|path| named.strip_prefix(path).ok());
            (&b""[..], below?)
        } else {
            (place, named)
        };
        let mut path: Vec<&[u8]> = components(start).collect();
        for name in components(rest.as_os_str().as_bytes()) {
            if name == b".." {
                path.pop()?;
            } else {
                path.push(name);
            }
        }
        Some(path.join(&b'/'))
    }

    fn line(&self, dir: &Dir, name: &[u8]) -> Result<Vec<u8>, Error> {
        dir.read_file(name, MOST_LINE)
            .map_err(|unread| self.unread(b"", &shown(name), unread))
    }

    fn unread(&self, dir: &[u8], name: &str, unread: Unread) -> Error {
        let path = if dir.is_empty() {
            name.to_owned()
        } else {
            format!("{}/{name}", shown(dir))
        };
        match unread {
            Unread::System(errno) => self.refused(path.as_bytes(), errno),
            Unread::NotAFile => self.fault(ErrorCode::NotAFile).with_detail(path),
            Unread::TooLong => self.corrupt(path.as_bytes(), "it is longer than any git writes"),
        }
    }

    /// The system's refusal, with the path that it is about.
    pub(crate) fn refused(&self, path: &[u8], errno: Errno) -> Error {
        let code = match errno {
            Errno::LOOP => ErrorCode::SymbolicLink,
            Errno::NOENT | Errno::NOTDIR => ErrorCode::CorruptRepository,
            _ => ErrorCode::Unreadable,
        };
        let said = crate::error::said(errno);
        self.fault(code)
            .with_detail(format!("{}: {said}", shown(path)))
    }

    pub(crate) fn corrupt(&self, path: &[u8], why: &str) -> Error {
        self.fault(ErrorCode::CorruptRepository)
            .with_detail(format!("{}: {why}", shown(path)))
    }

    pub(crate) fn fault(&self, code: ErrorCode) -> Error {
        Error::new(code, Part::Workspace, self.label)
    }
}

impl Repository {
    /// How many bytes the name of an object has.
    pub(crate) fn hash(&self) -> usize {
        match self.text("extensions", "objectformat") {
            Some(format) if format.eq_ignore_ascii_case(b"sha256") => 32,
            _ => 20,
        }
    }

    /// The text of a setting in a section without subsections.
    pub(crate) fn text(&self, section: &str, key: &str) -> Option<&[u8]> {
        self.config.get(section, None, key)?.text()
    }

    /// Whether a setting of `core` is true; `otherwise` where it is not set, or to no truth value.
    pub(crate) fn is_set(&self, key: &str, otherwise: bool) -> bool {
        let value = self.config.get("core", None, key);
        value.and_then(Value::boolean).unwrap_or(otherwise)
    }

    /// Whether this worktree is a linked one.
    pub(crate) fn is_linked(&self) -> Result<bool, Errno> {
        Ok(self.own.identity()? != self.common.identity()?)
    }

    /// What tells it from other git directories.
    pub(crate) fn identity(&self) -> Result<Identity, Errno> {
        self.own.identity()
    }
}

/// A path below another; each may be empty.
pub(crate) fn join(place: &[u8], name: &[u8]) -> Vec<u8> {
    if place.is_empty() {
        name.to_vec()
    } else {
        [place, b"/", name].concat()
    }
}

fn components(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.split(|&byte| byte == b'/')
        .filter(|name| !matches!(*name, b"" | b"."))
}

/// A path for a person.
pub(crate) fn shown(path: &[u8]) -> String {
    String::from_utf8_lossy(path)
        .chars()
        .map(|char| if char.is_control() { '\u{fffd}' } else { char })
        .collect()
}
