//! A git directory of our own over a user's repository: the real git looks through it at the user's files, index,
//! objects and references, and sees nothing of the repository's own configuration.
//!
//! So git's own word on a tree is had, and nothing that the repository names is run: no hook, file system monitor,
//! alias or external program, and no filter but those that the service's own configuration defines.
//!
//! | in the shadow | is |
//! |---|---|
//! | `HEAD` | a copy |
//! | `index`, `sharedindex.*` | copies with their times, which git compares those of files with; no entry is assumed to be unchanged |
//! | `objects`, `refs`, `packed-refs`, `reftable`, `logs`, `info`, `shallow`, `worktrees` | symbolic links, which lead no further than the sandbox allows |
//! | `config` | made here: the object and reference formats, the service's filters, and settings that hide nothing |

use std::ffi::CStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::io::Errno;
use scope_core::ErrorCode;
use scope_fs::{Dir, FileType, Unread};
use scope_git::files::{Config, Value};

use crate::error::Error;
use crate::git;
use crate::index;
use crate::options::Options;
use crate::repository::{Repository, Tree};
use crate::service::Service;
use crate::staging::{Purpose, Staged};

/// The most bytes of a `HEAD`.
const MOST_HEAD: usize = 8 << 10;

/// What the shadow borrows from the directory that all worktrees share.
const BORROWED: &[&str] = &[
    "objects",
    "refs",
    "packed-refs",
    "reftable",
    "logs",
    "info",
    "shallow",
    "worktrees",
];

/// How the files that a sparse checkout leaves out are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sparse {
    /// Those that are there count, whatever the index says of them: what was written outside the cone is work too.
    Distrusted,
    /// As the repository has it set, so that a checkout leaves out the same.
    AsSet,
}

/// A shadow, and where it is. Removed when it is dropped.
pub(crate) struct Shadow<'a> {
    pub(crate) staged: Staged,
    path: PathBuf,
    options: &'a Options,
}

impl<'a> Shadow<'a> {
    pub(crate) fn new(
        staging: &Dir,
        purpose: Purpose<'_>,
        tree: &Tree<'_>,
        repository: &Repository,
        service: &Service,
        sparse: Sparse,
        options: &'a Options,
    ) -> Result<Self, Error> {
        let system = |errno| {
            let said = format!("no room to look at it from: {}", crate::error::said(errno));
            tree.fault(ErrorCode::IoFailed).with_detail(said)
        };
        let staged = Staged::new(staging, purpose).map_err(system)?;
        let dir = &staged.dir;
        let path = dir.path_now().map_err(system)?;
        let head = head(tree, repository)?;
        dir.write_now("HEAD", &head).map_err(system)?;
        let common = repository.common.path_now().map_err(system)?;
        for name in BORROWED {
            dir.symlink(&common.join(name), *name).map_err(system)?;
        }
        borrow_index(repository, dir).map_err(|errno| tree.refused(b".git/index", errno))?;
        let config = config(tree, repository, service, sparse, &path)?;
        dir.write_now("config", &config).map_err(system)?;
        for (name, list) in [
            ("ignored", &service.ignored),
            ("attributes", &service.attributes),
        ] {
            if !list.is_empty() {
                dir.write_now(name, list).map_err(system)?;
            }
        }
        Ok(Self {
            staged,
            path,
            options,
        })
    }

    /// git, which looks at the repository and, where one is given, at a worktree.
    pub(crate) fn git(&self, worktree: Option<&Dir>) -> Command {
        let at = worktree.unwrap_or(&self.staged.dir);
        let mut command = command(self.options, at, &self.path);
        if worktree.is_some() {
            command.env("GIT_WORK_TREE", ".");
        }
        command
    }
}

/// git that runs in a directory and sees the shadow at a path, and no other configuration than the shadow's.
pub(crate) fn command(options: &Options, at: &Dir, shadow: &Path) -> Command {
    let mut command = Command::new(&options.git);
    git::forget_variables(&mut command);
    command
        .current_dir(at.process_path())
        .env("GIT_DIR", shadow)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        // Neither replaced nor grafted commits hide others.
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_GRAFT_FILE", shadow.join("no-grafts"))
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "none")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_ADVICE", "0")
        .env("LC_ALL", "C.UTF-8");
    command
}

/// The names of the tree that holds nothing, by SHA-1 and by SHA-256: git knows both without being told.
pub(crate) const EMPTY_TREES: [&[u8]; 2] = [
    b"4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    b"6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
];

/// `HEAD` as it is written; of one that is a symbolic link, as once they were, what git reads of it.
fn head(tree: &Tree<'_>, repository: &Repository) -> Result<Vec<u8>, Error> {
    match repository.own.read_file("HEAD", MOST_HEAD) {
        Ok(bytes) => Ok(bytes),
        Err(Unread::System(Errno::LOOP)) => {
            let target = repository
                .own
                .read_link("HEAD")
                .map_err(|errno| tree.refused(b".git/HEAD", errno))?;
            Ok([b"ref: ", target.to_bytes(), b"\n"].concat())
        }
        Err(Unread::System(errno)) => Err(tree.refused(b".git/HEAD", errno)),
        Err(Unread::NotAFile | Unread::TooLong) => {
            Err(tree.corrupt(b".git/HEAD", "it is not a reference"))
        }
    }
}

/// Brings in the index and, where it is split, what it shares.
fn borrow_index(repository: &Repository, to: &Dir) -> Result<(), Errno> {
    let own = &repository.own;
    let hash = repository.hash();
    borrow_one(own, c"index", hash, to)?;
    for (name, kind) in own.entries()? {
        if kind == FileType::RegularFile && name.to_bytes().starts_with(b"sharedindex.") {
            borrow_one(own, &name, hash, to)?;
        }
    }
    Ok(())
}

