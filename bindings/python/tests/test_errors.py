"""Errors: what they carry, how they travel, and what refuses to be one."""

from __future__ import annotations

import atexit
import copy
import dataclasses
import functools
import inspect
import json
import pickle
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import pytest
import scope_core
from cases import REPOSITORY
from scope_core import ERROR_CODES, Fault, Policy, Reference, ScopeError, ScopeKey, Workspaces, parse


def fault(text: str) -> ScopeError:
    with pytest.raises(ScopeError) as caught:
        parse(text)
    return caught.value


def test_an_error_says_what_where_and_what_to_do() -> None:
    error = fault("@Acme/widget")
    assert isinstance(error, ValueError)
    assert (error.code, error.number, error.part, error.input) == ("invalid_character", 9, "scope", "reference")
    assert error.text[error.offset] == "A"
    assert error.suggestion == "@acme/widget" and parse(error.suggestion)
    message = "invalid reference \"@Acme/widget\": the scope may not hold 'A'; use only a-z, 0-9 and '-'; did you mean \"@acme/widget\"?"
    assert str(error) == message
    assert traceback.format_exception_only(error) == [f"scope_core.ScopeError: {message}\n"]


@pytest.mark.parametrize("before", ["", "é", "日本", "😀", "a😀é"])
@pytest.mark.parametrize("bad", ["\ud800", "\udfff", "\0"])
def test_offsets_count_code_points(before: str, bad: str) -> None:
    with pytest.raises(ScopeError) as caught:
        ScopeKey.repository(f"/{before}{bad}/x")
    assert caught.value.offset == 1 + len(before)
    assert caught.value.text[caught.value.offset] == bad


def test_an_offset_past_wide_characters() -> None:
    with pytest.raises(ScopeError) as caught:
        ScopeKey.repository("/日本/😀//x")
    assert (caught.value.code, caught.value.offset) == ("repeated_separator", 6)


@pytest.mark.parametrize(("text", "offset"), [("\ud800", 0), ("@é\udc00", 2), ("@😀\ud83d", 2), ("😀" * 70 + "\ud800", 70)])
def test_lone_surrogates_are_invalid_unicode(text: str, offset: int) -> None:
    error = fault(text)
    assert (error.code, error.part, error.offset) == ("invalid_unicode", "reference", offset)
    assert error.text == text and error.suggestion is None
    str(error).encode("utf-8")


UNICODE: list[tuple[str, Any]] = [
    ("reference", lambda it: parse(it)),
    ("reference", lambda it: parse(it, normalize=True)),
    ("reference", lambda it: scope_core.parse_many([it])),
    ("reference", lambda it: scope_core.normalize(it)),
    ("scope", lambda it: Reference(it, "widget")),
    ("name", lambda it: Reference("acme", it)),
    ("tag", lambda it: Reference("acme", "widget", it)),
    ("scope", lambda it: scope_core.check_slug(it)),
    ("scope", lambda it: scope_core.suggest_slug(it)),
    ("user_id", lambda it: scope_core.default_slug(it)),
    ("scope", lambda it: Policy().check_claimable(it)),
    ("system_scope", lambda it: Policy(system_scope=it)),
    ("reserved", lambda it: Policy(reserved=[it])),
    ("reserved_prefix", lambda it: Policy(reserved_prefixes=(it,))),
    ("legacy_prefix", lambda it: Policy(legacy_prefix=it)),
    ("reference", lambda it: Policy().resolve(it)),
    ("default_scope", lambda it: Policy().resolve("x", default_scope=it)),
    ("user_id", lambda it: Policy().resolve("x", user_id=it)),
    ("role", lambda it: scope_core.decide_access({"type": "system"}, {"role": it}, "read")),
    ("action", lambda it: scope_core.decide_access({"type": "system"}, {}, it)),
    ("scope_type", lambda it: scope_core.decide_access({"type": it}, {}, "read")),
    ("primary_path", lambda it: ScopeKey.repository(it)),
    ("branch_name", lambda it: ScopeKey.branch("/a", it)),
    ("worktree_key", lambda it: ScopeKey.worktree("/a", it)),
    ("worktree_path", lambda it: ScopeKey.worktree("/a", "k", worktree_path=it)),
    ("uri", lambda it: ScopeKey.from_uri(it)),
    ("json", lambda it: ScopeKey.from_json(it)),
    ("owner", lambda it: scope_core.workspace_dir_name(it, "x")),
    ("repo", lambda it: scope_core.workspace_dir_name("x", it)),
    ("data_dir", lambda it: scope_core.workspace_path(it, "u", "o", "r")),
    ("base", lambda it: scope_core.contains(it, "/")),
    ("path", lambda it: scope_core.contains("/", it)),
    ("metadata", lambda it: scope_core.decide_retention(it, dirty=None, now="x")),
]


