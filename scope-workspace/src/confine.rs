//! Keeping inside a directory what goes by paths: libgit2 takes nothing else.
//!
//! The kernel's Landlock (Linux 5.13 and later) ties what a thread may open to directories that it was given by handle.
//! A path that was led elsewhere meanwhile then opens nothing, whoever led it there, at whatever level.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::thread;

use git2::Config;
use landlock::{
    ABI, Access as _, AccessFs, BitFlags, PathBeneath, Ruleset, RulesetAttr as _, RulesetCreated,
    RulesetCreatedAttr as _, RulesetError,
};
use scope_core::{ErrorCode, Part};

use crate::error::Error;
use scope_fs::Dir;

/// What is asked for; of that, an older kernel gives what it has.
const WANTED: ABI = ABI::V3;

/// What may be done in the directories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum May {
    /// To list and to read.
    Read,
    /// To make, change and remove files, directories and symbolic links too.
    Write,
}

impl May {
    fn rights(self) -> BitFlags<AccessFs> {
        let read = AccessFs::ReadDir | AccessFs::ReadFile;
        let write = AccessFs::WriteFile
            | AccessFs::Truncate
            | AccessFs::MakeReg
            | AccessFs::MakeDir
            | AccessFs::MakeSym
            | AccessFs::RemoveFile
            | AccessFs::RemoveDir
            | AccessFs::Refer;
        match self {
            Self::Read => read,
            Self::Write => read | write,
        }
    }
}

/// Runs `work` in a thread of its own, which opens nothing but what is in these directories and the service's own git
/// configuration.
///
/// On a kernel without Landlock it runs all the same: what led elsewhere is then seen afterwards, where it still does.
pub(crate) fn within<T: Send>(
    dirs: &[&Dir],
    may: May,
    label: &str,
    work: impl FnOnce() -> Result<T, Error> + Send,
) -> Result<T, Error> {
    let failed = |error: &dyn std::error::Error| {
        Error::new(ErrorCode::IoFailed, Part::Workspace, label).with_detail(error.to_string())
    };
    let rules = rules(dirs, may).map_err(|error| failed(&error))?;
    let run = || {
        rules.restrict_self().map_err(|error| failed(&error))?;
        work()
    };
    thread::scope(|scope| {
        let thread = thread::Builder::new().spawn_scoped(scope, run);
        match thread.map_err(|error| failed(&error))?.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn rules(dirs: &[&Dir], may: May) -> Result<RulesetCreated, RulesetError> {
    let mut rules = Ruleset::default()
        .handle_access(AccessFs::from_all(WANTED))?
        .create()?;
    for dir in dirs {
        rules = rules.add_rule(PathBeneath::new(dir, may.rights()))?;
    }
    for path in configuration() {
        // What is not there cannot be read either.
        if let Ok(file) = File::open(path) {
            rules = rules.add_rule(PathBeneath::new(file, May::Read.rights()))?;
        }
    }
    Ok(rules)
}

/// Where libgit2 looks for the service's own configuration and for what that names: ignored files and attributes.
fn configuration() -> Vec<PathBuf> {
    let mut paths = vec![PathBuf::from("/etc/gitattributes")];
    paths.extend(Config::find_system());
    paths.extend(Config::find_global());
    let xdg = Config::find_xdg().ok();
    paths.extend(xdg.as_deref().and_then(Path::parent).map(Path::to_owned));
    if let Ok(config) = Config::open_default() {
        for name in ["core.excludesfile", "core.attributesfile", "include.path"] {
            paths.extend(config.get_path(name));
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::ErrorKind;

    use landlock::RulesetStatus;

    use super::*;
    use crate::machine::not_shown;
    use scope_fs::Resolution;

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
            may: May,
            work: fn(&Path) -> std::io::Result<T>,
        ) -> Result<T, ErrorKind> {
            let inside = self.base.path().join("inside");
            within(&[&self.dir], may, "test", || {
                Ok(work(&inside).map_err(|error| error.kind()))
            })
            .unwrap()
        }
    }

    /// Everywhere: also where the kernel has no Landlock.
    #[test]
    fn what_is_inside_is_there() {
        let place = Place::new();
        let read = place.within(May::Read, |dir| fs::read_to_string(dir.join("file")));
        assert_eq!(read.as_deref(), Ok("inside"));
        let written = place.within(May::Write, |dir| fs::write(dir.join("new"), ""));
        assert_eq!(written, Ok(()));
        let removed = place.within(May::Write, |dir| fs::remove_file(dir.join("new")));
        assert_eq!(removed, Ok(()));
        // The thread that asked is as free as it was.
        assert!(fs::read(place.base.path().join("secret")).is_ok());
    }

    #[test]
    fn a_path_that_leads_outside_opens_nothing() {
        let place = Place::new();
        if enforced() == RulesetStatus::NotEnforced {
            let why = "this kernel has no Landlock, or it is turned off";
            return not_shown("what goes by paths stays inside a workspace", why);
        }
        let denied = Err(ErrorKind::PermissionDenied);
        let kept = |may, work| place.within(may, work);
        assert_eq!(
            kept(May::Read, |dir| fs::read(dir.join("link")).map(drop)),
            denied
        );
        assert_eq!(
            kept(May::Read, |dir| fs::read_dir(dir.join("..")).map(drop)),
            denied
        );
        assert_eq!(
            kept(May::Read, |dir| fs::write(dir.join("new"), "")),
            denied
        );
        assert_eq!(
            kept(May::Write, |dir| fs::write(dir.join("../new"), "")),
            denied
        );
        assert_eq!(
            kept(May::Write, |dir| fs::write(dir.join("link"), "")),
            denied
        );
        let out = |dir: &Path| fs::rename(dir.join("file"), dir.join("../new"));
        assert!(kept(May::Write, out).is_err());
    }

    fn enforced() -> RulesetStatus {
        let confined = thread::spawn(|| rules(&[], May::Read).unwrap().restrict_self().unwrap());
        confined.join().unwrap().ruleset
    }
}
