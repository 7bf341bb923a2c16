//! Where things are made before they are put in their place, and taken to before they are removed: so that a workspace
//! is whole or absent, whenever the process ends.
//!
//! It lies beside the users' directories, where no user's processes have business; for a user whose directory is on a
//! file system of its own, in that directory. An entry's name says what becomes of it when the process that made it has
//! ended; what is at work on one holds its lock.

use std::ffi::CString;
use std::hash::{BuildHasher as _, RandomState};

use rustix::io::Errno;
use scope_core::check_user_id;
use scope_fs::{Dir, FileType, tree};

/// No user id, and no workspace's name begins with a dot.
pub(crate) const NAME: &str = ".staging";

/// How often something is made again that was cleared away before its lock was taken.
const TRIES: usize = 16;

/// What an entry is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose<'a> {
    /// A workspace that is being made, or what is fetched for one.
    Make,
    /// A git directory to look at a workspace with.
    Look,
    /// A file that is being written.
    File,
    /// What is to be removed, and was found to hold nothing that is nowhere else.
    Doomed,
    /// A git directory to move a workspace forward with, and what the steps of that are: `sync.{number}.{user}.{directory}`.
    Sync {
        /// Whose the workspace is.
        user_id: &'a str,
        /// What its directory is called.
        directory: &'a str,
    },
}

impl Purpose<'_> {
    /// Those whose entries are removed once nobody holds them.
    const SWEPT: [Self; 4] = [Self::Make, Self::Look, Self::File, Self::Doomed];

    const fn word(self) -> &'static str {
        match self {
            Self::Make => "make",
            Self::Look => "look",
            Self::File => "file",
            Self::Doomed => "doomed",
            Self::Sync { .. } => SYNC,
        }
    }

    /// A name that nothing has, as far as can be told beforehand.
    fn fresh(self) -> String {
        let name = format!("{}.{}", self.word(), number());
        match self {
            Self::Sync { user_id, directory } => format!("{name}.{user_id}.{directory}"),
            _ => name,
        }
    }

    fn swept(name: &str) -> Option<Self> {
        let (word, _) = name.split_once('.')?;
        Self::SWEPT
            .into_iter()
            .find(|purpose| purpose.word() == word)
    }
}

/// The names of workspaces that were taken from their place and are not yet doomed: `taken.{number}.{user}.{directory}`.
const TAKEN: &str = "taken";

/// The names of what a sync works in.
const SYNC: &str = "sync";

fn number() -> String {
    format!("{:016x}", RandomState::new().hash_one(std::process::id()))
}

/// A directory that is being made. Removed with all that is in it, unless it is put in its place.
#[derive(Debug)]
pub(crate) struct Staged {
    staging: Dir,
    name: CString,
    pub(crate) dir: Dir,
    placed: bool,
}

impl Staged {
    /// A new, empty directory.
    pub(crate) fn new(staging: &Dir, purpose: Purpose<'_>) -> Result<Self, Errno> {
        for _ in 0..TRIES {
            let name = CString::new(purpose.fresh()).map_err(|_| Errno::INVAL)?;
            match staging.make_dir(&*name) {
                Err(Errno::EXIST) => continue,
                other => other?,
            }
            if let Some(dir) = held(staging, &name)? {
                return Ok(Self {
                    staging: staging.open_dir(".")?,
                    name,
                    dir,
                    placed: false,
                });
            }
        }
        Err(Errno::BUSY)
    }

    /// Moves it to where nothing may be yet, and makes that last. The lock stays with its handle.
    pub(crate) fn place(mut self, parent: &Dir, name: &str) -> Result<Dir, Errno> {
        self.dir.sync()?;
        let to = CString::new(name).map_err(|_| Errno::INVAL)?;
        self.staging.rename_new(&*self.name, parent, &*to)?;
        self.placed = true;
        parent.sync()?;
        self.dir.open_dir(c".")
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.placed {
            // What cannot be removed now is a leftover, and the next cleanup's.
            let _ = tree::remove(&self.staging, &self.name);
        }
    }
}

/// Writes a file aside and puts it in its place in one step, durably.
pub(crate) fn write_file(
    staging: &Dir,
    parent: &Dir,
    name: &str,
    bytes: &[u8],
) -> Result<(), Errno> {
    let to = CString::new(name).map_err(|_| Errno::INVAL)?;
    for _ in 0..TRIES {
        let aside = CString::new(Purpose::File.fresh()).map_err(|_| Errno::INVAL)?;
        let placed = staging
            .write_new(&*aside, bytes)
            .and_then(|_held| staging.rename(&*aside, parent, &*to));
        match placed {
            Err(Errno::EXIST | Errno::WOULDBLOCK | Errno::NOENT) => {}
            Err(errno) => {
                let _ = staging.remove_file(&*aside);
                return Err(errno);
            }
            Ok(()) => return parent.sync(),
        }
    }
    Err(Errno::BUSY)
}

/// A workspace that was taken from its place, so that nobody reaches it by its path any more. It goes back there when it
/// is dropped, unless it is doomed.
#[derive(Debug)]
pub(crate) struct Taken<'a> {
    user: &'a Dir,
    directory: &'a str,
    staging: &'a Dir,
    name: CString,
    is_doomed: bool,
}