/// Brings in one file of an index, in which nothing is assumed to be unchanged, with its time.
fn borrow_one(own: &Dir, name: &CStr, hash: usize, to: &Dir) -> Result<(), Errno> {
    let stat = match own.copy(name, to, name) {
        Err(Errno::NOENT) => return Ok(()),
        other => other?,
    };
    let file = to.open_to_change(name)?;
    index::distrust(&file, hash).map_err(|_| Errno::BADMSG)?;
    to.set_modified(name, &stat)
}

fn config(
    tree: &Tree<'_>,
    repository: &Repository,
    service: &Service,
    sparse: Sparse,
    path: &Path,
) -> Result<Vec<u8>, Error> {
    let theirs = &repository.config;
    check_format(tree, theirs)?;
    let mut formats = String::new();
    for (key, name) in [
        ("objectformat", "objectFormat"),
        ("refstorage", "refStorage"),
    ] {
        let Some(value) = repository.text("extensions", key) else {
            continue;
        };
        let known: &[&[u8]] = match key {
            "objectformat" => &[b"sha1", b"sha256"],
            _ => &[b"files", b"reftable"],
        };
        let value = value.to_ascii_lowercase();
        if !known.contains(&&*value) {
            let detail = format!("extensions.{name} is {}", crate::repository::shown(&value));
            return Err(tree
                .fault(ErrorCode::UnsupportedRepository)
                .with_detail(detail));
        }
        // A String takes everything that is written to it.
        let _ = writeln!(formats, "\t{name} = {}", String::from_utf8_lossy(&value));
    }
    let is_sparse = match sparse {
        Sparse::Distrusted => true,
        Sparse::AsSet => repository.is_set("sparsecheckout", false),
    };
    let is_cone = repository.is_set("sparsecheckoutcone", true);
    let mut text = format!(
        "[core]\n\trepositoryFormatVersion = {}\n\tbare = false\n\tfileMode = true\n\
         \tsymlinks = true\n\tignoreCase = false\n\ttrustCTime = true\n\tcheckStat = default\n\
         \tfsmonitor = false\n\tuntrackedCache = false\n\tsplitIndex = false\n\tcommitGraph = false\n\
         \thooksPath = /dev/null\n\tsafecrlf = false\n\tlogAllRefUpdates = {}\n\
         \tsparseCheckout = {is_sparse}\n\tsparseCheckoutCone = {is_cone}\n\
         [index]\n\tsparse = false\n[status]\n\tshowStash = true\n[gc]\n\tauto = 0\n\
         [maintenance]\n\tauto = false\n\
         [advice]\n\tsparseIndexExpanded = false\n\tstatusUoption = false\n\tgraftFileDeprecated = false\n",
        u8::from(!formats.is_empty()),
        repository.common.stat_entry("logs").is_ok(),
    )
    .into_bytes();
    if !formats.is_empty() {
        text.extend(b"[extensions]\n");
        text.extend(formats.as_bytes());
    }
    text.extend(&service.settings);
    text.extend(line_ends(theirs));
    for (key, name) in [
        ("excludesFile", "ignored"),
        ("attributesFile", "attributes"),
    ] {
        text.extend(b"[core]\n\t");
        text.extend(key.as_bytes());
        text.extend(b" = ");
        crate::service::quote(&mut text, path.join(name).as_os_str().as_encoded_bytes());
        text.extend(b"\n");
    }
    Ok(text)
}

/// What git knows of a repository whose format is 1, and takes notice of.
const EXTENSIONS: &[&[u8]] = &[
    b"noop",
    b"noop-v1",
    b"preciousobjects",
    b"partialclone",
    b"worktreeconfig",
    b"objectformat",
    b"compatobjectformat",
    b"refstorage",
    b"relativeworktrees",
];

/// Fails where git itself would refuse the repository for its format: what a later git keeps in it is not known.
fn check_format(tree: &Tree<'_>, theirs: &Config) -> Result<(), Error> {
    let refused = |detail| {
        let error = tree.fault(ErrorCode::UnsupportedRepository);
        Err(error.with_detail(detail))
    };
    let version = match theirs.get("core", None, "repositoryformatversion") {
        None => Some(0),
        Some(value) => value.integer(),
    };
    match version {
        Some(0) => return Ok(()),
        Some(1) => {}
        _ => return refused("core.repositoryFormatVersion is neither 0 nor 1".to_owned()),
    }
    let mut settings = theirs.settings();
    let unknown = settings.find(|setting| {
        setting.section == b"extensions"
            && setting.subsection.is_none()
            && !EXTENSIONS.contains(&setting.key)
    });
    match unknown {
        None => Ok(()),
        Some(setting) => refused(format!(
            "extensions.{} is not known",
            crate::repository::shown(setting.key)
        )),
    }
}

/// How the repository converts line ends: settings that are one of a few words. Where other files may set them, no line
/// end is converted: more then counts as changed, and never less.
fn line_ends(theirs: &Config) -> Vec<u8> {
    let mut text = b"[core]\n".to_vec();
    if theirs.has_includes() {
        text.extend(b"\tautocrlf = false\n");
        return text;
    }
    let known: [(&str, &[&[u8]]); 2] = [
        ("autocrlf", &[b"true", b"false", b"input"]),
        ("eol", &[b"lf", b"crlf", b"native"]),
    ];
    for (key, words) in known {
        let value = theirs.get("core", None, key).and_then(Value::text);
        let value = value.map(<[u8]>::to_ascii_lowercase);
        if let Some(word) = words.iter().find(|word| value.as_deref() == Some(**word)) {
            text.extend([b"\t", key.as_bytes(), b" = ", word, b"\n"].concat());
        }
    }
    text
}
