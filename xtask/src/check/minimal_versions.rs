//! The oldest versions of the direct dependencies that the manifests admit are enough.
//!
//! Cargo takes the newest versions, so that a requirement which says `1.0` and needs `1.4` goes unnoticed until a user
//! has another package that holds the version back.

use crate::repo::Repo;
use crate::step::{Failure, Outcome, Passed, Step};
use crate::tool::CARGO;
use crate::toolchain::{NO_NIGHTLY, is_installed};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::{fs, io};

pub(crate) const STEP: Step = Step {
    name: "minimal-versions",
    about: "all packages build with the oldest direct dependencies that they say they need",
    run,
};

fn run(repo: &Repo) -> Outcome {
    if !is_installed(repo, "nightly") {
        return Ok(Passed::Except(NO_NIGHTLY.into()));
    }
    let workspace = repo.scratch("minimal_versions")?;
    lay_out(&repo.root, &workspace)
        .map_err(|error| Failure::from(format!("{}: {error}", workspace.display())))?;
    // What only measures the others reaches no user.
    CARGO
        .run(
            repo,
            "+nightly check -Zdirect-minimal-versions --workspace --all-features --exclude scope-benches",
        )
        .arg("--manifest-path")
        .arg(workspace.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(workspace.join("target"))
        .show()?;
    Ok(Passed::Whole)
}

/// Makes a workspace of the same packages, so that cargo writes another lock file than the committed one. It is written
/// anew each time: what an old one holds, cargo keeps, be it older versions to be had or not.
fn lay_out(root: &Path, workspace: &Path) -> io::Result<()> {
    const ITS_OWN: &[&str] = &["target", "Cargo.lock"];
    match fs::remove_file(workspace.join("Cargo.lock")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        let name = entry.file_name();
        let link = workspace.join(&name);
        let hidden = name.to_string_lossy().starts_with('.');
        if !hidden && !ITS_OWN.iter().any(|own| name == *own) && link.symlink_metadata().is_err() {
            symlink(entry.path(), link)?;
        }
    }
    Ok(())
}
