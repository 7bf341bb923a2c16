//! What a repository's configuration says of its layout.
//!
//! Files that it includes take no part in that, as git ignores them for these settings.

use std::path::PathBuf;

use scope_core::{ErrorCode, Part};
use scope_fs::path::from_bytes;

use crate::dir::{Dir, LARGE};
use crate::fault::Fault;
use crate::files::{Config, Setting};

/// The settings that decide where things are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    /// `core.bare`.
    pub(crate) bare: Option<bool>,
    /// `core.worktree`, as it is written.
    pub(crate) worktree: Option<PathBuf>,
    /// `extensions.worktreeConfig`: each worktree has a file `config.worktree` besides.
    pub(crate) has_worktree_file: bool,
    /// `extensions.refStorage`: references are in reftables.
    pub(crate) has_reftables: bool,
    /// `core.repositoryFormatVersion`. Without it, git takes no notice of what else is here.
    version: Option<u32>,
    /// What the extensions ask of that version.
    extensions: Extensions,
}

/// What a repository's extensions, taken together, ask of its format version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Extensions {
    /// Nothing.
    #[default]
    OfAnyVersion,
    /// That it is 1.
    OfVersion1,
    /// More than this version of the crate knows; version 0 ignores such.
    Unknown,
}

impl Layout {
    /// Reads the layout of the repository whose shared files are in `common`. `text` is that of its configuration, if it
    /// was read already.
    ///
    /// # Errors
    ///
    /// `unsupported_repository` for a format that this crate does not know, `corrupt_repository` for what is no
    /// configuration, `unreadable`.
    pub(crate) fn of_repository(common: &Dir, text: Option<&[u8]>) -> Result<Self, Fault> {
        let mut layout = Self::default();
        match text {
            Some(text) => layout.take(text)?,
            None => layout.read(common, "config")?,
        }
        let Some(version) = layout.version else {
            return Ok(Self::default());
        };
        match (version, layout.extensions) {
            (0, Extensions::OfAnyVersion | Extensions::Unknown)
            | (1, Extensions::OfAnyVersion | Extensions::OfVersion1) => Ok(layout),
            _ => Err(Fault::At(ErrorCode::UnsupportedRepository, Part::GitConfig)),
        }
    }

    /// The same with what the worktree with this git directory sets besides.
    pub(crate) fn with_worktree_file(mut self, git_dir: &Dir) -> Result<Self, Fault> {
        if self.has_worktree_file {
            self.read(git_dir, "config.worktree")?;
        }
        Ok(self)
    }

    fn read(&mut self, dir: &Dir, name: &str) -> Result<(), Fault> {
        match dir.file(name, LARGE, Part::GitConfig)? {
            Some(text) => self.take(&text),
            None => Ok(()),
        }
    }

    /// Takes in what a file with this text sets.
    fn take(&mut self, text: &[u8]) -> Result<(), Fault> {
        let config = Config::parse(text).map_err(|_| damaged())?;
        let mut settings = config.settings();
        settings.try_for_each(|setting| self.set(&setting).ok_or_else(damaged))
    }

    /// Takes a setting in; nothing where its value is not of its kind.
    fn set(&mut self, setting: &Setting<'_>) -> Option<()> {
        let value = setting.value;
        match (setting.section, setting.subsection, setting.key) {
            (b"core", None, b"bare") => self.bare = Some(value.boolean()?),
            (b"core", None, b"worktree") => self.worktree = Some(from_bytes(value.text()?)?),
            (b"core", None, b"repositoryformatversion") => {
                self.version = Some(value.integer()?.try_into().ok()?);
            }
            (b"extensions", None, b"worktreeconfig") => self.has_worktree_file = value.boolean()?,
            (b"extensions", None, b"refstorage") => {
                self.ask(Extensions::OfVersion1);
                match value.text()? {
                    b"files" => self.has_reftables = false,
                    b"reftable" => self.has_reftables = true,
                    _ => self.ask(Extensions::Unknown),
                }
            }
            // Neither moves anything.
            (b"extensions", None, b"noop" | b"preciousobjects" | b"partialclone") => {}
            (
                b"extensions",
                None,
                b"objectformat" | b"compatobjectformat" | b"relativeworktrees" | b"noop-v1",
            ) => self.ask(Extensions::OfVersion1),
            (b"extensions", ..) => self.ask(Extensions::Unknown),
            _ => {}
        }
        Some(())
    }