impl<'a> Taken<'a> {
    /// Takes the directory that `dir` is, whose lock the caller holds by it, from its place.
    ///
    /// Fails with `ELOOP`, and leaves everything as it was, where something else was put in its place meanwhile.
    pub(crate) fn from(
        user: &'a Dir,
        user_id: &str,
        directory: &'a str,
        dir: &Dir,
        staging: &'a Dir,
    ) -> Result<Self, Errno> {
        let name = format!("{TAKEN}.{}.{user_id}.{directory}", number());
        let name = CString::new(name).map_err(|_| Errno::INVAL)?;
        let from = CString::new(directory).map_err(|_| Errno::INVAL)?;
        user.rename_new(&*from, staging, &*name)?;
        let taken = Self {
            user,
            directory,
            staging,
            name,
            is_doomed: false,
        };
        if !dir.is_at(staging, &*taken.name)? {
            return Err(Errno::LOOP);
        }
        user.sync()?;
        Ok(taken)
    }

    /// Removes it. Returns the bytes that this freed.
    ///
    /// From here on a process that ends leaves it to be removed and not to be put back.
    pub(crate) fn doom(mut self) -> Result<u64, Errno> {
        let doomed = CString::new(Purpose::Doomed.fresh()).map_err(|_| Errno::INVAL)?;
        self.staging
            .rename_new(&*self.name, self.staging, &*doomed)?;
        self.is_doomed = true;
        self.staging.sync()?;
        tree::remove(self.staging, &doomed)
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if !self.is_doomed {
            // Where that fails, the next operation on this workspace puts it back.
            let _ = put_back(self.staging, &self.name, self.user, self.directory);
        }
    }
}

/// Puts a workspace back in its place; beside it, where another was made there meanwhile.
fn put_back(staging: &Dir, name: &CString, user: &Dir, directory: &str) -> Result<(), Errno> {
    let place = CString::new(directory).map_err(|_| Errno::INVAL)?;
    match staging.rename_new(&**name, user, &*place) {
        Err(Errno::EXIST) => {
            let beside = format!("{directory}~{}", number());
            let beside = CString::new(beside).map_err(|_| Errno::INVAL)?;
            staging.rename_new(&**name, user, &*beside)?;
        }
        other => other?,
    }
    user.sync()
}

/// Puts back the workspaces that a process took from their place and did not doom before it ended; those of one user, or
/// all whose user's directory `users` holds. Those that somebody is at work on are left.
pub(crate) fn restore(staging: &Dir, users: &Dir, only: Option<&str>) -> Result<u64, Errno> {
    let mut restored = 0;
    for (name, kind) in staging.entries()? {
        let Some((user_id, directory)) = workspace_of(TAKEN, &name) else {
            continue;
        };
        if kind != FileType::Directory || only.is_some_and(|only| only != user_id) {
            continue;
        }
        if let Some(_held) = held(staging, &name)? {
            let user = users.ensure_dir(&*user_id)?;
            put_back(staging, &name, &user, &directory)?;
            restored += 1;
        }
    }
    Ok(restored)
}

/// What syncs of a user's workspaces left, or are at work in, with the directories of those.
pub(crate) fn synced_for(staging: &Dir, user_id: &str) -> Result<Vec<(CString, String)>, Errno> {
    let entries = staging.entries()?.into_iter();
    Ok(entries
        .filter_map(|(name, _)| {
            let (of, directory) = workspace_of(SYNC, &name)?;
            (of == user_id).then_some((name, directory))
        })
        .collect())
}

/// Whose workspace an entry is about, and what its directory is called.
fn workspace_of(word: &str, name: &CString) -> Option<(String, String)> {
    let rest = name.to_str().ok()?.strip_prefix(word)?.strip_prefix('.')?;
    let (_, rest) = rest.split_once('.')?;
    let (user_id, directory) = rest.split_once('.')?;
    let is_name = !directory.is_empty() && !directory.contains('/') && !directory.starts_with('.');
    (check_user_id(user_id).is_ok() && is_name).then(|| (user_id.to_owned(), directory.to_owned()))
}

/// What was done about things that were left behind.
#[derive(Debug, Default)]
pub(crate) struct Swept {
    /// How many were removed.
    pub(crate) things: u64,
    /// The bytes that this freed.
    pub(crate) bytes: u64,
    /// Those that could not be removed, or that nothing here made: those have no number.
    pub(crate) left: Vec<(CString, Option<Errno>)>,
}

/// Removes what processes left behind that ended, as its name allows.
pub(crate) fn sweep(staging: &Dir) -> Result<Swept, Errno> {
    let mut swept = Swept::default();
    for (name, kind) in staging.entries()? {
        if [TAKEN, SYNC]
            .iter()
            .any(|word| workspace_of(word, &name).is_some())
        {
            // Not to be removed, but to be put back or taken back.
            continue;
        }
        if name.to_str().ok().and_then(Purpose::swept).is_none() {
            swept.left.push((name, None));
            continue;
        }
        match removed(staging, &name, kind) {
            Ok(Some(bytes)) => {
                swept.things += 1;
                swept.bytes += bytes;
            }
            // In use, or gone; or a git whose own process was killed writes there still, and it is for the next time.
            Ok(None) | Err(Errno::NOENT | Errno::NOTEMPTY) => {}
            Err(errno) => swept.left.push((name, Some(errno))),
        }
    }
    Ok(swept)
}

