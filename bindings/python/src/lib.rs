//! The extension `scope_core._native`: converts, calls `scope_core`, converts back. No rule lives here.
//!
//! The documentation comments of what Python sees are its docstrings, and so written for readers of Python.

#![expect(
    clippy::doc_link_with_quotes,
    reason = "lists in the examples of docstrings, which are Python"
)]
#![expect(
    clippy::needless_pass_by_value,
    reason = "pyo3 hands arguments of other types than its own over by value"
)]

mod access;
mod alias;
#[cfg(target_os = "linux")]
mod answer;
#[cfg(target_os = "linux")]
mod call;
mod checkout;
#[cfg(target_os = "linux")]
mod disk;
mod fault;
mod fence;
mod input;
mod key;
mod policy;
mod reference;
mod repr;
mod slug;
mod workspace;

use pyo3::pymodule;

/// The native half of `scope_core`, which re-exports what is public.
#[pymodule(gil_used = false)]
mod _native {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::access::{Decision, decide_access};
    #[pymodule_export]
    use crate::alias::{
        content_hash, distinct_template_alias, legacy_user_alias, template_alias, version_hash,
    };
    #[pymodule_export]
    use crate::checkout::{CheckoutInfo, checkout_info, resolve_scope};
    // scope-workspace needs Linux; `scope_core/_disk.py` says so elsewhere.
    #[cfg(target_os = "linux")]
    #[pymodule_export]
    use crate::disk::{Held, Workspaces, default_source_dir, discover_projects};
    #[pymodule_export]
    use crate::fault::{Fault, error_codes};
    #[pymodule_export]
    use crate::key::ScopeKey;
    #[pymodule_export]
    use crate::policy::{Policy, Resolved};
    #[pymodule_export]
    use crate::reference::{Reference, is_valid_many, normalize, parse, parse_lines, parse_many};
    #[pymodule_export]
    use crate::slug::{
        check_branch, check_name, check_slug, check_tag, default_slug, is_branch, is_name, is_slug,
        is_tag, suggest_slug,
    };
    #[pymodule_export]
    use crate::workspace::{
        WorkspaceMetadata, contains, decide_retention, distinct_workspace_dir_name,
        hosted_workspace_dir_name, workspace_dir_name, workspace_path,
    };

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add_function(crate::fence::is_valid(module)?)
    }
}