    fn ask(&mut self, extensions: Extensions) {
        self.extensions = self.extensions.max(extensions);
    }
}

fn damaged() -> Fault {
    Fault::At(ErrorCode::CorruptRepository, Part::GitConfig)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// What a configuration with this text and this format version comes to.
    fn of(version: &str, text: &str) -> Result<Layout, Fault> {
        let place = tempfile::tempdir().unwrap();
        let dir = Dir::open(place.path()).unwrap();
        let text = format!("[core]\n\trepositoryFormatVersion = {version}\n{text}");
        Layout::of_repository(&dir, Some(text.as_bytes()))
    }

    #[test]
    fn extensions_are_known_or_refused_by_the_format_version() {
        let unsupported = Fault::At(ErrorCode::UnsupportedRepository, Part::GitConfig);
        let with = |version: &str, name: &str, value: &str| {
            of(version, &format!("[extensions]\n\t{name} = {value}\n"))
        };
        for name in ["noop", "preciousObjects", "partialClone"] {
            for version in ["0", "1"] {
                assert!(with(version, name, "true").is_ok(), "{name} in {version}");
            }
        }
        for name in [
            "objectFormat",
            "compatObjectFormat",
            "relativeWorktrees",
            "noop-v1",
        ] {
            assert_eq!(with("0", name, "sha1").unwrap_err(), unsupported, "{name}");
            assert!(with("1", name, "sha1").is_ok(), "{name}");
        }
        // The old version takes no notice of what it does not know.
        assert!(with("0", "nobodyKnows", "true").is_ok());
        assert_eq!(with("1", "nobodyKnows", "true").unwrap_err(), unsupported);
        assert_eq!(with("2", "noop", "true").unwrap_err(), unsupported);

        assert!(
            with("1", "worktreeConfig", "true")
                .unwrap()
                .has_worktree_file
        );
        assert!(
            !with("1", "worktreeConfig", "false")
                .unwrap()
                .has_worktree_file
        );
        assert!(with("1", "refStorage", "reftable").unwrap().has_reftables);
        assert!(!with("1", "refStorage", "files").unwrap().has_reftables);
        assert_eq!(with("0", "refStorage", "files").unwrap_err(), unsupported);
        assert_eq!(with("1", "refStorage", "xml").unwrap_err(), unsupported);
        // Of two, the one that asks for more counts, in either order.
        for text in [
            "nobodyKnows = 1\n\tobjectFormat = sha1",
            "objectFormat = sha1\n\tnobodyKnows = 1",
        ] {
            let text = format!("[extensions]\n\t{text}\n");
            assert_eq!(of("1", &text).unwrap_err(), unsupported);
        }
    }

    #[test]
    fn settings_of_the_core_are_taken_or_damaged() {
        let layout = of("0", "\tbare = yes\n\tworktree = ../x\n").unwrap();
        assert_eq!(layout.bare, Some(true));
        assert_eq!(layout.worktree.as_deref(), Some(Path::new("../x")));
        assert_eq!(of("0", "\tbare = no\n").unwrap().bare, Some(false));
        assert_eq!(
            of("0", "").unwrap(),
            Layout {
                version: Some(0),
                ..Layout::default()
            }
        );
        for text in [
            "\tbare = maybe\n",
            "\tworktree =\n",
            "[extensions]\n\tworktreeConfig = maybe\n",
        ] {
            assert_eq!(of("0", text).unwrap_err(), damaged(), "{text}");
        }
        assert_eq!(of("one", "").unwrap_err(), damaged());
        // Without a version nothing counts.
        let place = tempfile::tempdir().unwrap();
        let dir = Dir::open(place.path()).unwrap();
        let unversioned = Layout::of_repository(&dir, Some(b"[core]\n\tbare = true\n"));
        assert_eq!(unversioned.unwrap(), Layout::default());
    }
}
