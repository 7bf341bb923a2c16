"""Workspaces on a real disk: what is Python's about them. The rules are in the vectors."""

from __future__ import annotations

import copy
import dataclasses
import json
import os
import pathlib
import pickle
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import scope_core
from cases import REPOSITORY, conformance
from scope_core import Progress, ScopeError, Workspace, Workspaces, discover_projects

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workspaces on a disk need Linux")

USER = "123e4567-e89b-12d3-a456-426614174000"
OTHER = "223e4567-e89b-12d3-a456-426614174000"
NEW_YEAR = "2026-01-01T00:00:00Z"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return (tmp_path / "data").resolve()


def git(*arguments: str, where: Path) -> None:
    assert conformance("checkouts").git(*arguments, directory=where) is not None, arguments


@pytest.fixture
def origin(tmp_path: Path) -> str:
    """The URL of a repository."""
    place = tmp_path / "origin/acme/widget"
    place.mkdir(parents=True)
    git("init", "--quiet", "--initial-branch=main", where=place)
    git("commit", "--quiet", "--allow-empty", "--message=one", where=place)
    git("branch", "topic", where=place)
    return place.resolve().as_uri()


def waiting_git(place: Path) -> Path:
    """A git that says how far it is, and then nothing more for a long time."""
    program = place / "git"
    program.write_text("#!/bin/sh\nprintf 'Receiving objects:  10%% (1/10)\\n' >&2\nexec sleep 600\n", "utf-8")
    program.chmod(0o755)
    return program


def empty(data: Path) -> bool:
    left = [path for path in (data / "workspaces").rglob("*") if path.name != ".staging"]
    return not [path for path in left if path.parent.name != "workspaces"]


def test_a_workspace_from_its_making_to_its_end(data: Path) -> None:
    workspaces = Workspaces(data, clock=lambda: NEW_YEAR)
    made = workspaces.create(USER, "acme", "widget")
    assert isinstance(made, Workspace) and made == workspaces.get(USER, "acme", "widget")
    assert made.path == data / "workspaces" / USER / "acme__widget" and made.path.is_dir()
    assert (made.metadata.created_at, made.recovered) == (NEW_YEAR, None)
    assert workspaces.list(USER).workspaces == (made,) and workspaces.list(OTHER).workspaces == ()
    assert workspaces.validate_path(USER, str(made.path) + "/./.workspace.json") == made.path / ".workspace.json"
    (made.path / "work").write_text("x" * 5000)
    work = workspaces.work(USER, "acme", "widget", names=10)
    assert (work.is_dirty, work.untracked, work.names) == (True, 1, (scope_core.Named("untracked", "work"),))
    assert workspaces.work(USER, "acme", "widget").names == ()
    with pytest.raises(ScopeError) as refused:
        workspaces.delete(USER, "acme", "widget")
    assert (refused.value.code, refused.value.number) == ("work_would_be_lost", 300)
    assert refused.value.detail == "1 untracked\nwork"
    assert made.path.is_dir()
    usage = workspaces.usage(USER)
    assert usage.bytes >= 5000 and usage.complete and not usage.is_over
    assert Workspaces(data, quota_bytes=1).usage(USER).is_over
    assert workspaces.delete(USER, "acme", "widget", force=True).freed_bytes >= 5000
    with pytest.raises(ScopeError) as caught:
        workspaces.get(USER, "acme", "widget")
    assert (caught.value.code, caught.value.number, caught.value.text) == ("workspace_not_found", 50, "acme/widget")


def test_time_is_the_callers(data: Path) -> None:
    times = iter([datetime(2026, 1, 1, tzinfo=timezone.utc), "2026-01-02T00:00:00Z"])
    workspaces = Workspaces(data, clock=lambda: next(times))
    assert workspaces.create(USER, "acme", "widget").metadata.created_at == NEW_YEAR
    assert workspaces.touch(USER, "acme", "widget").metadata.last_accessed_at == "2026-01-02T00:00:00Z"
    now = datetime(2026, 1, 8, 23, 59, 59, tzinfo=timezone.utc)
    assert workspaces.cleanup(now=now, dry_run=True).kept == 1
    later = workspaces.cleanup(now=now + timedelta(seconds=1), dry_run=True)
    assert [(it.full_name, it.verdict) for it in later.idle] == [("acme/widget", "deleted")]
    assert workspaces.cleanup(now=now, max_idle_days=6).freed_bytes > 0
    before = time.time()
    made = Workspaces(data).create(USER, "acme", "widget").metadata.created_at
    assert abs(datetime.fromisoformat(made[:19] + "+00:00").timestamp() - before) < 60


