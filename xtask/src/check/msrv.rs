//! The oldest toolchain that the project says it builds with.

use crate::repo::Repo;
use crate::step::{Outcome, Passed, Step};
use crate::tool::{CARGO, RUSTC};
use crate::toolchain::is_installed;

pub(crate) const STEP: Step = Step {
    name: "msrv",
    about: "all packages build with the `rust-version` of Cargo.toml",
    run,
};

fn run(repo: &Repo) -> Outcome {
    let core = repo
        .members()?
        .find(|package| package["name"] == "scope-core");
    let oldest = core.and_then(|package| package["rust_version"].as_str());
    let oldest = oldest.ok_or("scope-core has no rust-version")?;

    let used = RUSTC.run(repo, "--version").read()?;
    if same_release(oldest, used.split_whitespace().nth(1).unwrap_or_default()) {
        println!(
            "{} is that toolchain: every other step builds with it",
            used.trim()
        );
        return Ok(Passed::Whole);
    }
    let names = [oldest.to_owned(), format!("{oldest}.0")];
    let Some(toolchain) = names.iter().find(|name| is_installed(repo, name)) else {
        return Ok(Passed::Except(format!(
            "Rust {oldest} is not installed; to build with it: rustup toolchain install {oldest}"
        )));
    };
    CARGO
        .run(
            repo,
            &format!("+{toolchain} check --workspace --all-features --target-dir"),
        )
        .arg(repo.scratch("msrv")?)
        .show()?;
    Ok(Passed::Whole)
}

/// Whether a toolchain's version is the one that `rust-version` means, of whichever patch.
fn same_release(wanted: &str, version: &str) -> bool {
    version
        .strip_prefix(wanted)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::same_release;

    #[test]
    fn a_release_is_one_whatever_its_patch() {
        assert!(same_release("1.95", "1.95.0"));
        assert!(same_release("1.95.1", "1.95.1"));
        assert!(!same_release("1.9", "1.95.0"));
        assert!(!same_release("1.95", "1.96.0"));
        assert!(!same_release("1.95", "1.95-nightly"));
    }
}
