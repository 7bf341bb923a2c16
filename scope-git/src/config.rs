//! What a repository's configuration says of its layout.
//!
//! Read by hand where it is written as git writes it. Any other way of writing (quotes and escapes in the values that
//! matter, lines that go on in the next, values without `=`) is left to libgit2's reader, which knows all of it. That
//! one also follows `include`, which git does not for these settings, and which in an untrusted file can lead to a pipe
//! or into itself a thousandfold: so a file that has both is not understood.

use std::path::{Path, PathBuf};

use scope_core::{ErrorCode, Part};

use crate::bytes;
use crate::dir::{Dir, LARGE};
use crate::fault::Fault;

/// The settings that decide where things are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Config {
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

impl Config {
    /// Reads the configuration of the repository whose shared files are in `common`. `text` is that of the file, if it was
    /// read already.
    ///
    /// # Errors
    ///
    /// `unsupported_repository` for a format that nobody here knows, `corrupt_repository` for what is no configuration,
    /// `unreadable`.
    pub(crate) fn of_repository(common: &Dir, text: Option<&[u8]>) -> Result<Self, Fault> {
        let mut config = Self::default();
        match text {
            Some(text) => config.take(text, common, "config")?,
            None => config.read(common, "config")?,
        }
        let Some(version) = config.version else {
            return Ok(Self::default());
        };
        match (version, config.extensions) {
            (0, Extensions::OfAnyVersion | Extensions::Unknown)
            | (1, Extensions::OfAnyVersion | Extensions::OfVersion1) => Ok(config),
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
            Some(text) => self.take(&text, dir, name),
            None => Ok(()),
        }
    }

    /// Takes in what the file `name` in `dir`, with this text, sets.
    fn take(&mut self, text: &[u8], dir: &Dir, name: &str) -> Result<(), Fault> {
        let settings = match plain(text) {
            Ok(settings) => settings,
            Err(NotPlain::Odd) if !mentions_include(text) => by_libgit2(&dir.path().join(name))?,
            Err(_) => return Err(damaged()),
        };
        settings
            .iter()
            .try_for_each(|setting| self.set(setting))
            .ok_or_else(damaged)
    }

    /// Takes a setting in; nothing where its value is not of its kind.
    fn set(
        &mut self,
        Setting {
            section,
            key,
            value,
        }: &Setting<'_>,
    ) -> Option<()> {
        match (&**section, &**key) {
            ("core", "bare") => self.bare = Some(boolean(value.as_deref())?),
            ("core", "worktree") => self.worktree = Some(bytes::to_path(value.as_deref()?)?),
            ("core", "repositoryformatversion") => {
                let number = str::from_utf8(value.as_deref()?).ok()?;
                self.version = Some(number.parse().ok()?);
            }
            ("extensions", "worktreeconfig") => {
                self.has_worktree_file = boolean(value.as_deref())?;
            }
            ("extensions", "refstorage") => {
                self.ask(Extensions::OfVersion1);
                match value.as_deref()? {
                    b"files" => self.has_reftables = false,
                    b"reftable" => self.has_reftables = true,
                    _ => self.ask(Extensions::Unknown),
                }
            }
            // Neither moves anything.
            ("extensions", "noop" | "preciousobjects" | "partialclone") => {}
            (
                "extensions",
                "objectformat" | "compatobjectformat" | "relativeworktrees" | "noop-v1",
            ) => self.ask(Extensions::OfVersion1),
            ("extensions", _) => self.ask(Extensions::Unknown),
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

/// A setting of the section `core` or `extensions`, both names in lower case.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Setting<'a> {
    section: std::borrow::Cow<'a, str>,
    key: std::borrow::Cow<'a, str>,
    value: Option<std::borrow::Cow<'a, [u8]>>,
}

impl Setting<'_> {
    /// Its full name, and its value.
    pub(crate) fn shown(&self) -> (String, Option<Vec<u8>>) {
        let name = format!("{}.{}", self.section, self.key);
        (name, self.value.as_deref().map(<[u8]>::to_vec))
    }
}

/// Why a configuration is not read by hand.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NotPlain {
    /// There are other ways to write one.
    Odd,
    /// It is none, though libgit2 may take it for one.
    Damaged,
}

/// As many settings of those sections as most configurations have at the most.
const USUAL: usize = 8;

/// The settings of `core` and `extensions` in a configuration that is written plainly.
pub(crate) fn plain(text: &[u8]) -> Result<Vec<Setting<'_>>, NotPlain> {
    let is_odd = |&byte: &u8| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n');
    // Asked of the whole text first, and not stopping at the first such byte: compilers do that for many bytes at once.
    let has_odd = text.iter().fold(false, |odd, byte| odd | is_odd(byte));
    let mut settings = Vec::with_capacity(USUAL);
    let mut section = Section::None;
    for line in text.split(|&byte| byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if has_odd && line.iter().any(is_odd) {
            return Err(NotPlain::Odd);
        }
        let line = line.trim_ascii();
        match (line, section) {
            ([] | [b'#' | b';', ..], _) => {}
            ([b'[', ..], _) => section = Section::opened_by(line).ok_or(NotPlain::Odd)?,
            // The next line belongs to this one, or it is in no section.
            ([.., b'\\'], _) | (_, Section::None) => return Err(NotPlain::Odd),
            (_, Section::Known(name)) => {
                settings.push(plain_setting(name, line).ok_or(NotPlain::Odd)?);
            }
            (_, Section::Other) if is_setting(line) => {}
            (_, Section::Other) => return Err(NotPlain::Damaged),
        }
    }
    Ok(settings)
}