@pytest.mark.parametrize(("input", "call"), UNICODE, ids=range(len(UNICODE)))
def test_every_argument_refuses_lone_surrogates(input: str, call: Any) -> None:
    with pytest.raises(ScopeError) as caught:
        call("é\ud800")
    assert (caught.value.code, caught.value.input, caught.value.offset) == ("invalid_unicode", input, 1)


def test_questions_are_false_for_lone_surrogates() -> None:
    for ask in (scope_core.is_valid, scope_core.is_slug, scope_core.is_name, scope_core.is_tag, scope_core.is_branch):
        assert ask("\ud800") is False
    assert scope_core.is_valid_many(["\ud800", "@acme/x"]) == [False, True]
    assert Policy().is_reserved("\ud800") is False


USER = "123e4567-e89b-12d3-a456-426614174000"
METADATA = {
    **{"owner": "acme", "repo": "widget", "fullName": "acme/widget"},
    **{"lastAccessedAt": "2026-01-01T00:00:00Z", "createdAt": "2025-12-01T00:00:00Z"},
}

# Everything public that takes arguments, with arguments that are right, all of them.
CALLS: dict[str, dict[str, Any]] = {
    "CheckoutInfo": {
        **{"primary_path": "/a", "worktree_path": "/b", "worktree_key": "b", "branch": "main"},
        **{"is_bare": False, "is_linked_worktree": True, "is_detached": False},
    },
    "Decision": {"allowed": True, "reason": "owner", "rule": "X2"},
    "Fault": {"number": 1, "part": 1, "input": 1, "offset": 0, "text": "acme", "detail": "git: no"},
    "Policy": {"system_scope": "abc", "reserved": ["abc"], "reserved_prefixes": ["ab-"], "legacy_prefix": "abc-"},
    "Policy.check_claimable": {"slug": "acme"},
    "Policy.is_reserved": {"slug": "acme"},
    "Policy.resolve": {"text": "x", "default_scope": "acme", "user_id": "u1", "normalize": True},
    "Reference": {"scope": "acme", "name": "widget", "tag": "1"},
    "Reference.from_storage_component": {"text": "acme__widget"},
    "Resolved": {"kind": "legacy_user", "text": "user-u1-web", "alias": "web"},
    "ScopeError": {"fault": Fault(1, 1, 1, 0, "acme")},
    "ScopeKey.branch": {"path": "/src", "branch": "main"},
    "ScopeKey.from_json": {"text": '{"type":"global"}'},
    "ScopeKey.from_uri": {"text": "scope:global"},
    "ScopeKey.repository": {"path": "/src"},
    "ScopeKey.worktree": {"path": "/src", "key": "k", "worktree_path": "/x"},
    "WorkspaceMetadata.from_json": {"text": json.dumps(METADATA)},
    **{f"check_{kind}": {"text": "abc"} for kind in ("branch", "name", "slug", "tag")},
    **{f"is_{kind}": {"text": "abc"} for kind in ("branch", "name", "slug", "tag")},
    "checkout_info": {"path": REPOSITORY, "use_environment": False},
    "contains": {"base": "/a", "path": "/a/b"},
    "content_hash": {"content": b""},
    "decide_access": {"scope": {"type": "system"}, "actor": {}, "action": "read", "force": True},
    "decide_retention": {"metadata": METADATA, "dirty": None, "now": "2026-01-01T00:00:00Z", "max_idle_days": 7},
    "default_slug": {"user_id": "u1"},
    "distinct_template_alias": {"scope_id": USER, "name": "a", "version": "deadbeef"},
    "distinct_workspace_dir_name": {"owner": "a", "repo": "b"},
    "hosted_workspace_dir_name": {"host": "a", "repository_path": "b/c"},
    "is_valid": {"text": "@acme/widget"},
    "is_valid_many": {"texts": ["@acme/widget"]},
    "legacy_user_alias": {"user_id": "u1", "alias": "web"},
    "normalize": {"text": "@acme/widget"},
    "parse": {"text": "@acme/widget", "normalize": True},
    "parse_lines": {"buffer": b""},
    "parse_many": {"texts": ["@acme/widget"], "normalize": True, "errors": "collect"},
    "resolve_scope": {"path": REPOSITORY, "kind": "branch", "branch": "main", "use_environment": False},
    "suggest_slug": {"text": "acme"},
    "template_alias": {"scope_id": "a", "name": "a", "version": "a"},
    "version_hash": {"content": ""},
    "workspace_dir_name": {"owner": "a", "repo": "b"},
    "workspace_path": {"data_dir": "/a", "user_id": USER, "owner": "a", "repo": "b"},
}