def test_a_clock_that_fails_stops_the_call_before_anything_is_done(data: Path) -> None:
    def broken() -> str:
        raise KeyError("no clock")

    with pytest.raises(KeyError, match="no clock"):
        Workspaces(data, clock=broken).create(USER, "acme", "widget")
    with pytest.raises(TypeError, match="argument 'clock': 'int' object is neither"):
        Workspaces(data, clock=lambda: 7).create(USER, "acme", "widget")  # type: ignore[arg-type, return-value]
    with pytest.raises(ValueError, match="argument 'clock': a datetime without a time zone"):
        Workspaces(data, clock=datetime.now).touch(USER, "acme", "widget")
    assert empty(data)


def test_what_is_held_stays(data: Path) -> None:
    workspaces = Workspaces(data)
    workspaces.create(USER, "acme", "widget")
    with workspaces.hold(USER, "acme", "widget") as held:
        with pytest.raises(ScopeError) as caught:
            workspaces.delete(USER, "acme", "widget")
        assert caught.value.code == "in_use"
        report = workspaces.cleanup(max_idle_days=0)
        assert [it.verdict for it in report.idle] == ["in_use"]
    held.release()
    assert workspaces.delete(USER, "acme", "widget")


def test_a_clone_and_a_sync(data: Path, origin: str) -> None:
    workspaces = Workspaces(data, allow_file_urls=True, clock=lambda: NEW_YEAR)
    told: list[Progress] = []
    made = workspaces.clone(USER, origin, branch="topic", progress=told.append)
    assert (made.metadata.full_name, made.metadata.current_branch) == ("acme/widget", "topic")
    assert told and all(isinstance(it, Progress) and it.done >= 0 for it in told)
    assert scope_core.checkout_info(made.path).branch == "topic"
    synced = workspaces.sync(USER, "acme", "widget")
    assert (synced.branch, synced.from_) == ("topic", synced.to)
    with pytest.raises(ScopeError) as caught:
        workspaces.clone(USER, origin)
    assert caught.value.code == "workspace_exists"


def test_what_cannot_be_checked_is_not_deleted_without_force(data: Path, origin: str, tmp_path: Path) -> None:
    workspaces = Workspaces(data, allow_file_urls=True)
    made = workspaces.clone(USER, origin)
    git("worktree", "add", "--quiet", "--detach", str(tmp_path / "outside"), where=made.path)
    work = workspaces.work(USER, "acme", "widget")
    assert work.is_dirty is None and work.unknown and work.unknown.code == "unsupported_repository"
    for options in ({}, {"force": False}):
        with pytest.raises(ScopeError) as caught:
            workspaces.delete(USER, "acme", "widget", **options)
        assert (caught.value.code, caught.value.number) == ("work_unknown", 301)
        assert caught.value.detail and str(tmp_path / "outside") in caught.value.detail
    with pytest.raises(TypeError, match="argument 'force'"):
        workspaces.delete(USER, "acme", "widget", force=1)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="argument 'names'"):
        workspaces.work(USER, "acme", "widget", names="all")  # type: ignore[arg-type]
    assert workspaces.delete(USER, "acme", "widget", force=True).freed_bytes > 0


def test_what_git_says_is_the_detail(data: Path, tmp_path: Path) -> None:
    url = f"file://{tmp_path}/no/such"
    with pytest.raises(ScopeError) as caught:
        Workspaces(data, allow_file_urls=True).clone(USER, url)
    error = caught.value
    assert (error.code, error.text) == ("git_failed", url)
    assert error.detail and "does not" in error.detail
    assert str(error) == f"{error.message} ({error.detail.strip()})".replace("\n", "; ")
    assert pickle.loads(pickle.dumps(error)) == error and empty(data)


def test_a_callback_that_raises_ends_the_clone(data: Path, tmp_path: Path) -> None:
    def stop(progress: Progress) -> None:
        assert (progress.phase, progress.done, progress.total) == ("Receiving objects", 1, 10)
        raise LookupError("enough")

    start = time.monotonic()
    with pytest.raises(LookupError, match="enough"):
        Workspaces(data, git=waiting_git(tmp_path)).clone(USER, "acme/widget", progress=stop)
    assert time.monotonic() - start < 300 and empty(data)