/// The section that a setting is in.
#[derive(Clone, Copy)]
enum Section {
    /// None, before the first.
    None,
    /// One of those that matter.
    Known(&'static str),
    Other,
}

impl Section {
    /// The section that a line opens; nothing where there is more on the line, or where it is not written plainly.
    fn opened_by(line: &[u8]) -> Option<Self> {
        let line = line.strip_prefix(b"[")?;
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-.".contains(byte);
        let end = line.iter().position(|byte| !is_name(byte))?;
        let name = &line[..end];
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        match &line[end..] {
            _ if name.is_empty() => None,
            b"]" if is("core") => Some(Self::Known("core")),
            b"]" if is("extensions") => Some(Self::Known("extensions")),
            // No version knows an extension whose name has more parts.
            _ if name
                .split(|&byte| byte == b'.')
                .next()?
                .eq_ignore_ascii_case(b"extensions") =>
            {
                None
            }
            b"]" => Some(Self::Other),
            [b' ' | b'\t', rest @ ..] => {
                is_subsection(rest.trim_ascii_start()).then_some(Self::Other)
            }
            _ => None,
        }
    }
}

/// Whether this is a name in quotes and the end of the line that opens its section.
fn is_subsection(rest: &[u8]) -> bool {
    let Some(name) = rest.strip_prefix(b"\"") else {
        return false;
    };
    let mut bytes = name.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return bytes.as_slice() == b"]",
            b'\\' if bytes.next().is_none() => return false,
            _ => {}
        }
    }
    false
}

/// The name of a setting, and what is after it.
fn key(line: &[u8]) -> Option<(&str, &[u8])> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    let end = line.iter().position(|byte| !is_name(byte));
    let (key, rest) = line.split_at(end.unwrap_or(line.len()));
    key.first().filter(|byte| byte.is_ascii_alphabetic())?;
    Some((str::from_utf8(key).ok()?, rest.trim_ascii_start()))
}

fn plain_setting<'a>(section: &'static str, line: &'a [u8]) -> Option<Setting<'a>> {
    let (key, rest) = key(line)?;
    let value = rest.strip_prefix(b"=")?.trim_ascii();
    if value
        .iter()
        .any(|byte| matches!(byte, b'"' | b'\\' | b'#' | b';'))
    {
        return None;
    }
    let is_lower = !key.bytes().any(|byte| byte.is_ascii_uppercase());
    Some(Setting {
        section: section.into(),
        key: if is_lower {
            key.into()
        } else {
            key.to_ascii_lowercase().into()
        },
        value: Some(value.into()),
    })
}

/// Whether the line is a setting, of which nothing is wanted.
fn is_setting(line: &[u8]) -> bool {
    match key(line) {
        Some((_, [b'=', value @ ..])) => is_value(value),
        Some((_, rest)) => rest.is_empty(),
        None => false,
    }
}

/// Whether quotes and escapes are as they have to be.
fn is_value(value: &[u8]) -> bool {
    let mut is_quoted = false;
    let mut bytes = value.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\\' if !matches!(bytes.next(), Some(b'n' | b't' | b'b' | b'"' | b'\\')) => {
                return false;
            }
            b'#' | b';' if !is_quoted => return true,
            _ => {}
        }
    }
    !is_quoted
}

fn mentions_include(text: &[u8]) -> bool {
    text.windows(b"include".len())
        .any(|word| word.eq_ignore_ascii_case(b"include"))
}

/// The settings of `core` and `extensions` as libgit2 reads them. It opens no repository for that.
fn by_libgit2(path: &Path) -> Result<Vec<Setting<'static>>, Fault> {
    let read = || {
        let config = git2::Config::open(&bytes::to_usual(path))?;
        let mut settings = Vec::new();
        config
            .entries(Some(r"^(core|extensions)\."))?
            .for_each(|entry| {
                // Sections and keys come in lower case; a subsection makes a name of three parts.
                if let Ok((section, key)) = entry
                    .name()
                    .map(|name| name.split_once('.').unwrap_or((name, "")))
                {
                    settings.push(Setting {
                        section: section.to_owned().into(),
                        key: key.to_owned().into(),
                        value: entry
                            .has_value()
                            .then(|| entry.value_bytes().to_vec().into()),
                    });
                }
            })?;
        Ok::<_, git2::Error>(settings)
    };
    read().map_err(|_| damaged())
}

