//! What the service's own git configuration says: the filters that it defines, how line ends are converted, and which
//! files are ignored and what attributes they have everywhere.
//!
//! git itself reads it, with all its includes, outside the sandbox; what a look or a sync needs of it is then written
//! into the configuration of the git directory that is made for them. It is read again when a file that it came from
//! has changed.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Read as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use scope_core::{ErrorCode, Part};

use crate::error::Error;
use crate::git;
use crate::options::Options;

/// The most bytes of the configuration, and of each list that it names.
const MOST: usize = 1 << 20;

/// After how long it is read again, whatever its files look like: one may have come where none was.
const EXPIRY: Duration = Duration::from_mins(1);

/// The service's configuration, as far as it counts for a tree.
#[derive(Debug, Default)]
pub(crate) struct Service {
    /// Settings as they are written into a configuration file.
    pub(crate) settings: Vec<u8>,
    /// What is ignored everywhere.
    pub(crate) ignored: Vec<u8>,
    /// Which attributes files have everywhere.
    pub(crate) attributes: Vec<u8>,
}

/// The configuration and when it was read.
#[derive(Debug, Default)]
pub(crate) struct Cache(Mutex<Option<Snapshot>>);

#[derive(Debug)]
struct Snapshot {
    service: Arc<Service>,
    read_at: Instant,
    /// The files that it came from, or would have.
    files: Vec<(PathBuf, Option<Stamp>)>,
}

/// What changes when a file does.
type Stamp = (u64, u64, u64, i64, i64);

impl Cache {
    /// The configuration as it is now.
    pub(crate) fn now(&self, options: &Options) -> Result<Arc<Service>, Error> {
        let mut cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(snapshot) = &*cached
            && snapshot.is_current()
        {
            return Ok(Arc::clone(&snapshot.service));
        }
        let snapshot = Snapshot::read(options)?;
        let service = Arc::clone(&snapshot.service);
        *cached = Some(snapshot);
        Ok(service)
    }
}

impl Snapshot {
    fn is_current(&self) -> bool {
        self.read_at.elapsed() < EXPIRY
            && self.files.iter().all(|(path, seen)| stamp(path) == *seen)
    }

    fn read(options: &Options) -> Result<Self, Error> {
        check_version(options)?;
        let mut command = Command::new(&options.git);
        git::forget_variables(&mut command);
        // No repository's configuration is asked for, wherever this process is. git resolves the path where it is asked
        // whether an `includeIf` is about it, and fails where that cannot be.
        command.env("GIT_DIR", "/dev/null").args([
            "config",
            "--list",
            "--show-origin",
            "-z",
            "--includes",
        ]);
        let answer = git::answer(options, command)?;
        let mut files: Vec<PathBuf> = vec!["/etc/gitconfig".into(), "/etc/gitattributes".into()];
        let home = env::var_os("HOME").map(PathBuf::from);
        let xdg = env::var_os("XDG_CONFIG_HOME").filter(|dir| !dir.is_empty());
        let xdg = xdg
            .map(PathBuf::from)
            .or_else(|| Some(home.as_ref()?.join(".config")))
            .map(|dir| dir.join("git"));
        files.extend(home.as_ref().map(|home| home.join(".gitconfig")));
        files.extend(xdg.as_ref().map(|xdg| xdg.join("config")));
        let (mut settings, mut ignored, mut attributes) = (Vec::new(), None, None);
        for entry in entries(&answer) {
            files.extend(entry.file.clone());
            match entry.keep() {
                Keep::Setting => settings.extend(entry.written()),
                Keep::Ignored => ignored = entry.path(home.as_deref()),
                Keep::Attributes => attributes = entry.path(home.as_deref()),
                Keep::Nothing => {}
            }
        }
        let in_xdg = |name| xdg.as_ref().map(|xdg| xdg.join(name));
        let ignored = ignored.or_else(|| in_xdg("ignore"));
        let attributes = attributes.or_else(|| in_xdg("attributes"));
        files.extend(ignored.iter().chain(&attributes).cloned());
        files.sort_unstable();
        files.dedup();
        let files: Vec<_> = files
            .into_iter()
            .map(|path| {
                let stamp = stamp(&path);
                (path, stamp)
            })
            .collect();
        Ok(Self {
            service: Arc::new(Service {
                settings,
                ignored: list(ignored.as_deref()),
                attributes: list(attributes.as_deref()),
            }),
            read_at: Instant::now(),
            files,
        })
    }
}

/// The oldest git that is believed: from this version on, a file that is there counts whatever the index says of a
/// sparse checkout.
const OLDEST: (u32, u32) = (2, 36);

fn check_version(options: &Options) -> Result<(), Error> {
    let mut command = Command::new(&options.git);
    git::forget_variables(&mut command);
    command.arg("version");
    let answer = git::answer(options, command)?;
    let said = String::from_utf8_lossy(&answer);
    if version(&said).is_some_and(|version| version >= OLDEST) {
        return Ok(());
    }
    let program = options.git.to_string_lossy();
    let detail = format!(
        "git {}.{} or later is needed; this is {}",
        OLDEST.0,
        OLDEST.1,
        said.trim()
    );
    Err(Error::new(ErrorCode::GitNotFound, Part::Git, program).with_detail(detail))
}

