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
//! `.git`, `HEAD`, `commondir` and `config` are read, and others only where these call for them. No program is run, nothing
//! that a repository's configuration names is executed or opened, no file is read beyond a limit, and nothing is waited
//! for.

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

mod checkout;
mod dir;
mod discover;
mod environment;
mod fault;
pub mod files;
mod git_dir;
mod head;
mod kind;
mod layout;
mod operation;
mod reftable;
mod text;

/// What the targets of `fuzz/` reach besides: no part of what this crate offers.
#[doc(hidden)]
pub mod fuzzing {
    /// Reads a block of a reftable: there is nothing to it but that it ends.
    pub fn reftable_block(bytes: &[u8]) {
        crate::files::read_as_block(bytes);
    }
}

/// The README's example is run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use checkout::{CheckoutInfo, CheckoutOptions, checkout_info, resolve_scope};
pub use kind::CheckoutKind;
