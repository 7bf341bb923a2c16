//! Which scope is this checkout? The scope key of a directory, from the git repository that it belongs to (section G of
//! `docs/spec.md`).
//!
//! | for | see |
//! |---|---|
//! | the key of a directory | [`resolve_scope`], [`CheckoutKind`] |
//! | all that is known of it | [`checkout_info`], [`CheckoutInfo`] |
//! | git's environment variables | [`CheckoutOptions`] |
//! | single files, already read | [`files`] |
//!
//! Files are read by hand: `.git`, `HEAD`, `commondir`, `config`, and no others unless they are needed. What is not
//! written as git writes it goes to libgit2's readers. No program is run, nothing that a repository's configuration names
//! is executed or opened, no file is read beyond a limit, and nothing is waited for.

// No repository, however it is damaged, makes this panic (E3).
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::unreachable
    )
)]

mod bytes;
mod checkout;
mod config;
mod dir;
mod discover;
mod environment;
mod fault;
pub mod files;
mod git_dir;
mod head;
mod kind;
mod reftable;
mod sys;

// Linked for libgit2 (see Cargo.toml); not called from here.
use libz_sys as _;

/// How single files are read, for the targets of `fuzz/`: no part of what this crate offers.
#[doc(hidden)]
pub mod fuzzing {
    use std::path::PathBuf;

    use crate::{config, git_dir, head, reftable};

    /// The settings that matter, by names in lower case, if the text is understood without libgit2.
    pub fn plain_config(text: &[u8]) -> Option<Vec<(String, Option<Vec<u8>>)>> {
        let settings = config::plain(text).ok()?;
        Some(settings.iter().map(config::Setting::shown).collect())
    }

    /// The path that a file `.git` names.
    pub fn git_file(text: &[u8]) -> Option<PathBuf> {
        git_dir::named_by_git_file(text)
    }

    /// The reference that a `HEAD` names; none for a commit; nothing where it is damaged.
    pub fn head(text: &[u8]) -> Option<Option<Vec<u8>>> {
        match head::Head::parse(text).ok()? {
            head::Head::Reference(name) => Some(Some(name)),
            head::Head::Commit => Some(None),
        }
    }

    /// Reads a block of a reftable: there is nothing to it but that it ends.
    pub fn reftable_block(bytes: &[u8]) {
        reftable::read_as_block(bytes);
    }
}

/// The README's example is run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use checkout::{CheckoutInfo, CheckoutOptions, checkout_info, resolve_scope};
pub use kind::CheckoutKind;