/// Major and minor version in `git version 2.47.3`, whatever follows.
fn version(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.trim().strip_prefix("git version ")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// One setting.
struct Entry<'a> {
    file: Option<PathBuf>,
    key: &'a [u8],
    /// `None` for a key without a value, which is true.
    value: Option<&'a [u8]>,
}

/// What a setting is kept as.
enum Keep {
    Setting,
    Ignored,
    Attributes,
    Nothing,
}

/// What `git config --list --show-origin -z` printed: `file:PATH`, NUL, `key`, line end, value, NUL.
fn entries(bytes: &[u8]) -> Vec<Entry<'_>> {
    let mut parts = bytes.split(|&byte| byte == 0);
    let mut entries = Vec::new();
    while let (Some(origin), Some(setting)) = (parts.next(), parts.next()) {
        let file = origin.strip_prefix(b"file:");
        let mut halves = setting.splitn(2, |&byte| byte == b'\n');
        let Some(key) = halves.next() else { continue };
        entries.push(Entry {
            file: file.map(|file| PathBuf::from(OsStr::from_bytes(file))),
            key,
            value: halves.next(),
        });
    }
    entries
}

impl Entry<'_> {
    fn keep(&self) -> Keep {
        match self.key {
            b"core.autocrlf"
            | b"core.eol"
            | b"core.checkroundtripencoding"
            | b"core.bigfilethreshold" => Keep::Setting,
            b"core.excludesfile" => Keep::Ignored,
            b"core.attributesfile" => Keep::Attributes,
            key if key.starts_with(b"filter.") => Keep::Setting,
            _ => Keep::Nothing,
        }
    }

    /// The setting in the syntax of a configuration file.
    fn written(&self) -> Vec<u8> {
        let first = self.key.iter().position(|&byte| byte == b'.');
        let last = self.key.iter().rposition(|&byte| byte == b'.');
        let (Some(first), Some(last)) = (first, last) else {
            return Vec::new();
        };
        let mut text = b"[".to_vec();
        text.extend(&self.key[..first]);
        if first < last {
            text.extend(b" ");
            quote(&mut text, &self.key[first + 1..last]);
        }
        text.extend(b"]\n\t");
        text.extend(&self.key[last + 1..]);
        if let Some(value) = self.value {
            text.extend(b" = ");
            quote(&mut text, value);
        }
        text.extend(b"\n");
        text
    }

    /// The file that the setting names; `~/` is the home directory.
    fn path(&self, home: Option<&Path>) -> Option<PathBuf> {
        let value = self.value?;
        match value.strip_prefix(b"~/") {
            Some(rest) => Some(home?.join(OsStr::from_bytes(rest))),
            None => Some(OsStr::from_bytes(value).into()),
        }
    }
}

/// Writes a value in quotes, as a configuration file has it.
pub(crate) fn quote(text: &mut Vec<u8>, value: &[u8]) {
    text.push(b'"');
    for &byte in value {
        match byte {
            b'"' | b'\\' => text.extend([b'\\', byte]),
            b'\n' => text.extend(b"\\n"),
            _ => text.push(byte),
        }
    }
    text.push(b'"');
}

/// The lines of a list that the configuration names; none where it cannot be read.
fn list(path: Option<&Path>) -> Vec<u8> {
    let read = |path: &Path| -> Option<Vec<u8>> {
        // A FIFO is not waited for.
        if !fs::metadata(path).ok()?.is_file() {
            return None;
        }
        let mut bytes = Vec::new();
        let most = MOST as u64 + 1;
        File::open(path)
            .ok()?
            .take(most)
            .read_to_end(&mut bytes)
            .ok()?;
        (bytes.len() <= MOST).then_some(bytes)
    };
    path.and_then(read).unwrap_or_default()
}

fn stamp(path: &Path) -> Option<Stamp> {
    let found = fs::metadata(path).ok()?;
    Some((
        found.dev(),
        found.ino(),
        found.size(),
        found.mtime(),
        found.mtime_nsec(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_whatever_a_distribution_adds() {
        for (said, numbers) in [
            ("git version 2.47.3\n", Some((2, 47))),
            ("git version 2.39.5 (Apple Git-154)", Some((2, 39))),
            ("git version 2.50.0.windows.1", Some((2, 50))),
            ("git version 3.0", Some((3, 0))),
            ("busybox", None),
        ] {
            assert_eq!(version(said), numbers, "{said}");
        }
    }

    #[test]
    fn settings_are_written_so_that_git_reads_the_same() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("config");
        let listed = b"file:/x\0filter.a.b \"c\\.clean\nsh -c \"x\ny\"\0file:/x\0core.eol\0\
            file:/x\0core.autocrlf\n\0file:/x\0user.name\nT\0";
        let written: Vec<u8> = entries(listed)
            .iter()
            .filter(|entry| matches!(entry.keep(), Keep::Setting))
            .flat_map(Entry::written)
            .collect();
        fs::write(&file, written).unwrap();
        let output = Command::new("git")
            .args(["config", "--list", "-z", "--file"])
            .arg(&file)
            .output()
            .unwrap();
        assert_eq!(
            output.stdout,
            b"filter.a.b \"c\\.clean\nsh -c \"x\ny\"\0core.eol\0core.autocrlf\n\0"
        );
    }
}
