//! Toolchains other than the one in use.

use crate::repo::Repo;
use crate::tool::RUSTC;

/// Whether rustup has this toolchain here. Asking does not install it.
pub(crate) fn is_installed(repo: &Repo, toolchain: &str) -> bool {
    let asked = RUSTC
        .run(repo, &format!("+{toolchain} --version"))
        .env("RUSTUP_AUTO_INSTALL", "0");
    asked.try_read().is_ok_and(|(there, ..)| there)
}

/// What a step has to say that could not do its work for want of a nightly toolchain.
pub(crate) const NO_NIGHTLY: &str =
    "no nightly toolchain is installed; to get it: rustup toolchain install nightly";