/// A truth value as git reads it; a name without one is true.
fn boolean(value: Option<&[u8]>) -> Option<bool> {
    let Some(value) = value else {
        return Some(true);
    };
    let value = str::from_utf8(value).ok()?;
    let is = |word: &&str| value.eq_ignore_ascii_case(word);
    if ["true", "yes", "on"].iter().any(is) {
        return Some(true);
    }
    if ["false", "no", "off", ""].iter().any(is) {
        return Some(false);
    }
    // With git's units of thousands.
    let units = ['k', 'm', 'g', 'K', 'M', 'G'];
    let digits = value.strip_suffix(units).unwrap_or(value);
    digits.parse::<i64>().ok().map(|number| number != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Result<Vec<String>, NotPlain> {
        let shown = |setting: &Setting<'_>| {
            let (name, value) = setting.shown();
            format!("{name}={}", value.unwrap_or_default().escape_ascii())
        };
        plain(text.as_bytes()).map(|settings| settings.iter().map(shown).collect())
    }

    #[test]
    fn what_git_writes_is_plain() {
        let text = "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\
            [remote \"a]b\"]\n\turl = \"x;y\"\n\tmirror\n\tx=\\\"#\"\r\n[Extensions]\n\tworktreeConfig = true\n# bare = true\n";
        assert_eq!(
            settings(text).unwrap(),
            [
                "core.repositoryformatversion=0",
                "core.bare=false",
                "extensions.worktreeconfig=true"
            ]
        );
        for none in ["[core \"x\"]", "[core.x]", "[x \"C:\\\\a\\\"b\"]"] {
            assert_eq!(
                settings(&format!("{none}\n\tbare = true\n")).unwrap(),
                [""; 0]
            );
        }
    }

    #[test]
    fn what_git_would_write_otherwise_is_not() {
        for text in [
            "[core]\n\tworktree = \"/a b\"\n",
            "[core]\n\tworktree = /a\\\\b\n",
            "[core] bare = true\n",
            "[core] bare = true # ]\n",
            "[core]\n\tbare\n",
            "[core]\n\tbare = tr\\\nue\n",
            "[alias]\n\tx = a\\\n[core]\n\tbare = true\n",
            "[core]\n\tbare = true ; yes\n",
            "[core\n",
            "[core] bare = true # \"]\n",
            "[core \"a\" b\"]\n",
            "[remote \"a\\\"]\n",
            "[extensions \"x\"]\n",
            "[Extensions.x]\n",
            "[remote\"a\"]\n",
            "[]\n",
            "[co re]\n",
            "bare = true\n[core]\n",
            "garbage\n",
            "[user]\n\tname = \u{0}\n",
            "[user]\n\tname = \u{0}\n\temail = \u{0}\n",
            "[core]\n\tbare = \u{b}true\n",
            "\u{feff}[core]\n",
        ] {
            assert_eq!(settings(text), Err(NotPlain::Odd), "{text}");
        }
    }

    #[test]
    fn what_git_refuses_is_damaged() {
        for text in [
            "[user]\n\tname = \"x\n",
            "[user]\n\tname = \"x#\n",
            "[user]\n\tname = \\x\n",
            "[user]\n\tna_me = x\n",
            "[user]\n\t1name = x\n",
            "[user]\n\tname x\n",
            "[user]\n\tname ; x\n",
            "[user]\n\t= x\n",
        ] {
            assert_eq!(settings(text), Err(NotPlain::Damaged), "{text}");
        }
    }

    /// What a configuration with this text and this format version comes to.
    fn of(version: &str, text: &str) -> Result<Config, Fault> {
        let place = tempfile::tempdir().unwrap();
        let dir = Dir::open(place.path()).unwrap();
        let text = format!("[core]\n\trepositoryFormatVersion = {version}\n{text}");
        Config::of_repository(&dir, Some(text.as_bytes()))
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
        let config = of("0", "\tbare = yes\n\tworktree = ../x\n").unwrap();
        assert_eq!(config.bare, Some(true));
        assert_eq!(config.worktree.as_deref(), Some(Path::new("../x")));
        assert_eq!(of("0", "\tbare = no\n").unwrap().bare, Some(false));
        assert_eq!(
            of("0", "").unwrap(),
            Config {
                version: Some(0),
                ..Config::default()
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
        let unversioned = Config::of_repository(&dir, Some(b"[core]\n\tbare = true\n"));
        assert_eq!(unversioned.unwrap(), Config::default());
    }

    #[test]
    fn truth_is_read_as_git_does() {
        for yes in ["true", "YES", "On", "1", "2k", "-1"] {
            assert_eq!(boolean(Some(yes.as_bytes())), Some(true), "{yes}");
        }
        for no in ["false", "No", "OFF", "0", "", "0k"] {
            assert_eq!(boolean(Some(no.as_bytes())), Some(false), "{no}");
        }
        for neither in ["maybe", "k", "1x", "\u{e9}"] {
            assert_eq!(boolean(Some(neither.as_bytes())), None, "{neither}");
        }
        assert_eq!(boolean(None), Some(true));
    }
}
