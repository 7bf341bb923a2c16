//! Bringing a workspace up to date, forwards only, and all of it or nothing (W11).
//!
//! | step | in |
//! |---|---|
//! | what the branch follows, from the repository's configuration | [`upstream`] |
//! | git fetches aside, where it knows nothing of that configuration | [`fetch`] |
//! | git writes the files that change aside; they are exchanged with those in their place | [`checkout`] |
//! | git changes the references, in one transaction | [`transaction`] |
//!
//! git looks at the workspace through a [`Shadow`], so that nothing runs that the repository names.

mod checkout;
mod fetch;
mod transaction;
mod upstream;

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt as _;
use std::process::Command;

use rustix::io::Errno;
use scope_core::ErrorCode;
use scope_fs::{Dir, tree};

use crate::error::Error;
use crate::git;
use crate::job::Job;
use crate::metadata;
use crate::process::Watch;
use crate::repository::{Repository, Tree, shown};
use crate::sandbox::{self, Reach};
use crate::shadow::{self, Shadow, Sparse};
use crate::staging::{self, Purpose};
use crate::workspaces::{Place, Workspace, Workspaces};
use checkout::{Checkout, Planned, Refused};
use fetch::{FORMAT, Fetched, References};
use transaction::{Prepared, Refusal, Update};
use upstream::Upstream;

/// What a sync did.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Synced {
    /// The workspace, with its metadata as it is now.
    pub workspace: Workspace,
    /// The branch that was brought up to date. Bytes that are not UTF-8 are U+FFFD.
    pub branch: String,
    /// The commit that it was at; zeros where it had none.
    pub from: String,
    /// The commit that it is at; the same where there was nothing new.
    pub to: String,
}

impl Workspaces {
    /// Fetches, and fast-forwards the branch that is checked out to its upstream, on whichever remote that is.
    ///
    /// A tree with uncommitted changes is not touched, and nothing that is not tracked is overwritten or removed, ignored
    /// or not. No program runs that the workspace's own configuration names; filters such as git-lfs do where the
    /// service's configuration defines them.
    ///
    /// # Errors
    ///
    /// Those of [`get`](Self::get); `in_use` while it is held, touched, deleted or synced, or while git holds its lock;
    /// `not_a_repository`, `corrupt_repository`, `unsupported_repository`, `unreadable`; `uncommitted_changes`, also for
    /// what is in the way; `detached_head`, `no_upstream`, `not_fast_forward`; those of [`clone`](Self::clone) about its
    /// remote. After each of them files, index and branch are as they were, and so are the other references but after
    /// `not_fast_forward`, so that what was fetched can be merged.
    pub fn sync(
        &self,
        user_id: &str,
        owner: &str,
        repo: &str,
        mut job: Job<'_>,
    ) -> Result<Synced, Error> {
        let place = Self::place(user_id, owner, repo)?;
        let (workspace, user) = self.found(&place)?;
        let dir = Self::held(&place, &user, true)?;
        match dir.stat_entry(".git") {
            Err(Errno::NOENT) => return Err(place.fault(ErrorCode::NotARepository)),
            other => other.map_err(place.system())?,
        };
        let staging = self.staging_of(&user).map_err(place.system())?;
        let paths = self.paths_of(user_id, &place.directory);
        let sync = Sync {
            workspaces: self,
            place: &place,
            staging: &staging,
            tree: Tree::new(&dir, &paths, &place.label)?,
            watch: Watch::within(self.options.limits.time, &job.cancel),
        };
        let done = sync.run(&workspace, &mut job)?;
        let now = self.options.clock.now();
        let branch = str::from_utf8(&done.branch).ok().map(str::to_owned);
        let workspace = self.record(&place, |recorded| {
            recorded.last_synced_at = Some(now);
            if branch.is_some() {
                recorded.current_branch = branch;
            }
        })?;
        Ok(Synced {
            workspace,
            branch: shown(&done.branch),
            from: shown(&done.from),
            to: shown(&done.to),
        })
    }
}

struct Sync<'a> {
    workspaces: &'a Workspaces,
    place: &'a Place<'a>,
    staging: &'a Dir,
    tree: Tree<'a>,
    watch: Watch,
}

/// What a sync did to a branch.
struct Done {
    branch: Vec<u8>,
    from: Vec<u8>,
    to: Vec<u8>,
}

