//! Bringing a workspace up to date, forwards only (W11).
//!
//! A workspace's own configuration is its user's, and git runs programs that a configuration names. So git fetches in a
//! repository that is made for it and knows nothing of that configuration; objects are lent to it and taken from it by
//! handle; and libgit2, which runs nothing and is confined to the workspace, moves the branch and the files.

use std::collections::HashSet;
use std::ffi::CString;
use std::fmt::Write as _;
use std::time::Instant;

use git2::build::CheckoutBuilder;
use git2::{BranchType, Oid, Repository};
use rustix::fs::FileType;
use rustix::io::Errno;
use scope_core::ErrorCode;

use crate::confine::{self, May};
use crate::error::Error;
use crate::git::Run;
use crate::job::Job;
use crate::remote::Remote;
use crate::staging::Staged;
use crate::work::{self, Work};
use crate::workspaces::{Place, Workspace, Workspaces};
use scope_fs::{Dir, Unread};

/// The most bytes of a list of shallow commits.
const MOST_SHALLOW: usize = 1 << 20;

/// What a sync did.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Synced {
    /// The workspace, with its metadata as it is now.
    pub workspace: Workspace,
    /// The branch that was brought up to date.
    pub branch: String,
    /// The commit that it was at.
    pub from: String,
    /// The commit that it is at; the same where there was nothing new.
    pub to: String,
}

impl Workspaces {
    /// Fetches, and fast-forwards the branch that is checked out to its upstream.
    ///
    /// A tree with uncommitted changes is not touched. No program runs that the workspace's own configuration names:
    /// filters such as git-lfs do not either.
    ///
    /// # Errors
    ///
    /// Those of [`get`](Self::get); `in_use` while somebody else deletes or syncs it or holds it;
    /// `not_a_repository`, `corrupt_repository`; `uncommitted_changes`; `detached_head`, `no_upstream`,
    /// `not_fast_forward`; those of [`clone`](Self::clone) about its origin. After each of them branch and files are as
    /// they were; what was fetched may be there already.
    pub fn sync(
        &self,
        user_id: &str,
        owner: &str,
        repo: &str,
        mut job: Job<'_>,
    ) -> Result<Synced, Error> {
        let place = Self::place(user_id, owner, repo)?;
        let (_, user) = self.found(&place)?;
        let dir = Self::held(&place, &user, true)?;
        match dir.stat_entry(".git") {
            Err(Errno::NOENT) => return Err(place.fault(ErrorCode::NotARepository)),
            other => other.map_err(place.system())?,
        };
        let sync = Sync {
            workspaces: self,
            place: &place,
            dir: &dir,
        };
        let (branch, from, to) = sync.run(&mut job)?;
        let now = self.options.clock.now();
        let workspace = self.record(&place, |recorded| {
            recorded.last_synced_at = Some(now);
            recorded.current_branch = Some(branch.clone());
        })?;
        Ok(Synced {
            workspace,
            branch,
            from: from.to_string(),
            to: to.to_string(),
        })
    }
}

struct Sync<'a> {
    workspaces: &'a Workspaces,
    place: &'a Place<'a>,
    dir: &'a Dir,
}

/// What there is before anything is fetched.
struct Before {
    branch: String,
    at: Oid,
    url: String,
    /// The origin's branches, as they were when they were last fetched.
    known: Vec<(String, Oid)>,
}

