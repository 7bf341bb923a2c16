//! Fetching aside: git runs where it knows nothing of the workspace's configuration, objects are lent to it and taken
//! from it by handle, and what it fetched is told as changes to references.

use std::collections::{BTreeMap, HashSet};
use std::ffi::{CString, OsStr};
use std::os::unix::ffi::OsStrExt as _;
use std::time::Instant;

use rustix::io::Errno;
use scope_core::ErrorCode;
use scope_fs::{Dir, FileType, Unread};
use scope_git::files::Value;

use super::Sync;
use super::upstream::Upstream;
use crate::error::Error;
use crate::git::Run;
use crate::job::Job;
use crate::redact;
use crate::remote::Remote;
use crate::repository::Repository;
use crate::staging::{Purpose, Staged};

/// The most bytes of a list of shallow commits.
const MOST_SHALLOW: usize = 1 << 20;

/// Where the branch that is followed is put, beside what the refspecs say.
const FOLLOWED: &str = "refs/scope/upstream";

/// References by name, with the commits or tags that they are.
pub(super) type References = BTreeMap<Vec<u8>, Vec<u8>>;

/// What a fetch brought.
#[derive(Debug)]
pub(super) struct Fetched {
    /// Where the branch that is followed is.
    pub(super) tip: Vec<u8>,
    /// Remote-tracking references and tags that are new or moved.
    pub(super) moved: References,
    /// Remote-tracking references that the remote has no more, as they were.
    pub(super) gone: References,
}

impl Sync<'_> {
    /// Fetches what a branch follows, and what goes with it, and puts the objects into the workspace.
    pub(super) fn fetch(
        &self,
        repository: &Repository,
        upstream: &Upstream,
        known: &References,
        job: &mut Job<'_>,
    ) -> Result<Fetched, Error> {
        let options = &self.workspaces.options;
        let remote = Remote::read(&upstream.url, options)?;
        let failed = self.place.system();
        let aside = Staged::new(self.staging, Purpose::Make).map_err(&failed)?;
        let run = Run {
            options,
            dir: &aside.dir,
            remote: &remote,
            deadline: Instant::now().checked_add(options.limits.time),
        };
        let format = match repository.hash() {
            32 => "--object-format=sha256",
            _ => "--object-format=sha1",
        };
        run.run(
            &["init", "--quiet", "--bare", "--template=", format, "."],
            &[],
            job,
        )?;
        let lent = lend_objects(&repository.common, &aside.dir).map_err(&failed)?;
        self.tell_what_is_here(repository, &aside.dir, known)?;
        // Names of branches are bytes.
        let followed = [b"+", &*upstream.merge, b":", FOLLOWED.as_bytes()].concat();
        let mut arguments: Vec<&OsStr> = [
            "fetch",
            "--progress",
            "--no-write-fetch-head",
            "--no-recurse-submodules",
            "--prune",
        ]
        .map(OsStr::new)
        .to_vec();
        arguments.extend(upstream.tags.map(OsStr::new));
        if is_partial(repository) {
            // What a filter left out is missing here, and git looks for it unless what comes is filtered too. No file is
            // that long: nothing is left out of what is new.
            arguments.push(OsStr::new("--filter=blob:limit=1048576g"));
        }
        arguments.extend(["--", &remote.url].map(OsStr::new));
        arguments.push(OsStr::from_bytes(&followed));
        arguments.extend(upstream.refspecs.iter().map(OsStr::new));
        run.run(&arguments, &[], job).map_err(|error| {
            // What git says where the branch is not there any more.
            let is_gone = error
                .detail
                .as_deref()
                .is_some_and(|said| said.contains("couldn't find remote ref"));
            if is_gone {
                self.place.fault(ErrorCode::NoUpstream).with_detail(format!(
                    "{} has no {}",
                    redact::location(&upstream.remote),
                    String::from_utf8_lossy(&upstream.merge)
                ))
            } else {
                error
            }
        })?;
        let mut list = run.command();
        list.args(["for-each-ref", FORMAT]);
        let now = references(&self.answer(list)?);
        move_packs(&aside.dir, &repository.common, &lent).map_err(&failed)?;
        let tip = now.get(FOLLOWED.as_bytes()).cloned();
        let tip = tip.ok_or_else(|| self.place.fault(ErrorCode::NoUpstream))?;
        let differs = |(name, id): &(&Vec<u8>, &Vec<u8>)| {
            *name != FOLLOWED.as_bytes() && known.get(*name) != Some(*id)
        };
        let is_gone = |(name, _): &(&Vec<u8>, &Vec<u8>)| !now.contains_key(*name);
        let owned = |(name, id): (&Vec<u8>, &Vec<u8>)| (name.clone(), id.clone());
        Ok(Fetched {
            tip,
            moved: now.iter().filter(differs).map(owned).collect(),
            gone: known.iter().filter(is_gone).map(owned).collect(),
        })
    }

    /// What the workspace has, so that it is not fetched again, nor a tag moved.
    fn tell_what_is_here(
        &self,
        repository: &Repository,
        aside: &Dir,
        known: &References,
    ) -> Result<(), Error> {
        let mut packed = Vec::new();
        for (name, id) in known {
            packed.extend([id.as_slice(), b" ", name, b"\n"].concat());
        }
        let failed = self.place.system();
        aside.write_now("packed-refs", &packed).map_err(&failed)?;
        match repository.common.read_file("shallow", MOST_SHALLOW) {
            Err(Unread::System(Errno::NOENT)) => Ok(()),
            Err(_) => Err(self
                .place
                .fault(ErrorCode::CorruptRepository)
                .with_detail(".git/shallow cannot be read")),
            Ok(bytes) => aside.write_now("shallow", &bytes).map_err(&failed),
        }
    }
}