/// What is checked out, as `git status` says.
#[derive(Debug, PartialEq, Eq)]
struct Head {
    /// Without `refs/heads/`.
    branch: Vec<u8>,
    /// `None` before the first commit.
    commit: Option<Vec<u8>>,
}

impl Sync<'_> {
    fn run(&self, workspace: &Workspace, job: &mut Job<'_>) -> Result<Done, Error> {
        let repository = self.tree.repository(b"")?;
        let head = self.clean_head(&repository)?;
        let upstream = Upstream::of(&repository.config, &head.branch)
            .ok_or_else(|| self.no_upstream(&repository))?;
        let shadow = self.shadow(&repository, Sparse::AsSet)?;
        let known = fetch::references(&self.ask(&shadow, &["for-each-ref", FORMAT])?);
        let tracked = format!("refs/remotes/{}/", upstream.remote);
        let known: References = known
            .into_iter()
            .filter(|(name, _)| {
                name.starts_with(b"refs/tags/") || name.starts_with(tracked.as_bytes())
            })
            .collect();
        let fetched = self.fetch(&repository, &upstream, &known, job)?;
        let zeros = vec![b'0'; repository.hash() * 2];
        let from = head.commit.clone().unwrap_or(zeros);
        let to = self.target(&shadow, &head, &fetched)?;
        let (blocking, updates) = updates(&known, &fetched);
        self.change_references(&repository, &shadow, &blocking)?;
        let Some(to) = to else {
            self.change_references(&repository, &shadow, &updates)?;
            return Err(self.place.fault(ErrorCode::NotFastForward));
        };
        if to == from {
            self.change_references(&repository, &shadow, &updates)?;
        } else {
            self.forward(&repository, &shadow, workspace, &head, &to, updates)?;
        }
        let tags = fetched.moved.iter().filter_map(|(name, id)| {
            let is_tag = name.starts_with(b"refs/tags/");
            is_tag.then(|| [id.as_slice(), b" ", name].concat())
        });
        crate::fetched::add(self.staging, &repository.common, tags).map_err(self.place.system())?;
        let branch = head.branch;
        Ok(Done { branch, from, to })
    }

    /// The branch and commit that are checked out, where nothing is changed and nothing is under way.
    fn clean_head(&self, repository: &Repository) -> Result<Head, Error> {
        let shadow = self.shadow(repository, Sparse::Distrusted)?;
        let mut command = shadow.git(Some(self.tree.root));
        command.args([
            "status",
            "--porcelain=v2",
            "-z",
            "--branch",
            "--untracked-files=no",
            "--ignore-submodules=dirty",
            "--no-renames",
            "--no-ahead-behind",
        ]);
        let answer = self.sandboxed(&shadow, command)?;
        let mut head = Head {
            branch: Vec::new(),
            commit: None,
        };
        let mut changed = Vec::new();
        for entry in answer.split(|&byte| byte == 0) {
            if let Some(commit) = entry.strip_prefix(b"# branch.oid ") {
                head.commit = (commit != b"(initial)").then(|| commit.to_vec());
            } else if let Some(branch) = entry.strip_prefix(b"# branch.head ") {
                if branch != b"(detached)" {
                    head.branch = branch.to_vec();
                }
            } else if !entry.is_empty() && !entry.starts_with(b"# ") {
                let path = crate::work::path_of(entry);
                let is_ours = path == metadata::FILE.as_bytes();
                if !(is_ours && metadata::is_in_tree(self.tree.root)) {
                    changed.push(shown(path));
                }
            }
        }
        for state in crate::work::STATES {
            if repository.own.stat_entry(*state).is_ok() {
                changed.push(format!(".git/{state}"));
            }
        }
        if !changed.is_empty() {
            changed.truncate(10);
            return Err(self
                .place
                .fault(ErrorCode::UncommittedChanges)
                .with_detail(changed.join("\n")));
        }
        if head.branch.is_empty() {
            return Err(self.place.fault(ErrorCode::DetachedHead));
        }
        Ok(head)
    }

    /// Where the branch goes: where it is, if it has all that its upstream has; `None` where neither has the other.
    fn target(
        &self,
        shadow: &Shadow<'_>,
        head: &Head,
        fetched: &Fetched,
    ) -> Result<Option<Vec<u8>>, Error> {
        let Some(at) = &head.commit else {
            return Ok(Some(fetched.tip.clone()));
        };
        if *at == fetched.tip || self.is_ancestor(shadow, &fetched.tip, at)? {
            return Ok(Some(at.clone()));
        }
        let is_ahead = self.is_ancestor(shadow, at, &fetched.tip)?;
        Ok(is_ahead.then(|| fetched.tip.clone()))
    }

    fn is_ancestor(&self, shadow: &Shadow<'_>, a: &[u8], b: &[u8]) -> Result<bool, Error> {
        let (a, b) = (shown(a), shown(b));
        let arguments = ["rev-list", "--count", "--max-count=1", &a, "--not", &b];
        let answer = self.ask(shadow, &arguments)?;
        Ok(answer.trim_ascii() == b"0")
    }

    /// Moves files, index and references, or nothing.
    fn forward(
        &self,
        repository: &Repository,
        shadow: &Shadow<'_>,
        workspace: &Workspace,
        head: &Head,
        to: &[u8],
        mut updates: Vec<Update>,
    ) -> Result<(), Error> {
        let system = self.place.system();
        let shadow_dir = &shadow.staged.dir;
        let empty = shadow::EMPTY_TREES[usize::from(repository.hash() == 32)].to_vec();
        let from = head.commit.clone().unwrap_or(empty);
        let (from, to_text) = (shown(&from), shown(to));

        // git writes what changes into an empty directory; what it does not find there it takes for unchanged.
        let new = shadow_dir.ensure_dir(checkout::NEW).map_err(&system)?;
        let mut write = shadow.git(Some(&new));
        write.args(["read-tree", "-m", "-u", &from, &to_text]);
        self.sandboxed(shadow, write)?;
        let diff = [
            "diff-tree",
            "-r",
            "-z",
            "--raw",
            "--no-renames",
            &from,
            &to_text,
        ];
        let raw = self.ask(shadow, &diff)?;
        let changes = checkout::changes(&raw)
            .ok_or_else(|| self.git_failed("git diff-tree printed what it should not"))?;

        let full_name = [b"refs/heads/".as_slice(), &head.branch].concat();
        updates.push(Update {
            name: full_name.clone(),
            old: head.commit.clone(),
            new: Some(to.to_vec()),
        });
        let brings_metadata = changes
            .iter()
            .any(|change| change.path == metadata::FILE.as_bytes() || change.is_below_metadata());
        if brings_metadata {
            let label = &self.place.label;
            metadata::make_room(self.staging, self.tree.root, &workspace.metadata, label)?;
        }
        let checkout = Checkout {
            workspace: self.tree.root,
            git_dir: &repository.own,
            shadow: shadow_dir,
        };
        match checkout.lock() {
            Err(Errno::EXIST) => {
                let detail = "`.git/index.lock` exists: git is at work, or was killed; if it was, remove that file";
                return Err(self.place.fault(ErrorCode::InUse).with_detail(detail));
            }
            other => other.map_err(&system)?,
        }
        let header = [&full_name, b"\n".as_slice(), from.as_bytes(), b"\n", to].concat();
        let mut planned = None;
        let moved = self.move_locked(
            repository,
            shadow,
            &checkout,
            head,
            &changes,
            &header,
            &updates,
            &mut planned,
        );
        // Before the lock goes: from then on others change what was moved. It goes also where that failed, since nobody
        // would know it for ours any more.
        let settled = planned.as_ref().map_or(Ok(()), |_| checkout.settle());
        let unlocked = checkout.unlock(planned.as_ref());
        moved.and(settled.and(unlocked).map_err(&system))
    }

    /// The same, under the lock of the index.
    #[expect(clippy::too_many_arguments, reason = "one step of one call")]
    fn move_locked(
        &self,
        repository: &Repository,
        shadow: &Shadow<'_>,
        checkout: &Checkout<'_>,
        head: &Head,
        changes: &[checkout::Change],
        header: &[u8],
        updates: &[Update],
        planned: &mut Option<Planned>,
    ) -> Result<(), Error> {
        let prepared = self.prepare(repository, shadow, updates)?;
        // Marks are taken before git says that nothing is changed, so that a later change shows.
        let planned = planned.insert(
            checkout
                .planned(changes, header)
                .map_err(|refused| self.refused(refused))?,
        );
        if self.clean_head(repository)? != *head {
            let detail = "another branch or commit was checked out meanwhile";
            return Err(self.place.fault(ErrorCode::InUse).with_detail(detail));
        }
        checkout
            .run(planned)
            .map_err(|refused| self.refused(refused))?;
        if let Err(refusal) = prepared.commit() {
            checkout.undo(planned);
            return Err(self.refusal(refusal));
        }
        checkout.keep_late_writes(planned);
        Ok(())
    }

    /// Has git make changes of references.
    fn change_references(
        &self,
        repository: &Repository,
        shadow: &Shadow<'_>,
        updates: &[Update],
    ) -> Result<(), Error> {
        if updates.is_empty() {
            return Ok(());
        }
        let prepared = self.prepare(repository, shadow, updates)?;
        prepared.commit().map_err(|refusal| self.refusal(refusal))
    }

    /// Has git lock references in the sandbox, where it may write to the repository's own git directory.
    fn prepare<'b>(
        &self,
        repository: &Repository,
        shadow: &'b Shadow<'_>,
        updates: &[Update],
    ) -> Result<Prepared<'b>, Error> {
        let mut command = shadow.git(None);
        command.args(["update-ref", "-m", "sync: fast-forward", "--stdin", "-z"]);
        let reach = Reach {
            read: &[self.tree.root],
            write: &[&shadow.staged.dir, &repository.common],
        };
        sandbox::within(&self.workspaces.programs, reach, || {
            Prepared::new(command, &shadow.staged.dir, updates, &self.watch)
        })
        .map_err(|said| self.place.fault(ErrorCode::IoFailed).with_detail(said))?
        .map_err(|refusal| self.refusal(refusal))
    }

    fn shadow(&self, repository: &Repository, sparse: Sparse) -> Result<Shadow<'_>, Error> {
        let service = self.workspaces.service()?;
        let purpose = match sparse {
            Sparse::Distrusted => Purpose::Look,
            Sparse::AsSet => Purpose::Sync {
                user_id: self.place.user_id,
                directory: &self.place.directory,
            },
        };
        Shadow::new(
            self.staging,
            purpose,
            &self.tree,
            repository,
            &service,
            sparse,
            &self.workspaces.options,
        )
    }

    /// What git answers that sees no worktree.
    fn ask(&self, shadow: &Shadow<'_>, arguments: &[&str]) -> Result<Vec<u8>, Error> {
        let mut command = shadow.git(None);
        command.args(arguments);
        self.sandboxed(shadow, command)
    }

    /// What git prints in the sandbox, where it may write to the shadow alone.
    fn sandboxed(&self, shadow: &Shadow<'_>, command: Command) -> Result<Vec<u8>, Error> {
        let reach = Reach {
            read: &[self.tree.root],
            write: &[&shadow.staged.dir],
        };
        sandbox::within(&self.workspaces.programs, reach, || self.answer(command))
            .map_err(|said| self.place.fault(ErrorCode::IoFailed).with_detail(said))?
    }

    fn answer(&self, command: Command) -> Result<Vec<u8>, Error> {
        let (ended, bytes) = git::ask_for_all(command, &self.watch)
            .map_err(|stop| stop.about(self.place.fault(stop.code())))?;
        if ended.success {
            Ok(bytes)
        } else {
            Err(self.git_failed(&ended.said))
        }
    }

    fn git_failed(&self, said: &str) -> Error {
        self.place.fault(git::code_of(said)).with_detail(said)
    }

    fn refused(&self, refused: Refused) -> Error {
        match refused {
            Refused::InTheWay(path) => {
                let detail = format!("{} is in the way, or was changed", shown(&path));
                self.place
                    .fault(ErrorCode::UncommittedChanges)
                    .with_detail(detail)
            }
            Refused::System(path, errno) => {
                let said = crate::error::said(errno);
                let detail = format!("{}: {said}", shown(&path));
                self.place.fault(ErrorCode::IoFailed).with_detail(detail)
            }
        }
    }

    fn refusal(&self, refusal: Refusal) -> Error {
        match refusal {
            Refusal::Stopped(stop) => stop.about(self.place.fault(stop.code())),
            // What git says where another has a reference locked.
            Refusal::Said(said) if said.contains("File exists") => {
                self.place.fault(ErrorCode::InUse).with_detail(said)
            }
            Refusal::Said(said) => self.git_failed(&said),
        }
    }

    fn no_upstream(&self, repository: &Repository) -> Error {
        let error = self.place.fault(ErrorCode::NoUpstream);
        if repository.config.has_includes() {
            error.with_detail("files that .git/config includes are not read for it")
        } else {
            error
        }
    }
}

