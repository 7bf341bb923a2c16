//! What crosses the border by value: plain structs of numbers and pointers, and handles of which C sees the name only.
#![forbid(unsafe_code)]
#![allow(
    non_camel_case_types,
    reason = "the names are those of the header, which C programmers read"
)]

use std::ffi::c_char;

use scope_core::{Policy, ScopeKey, WorkspaceMetadata};

use crate::codes::{
    scope_action_t, scope_checkout_kind_t, scope_part_t, scope_reason_t, scope_resolved_kind_t,
    scope_role_t, scope_status_t, scope_type_t,
};
use crate::disk::{Problem, Workspace, Workspaces};

/// Text that somebody else owns: `len` bytes from `data` on, without a terminator. Where `data` is NULL there is no text,
/// which is not the same as an empty one. This struct never grows.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct scope_view_t {
    /// The first byte, or NULL.
    pub data: *const c_char,
    /// The number of bytes.
    pub len: usize,
}

impl scope_view_t {
    /// No text.
    pub(crate) const NONE: Self = Self {
        data: std::ptr::null(),
        len: 0,
    };

    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self {
            // Where Rust's empty slices begin is no address for anybody else.
            data: if bytes.is_empty() {
                c"".as_ptr()
            } else {
                bytes.as_ptr().cast()
            },
            len: bytes.len(),
        }
    }
}

/// What was wrong with an argument, and where. Begin with `SCOPE_ERROR_INIT`.
///
/// A function that returns anything but `SCOPE_OK` fills it in, one that returns `SCOPE_OK` leaves it alone. Give it to
/// `scope_error_message` and `scope_error_suggestion`. It owns nothing.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct scope_error_t {
    /// `sizeof(scope_error_t)`, set by the caller before the call.
    pub struct_size: usize,
    /// What the function returned.
    pub status: scope_status_t,
    /// The part at fault; 0 where `status` is about the call and not about a text.
    pub part: scope_part_t,
    /// The argument into which `offset` counts; 0 likewise.
    pub input: scope_part_t,
    /// 0.
    pub reserved: u32,
    /// Bytes from the beginning of that argument, at most its length.
    pub offset: usize,
    /// That argument: a view of what the caller passed, and as long-lived. Where a function says so, of something else.
    pub text: scope_view_t,
    /// What the system said, where a function says that it gives that; for people, and may hold line breaks. Else `data`
    /// is NULL.
    pub detail: scope_view_t,
}

/// A reference `@scope/name[:tag]`: views of the text that it was parsed from, and as long-lived as that text. Begin with
/// `SCOPE_REFERENCE_INIT`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct scope_reference_t {
    /// `sizeof(scope_reference_t)`, set by the caller before the call.
    pub struct_size: usize,
    /// The scope, without the `@`.
    pub scope: scope_view_t,
    /// The name.
    pub name: scope_view_t,
    /// The tag, without the `:`; `data` is NULL where there is none.
    pub tag: scope_view_t,
    /// The whole text.
    pub text: scope_view_t,
}

/// What `scope_policy_resolve` found. Its views are of the buffer that the caller gave, and as long-lived. Begin with
/// `SCOPE_RESOLVED_INIT`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct scope_resolved_t {
    /// `sizeof(scope_resolved_t)`, set by the caller before the call.
    pub struct_size: usize,
    /// What the text stands for.
    pub kind: scope_resolved_kind_t,
    /// 0.
    pub reserved: u32,
    /// The whole reference, or the whole legacy text.
    pub text: scope_view_t,
    /// The scope of a reference; else `data` is NULL, as with the others.
    pub scope: scope_view_t,
    /// The name of a reference.
    pub name: scope_view_t,
    /// The tag of a reference that has one.
    pub tag: scope_view_t,
    /// The alias of a legacy user alias.
    pub alias: scope_view_t,
}

/// The parts of a policy (S6). Begin with `SCOPE_POLICY_OPTIONS_INIT`, which leaves every part as the default has it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct scope_policy_options_t {
    /// `sizeof(scope_policy_options_t)`.
    pub struct_size: usize,
    /// The system scope; NULL for the default's.
    pub system_scope: scope_view_t,
    /// The reserved slugs; NULL for the default's. Not NULL with a count of 0: none.
    pub reserved: *const scope_view_t,
    /// How many there are.
    pub reserved_count: usize,
    /// The reserved prefixes; NULL for the default's. Not NULL with a count of 0: none.
    pub reserved_prefixes: *const scope_view_t,
    /// How many there are.
    pub reserved_prefixes_count: usize,
    /// The prefix of legacy templates; NULL for the default's.
    pub legacy_prefix: scope_view_t,
    /// 0, or `SCOPE_POLICY_NO_LEGACY_PREFIX`.
    pub flags: u32,
    /// 0.
    pub reserved_flags: u32,
}

/// In `scope_policy_options_t.flags`: the policy has no legacy prefix.
pub const SCOPE_POLICY_NO_LEGACY_PREFIX: u32 = 1;

/// What `scope_policy_resolve` is told besides the text. Begin with `SCOPE_RESOLVE_OPTIONS_INIT`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct scope_resolve_options_t {
    /// `sizeof(scope_resolve_options_t)`.
    pub struct_size: usize,
    /// The scope for what is typed without one; `data` is NULL where there is none.
    pub default_scope: scope_view_t,
    /// The id of the user who typed, for legacy user aliases; `data` is NULL where there is none.
    pub user_id: scope_view_t,
    /// 0, or `SCOPE_RESOLVE_NORMALIZE`.
    pub flags: u32,
    /// 0.
    pub reserved: u32,
}

