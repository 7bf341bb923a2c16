"""The example that every language has prints what it should."""

from __future__ import annotations

import subprocess
import sys

import pytest
from cases import REPOSITORY

EXAMPLES = REPOSITORY / "examples"


def test_the_example_prints_what_it_should() -> None:
    with (EXAMPLES / "input.txt").open("rb") as given:
        ran = subprocess.run([sys.executable, EXAMPLES / "python/main.py"], stdin=given, capture_output=True, check=True)
    assert ran.stdout == (EXAMPLES / "expected.txt").read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="workspaces on a disk need Linux")
def test_the_example_of_workspaces_prints_what_it_should() -> None:
    ran = subprocess.run([sys.executable, EXAMPLES / "python/workspaces.py"], capture_output=True, check=True, text=True)
    assert ran.stdout.splitlines() == [
        "acme/widget -> acme__widget",
        "acme/next.js -> acme__next_js__" + ran.stdout.splitlines()[1].rpartition("_")[2],
        "acme/widget: warned, 1 untracked",
        "acme/next.js: deleted",
        "left: acme__widget",
    ]