/// The changes that make references as they were fetched; apart from the others those that have to be made before: where
/// `a` goes and `a/b` comes, or the other way round, git takes both in no one transaction.
fn updates(known: &References, fetched: &Fetched) -> (Vec<Update>, Vec<Update>) {
    let moved = fetched.moved.iter().map(|(name, id)| Update {
        name: name.clone(),
        old: known.get(name).cloned(),
        new: Some(id.clone()),
    });
    let gone = fetched.gone.iter().map(|(name, id)| Update {
        name: name.clone(),
        old: Some(id.clone()),
        new: None,
    });
    let blocks = |gone: &Update| {
        let below = [&gone.name, b"/".as_slice()].concat();
        let next = fetched.moved.range(below.clone()..).next();
        next.is_some_and(|(name, _)| name.starts_with(&below))
            || checkout::parents(&gone.name).any(|name| fetched.moved.contains_key(name))
    };
    let (blocking, gone): (Vec<_>, Vec<_>) = gone.partition(blocks);
    (blocking, moved.chain(gone).collect())
}

/// Finishes or takes back what processes left half done that were killed in a sync of one of a user's workspaces. What is
/// in use is left for another time.
pub(crate) fn recover(
    workspaces: &Workspaces,
    staging: &Dir,
    user: &Dir,
    user_id: &str,
) -> Result<(), Errno> {
    for (name, directory) in staging::synced_for(staging, user_id)? {
        if let Some(shadow) = staging::held(staging, &name)? {
            recover_one(workspaces, staging, user, &name, &directory, &shadow)?;
        }
    }
    Ok(())
}