/// Whether the objects of a repository are not all here, by its configuration.
fn is_partial(repository: &Repository) -> bool {
    let is_set = |name: &[u8]| {
        let value = repository.config.get("remote", Some(name), "promisor");
        value.and_then(Value::boolean) == Some(true)
    };
    repository.text("extensions", "partialclone").is_some()
        || repository.config.subsections("remote").any(is_set)
}

/// The references that git prints in [`FORMAT`]. Symbolic ones are names for others.
pub(super) fn references(listed: &[u8]) -> References {
    let lines = listed.split(|&byte| byte == b'\n');
    lines
        .filter_map(|line| {
            let mut fields = line.splitn(3, |&byte| byte == b' ');
            let (id, symbolic, name) = (fields.next()?, fields.next()?, fields.next()?);
            symbolic.is_empty().then(|| (name.to_vec(), id.to_vec()))
        })
        .collect()
}

/// The object, where the reference is symbolic what it leads to, and the name.
pub(super) const FORMAT: &str = "--format=%(objectname) %(symref) %(refname)";

/// Gives a bare repository the objects of another, without a path that its user could lead elsewhere: each file has a
/// second name there. Returns those names.
fn lend_objects(from: &Dir, to: &Dir) -> Result<HashSet<CString>, Errno> {
    let (from, to) = (from.open_dir("objects")?, to.open_dir("objects")?);
    let mut lent = HashSet::new();
    for (name, kind) in from.entries()? {
        // `pack`, and two digits for those that are in none; `info` may name repositories elsewhere.
        let bytes = name.to_bytes();
        let is_digits = bytes.len() == 2 && bytes.iter().all(u8::is_ascii_hexdigit);
        if kind != FileType::Directory || !(is_digits || bytes == b"pack") {
            continue;
        }
        let (from, to) = (from.open_dir(&*name)?, to.ensure_dir(&*name)?);
        for (name, kind) in from.entries()? {
            if kind == FileType::RegularFile {
                from.link(&*name, &to, &*name)?;
                lent.insert(name);
            }
        }
    }
    Ok(lent)
}

/// Moves the packs of a bare repository into another but those that are lent, what an index speaks of before the index.
fn move_packs(from: &Dir, to: &Dir, lent: &HashSet<CString>) -> Result<(), Errno> {
    let from = from.open_dir("objects/pack")?;
    let to = to.open_dir("objects")?.ensure_dir("pack")?;
    let mut names: Vec<_> = from.entries()?.into_iter().map(|(name, _)| name).collect();
    names.retain(|name| name.to_bytes().starts_with(b"pack-") && !lent.contains(name));
    names.sort_by_key(|name| name.to_bytes().ends_with(b".idx"));
    for name in names {
        from.rename(&*name, &to, &*name)?;
    }
    to.sync()
}