def test_a_slow_callback_hears_the_newest_and_holds_nothing_up(data: Path, tmp_path: Path) -> None:
    program = tmp_path / "git"
    program.write_text("#!/bin/sh\nwhile printf 'a: 1%% (1/2)\\r' >&2; do :; done\n", "utf-8")
    program.chmod(0o755)
    told: list[Progress] = []

    def slow(progress: Progress) -> None:
        told.append(progress)
        time.sleep(0.5)

    with pytest.raises(ScopeError) as caught:
        Workspaces(data, git=program, timeout=2).clone(USER, "acme/widget", progress=slow)
    assert caught.value.code == "timed_out" and empty(data)
    # One while another is told of, and one that waits: of the twenty that came in that time, most are not told.
    assert 1 <= len(told) <= 6 and set(told) == {told[0]}


def test_an_event_cancels_and_other_threads_go_on(data: Path, tmp_path: Path) -> None:
    workspaces, cancel = Workspaces(data, git=waiting_git(tmp_path)), threading.Event()
    ended: list[ScopeError] = []

    def clone() -> None:
        try:
            workspaces.clone(USER, "acme/widget", cancel=cancel)
        except ScopeError as error:
            ended.append(error)

    thread = threading.Thread(target=clone)
    thread.start()
    # This would not run if the clone kept the lock.
    for number in range(20):
        workspaces.create(OTHER, "acme", f"widget-{number}")
    assert thread.is_alive() and len(workspaces.list(OTHER).workspaces) == 20
    cancel.set()
    thread.join(timeout=300)
    assert [error.code for error in ended] == ["cancelled"]
    assert workspaces.list(USER).workspaces == ()


def test_a_time_limit(data: Path, tmp_path: Path) -> None:
    for limit in (0.2, timedelta(milliseconds=200)):
        with pytest.raises(ScopeError) as caught:
            Workspaces(data, git=waiting_git(tmp_path), timeout=limit).clone(USER, "acme/widget")
        assert caught.value.code == "timed_out" and empty(data)


# Whoever starts the tests may have told them to ignore an interrupt, as shells tell what runs in the background.
INTERRUPTED = """
import signal, sys, scope_core
signal.signal(signal.SIGINT, signal.default_int_handler)
workspaces = scope_core.Workspaces(sys.argv[1], git=sys.argv[2])
try:
    workspaces.clone(sys.argv[3], "acme/widget", progress=lambda it: print(it.phase, flush=True))
except KeyboardInterrupt:
    print("interrupted")
"""


def test_an_interrupt_ends_a_clone(data: Path, tmp_path: Path) -> None:
    program = [sys.executable, "-c", INTERRUPTED, str(data), str(waiting_git(tmp_path)), USER]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as ran:
        assert ran.stdout and ran.stdout.readline() == "Receiving objects\n"
        # Git says nothing now: no callback could see to the signal.
        time.sleep(0.3)
        ran.send_signal(signal.SIGINT)
        assert (ran.stdout.read(), ran.wait(timeout=300)) == ("interrupted\n", 0)
    assert empty(data)


@pytest.mark.parametrize("path", [b"/a\xff", "/a\udcff", Path("/a\udcff")])
def test_paths_that_are_not_utf8(path: Any, data: Path) -> None:
    workspaces = Workspaces(data)
    for call in (lambda: workspaces.validate_path(USER, path), lambda: Workspaces(path)):
        with pytest.raises(ScopeError) as caught:
            call()
        assert (caught.value.code, caught.value.offset) == ("non_utf8_path", 2)
        assert caught.value.text[2] == "\udcff"
    with pytest.raises(ScopeError) as caught:
        discover_projects([path])
    assert (caught.value.code, caught.value.input) == ("non_utf8_path", "source_dir")


def test_both_modes(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(data))
    found = Workspaces.from_environment(quota_bytes=5)
    assert found and found.data_dir == data and found.usage(USER).quota_bytes == 5
    monkeypatch.delenv("DATA_DIR")
    assert Workspaces.from_environment() is None
    git("init", "--quiet", "--initial-branch=main", "src/acme/widget", where=tmp_path)
    (tmp_path / "src/skipped/.git").mkdir(parents=True)
    (tmp_path / "src/skipped/.git/HEAD").write_text("ref: refs/heads/main\n")
    monkeypatch.setenv("CODE_SOURCE_DIR", str(tmp_path / "src"))
    assert scope_core.default_source_dir() == tmp_path / "src"
    assert {it.name for it in discover_projects().projects} == {"widget", "skipped"}
    (project,) = discover_projects([tmp_path / "src"], skip=["skipped"], threads=2).projects
    assert (project.path, project.branch) == ((tmp_path / "src/acme/widget").resolve(), "main")
    (skipped,) = discover_projects([tmp_path / "src"], skip=["skipped"]).skipped
    assert (skipped.path, skipped.reason) == ((tmp_path / "src/skipped").resolve(), "name")