fn recover_one(
    workspaces: &Workspaces,
    staging: &Dir,
    user: &Dir,
    name: &CString,
    directory: &str,
    shadow: &Dir,
) -> Result<(), Errno> {
    let workspace = match user.open_dir(directory) {
        // There is nothing that it could be taken back in.
        Err(Errno::NOENT) => return tree::remove(staging, name).map(drop),
        other => other?,
    };
    match workspace.try_lock(true) {
        Err(Errno::WOULDBLOCK) => return Ok(()),
        other => other?,
    }
    let paths = [];
    let repository = Tree::new(&workspace, &paths, directory)
        .and_then(|tree| tree.repository(b""))
        .map_err(|_| Errno::BADMSG)?;
    let checkout = Checkout {
        workspace: &workspace,
        git_dir: &repository.own,
        shadow,
    };
    if !transaction::has_ended(shadow)? {
        // It may change references yet.
        return Ok(());
    }
    let journal = checkout.journal()?;
    if let Some(journal) = &journal
        && !journal.is_settled
    {
        if is_complete(workspaces, shadow, &workspace, &journal.header) {
            checkout.keep_late_writes(&journal.planned);
        } else {
            checkout.undo(&journal.planned);
        }
        checkout.settle()?;
    }
    checkout.unlock(journal.as_ref().map(|journal| &journal.planned))?;
    match tree::remove(staging, name) {
        // A git whose own process was killed writes there still, and it is for the next time.
        Err(Errno::NOENT | Errno::NOTEMPTY) => Ok(()),
        other => other.map(drop),
    }
}

/// Whether the branch is where the sync was to move it: then all that came before is done too.
fn is_complete(workspaces: &Workspaces, shadow: &Dir, workspace: &Dir, header: &[u8]) -> bool {
    let mut lines = header.split(|&byte| byte == b'\n');
    let (Some(branch), Some(_), Some(to)) = (lines.next(), lines.next(), lines.next()) else {
        return false;
    };
    let Ok(path) = shadow.path_now() else {
        return false;
    };
    let options = &workspaces.options;
    let mut command = shadow::command(options, shadow, &path);
    command.args(["rev-parse", "--verify", "--quiet"]);
    command.arg(std::ffi::OsStr::from_bytes(branch));
    let reach = Reach {
        read: &[workspace],
        write: &[shadow],
    };
    let answer = sandbox::within(&workspaces.programs, reach, || {
        git::answer(options, command)
    });
    matches!(answer, Ok(Ok(answer)) if answer.trim_ascii() == to)
}
