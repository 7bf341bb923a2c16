"""Scoped references, scope keys and workspace names.

>>> import scope_core
>>> reference = scope_core.parse("@acme/widget:latest")
>>> reference.scope, reference.name, reference.tag
('acme', 'widget', 'latest')

What is at fault raises ``ScopeError``, which says what, where, and what to do about it. Rules have numbers (``S4``, ``K8``);
``docs/spec.md`` of the project gives their text.
"""

from ._error import ScopeError
from ._native import (
    CheckoutInfo,
    Decision,
    Fault,
    Policy,
    Reference,
    Resolved,
    ScopeKey,
    WorkspaceMetadata,
    check_branch,
    check_name,
    check_slug,
    check_tag,
    checkout_info,
    contains,
    content_hash,
    decide_access,
    decide_retention,
    default_slug,
    distinct_template_alias,
    distinct_workspace_dir_name,
    error_codes,
    is_branch,
    is_name,
    is_slug,
    is_tag,
    is_valid,
    is_valid_many,
    legacy_user_alias,
    normalize,
    parse,
    parse_lines,
    parse_many,
    resolve_scope,
    suggest_slug,
    template_alias,
    version_hash,
    workspace_dir_name,
    workspace_path,
)

ERROR_CODES = error_codes()
"""Every error code with its number, in the order of the numbers (rule E1)."""

del error_codes

__all__ = [
    "ERROR_CODES",
    "CheckoutInfo",
    "Decision",
    "Fault",
    "Policy",
    "Reference",
    "Resolved",
    "ScopeError",
    "ScopeKey",
    "WorkspaceMetadata",
    "check_branch",
    "check_name",
    "check_slug",
    "check_tag",
    "checkout_info",
    "contains",
    "content_hash",
    "decide_access",
    "decide_retention",
    "default_slug",
    "distinct_template_alias",
    "distinct_workspace_dir_name",
    "is_branch",
    "is_name",
    "is_slug",
    "is_tag",
    "is_valid",
    "is_valid_many",
    "legacy_user_alias",
    "normalize",
    "parse",
    "parse_lines",
    "parse_many",
    "resolve_scope",
    "suggest_slug",
    "template_alias",
    "version_hash",
    "workspace_dir_name",
    "workspace_path",
]
