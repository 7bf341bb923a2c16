//! `cargo xtask coverage`: how much of the core its tests reach.

use crate::repo::Repo;
use crate::step::{Outcome, Passed};
use crate::tool::{CARGO, RUSTC};
use crate::toolchain::{NO_NIGHTLY, is_installed};

/// Runs the core's tests, those of the documentation too, and prints lines and branches file by file, and every line
/// that nothing reached.
pub(crate) fn run(repo: &Repo) -> Outcome {
    if !CARGO.run(repo, "llvm-cov --version").try_read()?.0 {
        return Err("cargo-llvm-cov is missing; to get it: cargo install cargo-llvm-cov".into());
    }
    // Only a nightly compiler counts branches and documentation tests.
    if !is_installed(repo, "nightly") {
        return Err(NO_NIGHTLY.into());
    }
    let version = RUSTC.run(repo, "+nightly --version --verbose").read()?;
    let major = version
        .lines()
        .find_map(|line| line.strip_prefix("LLVM version: ")?.split('.').next())
        .ok_or("rustc does not tell its LLVM")?;
    // Where rustup's own llvm-tools are not installed, those of the same release from elsewhere read the data as well.
    let tools = format!("llvm-cov-{major}");
    println!("uses {tools} and llvm-profdata-{major}: apt-get install llvm-{major}");
    let llvm_cov = |args: &str| {
        CARGO
            .run(repo, "+nightly llvm-cov")
            .args(args)
            .env("LLVM_COV", &tools)
            .env("LLVM_PROFDATA", &format!("llvm-profdata-{major}"))
    };
    llvm_cov("--branch --doctests --package scope-core --all-features --no-report").show()?;
    llvm_cov("report --branch --doctests --package scope-core --show-missing-lines").show()?;
    Ok(Passed::Whole)
}
