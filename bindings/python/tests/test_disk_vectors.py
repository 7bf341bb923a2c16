"""The vectors that need a disk: every case of ``conformance/disk``, none skipped."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from cases import REPOSITORY, conformance, described
from scope_core import Fault, Held, ScopeError, Workspace, Workspaces, discover_projects

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workspaces on a disk need Linux")

Args = dict[str, Any]
FILES = sorted(file for file in (REPOSITORY / "conformance/disk").glob("*.json") if file.name != "schema.json")
CASES = [case for file in FILES for case in json.loads(file.read_text("utf-8"))["cases"]]


class Disk(conformance("disk_check").Disk):  # type: ignore[misc]
    """The checker's disk, where its steps are carried out; but calls are the package's."""

    def __init__(self, root: Path) -> None:
        super().__init__(conformance("check"), root)
        self.holding: list[Held] = []

    def step(self, step: Args) -> None:
        if "hold" in step:
            user = "123e4567-e89b-12d3-a456-426614174000"
            self.holding.append(Workspaces(self.data).hold(user, *step["hold"].split("/")))
        else:
            super().step(step)

    def call(self, call: str, now: str = "2026-01-01T00:00:00Z", options: Args | None = None, **args: Any) -> Any:
        set_ = options or {}
        names = {"git": "git", "allow_file_urls": "allow_file_urls", "time_seconds": "timeout", "bytes": "max_bytes"}
        given = {names[name]: value for name, value in set_.items() if name != "cancelled"}
        cancel = threading.Event()
        if set_.get("cancelled"):
            cancel.set()
        if call == "open":
            return bool(Workspaces(**args))
        if call == "discover":
            return sorted(str(project.path) for project in discover_projects(**args).projects)
        workspaces = Workspaces(self.data, clock=lambda: now, **{"allow_file_urls": True, **given})
        if call in ("clone", "sync", "cleanup"):
            args["cancel"] = cancel
        answer = getattr(workspaces, call)(**args)
        return SHOWN[call](answer)


def workspace(made: Workspace) -> Any:
    recovered = made.recovered and made.recovered.code
    return {"path": str(made.path), "metadata": made.metadata.to_json(), "recovered": recovered}


def problems(answer: Any) -> Any:
    return [[problem.directory, problem.error.code] for problem in answer.problems]


def work(work: Any) -> Any:
    counts = {count: getattr(work, count) for count in ("uncommitted", "untracked", "stashed", "unpushed")}
    names = sorted([it.kind, it.name] for it in work.names)
    return {**counts, "unknown": work.unknown and work.unknown.code, "names": names}


def report(report: Any) -> Any:
    named = {verdict: [it.full_name for it in report.idle if it.verdict == verdict] for verdict in ("deleted", "in_use")}
    warned = [[it.full_name, it.work] for it in report.idle if it.verdict == "warned"]
    counts = ("uncommitted", "untracked", "stashed", "unpushed")
    assert all(work.is_dirty in (True, None) for _, work in warned)
    shown = [[name, *(getattr(work, count) for count in counts)] for name, work in warned]
    return {"kept": report.kept, "warned": shown, "problems": problems(report), **named}


SHOWN: dict[str, Any] = {
    **dict.fromkeys(("create", "get", "touch", "clone"), workspace),
    "work": work,
    "delete": lambda deleted: deleted.freed_bytes >= 0,
    "list": lambda it: {"workspaces": [one.directory for one in it.workspaces], "problems": problems(it)},
    "validate_path": str,
    "cleanup": report,
    "sync": lambda synced: {"branch": synced.branch, "moved": synced.from_ != synced.to},
}


def answer(root: Path, args: Args) -> Any:
    """The answer to a case, with the root put back."""
    disk = Disk(root)
    arguments = dict(args)
    for step in arguments.pop("setup", ()):
        disk.step(step)
    try:
        return {"value": disk.hidden(disk.call(**disk.shown(arguments)))}
    except ScopeError as error:
        number, part, input_, offset, text, _ = error.args[0].__reduce__()[1]
        return {"error": described(ScopeError(Fault(number, part, input_, offset, disk.hidden(text))))}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_vector(case: Any, tmp_path: Path) -> None:
    assert answer(tmp_path.resolve(), case["args"]) == {key: case[key] for key in ("value", "error") if key in case}