if sys.platform == "linux":
    PLACE = Path(tempfile.mkdtemp(prefix="scope-python-")).resolve()
    atexit.register(shutil.rmtree, PLACE)
    ORIGIN = PLACE / "acme/cloned"
    subprocess.run(["git", "init", "--quiet", ORIGIN], check=True)
    identity = ["-c", "user.name=acme", "-c", "user.email=acme@example.com"]
    subprocess.run(["git", "-C", ORIGIN, *identity, "commit", "--quiet", "--allow-empty", "--message=one"], check=True)
    WIDGET = {"user_id": USER, "owner": "acme", "repo": "widget"}
    OPTIONS = {
        **{"clock": None, "git": "git", "base_url": "https://example.com", "allow_file_urls": True},
        **{"timeout": 60, "max_bytes": 1 << 30, "quota_bytes": 1},
    }
    WATCHED = {"progress": print, "cancel": threading.Event()}
    CALLS |= {
        "Workspaces": {"data_dir": PLACE, **OPTIONS},
        "Workspaces.from_environment": OPTIONS,
        **{f"Workspaces.{name}": WIDGET for name in ("create", "get", "touch", "hold")},
        "Workspaces.work": {**WIDGET, "names": 10},
        "Workspaces.list": {"user_id": USER},
        "Workspaces.usage": {"user_id": USER},
        "Workspaces.validate_path": {"user_id": USER, "path": PLACE / "workspaces" / USER / "acme__widget"},
        "Workspaces.clone": {"user_id": USER, "source": ORIGIN.as_uri(), "branch": None, "depth": 1, **WATCHED},
        "Workspaces.sync": {**WIDGET, "repo": "cloned", **WATCHED},
        "Workspaces.cleanup": {
            **{"max_idle_days": 7, "dry_run": True, "measure_usage": True, "now": "2026-01-01T00:00:00Z"},
            **WATCHED,
        },
        "Workspaces.delete": {**WIDGET, "force": False},
        "discover_projects": {"source_dirs": [PLACE], "skip": ["x"], "threads": 1},
    }


def public(name: str) -> Any:
    return functools.reduce(getattr, name.split("."), scope_core)