def answers(data: Path) -> list[Any]:
    workspaces = Workspaces(data, clock=lambda: NEW_YEAR, quota_bytes=1)
    made = workspaces.create(USER, "acme", "widget")
    workspaces.create(USER, "acme", "gadget")
    (made.path / "work").write_text("")
    (made.path.parent / "no-workspace").mkdir()
    (made.path.parent / "acme__lost").mkdir()
    listing = workspaces.list(USER)
    report = workspaces.cleanup(now="2026-02-01T00:00:00Z", dry_run=True, measure_usage=True)
    assert listing.problems and report.idle and report.problems and report.over_quota
    (recovered,) = (it for it in listing.workspaces if it.recovered)
    assert recovered.recovered and recovered.recovered.code == "metadata_missing"
    found = discover_projects([REPOSITORY])
    work = workspaces.work(USER, "acme", "widget", names=5)
    assert work.names
    return [made, recovered, listing, report, work, workspaces.usage(USER), found]


def test_answers_are_values(data: Path) -> None:
    names = {**{name: getattr(scope_core, name) for name in scope_core.__all__}, "PosixPath": pathlib.PosixPath}
    for answer in answers(data):
        for made in (pickle.loads(pickle.dumps(answer)), copy.deepcopy(answer), eval(repr(answer), names)):
            assert made == answer and hash(made) == hash(answer) and type(made) is type(answer)
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(answer, dataclasses.fields(answer)[0].name, None)
        assert isinstance(json.loads(answer.to_json()), dict)
        assert dataclasses.asdict(answer)


def test_the_json_form_is_the_commands(data: Path) -> None:
    command = os.environ.get("SCOPE_COMMAND")
    assert command, "SCOPE_COMMAND names no scope; `cargo xtask test python` builds one"

    def said(*arguments: str) -> Any:
        ran = subprocess.run([command, "workspace", *arguments, "--format", "jsonl"], capture_output=True, check=False)
        return [json.loads(line) for line in ran.stdout.splitlines()]

    place = ("--data-dir", str(data))
    made, _, listing, _, work, _, found = answers(data)
    assert said("get", "acme/widget", "--user-id", USER, *place) == [json.loads(made.to_json())]
    listed = said("list", "--user-id", USER, *place)
    assert json.loads(made.to_json()) in listed
    assert [it for it in listed if "error" in it] == [json.loads(it.to_json()) for it in listing.problems]
    # Both decide by their own clock.
    ours = json.loads(Workspaces(data).cleanup(dry_run=True, max_idle_days=0).to_json())
    (theirs,) = said("cleanup", "--older-than", "0d", "--dry-run", *place)
    assert {**ours, "now": None} == {**theirs, "now": None} and ours["idle"]
    assert said("discover", str(REPOSITORY)) == [json.loads(it.to_json()) for it in found.projects]
    assert said("work", "acme/widget", "--names", "5", "--user-id", USER, *place) == [json.loads(work.to_json())]
    freed = Workspaces(data).delete(USER, "acme", "widget", force=True)
    assert said("delete", "acme/gadget", "--user-id", USER, *place)[0].keys() == json.loads(freed.to_json()).keys()


ELSEWHERE = """
import sys
import scope_core._native as native
for name in ("Workspaces", "Held", "discover_projects", "default_source_dir"):
    delattr(native, name)
import scope_core
assert scope_core.is_valid("@acme/widget") and scope_core.Report
for call in (
    lambda: scope_core.Workspaces("/data"),
    lambda: scope_core.Workspaces.from_environment(),
    lambda: scope_core.discover_projects(["/src"]),
    lambda: scope_core.default_source_dir(),
):
    try:
        call()
    except NotImplementedError as error:
        assert str(error) == f"workspaces on a disk need Linux; scope_core is without them on {sys.platform}"
    else:
        raise AssertionError(call)
"""


def test_elsewhere_it_says_that_it_needs_linux() -> None:
    # The extension that other systems get is without these names.
    subprocess.run([sys.executable, "-c", ELSEWHERE], check=True)


def test_hostile_names_stay_in_their_place(data: Path) -> None:
    workspaces = Workspaces(data)
    workspaces.create(OTHER, "acme", "widget")
    for bad in ("", ".", "..", "a//b", "a\\b", "a\0b", "\ud800", f"../{OTHER}", "x" * 256):
        for call in (workspaces.create, workspaces.get, workspaces.touch, workspaces.delete, workspaces.work, workspaces.hold):
            for names in ((bad, "acme", "widget"), (USER, bad, "widget"), (USER, "acme", bad)):
                with pytest.raises(ScopeError):
                    call(*names)
    assert [it.name for it in (data / "workspaces").iterdir() if it.name != ".staging"] == [OTHER]
