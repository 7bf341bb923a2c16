"""Workspaces on a disk: the classes of answers, and what makes them. Imported when somebody asks for one of these names, so that
those who do not need no ``dataclasses``."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NoReturn

from . import _native
from ._error import ScopeError, described
from ._native import WorkspaceMetadata

if TYPE_CHECKING or hasattr(_native, "Workspaces"):
    from ._native import Held, Workspaces, default_source_dir, discover_projects
else:

    def _elsewhere(*_arguments: object, **_keywords: object) -> NoReturn:
        raise NotImplementedError(f"workspaces on a disk need Linux; scope_core is without them on {sys.platform}")

    class Workspaces:
        """The workspaces of a data directory. They need Linux."""

        __new__ = _elsewhere
        from_environment = _elsewhere

    class Held:
        """A workspace that is held. It needs Linux."""

        __new__ = _elsewhere

    discover_projects = default_source_dir = _elsewhere

__all__ = [
    "Decided",
    "Deleted",
    "Discovery",
    "Held",
    "Listing",
    "Named",
    "Problem",
    "Progress",
    "Project",
    "Report",
    "Skipped",
    "Synced",
    "Usage",
    "Work",
    "Workspace",
    "Workspaces",
    "default_source_dir",
    "discover_projects",
]


def _written(value: object) -> object:
    """The value as ``json`` takes it."""
    if isinstance(value, _Answer):
        named = [it for it in fields(value) if it.metadata.get("json", True)]  # type: ignore[arg-type]
        return {_camel(it.name): _written(getattr(value, it.name)) for it in named}
    if isinstance(value, tuple):
        return [_written(item) for item in value]
    if isinstance(value, ScopeError):
        return {**described(value), "detail": value.detail}
    if isinstance(value, WorkspaceMetadata):
        return json.loads(value.to_json())
    if isinstance(value, Path):
        # Bytes that are not UTF-8 are shown as such, and cannot be read back.
        return str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return value


def _camel(name: str) -> str:
    # `from` is no name in Python.
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(map(str.capitalize, rest))


class _Answer:
    """What all classes of answers have."""

    __slots__ = ()

    def to_json(self) -> str:
        """The JSON form, without white space: ``str``. It is that of ``scope workspace … --format json``, its names in camel case."""
        return json.dumps(_written(self), ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Workspace(_Answer):
    """A workspace: whose it is, what its directory is called (rule W3), where that is, what its ``.workspace.json`` says, and why
    that had to be recovered, ``None`` where it was not. The next ``touch`` or ``sync`` writes recovered metadata anew."""

    user_id: str
    directory: str
    path: Path
    metadata: WorkspaceMetadata
    recovered: ScopeError | None = None


@dataclass(frozen=True, slots=True)
class Problem(_Answer):
    """A workspace, or what lies where one would, that something is wrong with: whose it is, the name of its directory (bytes that
    are not UTF-8 are shown as U+FFFD; empty where it is the user's own), and what is wrong."""

    user_id: str
    directory: str
    error: ScopeError


@dataclass(frozen=True, slots=True)
class Listing(_Answer):
    """The workspaces of one user that are in order or were recovered, by the name of their directory; and what else lies there."""

    workspaces: tuple[Workspace, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Deleted(_Answer):
    """What a deletion did: how many bytes on the disk it freed."""

    freed_bytes: int


@dataclass(frozen=True, slots=True)
class Usage(_Answer):
    """How much of the disk a user's workspaces take: bytes on the disk, whether all of it was looked at, the quota in bytes, and
    whether it is more than that."""

    user_id: str
    bytes: int
    complete: bool
    quota_bytes: int
    is_over: bool = field(metadata={"json": False})


@dataclass(frozen=True, slots=True)
class Named(_Answer):
    """Something that exists nowhere else: what it counts as, and a path in the workspace, or the abbreviated id of a commit with its
    subject."""

    kind: Literal["uncommitted", "untracked", "stashed", "unpushed"]
    name: str


@dataclass(frozen=True, slots=True)
class Work(_Answer):
    """Work in a workspace that exists nowhere else, in its repository and those nested in it (rule W8): tracked files that differ from
    the last commit, with merges, rebases and the like that are under way; files that git neither tracks nor ignores (without a
    repository, everything); entries of the stash; commits that no remote-tracking ref has, at most 10,000 of each repository; why
    these numbers may be too small, ``None`` where they are not; names of some of it, where they were asked for; and whether there is
    any, ``None`` where that is unknown."""

    uncommitted: int
    untracked: int
    stashed: int
    unpushed: int
    unknown: ScopeError | None = None
    names: tuple[Named, ...] = ()
    is_dirty: bool | None = field(default=None, metadata={"json": False})


@dataclass(frozen=True, slots=True)
class Synced(_Answer):
    """What a sync did: the workspace with its metadata as it is now, the branch that was brought up to date, the commit that it was
    at, and the one that it is at; the same where there was nothing new."""

    workspace: Workspace
    branch: str
    from_: str
    to: str


@dataclass(frozen=True, slots=True)
class Decided(_Answer):
    """An idle workspace and what became of it: whose it is, its directory, ``owner/repo``, when it was last used (RFC 3339),
    ``"deleted"`` (in a dry run it would be), ``"warned"`` (it holds work or may, and is kept) or ``"in_use"`` (somebody holds it),
    what it holds, and the bytes that its deletion freed."""

    user_id: str
    directory: str
    full_name: str
    last_active_at: str
    verdict: Literal["deleted", "warned", "in_use"]
    work: Work
    freed_bytes: int


@dataclass(frozen=True, slots=True)
class Report(_Answer):
    """What a cleanup did, or in a dry run would do: the time that everything was decided by (RFC 3339), how many users and
    workspaces were looked at, how many are in use, the idle ones by user and directory, what went wrong (nothing of it was
    deleted), how many leftovers of processes that were ended were cleared away, the bytes that were freed, and the users over the
    quota, where usage was measured."""

    dry_run: bool
    now: str
    users: int
    workspaces: int
    kept: int
    idle: tuple[Decided, ...]
    problems: tuple[Problem, ...]
    leftovers: int
    freed_bytes: int
    over_quota: tuple[Usage, ...]


@dataclass(frozen=True, slots=True)
class Progress(_Answer):
    """How far something is: what is being done, in words for a person; how much of it is done; how much there is to do, ``None``
    where that is not known."""

    phase: str
    done: int
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Project(_Answer):
    """A directory with a git repository: where it is, its name, the branch that is checked out (``None`` for a detached ``HEAD``), and
    when something was last committed, checked out, fetched or added in it (RFC 3339)."""

    path: Path
    name: str
    branch: str | None
    modified_at: str


@dataclass(frozen=True, slots=True)
class Skipped(_Answer):
    """A directory that is not among the projects, though it may look like one or hold some: where it is, and why: ``"name"``,
    ``"symbolic_link"``, ``"bare_repository"``, ``"not_a_repository"`` or ``"unreadable"`` (its ``.git``)."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Discovery(_Answer):
    """What was found: projects, newest first; directories that could not be looked into; and directories that were skipped, by
    path: the first 1,000."""

    projects: tuple[Project, ...] = ()
    unreadable: tuple[Path, ...] = ()
    skipped: tuple[Skipped, ...] = ()
