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
    hosted_workspace_dir_name,
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

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._disk import (
        Decided,
        Deleted,
        Discovery,
        Held,
        Listing,
        Named,
        Problem,
        Progress,
        Project,
        Report,
        Skipped,
        Synced,
        Usage,
        Work,
        Workspace,
        Workspaces,
        default_source_dir,
        discover_projects,
    )
else:

    def __getattr__(name: str) -> object:
        """What is about a disk is imported once somebody asks for it: most do not, and it needs ``dataclasses``."""
        if name in __all__:
            from . import _disk

            globals().update({name: getattr(_disk, name) for name in _disk.__all__})
            return globals()[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


ERROR_CODES = error_codes()
"""Every error code with its number, in the order of the numbers (rule E1)."""

del error_codes

__all__ = [
    "ERROR_CODES",
    "CheckoutInfo",
    "Decided",
    "Decision",
    "Deleted",
    "Discovery",
    "Fault",
    "Held",
    "Listing",
    "Named",
    "Policy",
    "Problem",
    "Progress",
    "Project",
    "Reference",
    "Report",
    "Resolved",
    "ScopeError",
    "ScopeKey",
    "Skipped",
    "Synced",
    "Usage",
    "Work",
    "Workspace",
    "WorkspaceMetadata",
    "Workspaces",
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
    "default_source_dir",
    "discover_projects",
    "distinct_template_alias",
    "distinct_workspace_dir_name",
    "hosted_workspace_dir_name",
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