/// In `scope_resolve_options_t.flags`: normalise the text first (R5).
pub const SCOPE_RESOLVE_NORMALIZE: u32 = 1;

/// A question to `scope_decide_access`. Begin with `SCOPE_ACCESS_INIT`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct scope_access_t {
    /// `sizeof(scope_access_t)`.
    pub struct_size: usize,
    /// The type of the scope.
    pub scope_type: scope_type_t,
    /// The actor's role in it; 0 where there is none.
    pub role: scope_role_t,
    /// What the actor wants to do.
    pub action: scope_action_t,
    /// 1 to force, which a renaming needs; else 0.
    pub force: u32,
    /// The id of the scope's owner; NULL or empty where it is nobody's.
    pub owner_id: scope_view_t,
    /// The id of the actor; NULL or empty for nobody.
    pub user_id: scope_view_t,
}

/// What `scope_decide_access` decided. Begin with `SCOPE_DECISION_INIT`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct scope_decision_t {
    /// `sizeof(scope_decision_t)`, set by the caller before the call.
    pub struct_size: usize,
    /// 1 where the actor may, else 0.
    pub allowed: u32,
    /// Why.
    pub reason: scope_reason_t,
    /// The rule that decided, `X2` or `X3`: a terminated text that is there for ever.
    pub rule: *const c_char,
}

/// How a checkout is looked for, and what is wanted of it. Begin with `SCOPE_CHECKOUT_OPTIONS_INIT`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct scope_checkout_options_t {
    /// `sizeof(scope_checkout_options_t)`.
    pub struct_size: usize,
    /// The kind of key that `scope_checkout_resolve` makes; 0 is `SCOPE_CHECKOUT_KIND_AUTO`.
    pub kind: scope_checkout_kind_t,
    /// 0, or `SCOPE_CHECKOUT_USE_ENVIRONMENT`.
    pub flags: u32,
    /// The branch for `scope_checkout_resolve`, which need not exist; `data` is NULL for the one that `HEAD` names.
    pub branch: scope_view_t,
}

/// In `scope_checkout_options_t.flags`: git's own environment variables count (G5). No thread may change the environment
/// meanwhile.
pub const SCOPE_CHECKOUT_USE_ENVIRONMENT: u32 = 1;

/// What `scope_checkout_info` found. Its views are of the buffer that the caller gave, and as long-lived; each has a
/// terminator after it. Begin with `SCOPE_CHECKOUT_INFO_INIT`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct scope_checkout_info_t {
    /// `sizeof(scope_checkout_info_t)`, set by the caller before the call.
    pub struct_size: usize,
    /// 1 for a bare repository that is not a worktree of one, else 0.
    pub is_bare: u32,
    /// 1 for a linked worktree, else 0.
    pub is_linked_worktree: u32,
    /// 1 where `HEAD` names no branch, else 0.
    pub is_detached: u32,
    /// 0.
    pub reserved: u32,
    /// The root of the repository's primary worktree, or the bare directory (G1).
    pub primary_path: scope_view_t,
    /// The root of this worktree; `data` is NULL in a bare repository.
    pub worktree_path: scope_view_t,
    /// The worktree key (G2); `data` is NULL outside a linked worktree.
    pub worktree_key: scope_view_t,
    /// The branch (G3); `data` is NULL where `HEAD` names none.
    pub branch: scope_view_t,
}

/// How the workspaces of a data directory are opened. Begin with `SCOPE_WORKSPACES_OPTIONS_INIT`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct scope_workspaces_options_t {
    /// `sizeof(scope_workspaces_options_t)`.
    pub struct_size: usize,
    /// For tests: what counts as now in every call with the handle, a timestamp such as `2026-01-31T12:00:00Z`. `data` is
    /// NULL for the system's clock.
    pub now: scope_view_t,
}

/// A policy: what nobody may claim, and which names are legacy (S5, S6). Made by `scope_policy_new`, ended by
/// `scope_policy_free`. It never changes, so that any number of threads may use one at once.
pub struct scope_policy_t(pub(crate) Policy);

/// The identity of a scope (K1). Made by `scope_key_…`, ended by `scope_key_free`. It never changes, so that any number
/// of threads may use one at once.
pub struct scope_key_t(pub(crate) ScopeKey);

/// The metadata of a workspace (W6). Made by `scope_metadata_…`, ended by `scope_metadata_free`. It never changes, so that
/// any number of threads may use one at once.
pub struct scope_metadata_t(pub(crate) WorkspaceMetadata);

/// The workspaces of a data directory, of all its users (W8, W9). Made by `scope_workspaces_open`, ended by
/// `scope_workspaces_free`. Any number of threads may use one at once.
pub struct scope_workspaces_t(pub(crate) Workspaces);

/// A workspace, as it was when it was asked for. Made by `scope_workspaces_get`, ended by `scope_workspace_free`; or a list's
/// own, and ended with the list. It never changes, so that any number of threads may use one at once.
pub struct scope_workspace_t(pub(crate) Workspace);

/// The workspaces of one user, as they were when they were asked for. Made by `scope_workspaces_list`, ended by
/// `scope_workspace_list_free`. It never changes, so that any number of threads may use one at once.
pub struct scope_workspace_list_t {
    pub(crate) workspaces: Vec<scope_workspace_t>,
    pub(crate) problems: Vec<Problem>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Any number of threads may share a handle, and one may end what another made.
    #[test]
    fn handles_are_send_and_sync() {
        fn shared<T: Send + Sync>() {}
        shared::<scope_policy_t>();
        shared::<scope_key_t>();
        shared::<scope_metadata_t>();
        shared::<scope_workspaces_t>();
        shared::<scope_workspace_t>();
        shared::<scope_workspace_list_t>();
    }
}
