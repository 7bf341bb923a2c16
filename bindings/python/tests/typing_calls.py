"""Calls that must check, and calls that must not: each of those has an ``ignore``, which both checkers report if unused."""

# Values are assigned to show their types alone.
# pyright: strict, reportUnusedVariable=false, reportMatchNotExhaustive=false, reportUnusedExpression=false
# pyright: reportUnknownMemberType=false, reportUnnecessaryTypeIgnoreComment=true
from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Literal

import scope_core
from scope_core import CheckoutInfo, Decision, Policy, Project, Reference, Report, Resolved, ScopeError, ScopeKey
from scope_core import Workspace, Workspaces, parse, parse_many


def fine(error: ScopeError) -> None:
    reference: Reference = parse("@acme/widget", normalize=True)
    scope: str = reference.scope
    tag: str | None = reference.tag
    references: list[Reference] = parse_many(["@acme/widget"])
    collected: list[Reference | ScopeError] = parse_many(iter(("a",)), errors="collect")
    answers: list[bool] = scope_core.is_valid_many({"a", "b"})
    resolved: Resolved = Policy(legacy_prefix=None, reserved={"root"}).resolve("x", default_scope="acme")
    kind: Literal["scoped", "legacy_template", "legacy_user"] = resolved.kind
    key: ScopeKey = ScopeKey.worktree(Path("/a"), "k", worktree_path=b"/b")
    order: list[ScopeKey] = sorted([key, *key.search_order()])
    decision: Decision = scope_core.decide_access({"type": "system"}, {}, "read", force=False)
    word: Literal["keep", "warn", "delete"] = scope_core.decide_retention("{}", dirty=None, now=datetime.now(timezone.utc))
    codes: Mapping[str, int] = scope_core.ERROR_CODES
    facts: tuple[str, int, int, str | None] = (error.code, error.number, error.offset, error.suggestion)
    checkout: CheckoutInfo = scope_core.checkout_info(Path("."), use_environment=False)
    branch: str | None = checkout.branch
    resolved_key: ScopeKey = scope_core.resolve_scope(kind="branch", branch="main")
    workspaces: Workspaces = Workspaces(Path("/data"), clock=lambda: datetime.now(timezone.utc), timeout=30)
    workspace: Workspace = workspaces.clone("u", "a/b", progress=lambda it: print(it.done), cancel=threading.Event())
    where: Path = workspace.path
    listed: tuple[Workspace, ...] = workspaces.list("u").workspaces
    report: Report = workspaces.cleanup(max_idle_days=1, now="x")
    verdicts: set[Literal["deleted", "warned", "in_use"]] = {it.verdict for it in report.idle}
    named: list[Literal["uncommitted", "untracked", "stashed", "unpushed"]] = [
        it.kind for it in workspaces.work("u", "a", "b", names=3).names
    ]
    freed: int = workspaces.delete("u", "a", "b", force=not named).freed_bytes
    projects: tuple[Project, ...] = scope_core.discover_projects([Path("/src"), "/x"], skip={"a"}).projects
    with workspaces.hold("u", "a", "b") as held:
        held.release()
    match reference:
        case Reference(matched_scope, _, _):
            matched: str = matched_scope
    match key:
        case ScopeKey("branch", path, _):
            matched_path: str | None = path


def faulty() -> None:
    parse(b"@acme/widget")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    parse("@acme/widget", True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    parse_many(["x"], errors="ignore")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    scope_core.is_valid(text="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Policy("vm0")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    parse("@acme/widget").scope = "x"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    parse("@acme/widget") < "@acme/widget"  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    ScopeKey.branch("/a", Path("b"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    scope_core.decide_access({"type": "system"}, {}, "delete")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    scope_core.decide_retention("{}", now="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    scope_core.resolve_scope(".", "branch")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    scope_core.resolve_scope(kind="project")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Workspaces("/data", clock=7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Workspaces("/data").clone("u", "a/b", progress=7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Workspaces("/data").list("u").workspaces[0].path = Path("/x")  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    Workspaces("/data").delete("u", "a", "b", True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    scope_core.discover_projects(7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    scope_core.nothing  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