impl Sync<'_> {
    fn run(&self, job: &mut Job<'_>) -> Result<(String, Oid, Oid), Error> {
        let work = Work::of(self.dir, &self.place.label);
        if let Some(unknown) = work.unknown {
            return Err(unknown);
        }
        if work.uncommitted > 0 {
            return Err(self.place.fault(ErrorCode::UncommittedChanges));
        }
        let label = &*self.place.label;
        let before = confine::within(&[self.dir], May::Read, label, || {
            self.before(&work::open(self.dir, label)?)
        })?;
        let aside = self.fetch(&before, job)?;
        let to = confine::within(&[self.dir, &aside.dir], May::Write, label, || {
            let repository = work::open(self.dir, label)?;
            self.take_references(&repository, &aside.dir)?;
            self.advance(&repository, &before)
        })?;
        Ok((before.branch, before.at, to))
    }

    fn before(&self, repository: &Repository) -> Result<Before, Error> {
        let corrupt = |error: git2::Error| self.corrupt(&error);
        let head = repository.head().map_err(corrupt)?;
        if !head.is_branch() {
            return Err(self.place.fault(ErrorCode::DetachedHead));
        }
        let url = repository
            .find_remote("origin")
            .and_then(|origin| origin.url().map(str::to_owned))
            .map_err(|_| self.place.fault(ErrorCode::NoUpstream))?;
        Ok(Before {
            branch: head.shorthand().map_err(corrupt)?.to_owned(),
            at: head.peel_to_commit().map_err(corrupt)?.id(),
            url,
            known: origin_branches(repository).map_err(corrupt)?,
        })
    }

    /// Moves the branch to its upstream, if that is ahead. Gives where it then is.
    fn advance(&self, repository: &Repository, before: &Before) -> Result<Oid, Error> {
        let Before { branch, at, .. } = before;
        let upstream = repository
            .find_branch(branch, BranchType::Local)
            .and_then(|local| local.upstream())
            .and_then(|upstream| upstream.get().peel_to_commit())
            .map_err(|_| self.place.fault(ErrorCode::NoUpstream))?
            .id();
        let is_ahead = |a, b| {
            let answer = repository.graph_descendant_of(a, b);
            answer.map_err(|error| self.corrupt(&error))
        };
        if upstream == *at || is_ahead(*at, upstream)? {
            return Ok(*at);
        }
        if !is_ahead(upstream, *at)? {
            return Err(self.place.fault(ErrorCode::NotFastForward));
        }
        self.forward(repository, branch, *at, upstream)?;
        Ok(upstream)
    }

    /// Fetches the branches of the origin into a repository of its own, and what they need into the workspace's.
    fn fetch(&self, before: &Before, job: &mut Job<'_>) -> Result<Staged<'_>, Error> {
        let options = &self.workspaces.options;
        let remote = Remote::read(&before.url, options)?;
        let failed = self.place.system();
        let aside = Staged::new(&self.workspaces.staging).map_err(&failed)?;
        let run = Run {
            options,
            dir: &aside.dir,
            about: &remote.url,
            deadline: Instant::now().checked_add(options.limits.time),
        };
        run.run(&["init", "--quiet", "--bare", "--template=", "."], &[], job)?;
        let lent = lend_objects(self.dir, &aside.dir).map_err(&failed)?;
        self.tell_what_is_here(&aside.dir, &before.known)?;
        run.run(
            &[
                "fetch",
                "--progress",
                "--no-write-fetch-head",
                "--no-recurse-submodules",
                "--prune",
                "--",
                &remote.url,
                "+refs/heads/*:refs/remotes/origin/*",
            ],
            &[],
            job,
        )?;
        move_packs(&aside.dir, self.dir, &lent).map_err(&failed)?;
        Ok(aside)
    }

    /// What the workspace has of the origin, so that it is not fetched again.
    fn tell_what_is_here(&self, aside: &Dir, known: &[(String, Oid)]) -> Result<(), Error> {
        let mut packed = String::new();
        for (name, tip) in known {
            // A String takes everything that is written to it.
            let _ = writeln!(packed, "{tip} {name}");
        }
        let failed = self.place.system();
        aside
            .write_new("packed-refs", packed.as_bytes())
            .map_err(&failed)?;
        match self.dir.read_file(".git/shallow", MOST_SHALLOW) {
            Err(Unread::System(Errno::NOENT)) => Ok(()),
            Err(_) => Err(self.place.fault(ErrorCode::CorruptRepository)),
            Ok(bytes) => aside
                .write_new("shallow", &bytes)
                .map(drop)
                .map_err(&failed),
        }
    }

    /// Puts the remote-tracking branches where the origin's branches are.
    fn take_references(&self, repository: &Repository, aside: &Dir) -> Result<(), Error> {
        let path = aside.path_now().map_err(self.place.system())?;
        let taken = || -> Result<(), git2::Error> {
            let fetched = origin_branches(&Repository::open_bare(path)?)?;
            for (name, _) in origin_branches(repository)? {
                if !fetched.iter().any(|(kept, _)| *kept == name) {
                    repository.find_reference(&name)?.delete()?;
                }
            }
            for (name, tip) in fetched {
                repository.reference(&name, tip, true, "sync")?;
            }
            Ok(())
        };
        taken().map_err(|error| self.corrupt(&error))
    }

    /// Moves files and branch forwards. What the user changed meanwhile, or has untracked in the way, stops it before
    /// anything is written.
    fn forward(
        &self,
        repository: &Repository,
        branch: &str,
        from: Oid,
        to: Oid,
    ) -> Result<(), Error> {
        let in_the_way = |error: git2::Error| {
            self.place
                .fault(ErrorCode::UncommittedChanges)
                .with_detail(work::detail(&error))
        };
        let commit = repository
            .find_commit(to)
            .map_err(|error| self.corrupt(&error))?;
        repository
            .checkout_tree(commit.as_object(), Some(CheckoutBuilder::new().safe()))
            .map_err(in_the_way)?;
        let name = format!("refs/heads/{branch}");
        repository
            .reference_matching(&name, to, true, from, "sync: fast-forward")
            .map_err(|error| self.corrupt(&error))?;
        Ok(())
    }

    fn corrupt(&self, error: &git2::Error) -> Error {
        work::corrupt(&self.place.label, error)
    }
}

/// The remote-tracking branches of the origin.
fn origin_branches(repository: &Repository) -> Result<Vec<(String, Oid)>, git2::Error> {
    let mut branches = Vec::new();
    for reference in repository.references_glob("refs/remotes/origin/*")? {
        let reference = reference?;
        // `origin/HEAD` is a name for another.
        if let (Ok(name), Some(tip)) = (reference.name(), reference.target()) {
            branches.push((name.to_owned(), tip));
        }
    }
    Ok(branches)
}

/// Gives a bare repository the objects of a workspace, without a path that its user could lead elsewhere: each file has
/// a second name there. Gives those names.
fn lend_objects(from: &Dir, to: &Dir) -> Result<HashSet<CString>, Errno> {
    let (from, to) = (from.open_dir(".git/objects")?, to.open_dir("objects")?);
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
                from.link(&name, &to)?;
                lent.insert(name);
            }
        }
    }
    Ok(lent)
}

/// Moves the packs of a bare repository into a workspace's but those that are lent, what an index speaks of before the
/// index.
fn move_packs(from: &Dir, to: &Dir, lent: &HashSet<CString>) -> Result<(), Errno> {
    let from = from.open_dir("objects/pack")?;
    let to = to.open_dir(".git/objects")?.ensure_dir("pack")?;
    let mut names: Vec<_> = from.entries()?.into_iter().map(|(name, _)| name).collect();
    names.retain(|name| name.to_bytes().starts_with(b"pack-") && !lent.contains(name));
    names.sort_by_key(|name| name.to_bytes().ends_with(b".idx"));
    for name in names {
        from.rename(&*name, &to, &*name)?;
    }
    to.sync()
}
