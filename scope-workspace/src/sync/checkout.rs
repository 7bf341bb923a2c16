//! Moving a tree forward, all of it or nothing.
//!
//! git writes the files that change into a directory of their own, with the filters that the service defines: what can
//! fail for want of room fails there. Then each file is exchanged with the one in its place in one step, under git's own
//! lock of the index. A list of these steps is on the disk before the first, so that whoever comes after a process that
//! was killed can take them back.

use std::collections::HashSet;
use std::ffi::CString;
use std::fmt::Write as _;

use rustix::io::Errno;
use scope_fs::{Dir, FileType, Stat, Unread, identity_of};

use crate::metadata;
use crate::repository::join;

/// What the directory with the new files is called, in the shadow; after a step the old file is there.
pub(super) const NEW: &str = "tree";

/// Where files are put that go.
const OLD: &str = "old";

/// The list of steps.
pub(super) const JOURNAL: &str = "journal";

/// What the list is called once its steps are all taken, or all taken back, for good.
const SETTLED: &str = "settled";

/// The index of the new tree, in the shadow.
const INDEX: &str = "index";

/// What the lock of the index is a second name of.
const LOCK: &str = "lock";

/// git's lock of the index, in the user's git directory.
pub(super) const INDEX_LOCK: &str = "index.lock";

/// The most bytes of a list of steps.
const MOST_JOURNAL: usize = 1 << 28;

/// What a file is known by: device, number, length and time of modification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark(u64, u64, u64, u64, u64);

impl Mark {
    #[expect(clippy::cast_sign_loss, reason = "compared, and not counted with")]
    #[expect(
        clippy::unnecessary_cast,
        reason = "the types differ from system to system"
    )]
    fn of(stat: &Stat) -> Self {
        let (device, number) = identity_of(stat);
        Self(
            device,
            number,
            stat.st_size as u64,
            stat.st_mtime as u64,
            stat.st_mtime_nsec as u64,
        )
    }

    fn at(dir: &Dir, name: &[u8]) -> Result<Option<Self>, Errno> {
        match dir.stat_entry(name) {
            Ok(stat) => Ok(Some(Self::of(&stat))),
            Err(Errno::NOENT | Errno::NOTDIR) => Ok(None),
            Err(errno) => Err(errno),
        }
    }
}

/// One step, at a path in the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// The file goes to [`OLD`] under the number of the step.
    Take { old: Mark },
    /// The new file and the one that is there change places.
    Exchange { new: Mark, old: Mark },
    /// The new file comes to where nothing is.
    Put { new: Mark },
    /// A directory comes.
    Make,
    /// An empty directory goes.
    Drop,
    /// The new index and the one that is there, if there is one, change places by way of the lock of the index.
    Index {
        new: Mark,
        old: Option<Mark>,
        lock: Mark,
    },
}

/// A path that differs between two commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) path: Vec<u8>,
    pub(super) old: Kind,
    pub(super) new: Kind,
}

impl Change {
    /// Returns whether this comes into a directory that is called as the service's metadata is.
    pub(super) fn is_below_metadata(&self) -> bool {
        let below = self.path.strip_prefix(metadata::FILE.as_bytes());
        self.new != Kind::Nothing && below.is_some_and(|rest| rest.starts_with(b"/"))
    }
}

/// What a commit has at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Nothing,
    File,
    /// The commit of another repository.
    Gitlink,
}

impl Kind {
    fn of(mode: &[u8]) -> Self {
        match mode {
            b"000000" => Self::Nothing,
            b"160000" => Self::Gitlink,
            _ => Self::File,
        }
    }
}

