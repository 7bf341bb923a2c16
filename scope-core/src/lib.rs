//! The rules of the scope library, with no I/O: scoped references, scope keys and workspace names.
//!
//! Every function is pure and total: the same input gives the same answer in every language that embeds this crate, and
//! no input panics. The rules have numbers (`S4`, `K8`); the specification in `docs/spec.md` gives their text.
//!
//! | for | see |
//! |---|---|
//! | `@scope/name[:tag]` | [`Reference`], [`ReferenceBuf`], [`normalize`], [`parse_many`], [`parse_lines`] |
//! | parts of it | [`Slug`], [`Name`], [`Tag`], [`suggest_slug`], [`default_slug`] |
//! | what may be claimed, what was typed | [`Policy`], [`Resolved`] |
//! | template aliases and versions | [`template_alias`], [`distinct_template_alias`], [`version_hash`] |
//! | who may do what | [`decide_access`] |
//! | one identity for a repository, branch or worktree | [`ScopeKey`] |
//! | directories of workspaces | [`workspace_path`], [`distinct_workspace_dir_name`], [`contains`] |
//! | what becomes of them | [`WorkspaceMetadata`], [`decide_retention`] |
//! | faults | [`Error`], [`ErrorCode::ALL`] |
//!
//! # Features
//!
//! `std` (default) turns the dependencies' `std` on; the crate itself needs `core` and `alloc`. `serde` adds
//! `Serialize` and `Deserialize` through the same validation, and reading of JSON.

#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
// No input may panic, overflow or read out of bounds (E3).
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::unreachable,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::arithmetic_side_effects
    )
)]

extern crate alloc;

mod access;
mod alias;
mod batch;
mod branch;
mod chars;
mod digest;
mod error;
mod json;
mod key;
mod message;
mod metadata;
mod name;
mod newtype;
mod path;
mod percent;
mod policy;
mod reference;
mod repository;
mod resolve;
mod retention;
mod scan;
mod slug;
mod suggestion;
mod tag;
pub mod text;
mod time;
mod uuid;
mod workspace;
mod worktree;

pub use access::{AccessScope, Action, Actor, Decision, Reason, Role, ScopeType, decide_access};
pub use alias::{distinct_template_alias, legacy_user_alias, template_alias};
pub use batch::{Line, is_valid_many, parse_lines, parse_many};
pub use branch::{BranchName, BranchNameBuf, check_branch, is_branch};
pub use digest::{content_hash, version_hash};
pub use error::{Error, ErrorCode, Part, Rejection};
pub use key::{ScopeKey, ScopeKind};
pub use message::Message;
pub use metadata::WorkspaceMetadata;
pub use name::{Name, NameBuf, check_name, is_name};
pub use path::{AbsolutePath, AbsolutePathBuf, MAX_ON_DISK, contains};
pub use policy::{Policy, PolicyBuilder};
pub use reference::{Reference, ReferenceBuf, is_valid, locate_utf8, locate_utf16, normalize};
pub use repository::{RepositoryId, hosted_workspace_dir_name};
pub use resolve::{ResolveOptions, Resolved};
pub use retention::{Retention, RetentionPolicy, decide_retention};
pub use slug::{Slug, SlugBuf, check_slug, default_slug, is_slug, suggest_slug};
pub use tag::{Tag, TagBuf, check_tag, is_tag};
pub use time::Timestamp;
pub use workspace::{
    check_repository, check_user_id, distinct_workspace_dir_name, workspace_dir_name,
    workspace_path,
};
pub use worktree::{WorktreeKey, WorktreeKeyBuf};

/// The examples of the crate's page.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
