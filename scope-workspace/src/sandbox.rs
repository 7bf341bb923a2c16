//! Confining what goes by paths: the git program takes nothing else.
//!
//! The kernel's Landlock (Linux 5.13 and later) ties a thread, and every process that it starts, to directories that it
//! was given by handle. A path that was led elsewhere meanwhile then opens nothing, whoever led it there, at whatever
//! level.

use std::ffi::OsStr;
use std::fs;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::thread;

use landlock::{
    ABI, Access as _, AccessFs, BitFlags, PathBeneath, Ruleset, RulesetAttr as _,
    RulesetCreatedAttr as _, RulesetError,
};
use rustix::fs::{CWD, Mode, OFlags, openat};
use scope_fs::Dir;

/// What is asked for; an older kernel gives what it has of that.
const WANTED: ABI = ABI::V3;

/// Where a system keeps its programs, libraries and settings.
const SYSTEM: &[&str] = &[
    "/bin",
    "/etc",
    "/gnu/store",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/nix/store",
    "/opt",
    "/run/current-system",
    "/sbin",
    "/usr",
];

/// What programs ask of the kernel by path: how many processors there are.
const KERNEL: &[&str] = &["/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu"];

/// Devices that hold nothing of anybody's. git names the files of reftables by random numbers.
const DEVICES: &[&str] = &["/dev/null", "/dev/zero", "/dev/urandom"];

/// The programs that may be run, and what they need: handles that stay open, so that a sandbox is cheap to make.
#[derive(Debug)]
pub(crate) struct Programs(Vec<(OwnedFd, BitFlags<AccessFs>)>);

impl Programs {
    /// The system's, those that `PATH` names, and git. A directory that holds the data directory is left out, since
    /// it would let in what is to be kept out.
    pub(crate) fn beside(data_dir: &Path, git: &OsStr) -> Self {
        let mut dirs: Vec<PathBuf> = SYSTEM.iter().map(PathBuf::from).collect();
        if let Some(path) = std::env::var_os("PATH") {
            dirs.extend(std::env::split_paths(&path));
        }
        let git = program(git);
        let resolved = git.as_ref().and_then(|git| fs::canonicalize(git).ok());
        for bin in git.iter().chain(&resolved).filter_map(|git| git.parent()) {
            dirs.push(bin.to_owned());
            for beside in ["../lib", "../libexec", "../share"] {
                dirs.push(bin.join(beside));
            }
        }
        let mut allowed: Vec<PathBuf> = dirs
            .iter()
            .filter(|dir| dir.is_absolute())
            .filter_map(|dir| fs::canonicalize(dir).ok())
            .filter(|dir| !data_dir.starts_with(dir))
            .collect();
        allowed.sort_unstable();
        allowed.dedup();
        let run = AccessFs::Execute | AccessFs::ReadFile | AccessFs::ReadDir;
        let read = AccessFs::ReadFile | AccessFs::ReadDir;
        let device = AccessFs::ReadFile | AccessFs::WriteFile;
        let kernel = KERNEL.iter().map(|path| (PathBuf::from(path), read));
        let devices = DEVICES.iter().map(|path| (PathBuf::from(path), device));
        let all = allowed.into_iter().map(|dir| (dir, run));
        Self(
            all.chain(kernel)
                .chain(devices)
                .filter_map(|(path, rights)| {
                    // What is not there cannot be opened in the sandbox either.
                    let handle = OFlags::PATH | OFlags::CLOEXEC;
                    let fd = openat(CWD, &path, handle, Mode::empty()).ok()?;
                    Some((fd, rights))
                })
                .collect(),
        )
    }
}

/// Where a program is, looked for as a shell does.
pub(crate) fn program(name: &OsStr) -> Option<PathBuf> {
    if name.as_encoded_bytes().contains(&b'/') {
        return Some(PathBuf::from(name));
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|dir| dir.join(name))
        .find(|path| path.is_file())
}

/// What may be reached besides programs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reach<'a> {
    /// Directories that may be read.
    pub(crate) read: &'a [&'a Dir],
    /// Directories in which anything may be made, changed and removed.
    pub(crate) write: &'a [&'a Dir],
}

