"""Checkouts of real repositories: paths of every kind, other threads, and what is not UTF-8."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cases import conformance
from scope_core import CheckoutInfo, ScopeError, ScopeKey, checkout_info, resolve_scope

MAIN = [
    {"git": ["init", "--quiet", "--initial-branch=main", "app"]},
    {"git": ["commit", "--quiet", "--allow-empty", "--message=one"], "in": "app"},
    {"git": ["worktree", "add", "--quiet", "-b", "topic", "../side"], "in": "app"},
    {"directory": "side/a/b/c"},
    {"directory": "app/caf\u00e9"},
    {"directory": "outside"},
]


@pytest.fixture
def root() -> Iterator[Path]:
    with conformance("checkouts").made(MAIN) as root:
        yield Path(root)


def test_the_current_directory_is_the_default(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / "side/a")
    checkout = checkout_info()
    assert (checkout.branch, checkout.worktree_key, checkout.is_linked_worktree) == ("topic", "side", True)
    assert checkout == checkout_info(".") == checkout_info(root / "side")
    assert resolve_scope() == resolve_scope(".") == ScopeKey.repository(root / "app")
    assert resolve_scope(kind="branch") == ScopeKey.branch(root / "app", "topic")
    assert resolve_scope(branch="other") == ScopeKey.branch(root / "app", "other")
    key = resolve_scope(kind="worktree")
    assert (key, key.worktree_path) == (ScopeKey.worktree(root / "app", "side"), str(root / "side"))


def test_paths_of_every_kind(root: Path) -> None:
    path = str(root / "app/café")
    with os.scandir(root / "app") as entries:
        entry = next(entry for entry in entries if entry.name == "café")
    for given in (path, path.encode(), Path(path), os.path.relpath(path), entry):
        assert resolve_scope(given).primary_path == str(root / "app")
        assert checkout_info(given).primary_path == str(root / "app")
    assert resolve_scope(root / "outside") == ScopeKey.global_()


def test_what_is_found_travels(root: Path) -> None:
    checkout = checkout_info(root / "side")
    assert pickle.loads(pickle.dumps(checkout)) == checkout
    assert eval(repr(checkout)) == checkout
    match checkout:
        case CheckoutInfo(primary_path=primary, branch="topic", is_bare=False):
            assert primary == str(root / "app")
        case _:
            pytest.fail("no match")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_path_that_is_not_utf8(root: Path) -> None:
    name = os.fsencode(root) + b"/app/a\xffb"
    os.mkdir(name)
    at = len(os.fsdecode(root) + "/app/a")
    given: list[Any] = [name, os.fsdecode(name), Path(os.fsdecode(name))]
    for path in given:
        for ask in (checkout_info, resolve_scope):
            with pytest.raises(ScopeError) as caught:
                ask(path)
            error = caught.value
            assert (error.code, error.number, error.part, error.offset) == ("non_utf8_path", 42, "path", at)
            assert error.text == os.fsdecode(name) and error.text[error.offset] == "\udcff"
    # Nobody asks about it.
    assert resolve_scope(name, kind="global") == ScopeKey.global_()


@pytest.mark.parametrize("bad", ["\ud800", "a\udfff", "😀\ud83d"])
def test_a_path_that_is_no_path_at_all(bad: str) -> None:
    with pytest.raises(ScopeError) as caught:
        checkout_info(bad)
    assert (caught.value.code, caught.value.offset) == ("non_utf8_path", len(bad) - 1)


@pytest.mark.parametrize(("path", "code", "offset"), [("", "empty", 0), ("é\0x", "invalid_character", 1)])
def test_a_path_that_no_system_takes(path: str, code: str, offset: int) -> None:
    with pytest.raises(ScopeError) as caught:
        resolve_scope(path)
    assert (caught.value.code, caught.value.input, caught.value.offset) == (code, "path", offset)


def test_faults_say_what_to_do(root: Path) -> None:
    with pytest.raises(ScopeError, match="this is in no git repository; pass a directory of a checkout"):
        checkout_info(root / "outside")
    with pytest.raises(ScopeError) as caught:
        resolve_scope(root / "app", kind="worktree")
    assert (caught.value.code, caught.value.input, caught.value.suggestion) == (
        "not_linked_worktree",
        "checkout_kind",
        "repository",
    )
    with pytest.raises(ScopeError) as caught:
        resolve_scope(root / "app", kind="project")  # type: ignore[arg-type]
    assert (caught.value.code, caught.value.text) == ("unknown_value", "project")
    with pytest.raises(ScopeError) as caught:
        resolve_scope(root / "app", branch="é..x")
    assert (caught.value.code, caught.value.input, caught.value.offset) == ("consecutive_dots", "branch_name", 1)


def test_the_environment_counts_where_it_is_asked_for(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(root / "app/.git"))
    with pytest.raises(ScopeError):
        checkout_info(root / "outside")
    assert checkout_info(root / "outside", use_environment=True).branch == "main"
    assert resolve_scope(root / "outside", kind="branch", use_environment=True).branch_name == "main"


def test_git_itself_says_the_same(root: Path) -> None:
    ask = ["git", "-C", str(root / "side/a/b/c"), "rev-parse", "--path-format=absolute", "--show-toplevel", "--abbrev-ref", "HEAD"]
    top, branch = subprocess.run(ask, capture_output=True, check=True, text=True).stdout.split()
    checkout = checkout_info(root / "side/a/b/c")
    assert (checkout.worktree_path, checkout.branch) == (top, branch)


def test_other_threads_go_on(root: Path) -> None:
    # Many at once, each with the lock released: what they share is nothing but the file system.
    found: list[object] = []

    def ask() -> None:
        for _ in range(200):
            found.append((checkout_info(root / "side/a"), resolve_scope(root / "app", kind="branch")))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(found) == 1600 and len(set(found)) == 1