/// Removes a thing that nobody holds. Returns the bytes that this freed; `None` where it is held.
fn removed(staging: &Dir, name: &CString, kind: FileType) -> Result<Option<u64>, Errno> {
    if kind == FileType::Directory {
        let Some(_held) = held(staging, name)? else {
            return Ok(None);
        };
        tree::remove(staging, name).map(Some)
    } else if staging.is_locked_file(&**name)? {
        Ok(None)
    } else {
        staging.remove_file(&**name).and(Ok(Some(0)))
    }
}

/// Opens and locks an entry; `None` where it is held, or gone.
pub(crate) fn held(staging: &Dir, name: &CString) -> Result<Option<Dir>, Errno> {
    let dir = match staging.open_dir(&**name) {
        Err(Errno::NOENT) => return Ok(None),
        Err(Errno::ACCESS) => staging.open_shut_dir(&**name)?,
        other => other?,
    };
    match dir.try_lock(true) {
        Err(Errno::WOULDBLOCK) => return Ok(None),
        other => other?,
    }
    Ok(dir.is_at(staging, &**name)?.then_some(dir))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use scope_fs::Resolution;

    use super::*;

    const USER: &str = "123e4567-e89b-12d3-a456-426614174000";

    struct Place {
        base: tempfile::TempDir,
        users: Dir,
        staging: Dir,
    }

    impl Place {
        fn new() -> Self {
            let base = tempfile::tempdir().unwrap();
            let users = Dir::open_trusted(base.path(), Resolution::Kernel).unwrap();
            let staging = users.ensure_dir(NAME).unwrap();
            fs::create_dir_all(base.path().join(USER).join("acme__widget")).unwrap();
            fs::write(base.path().join(USER).join("acme__widget/file"), "work").unwrap();
            Self {
                base,
                users,
                staging,
            }
        }

        fn file(&self, directory: &str) -> Option<String> {
            let path = self.base.path().join(USER).join(directory).join("file");
            fs::read_to_string(path).ok()
        }
    }

    #[test]
    fn what_was_taken_goes_back_unless_it_is_doomed() {
        let place = Place::new();
        let user = place.users.open_dir(USER).unwrap();
        let take = || {
            let dir = user.open_dir("acme__widget").unwrap();
            dir.try_lock(true).unwrap();
            let taken = Taken::from(&user, USER, "acme__widget", &dir, &place.staging).unwrap();
            assert_eq!(place.file("acme__widget"), None);
            (taken, dir)
        };
        drop(take());
        assert_eq!(place.file("acme__widget").as_deref(), Some("work"));
        let (taken, _dir) = take();
        taken.doom().unwrap();
        assert_eq!(place.file("acme__widget"), None);
        assert_eq!(place.staging.entries().unwrap(), []);
    }

    #[test]
    fn what_a_process_took_before_it_ended_is_put_back_by_the_next() {
        let place = Place::new();
        let user = place.users.open_dir(USER).unwrap();
        let dir = user.open_dir("acme__widget").unwrap();
        dir.try_lock(true).unwrap();
        // As if the process ended here: nothing is dropped but the lock.
        let taken = Taken::from(&user, USER, "acme__widget", &dir, &place.staging).unwrap();
        std::mem::forget(taken);
        assert_eq!(restore(&place.staging, &place.users, None), Ok(0), "held");
        drop(dir);
        let other = "00000000-0000-4000-8000-000000000001";
        assert_eq!(restore(&place.staging, &place.users, Some(other)), Ok(0));
        assert_eq!(sweep(&place.staging).unwrap().things, 0);
        // Another was made in its place meanwhile.
        fs::create_dir(place.base.path().join(USER).join("acme__widget")).unwrap();
        assert_eq!(restore(&place.staging, &place.users, Some(USER)), Ok(1));
        let names = user.entries().unwrap();
        let beside = names
            .iter()
            .find_map(|(name, _)| name.to_str().ok().filter(|name| name.contains('~')));
        assert_eq!(place.file(beside.unwrap()).as_deref(), Some("work"));
    }

    #[test]
    fn what_nothing_here_made_is_left() {
        let place = Place::new();
        for name in [
            "0123456789abcdef",
            "make.1",
            "doomed.2",
            "look.3",
            "other.4",
        ] {
            fs::create_dir(place.base.path().join(NAME).join(name)).unwrap();
        }
        let swept = sweep(&place.staging).unwrap();
        assert_eq!(swept.things, 3);
        let mut left: Vec<_> = swept
            .left
            .iter()
            .map(|(name, _)| name.to_str().unwrap())
            .collect();
        left.sort_unstable();
        assert_eq!(left, ["0123456789abcdef", "other.4"]);
    }
}