/// Reads what `git diff-tree -r -z --raw` prints: `:mode mode object object status`, NUL, path, NUL.
pub(super) fn changes(raw: &[u8]) -> Option<Vec<Change>> {
    let mut parts = raw.split(|&byte| byte == 0);
    let mut changes = Vec::new();
    while let Some(head) = parts.next() {
        if head.is_empty() {
            break;
        }
        let mut fields = head.strip_prefix(b":")?.split(|&byte| byte == b' ');
        let (old, new) = (Kind::of(fields.next()?), Kind::of(fields.next()?));
        let path = parts.next()?.to_vec();
        changes.push(Change { path, old, new });
    }
    Some(changes)
}

/// Why a tree was not moved. It is as it was.
#[derive(Debug)]
pub(super) enum Refused {
    /// Something is at this path that the commit has not, or it was changed.
    InTheWay(Vec<u8>),
    /// The system refused, at this path.
    System(Vec<u8>, Errno),
}

/// A tree that is being moved: the workspace, and the shadow with the new files.
pub(super) struct Checkout<'a> {
    pub(super) workspace: &'a Dir,
    pub(super) git_dir: &'a Dir,
    pub(super) shadow: &'a Dir,
}

impl Checkout<'_> {
    /// Plans the steps that put what git wrote into the shadow in its place.
    fn plan(&self, changes: &[Change]) -> Result<Vec<(Vec<u8>, Step)>, Refused> {
        let mut steps = Vec::new();
        let mut added = Vec::new();
        let mut wanted = Vec::new();
        let mut emptied = Vec::new();
        let new = self
            .shadow
            .open_dir(NEW)
            .map_err(|errno| Refused::System(NEW.into(), errno))?;
        if changes.iter().any(Change::is_below_metadata) && metadata::is_in_tree(self.workspace) {
            // The service's own file makes room for the repository's directory.
            let path = metadata::FILE.as_bytes().to_vec();
            let here = Mark::at(self.workspace, &path);
            if let Some(old) = here.map_err(|errno| Refused::System(path.clone(), errno))? {
                steps.push((path, Step::Take { old }));
            }
        }
        for Change { path, old, new: to } in changes {
            let failed = |errno| Refused::System(path.clone(), errno);
            let is_metadata = path == metadata::FILE.as_bytes();
            let here = Mark::at(self.workspace, path).map_err(failed)?;
            let there = match to {
                Kind::File => Mark::at(&new, path).map_err(failed)?,
                _ => None,
            };
            match (old, to, here, there) {
                (Kind::File, Kind::File, Some(old), Some(new)) => {
                    steps.push((path.clone(), Step::Exchange { new, old }));
                }
                (Kind::File, Kind::Nothing | Kind::Gitlink, Some(old), _) => {
                    steps.push((path.clone(), Step::Take { old }));
                    emptied.push(path.clone());
                }
                // The service's own file makes room for the repository's.
                (_, Kind::File, Some(old), Some(new)) if is_metadata => {
                    steps.push((path.clone(), Step::Exchange { new, old }));
                }
                (_, Kind::File, _, Some(new)) => added.push((path.clone(), new)),
                // Left out by a sparse checkout, here or there.
                _ => {}
            }
            if *old == Kind::Gitlink && *to != Kind::Gitlink {
                // Only where nothing is in it: what somebody cloned there stays.
                emptied.push(join(path, b"."));
            }
        }
        for Change { path, old, new } in changes {
            if *new == Kind::Gitlink && *old != Kind::Gitlink {
                wanted.push(join(path, b"."));
            }
        }
        wanted.extend(added.iter().map(|(path, _)| path.clone()));
        let dropped = Self::drop_emptied(&emptied, &mut steps);
        self.make_wanted(&wanted, &dropped, &mut steps)?;
        for (path, new) in added {
            steps.push((path, Step::Put { new }));
        }
        Ok(steps)
    }

    /// The directories that files come into, where they are not there or go before.
    fn make_wanted(
        &self,
        wanted: &[Vec<u8>],
        dropped: &HashSet<Vec<u8>>,
        steps: &mut Vec<(Vec<u8>, Step)>,
    ) -> Result<(), Refused> {
        let mut dirs: Vec<&[u8]> = wanted.iter().flat_map(|path| parents(path)).collect();
        dirs.sort_unstable();
        dirs.dedup();
        for dir in dirs {
            let is_there = match self.workspace.open_dir(dir) {
                Ok(_) => !dropped.contains(dir),
                // What is there may be a file that goes before.
                Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => false,
                Err(errno) => return Err(Refused::System(dir.to_vec(), errno)),
            };
            if !is_there {
                steps.push((dir.to_vec(), Step::Make));
            }
        }
        Ok(())
    }

    /// The directories that are empty once files went, deepest first.
    fn drop_emptied(emptied: &[Vec<u8>], steps: &mut Vec<(Vec<u8>, Step)>) -> HashSet<Vec<u8>> {
        let mut dirs: Vec<Vec<u8>> = emptied
            .iter()
            .flat_map(|path| parents(path))
            .map(<[u8]>::to_vec)
            .collect();
        dirs.sort_unstable_by(|a, b| (b.len(), b).cmp(&(a.len(), a)));
        dirs.dedup();
        steps.extend(dirs.iter().map(|dir| (dir.clone(), Step::Drop)));
        dirs.into_iter().collect()
    }

    /// Moves the tree. The caller holds the lock of the index, and has seen that what is there is as the old commit has
    /// it since `marks` were taken.
    pub(super) fn run(&self, planned: &Planned) -> Result<(), Refused> {
        for (number, (path, step)) in planned.steps.iter().enumerate() {
            let refused = match self.take_step(number, path, step) {
                Ok(true) => continue,
                // A file or a link where the commit has a directory.
                Ok(false) | Err(Errno::LOOP | Errno::NOTDIR) => Refused::InTheWay(path.clone()),
                Err(errno) => Refused::System(path.clone(), errno),
            };
            // This step too: it may have been taken half.
            self.take_back(&planned.steps[..=number]);
            return Err(refused);
        }
        Ok(())
    }

    /// Takes all steps back.
    pub(super) fn undo(&self, planned: &Planned) {
        self.take_back(&planned.steps);
    }

    pub(super) fn planned(&self, changes: &[Change], header: &[u8]) -> Result<Planned, Refused> {
        let mut steps = self.plan(changes)?;
        let failed = |errno| Refused::System(INDEX.into(), errno);
        let new = Mark::at(self.shadow, INDEX.as_bytes()).map_err(failed)?;
        let new = new.ok_or_else(|| failed(Errno::NOENT))?;
        let old = Mark::at(self.git_dir, INDEX.as_bytes()).map_err(failed)?;
        let lock = Mark::at(self.git_dir, INDEX_LOCK.as_bytes()).map_err(failed)?;
        let lock = lock.ok_or_else(|| failed(Errno::NOENT))?;
        steps.push((Vec::new(), Step::Index { new, old, lock }));
        let planned = Planned { steps };
        self.shadow.ensure_dir(OLD).map_err(failed)?;
        self.shadow
            .write_new(JOURNAL, &planned.written(header))
            .and_then(|_| self.shadow.sync())
            .map_err(failed)?;
        Ok(planned)
    }

    /// One step; `false` where something is in the way or has changed, and then nothing was done.
    fn take_step(&self, number: usize, path: &[u8], step: &Step) -> Result<bool, Errno> {
        let new_path = join(NEW.as_bytes(), path);
        match step {
            Step::Take { old } => {
                let (dir, name) = self.parent(path)?;
                let to = old_name(number);
                dir.rename_new(&*name, self.shadow, &*to)?;
                if Mark::at(self.shadow, to.to_bytes())? == Some(*old) {
                    return Ok(true);
                }
                self.shadow.rename_new(&*to, &dir, &*name)?;
                Ok(false)
            }
            Step::Exchange { old, .. } => {
                let (dir, name) = self.parent(path)?;
                self.shadow.exchange(&*new_path, &dir, &*name)?;
                if Mark::at(self.shadow, &new_path)? == Some(*old) {
                    return Ok(true);
                }
                self.shadow.exchange(&*new_path, &dir, &*name)?;
                Ok(false)
            }
            Step::Put { .. } => {
                let (dir, name) = self.parent(path)?;
                match put(self.shadow, &new_path, &dir, &name) {
                    Err(Errno::EXIST | Errno::NOTDIR | Errno::ISDIR) => Ok(false),
                    other => other.map(|()| true),
                }
            }
            Step::Make => {
                let (dir, name) = self.parent(path)?;
                match dir.make_dir_as_usual(&*name) {
                    Err(Errno::EXIST) => {
                        let stat = dir.stat_entry(&*name)?;
                        Ok(FileType::from_raw_mode(stat.st_mode) == FileType::Directory)
                    }
                    other => other.map(|()| true),
                }
            }
            Step::Drop => {
                let (dir, name) = match self.parent(path) {
                    Err(Errno::NOENT) => return Ok(true),
                    other => other?,
                };
                match dir.remove_dir(&*name) {
                    // What else is in it stays, and so does the directory.
                    Err(Errno::NOTEMPTY | Errno::EXIST | Errno::NOENT | Errno::NOTDIR) => Ok(true),
                    other => other.map(|()| true),
                }
            }
            Step::Index { old, .. } => {
                self.shadow.rename(INDEX, self.git_dir, INDEX_LOCK)?;
                if old.is_none() {
                    match self.git_dir.rename_new(INDEX_LOCK, self.git_dir, INDEX) {
                        Err(Errno::EXIST) => return Ok(false),
                        other => other?,
                    }
                } else {
                    self.git_dir.exchange(INDEX_LOCK, self.git_dir, INDEX)?;
                }
                Ok(true)
            }
        }
    }

    /// Takes steps back, the last first: each that was taken and after which nobody changed what it put there.
    fn take_back(&self, steps: &[(Vec<u8>, Step)]) {
        for (number, (path, step)) in steps.iter().enumerate().rev() {
            // Goes on with the others: each file that is back is one that is not lost.
            let _ = self.take_step_back(number, path, step);
        }
    }

    fn take_step_back(&self, number: usize, path: &[u8], step: &Step) -> Result<(), Errno> {
        let new_path = join(NEW.as_bytes(), path);
        match step {
            Step::Take { .. } => {
                let old = old_name(number);
                if self.shadow.stat_entry(&*old).is_ok() {
                    self.bring_back(old.to_bytes(), path)?;
                }
            }
            Step::Exchange { new, old } => {
                let (dir, name) = self.parent(path)?;
                let there = Mark::at(self.shadow, &new_path)?;
                if there == Some(*new) {
                    // It was not taken.
                } else if Mark::at(&dir, &name)? == Some(*new) {
                    self.shadow.exchange(&*new_path, &dir, &*name)?;
                } else if there != Some(*old) {
                    // Both were changed since: neither is lost.
                    self.bring_back(&new_path, path)?;
                }
            }
            Step::Put { new } => {
                let (dir, name) = self.parent(path)?;
                if Mark::at(&dir, &name)? == Some(*new) {
                    dir.rename_new(&*name, self.shadow, &*new_path)?;
                }
            }
            Step::Make => {
                let (dir, name) = self.parent(path)?;
                let _ = dir.remove_dir(&*name);
            }
            Step::Drop => {
                let (dir, name) = self.parent(path)?;
                let _ = dir.make_dir_as_usual(&*name);
            }
            Step::Index { new, old, .. } => {
                if Mark::at(self.git_dir, INDEX.as_bytes())? == Some(*new) {
                    if old.is_none() {
                        self.git_dir.remove_file(INDEX)?;
                    } else {
                        self.git_dir.exchange(INDEX_LOCK, self.git_dir, INDEX)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Puts something from the shadow to a path in the workspace; beside it, where something is there.
    fn bring_back(&self, from: &[u8], path: &[u8]) -> Result<(), Errno> {
        let (dir, name) = self.parent(path)?;
        match put(self.shadow, from, &dir, &name) {
            Err(Errno::EXIST) => put(self.shadow, from, &dir, &[&*name, b"~before-sync"].concat()),
            other => other,
        }
    }

    /// Brings back what somebody wrote into old files while they were exchanged: a handle stays open on a file that is
    /// moved.
    pub(super) fn keep_late_writes(&self, planned: &Planned) {
        for (number, (path, step)) in planned.steps.iter().enumerate() {
            let (at, old) = match step {
                Step::Take { old } => (old_name(number).to_bytes().to_vec(), old),
                Step::Exchange { old, .. } => (join(NEW.as_bytes(), path), old),
                _ => continue,
            };
            if let Ok(Some(now)) = Mark::at(self.shadow, &at)
                && now != *old
                && path != metadata::FILE.as_bytes()
            {
                let _ = self.bring_back(&at, path);
            }
        }
    }

    /// The directory that a path is in, and the name there.
    fn parent(&self, path: &[u8]) -> Result<(Dir, Vec<u8>), Errno> {
        match path.iter().rposition(|&byte| byte == b'/') {
            Some(at) => Ok((
                self.workspace.open_dir(&path[..at])?,
                path[at + 1..].to_vec(),
            )),
            None => Ok((self.workspace.open_dir(".")?, path.to_vec())),
        }
    }

    /// The list of steps of a process that ended, if it had written one down.
    pub(super) fn journal(&self) -> Result<Option<Journal>, Errno> {
        for (name, is_settled) in [(JOURNAL, false), (SETTLED, true)] {
            let bytes = match self.shadow.read_file(name, MOST_JOURNAL) {
                Err(Unread::System(Errno::NOENT)) => continue,
                Err(Unread::System(errno)) => return Err(errno),
                Err(_) => return Err(Errno::BADMSG),
                Ok(bytes) => bytes,
            };
            let (header, planned) = Planned::read(&bytes).ok_or(Errno::BADMSG)?;
            return Ok(Some(Journal {
                header,
                planned,
                is_settled,
            }));
        }
        Ok(None)
    }

    /// Notes that nothing is to be taken back any more.
    pub(super) fn settle(&self) -> Result<(), Errno> {
        self.shadow.rename(JOURNAL, self.shadow, SETTLED)
    }

    /// Takes git's lock of the index. `EEXIST` where it is taken.
    ///
    /// It is a second name of a file in the shadow, so that it is known for ours also before there is a list of steps.
    pub(super) fn lock(&self) -> Result<(), Errno> {
        self.shadow.write_now(LOCK, b"")?;
        self.shadow.link(LOCK, self.git_dir, INDEX_LOCK)
    }

    /// Gives the lock of the index back, where it is still ours.
    pub(super) fn unlock(&self, planned: Option<&Planned>) -> Result<(), Errno> {
        let Some(now) = Mark::at(self.git_dir, INDEX_LOCK.as_bytes())? else {
            return Ok(());
        };
        let first = Mark::at(self.shadow, LOCK.as_bytes())?;
        if first == Some(now) || planned.is_some_and(|planned| planned.locks().contains(&now)) {
            self.git_dir.remove_file(INDEX_LOCK)?;
        }
        Ok(())
    }
}

/// Moves a file to where nothing is.
fn put(from: &Dir, path: &[u8], to: &Dir, name: &[u8]) -> Result<(), Errno> {
    from.rename_new(path, to, name)
}

fn old_name(number: usize) -> CString {
    CString::new(format!("{OLD}/{number}")).unwrap_or_default()
}

/// The directories that a path is in, the nearest first.
pub(super) fn parents(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    let slashes = path
        .iter()
        .enumerate()
        .rev()
        .filter(|(_, byte)| **byte == b'/');
    slashes.map(|(at, _)| &path[..at])
}

/// The steps, and what they are for.
pub(super) struct Planned {
    steps: Vec<(Vec<u8>, Step)>,
}

/// A list of steps as it was found on the disk.
pub(super) struct Journal {
    /// What the steps are for.
    pub(super) header: Vec<u8>,
    pub(super) planned: Planned,
    /// Whether they are done with.
    pub(super) is_settled: bool,
}

/// How a list of steps begins.
const VERSION: &[u8] = b"scope-sync/1";

impl Planned {
    /// The list as it is on the disk: what it begins with, a header, and a record a step, each ended by a NUL.
    fn written(&self, header: &[u8]) -> Vec<u8> {
        let mut bytes = [VERSION, b"\0", header, b"\0"].concat();
        for (path, step) in &self.steps {
            let (kind, marks) = match step {
                Step::Take { old } => ('t', vec![Some(*old)]),
                Step::Exchange { new, old } => ('x', vec![Some(*new), Some(*old)]),
                Step::Put { new } => ('p', vec![Some(*new)]),
                Step::Make => ('m', Vec::new()),
                Step::Drop => ('d', Vec::new()),
                Step::Index { new, old, lock } => ('i', vec![Some(*new), Some(*lock), *old]),
            };
            let mut record = kind.to_string();
            for Mark(device, number, size, seconds, nanoseconds) in marks.into_iter().flatten() {
                // A String takes everything that is written to it.
                let _ = write!(record, " {device},{number},{size},{seconds},{nanoseconds}");
            }
            bytes.extend(record.as_bytes());
            bytes.extend(b" /");
            bytes.extend(path);
            bytes.push(0);
        }
        bytes
    }

    /// The header and the steps of a list.
    pub(super) fn read(bytes: &[u8]) -> Option<(Vec<u8>, Self)> {
        let mut records = bytes.strip_suffix(b"\0")?.split(|&byte| byte == 0);
        if records.next()? != VERSION {
            return None;
        }
        let header = records.next()?.to_vec();
        let steps = records.map(step).collect::<Option<Vec<_>>>()?;
        Some((header, Self { steps }))
    }

    /// The lock of the index, and what became of its name: only these are ours to remove.
    fn locks(&self) -> Vec<Mark> {
        let marks = self.steps.iter().flat_map(|(_, step)| match step {
            Step::Index { new, old, lock } => vec![Some(*new), *old, Some(*lock)],
            _ => Vec::new(),
        });
        marks.flatten().collect()
    }
}

fn step(record: &[u8]) -> Option<(Vec<u8>, Step)> {
    let at = record.windows(2).position(|two| two == b" /")?;
    let (head, path) = (
        str::from_utf8(&record[..at]).ok()?,
        record[at + 2..].to_vec(),
    );
    let mut fields = head.split(' ');
    let kind = fields.next()?;
    let marks = fields.map(mark).collect::<Option<Vec<Mark>>>()?;
    let step = match (kind, &*marks) {
        ("t", [old]) => Step::Take { old: *old },
        ("x", [new, old]) => Step::Exchange {
            new: *new,
            old: *old,
        },
        ("p", [new]) => Step::Put { new: *new },
        ("m", []) => Step::Make,
        ("d", []) => Step::Drop,
        ("i", [new, lock, old @ ..]) if old.len() < 2 => Step::Index {
            new: *new,
            old: old.first().copied(),
            lock: *lock,
        },
        _ => return None,
    };
    Some((path, step))
}

fn mark(text: &str) -> Option<Mark> {
    let mut numbers = text.split(',').map(|number| number.parse().ok());
    let mut next = || numbers.next()?;
    Some(Mark(next()?, next()?, next()?, next()?, next()?))
}
