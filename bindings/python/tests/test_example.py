"""The example that every language has prints what it should."""

from __future__ import annotations

import subprocess
import sys

from cases import REPOSITORY

EXAMPLES = REPOSITORY / "examples"


def test_the_example_prints_what_it_should() -> None:
    with (EXAMPLES / "input.txt").open("rb") as given:
        ran = subprocess.run([sys.executable, EXAMPLES / "python/main.py"], stdin=given, capture_output=True, check=True)
    assert ran.stdout == (EXAMPLES / "expected.txt").read_bytes()