def takes_arguments() -> Iterator[str]:
    for name in scope_core.__all__:
        item = getattr(scope_core, name)
        # What the interpreter makes of a class checks no types.
        if dataclasses.is_dataclass(item):
            continue
        members = vars(item) if isinstance(item, type) else {}
        for qualified in (name, *(f"{name}.{member}" for member in members if not member.startswith("_"))):
            found = public(qualified)
            if callable(found) and inspect.signature(found).parameters.keys() - {"self"}:
                yield qualified


def called(name: str, arguments: dict[str, Any]) -> Any:
    function: Any = public(name)
    owner, _, method = name.partition(".")
    if method and not hasattr(function, "__self__"):
        function = getattr(VALUES_OF[owner], method)
    bound = inspect.signature(function).bind_partial()
    for parameter in inspect.signature(function).parameters.values():
        bound.arguments[parameter.name] = arguments[parameter.name]
    return function(*bound.args, **bound.kwargs)


VALUES_OF: dict[str, Any] = {"Policy": Policy()}
if sys.platform == "linux":
    VALUES_OF["Workspaces"] = Workspaces(PLACE, allow_file_urls=True)


def test_every_call_is_listed_and_right() -> None:
    assert sorted(takes_arguments()) == sorted(CALLS)
    for name, arguments in CALLS.items():
        called(name, arguments)


class Anything:
    """Nothing that any function takes."""


EACH_ARGUMENT = [(name, argument) for name in CALLS for argument in CALLS[name]]


@pytest.mark.parametrize("wrong", [Anything(), 1.5j, ...], ids=["object", "complex", "ellipsis"])
@pytest.mark.parametrize(("name", "argument"), EACH_ARGUMENT, ids=map(".".join, EACH_ARGUMENT))
def test_a_wrong_type_names_the_argument(name: str, argument: str, wrong: Any) -> None:
    with pytest.raises(TypeError) as caught:
        called(name, {**CALLS[name], argument: wrong})
    # In the message, on every version, and once.
    assert str(caught.value).startswith(f"argument '{argument}': ")
    assert not hasattr(caught.value, "__notes__")


WRONG: list[tuple[str, Any]] = [
    ("text", lambda: parse(b"@acme/widget")),  # type: ignore[arg-type]
    ("text", lambda: parse(None)),  # type: ignore[arg-type]
    ("normalize", lambda: parse("@acme/widget", normalize=None)),  # type: ignore[arg-type]
    ("normalize", lambda: parse("@acme/widget", normalize=1)),  # type: ignore[arg-type]
    ("texts", lambda: scope_core.parse_many("@acme/widget")),
    ("texts", lambda: scope_core.is_valid_many(["@acme/widget", None])),  # type: ignore[list-item]
    ("errors", lambda: scope_core.parse_many([], errors="ignore")),  # type: ignore[call-overload]
    ("errors", lambda: scope_core.parse_many([], errors="\ud800")),  # type: ignore[call-overload]
    ("errors", lambda: scope_core.parse_many([], errors=None)),  # type: ignore[call-overload]
    ("reason", lambda: scope_core.Decision(True, "\ud800", "X2")),
    ("kind", lambda: scope_core.Resolved("\ud800", "x")),  # type: ignore[arg-type]
    ("number", lambda: scope_core.Fault(1 << 16, 1, 1, 0, "x")),
    ("offset", lambda: scope_core.Fault(1, 1, 1, -1, "x")),
    ("base", lambda: scope_core.contains(None, "/")),  # type: ignore[arg-type]
    ("branch", lambda: ScopeKey.branch("/a", Path("b"))),  # type: ignore[arg-type]
    ("reserved", lambda: Policy(reserved="root")),
    ("scope", lambda: scope_core.decide_access({}, {}, "read")),
    ("scope", lambda: scope_core.decide_access({"type": "system", "owner": "u1"}, {}, "read")),
    ("actor", lambda: scope_core.decide_access({"type": "system"}, {"user_id": 1}, "read")),  # type: ignore[dict-item]
    ("actor", lambda: scope_core.decide_access({"type": "system"}, {"user_id": "a", "userId": "b"}, "read")),
]


