//! What a directory is a checkout of (section G).

use std::path::Path;

use napi::bindgen_prelude::{AsyncTask, Utf16String};
use napi_derive::napi;
use scope_core::Part;
use scope_git::{CheckoutKind, CheckoutOptions};

use crate::background::{Background, background};
use crate::fault::{Answer, Fault, answer};
use crate::key::KeyParts;
use crate::path::{self, GivenPath};
use crate::text;

/// A checkout (G1 to G3).
#[napi(object)]
pub struct CheckoutInfo {
    /// G1.
    pub primary_path: String,
    /// None in a bare repository.
    pub worktree_path: Option<String>,
    /// G2; none outside a linked worktree.
    pub worktree_key: Option<String>,
    /// G3; none where `HEAD` names none.
    pub branch: Option<String>,
    /// Whether it is a bare repository, and not a worktree of one.
    pub is_bare: bool,
    /// Whether it is not the primary worktree.
    pub is_linked_worktree: bool,
    /// Whether `HEAD` names no branch.
    pub is_detached: bool,
}

fn info(path: &Path, use_environment: bool) -> Result<CheckoutInfo, Fault> {
    let options = CheckoutOptions::default().use_environment(use_environment);
    let info = options.checkout_info(path)?;
    Ok(CheckoutInfo {
        primary_path: info.primary_path,
        worktree_path: info.worktree_path,
        worktree_key: info.worktree_key,
        branch: info.branch,
        is_bare: info.is_bare,
        is_linked_worktree: info.is_linked_worktree,
        is_detached: info.is_detached,
    })
}

/// What is known of the checkout that a directory is in.
#[napi(catch_unwind)]
pub fn checkout_info_sync(path: GivenPath, use_environment: bool) -> Answer<CheckoutInfo> {
    answer(info(&path::read(&path), use_environment))
}

/// The same, of a thread of Node's pool.
#[napi(catch_unwind)]
pub fn checkout_info(
    path: GivenPath,
    use_environment: bool,
) -> AsyncTask<Background<CheckoutInfo>> {
    let path = path::read(&path);
    background(move || info(&path, use_environment))
}

/// What is asked of a directory besides where it is.
struct Wanted {
    kind: CheckoutKind,
    branch: Option<String>,
    options: CheckoutOptions,
}

impl Wanted {
    fn read(
        kind: Option<&Utf16String>,
        branch: Option<&Utf16String>,
        use_environment: bool,
    ) -> Result<Self, Fault> {
        let kind = text::read_optional(kind, Part::CheckoutKind)?;
        let branch = text::read_optional(branch, Part::BranchName)?;
        let kind = match kind {
            None => CheckoutKind::default(),
            Some(word) => word.parse().map_err(|error| Fault::new(error, word))?,
        };
        Ok(Self {
            kind,
            branch,
            options: CheckoutOptions::default().use_environment(use_environment),
        })
    }

    fn key(self, path: &Path) -> Result<KeyParts, Fault> {
        let found = self
            .options
            .resolve_scope(path, self.kind, self.branch.as_deref());
        Ok(KeyParts::from(&found?))
    }
}

/// The scope key of a directory (G1 to G4).
#[napi(catch_unwind)]
pub fn resolve_scope_sync(
    path: GivenPath,
    kind: Option<Utf16String>,
    branch: Option<Utf16String>,
    use_environment: bool,
) -> Answer<KeyParts> {
    let wanted = Wanted::read(kind.as_ref(), branch.as_ref(), use_environment);
    answer(wanted.and_then(|wanted| wanted.key(&path::read(&path))))
}

/// The same, of a thread of Node's pool.
#[napi(catch_unwind)]
pub fn resolve_scope(
    path: GivenPath,
    kind: Option<Utf16String>,
    branch: Option<Utf16String>,
    use_environment: bool,
) -> AsyncTask<Background<KeyParts>> {
    let wanted = Wanted::read(kind.as_ref(), branch.as_ref(), use_environment);
    let path = path::read(&path);
    background(move || wanted?.key(&path))
}
