"""Workspaces of a user: two are made, one of them holds work; what nobody used for a week goes, unless it holds work."""

import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

from scope_core import Workspaces

USER = "123e4567-e89b-12d3-a456-426614174000"


def main(data_dir: Path) -> None:
    workspaces = Workspaces(data_dir)
    for repo in ("widget", "next.js"):
        made = workspaces.create(USER, "acme", repo)
        print(f"{made.metadata.full_name} -> {made.directory}")
    (workspaces.get(USER, "acme", "widget").path / "notes.txt").write_text("not committed anywhere", encoding="utf-8")

    next_week = datetime.now(timezone.utc) + timedelta(days=7)
    report = workspaces.cleanup(now=next_week)
    for it in sorted(report.idle, key=lambda it: it.verdict, reverse=True):
        why = f", {it.work.untracked} untracked" if it.work.is_dirty else ""
        print(f"{it.full_name}: {it.verdict}{why}")
    print("left:", *(workspace.directory for workspace in workspaces.list(USER).workspaces))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        main(Path(place).resolve())