@pytest.mark.parametrize(("argument", "call"), WRONG, ids=range(len(WRONG)))
def test_what_an_argument_may_not_be_names_it(argument: str, call: Any) -> None:
    with pytest.raises((TypeError, ValueError, OverflowError)) as caught:
        call()
    assert not isinstance(caught.value, ScopeError)
    assert str(caught.value).startswith(f"argument '{argument}': ")


def test_an_error_of_a_path_itself_is_not_swallowed() -> None:
    class Broken:
        def __fspath__(self) -> str:
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        ScopeKey.repository(Broken())


def test_classes_cannot_be_subclassed_or_made_empty() -> None:
    for cls in (Reference, ScopeKey, Policy):
        with pytest.raises(TypeError):
            type("Own", (cls,), {})
    with pytest.raises(TypeError):
        ScopeKey()


@pytest.mark.parametrize("text", ["acme", "@acme/\ud800", "@acme/" + "x" * 300])
def test_an_error_pickles_and_copies(text: str) -> None:
    error = fault(text)
    for made in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error), eval(repr(error), vars(scope_core))):
        assert type(made) is ScopeError
        assert made == error and hash(made) == hash(error) and repr(made) == repr(error)
        assert str(made) == str(error) and made.args == error.args
        assert (made.code, made.offset, made.text, made.suggestion) == (error.code, error.offset, text, error.suggestion)


def test_a_detail_is_said_after_the_message() -> None:
    plain, said = Fault(61, 51, 51, 0, "https://x/y"), Fault(61, 51, 51, 0, "https://x/y", "fatal: no\nfatal: never\n")
    error = ScopeError(said)
    assert (error.code, error.detail, ScopeError(plain).detail) == ("git_failed", "fatal: no\nfatal: never\n", None)
    assert error.message == str(ScopeError(plain)) == ScopeError(plain).message
    assert str(error) == f"{error.message} (fatal: no; fatal: never)"
    assert plain != said and eval(repr(said), vars(scope_core)) == said


def test_many_say_which_is_at_fault() -> None:
    with pytest.raises(ScopeError) as caught:
        scope_core.parse_many(iter(["@acme/a", "@acme/b", "nothing", "@acme/"]))
    assert (caught.value.index, caught.value.code) == (2, "missing_at")
    assert pickle.loads(pickle.dumps(caught.value)).index == 2
    assert fault("x").index is None


def test_an_iterable_that_fails_is_not_swallowed() -> None:
    def texts() -> Any:
        yield "@acme/a"
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        scope_core.parse_many(texts())


def test_codes_are_listed_and_documented() -> None:
    assert isinstance(ERROR_CODES, Mapping)
    assert list(ERROR_CODES.values()) == sorted(set(ERROR_CODES.values()))
    with pytest.raises(TypeError):
        ERROR_CODES["new"] = 1  # type: ignore[index]
    readme = (REPOSITORY / "bindings/python/README.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \| .+ \|$", readme, re.MULTILINE)
    assert {code: int(number) for number, code in rows} == dict(ERROR_CODES)


class Text(str):
    """A subclass that lies about everything but its characters."""

    def encode(self, *_: Any) -> bytes:
        raise RuntimeError

    def __str__(self) -> str:
        raise RuntimeError

    def __len__(self) -> int:
        return 0

    __hash__ = None  # type: ignore[assignment]