/// Runs `work` in a thread of its own, which opens nothing but what is in these directories, and whose child processes
/// do not either.
///
/// On a kernel without Landlock it runs unconfined; `docs/workspaces.md` says what is not promised there.
pub(crate) fn within<T: Send>(
    programs: &Programs,
    reach: Reach<'_>,
    work: impl FnOnce() -> T + Send,
) -> Result<T, String> {
    let rules = rules(programs, reach).map_err(|error| error.to_string())?;
    let run = || {
        rules
            .restrict_self()
            .map_err(|error| error.to_string())
            .map(|_| work())
    };
    thread::scope(|scope| {
        let thread = thread::Builder::new()
            .spawn_scoped(scope, run)
            .map_err(|error| error.to_string())?;
        match thread.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn rules(programs: &Programs, reach: Reach<'_>) -> Result<landlock::RulesetCreated, RulesetError> {
    let read = AccessFs::ReadDir | AccessFs::ReadFile;
    let write = read
        | AccessFs::WriteFile
        | AccessFs::Truncate
        | AccessFs::MakeReg
        | AccessFs::MakeDir
        | AccessFs::MakeSym
        | AccessFs::RemoveFile
        | AccessFs::RemoveDir
        | AccessFs::Refer;
    let mut rules = Ruleset::default()
        .handle_access(AccessFs::from_all(WANTED))?
        .create()?;
    for (dirs, rights) in [(reach.read, read), (reach.write, write)] {
        for dir in dirs {
            rules = rules.add_rule(PathBeneath::new(dir, rights))?;
        }
    }
    for (fd, rights) in &programs.0 {
        rules = rules.add_rule(PathBeneath::new(fd, *rights))?;
    }
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::ErrorKind;

    use scope_fs::Resolution;

    use super::*;
    use crate::machine::not_shown;

    /// A directory with a file and a link that leads outside, and what is done in it.
    struct Place {
        base: tempfile::TempDir,
        dir: Dir,
    }

    impl Place {
        fn new() -> Self {
            let base = tempfile::tempdir().unwrap();
            let inside = base.path().join("inside");
            fs::create_dir(&inside).unwrap();
            fs::write(inside.join("file"), "inside").unwrap();
            fs::write(base.path().join("secret"), "outside").unwrap();
            std::os::unix::fs::symlink("../secret", inside.join("link")).unwrap();
            let dir = Dir::open_trusted(&inside, Resolution::Kernel).unwrap();
            Self { base, dir }
        }

        fn within<T: Send>(
            &self,
            may_write: bool,
            work: fn(&Path) -> std::io::Result<T>,
        ) -> Result<T, ErrorKind> {
            let inside = self.base.path().join("inside");
            let programs = Programs::beside(self.base.path(), OsStr::new("git"));
            let dirs = [&self.dir];
            let (read, write): (&[&Dir], &[&Dir]) = if may_write {
                (&[], &dirs)
            } else {
                (&dirs, &[])
            };
            within(&programs, Reach { read, write }, || {
                work(&inside).map_err(|error| error.kind())
            })
            .unwrap()
        }
    }

    fn is_enforced() -> bool {
        let nothing = Reach {
            read: &[],
            write: &[],
        };
        let programs = Programs(Vec::new());
        within(&programs, nothing, || fs::read_dir("/etc").is_err()).unwrap()
    }

    /// Everywhere: also where the kernel has no Landlock.
    #[test]
    fn what_is_inside_is_there() {
        let place = Place::new();
        let read = place.within(false, |dir| fs::read_to_string(dir.join("file")));
        assert_eq!(read.as_deref(), Ok("inside"));
        let written = place.within(true, |dir| fs::write(dir.join("new"), ""));
        assert_eq!(written, Ok(()));
        let removed = place.within(true, |dir| fs::remove_file(dir.join("new")));
        assert_eq!(removed, Ok(()));
        // The thread that asked is as free as it was.
        assert!(fs::read(place.base.path().join("secret")).is_ok());
    }

    #[test]
    fn a_path_that_leads_outside_opens_nothing() {
        let place = Place::new();
        if !is_enforced() {
            let why = "this kernel has no Landlock, or it is turned off";
            return not_shown("what goes by paths stays inside a workspace", why);
        }
        let denied = Err(ErrorKind::PermissionDenied);
        let kept = |may_write, work| place.within(may_write, work);
        let read_link = |dir: &Path| fs::read(dir.join("link")).map(drop);
        assert_eq!(kept(false, read_link), denied);
        let list_above = |dir: &Path| fs::read_dir(dir.join("..")).map(drop);
        assert_eq!(kept(false, list_above), denied);
        let write_new = |dir: &Path| fs::write(dir.join("new"), "");
        assert_eq!(kept(false, write_new), denied);
        let write_above = |dir: &Path| fs::write(dir.join("../new"), "");
        assert_eq!(kept(true, write_above), denied);
        let write_link = |dir: &Path| fs::write(dir.join("link"), "");
        assert_eq!(kept(true, write_link), denied);
        let out = |dir: &Path| fs::rename(dir.join("file"), dir.join("../new"));
        assert!(kept(true, out).is_err());
    }

    /// A child is as confined as the thread that starts it, and runs the system's programs.
    #[test]
    fn so_does_what_is_started() {
        let place = Place::new();
        if !is_enforced() {
            return;
        }
        let read = |dir: &Path| {
            let shown = |name: &str| {
                std::process::Command::new("cat")
                    .arg(dir.join(name))
                    .output()
                    .map(|output| output.stdout)
            };
            Ok((shown("file")?, shown("../secret")?))
        };
        let (inside, outside) = place.within(false, read).unwrap();
        assert_eq!((&*inside, &*outside), (&b"inside"[..], &b""[..]));
    }

    #[test]
    fn a_directory_that_holds_the_data_is_no_place_for_programs() {
        let data = Path::new("/usr/local/data");
        let of = |data: &Path| Programs::beside(data, OsStr::new("git")).0.len();
        assert!(of(data) < of(Path::new("/elsewhere")));
    }
}