def test_subclasses_of_str() -> None:
    reference = parse(Text("@acme/widget:1"))
    assert (reference.scope, reference.name, reference.tag) == ("acme", "widget", "1")
    assert type(str(reference)) is str and hash(reference) == hash(parse("@acme/widget:1"))
    assert scope_core.is_valid(Text("@acme/widget"))
    with pytest.raises(ScopeError) as caught:
        parse(Text("é\ud800"))
    assert (caught.value.code, caught.value.offset) == ("invalid_unicode", 1)


class Located:
    def __init__(self, path: str | bytes) -> None:
        self.path = path

    def __fspath__(self) -> str | bytes:
        return self.path


def test_paths_of_every_kind() -> None:
    given: list[Any] = ["/src/é", "/src/é".encode(), PurePosixPath("/src/é"), Located("/src/é"), Located("/src/é".encode())]
    assert {ScopeKey.repository(path) for path in given} == {ScopeKey.repository("/src/é")}
    assert ScopeKey.worktree(Path("/src"), "k", worktree_path=Path("/x")).worktree_path == "/x"
    assert ScopeKey.branch(PureWindowsPath("C:\\src"), "main").primary_path == "C:\\src"
    assert scope_core.contains(Path("/data"), Path("/data/x"))
    user = "123e4567-e89b-12d3-a456-426614174000"
    assert scope_core.workspace_path(Path("/data"), user, "acme", "widget") == f"/data/workspaces/{user}/acme__widget"


def test_a_path_that_is_not_utf8() -> None:
    with pytest.raises(ScopeError) as caught:
        ScopeKey.repository(b"/src/\xff")
    assert (caught.value.code, caught.value.offset) == ("invalid_unicode", 5)


def test_retention_takes_what_a_caller_has() -> None:
    week = datetime(2026, 1, 8, tzinfo=timezone.utc)
    elsewhere = week.astimezone(timezone(timedelta(hours=9)))
    text = json.dumps(METADATA)
    for metadata in (METADATA, text, scope_core.WorkspaceMetadata.from_json(text)):
        for now in (week, elsewhere, "2026-01-08T00:00:00Z"):
            assert scope_core.decide_retention(metadata, dirty=False, now=now) == "delete"
            assert scope_core.decide_retention(metadata, dirty=None, now=now) == "warn"
            assert scope_core.decide_retention(metadata, dirty=False, now=now, max_idle_days=8) == "keep"
    # One microsecond too early.
    assert scope_core.decide_retention(METADATA, dirty=False, now=week - timedelta(microseconds=1)) == "keep"
    assert scope_core.decide_retention(METADATA, dirty=False, now=datetime(1, 1, 1, tzinfo=timezone.utc)) == "keep"


def test_retention_refuses_what_could_be_anything() -> None:
    with pytest.raises(ValueError, match="argument 'now': a datetime without a time zone"):
        scope_core.decide_retention(METADATA, dirty=False, now=datetime(2026, 1, 8))
    with pytest.raises(TypeError, match="argument 'now'"):
        scope_core.decide_retention(METADATA, dirty=False, now=7)  # type: ignore[arg-type]
    for days in (-1, 36_501, 10**30, -(10**30)):
        with pytest.raises(ScopeError) as caught:
            scope_core.decide_retention(METADATA, dirty=False, now="2026-01-08T00:00:00Z", max_idle_days=days)
        assert (caught.value.code, caught.value.text) == ("out_of_range", str(days))
    with pytest.raises(ScopeError) as caught:
        scope_core.decide_retention(METADATA, dirty=False, now=datetime(9999, 1, 1, tzinfo=timezone.utc))
    assert caught.value.code == "invalid_timestamp"


def test_access_takes_the_names_of_other_languages() -> None:
    assert scope_core.decide_access({"type": "personal", "ownerId": "u1"}, {"userId": "u1"}, "read").reason == "owner"


def test_content_is_text_or_bytes() -> None:
    given: list[Any] = ["é", "é".encode(), bytearray("é".encode()), memoryview("é".encode())]
    assert {scope_core.content_hash(it) for it in given} == {scope_core.content_hash("é")}
