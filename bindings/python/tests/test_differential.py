"""The same answers as the Rust core to inputs made from a seed: values, and every field of every error."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cases import answer

COUNT = int(os.environ.get("SCOPE_DIFFERENTIAL_COUNT", "200000"))
SEED = os.environ.get("SCOPE_DIFFERENTIAL_SEED", "1")


@pytest.fixture
def driver() -> str:
    path = os.environ.get("SCOPE_DRIVER")
    assert path, "SCOPE_DRIVER names no scope-driver; `cargo xtask test python` builds one"
    return path


def lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as file:
        yield from file


def test_answers_are_the_cores(driver: str, tmp_path: Path) -> None:
    cases, answers = tmp_path / "cases", tmp_path / "answers"
    with cases.open("wb") as out:
        subprocess.run([driver, "generate", "--seed", SEED, "--count", str(COUNT)], stdout=out, check=True)
    with cases.open("rb") as given, answers.open("wb") as out:
        subprocess.run([driver, "answer"], stdin=given, stdout=out, check=True)
    ran = 0
    for line, said in zip(lines(cases), lines(answers), strict=True):
        case = json.loads(line)
        assert answer(case["op"], case["args"]) == json.loads(said), line
        ran += 1
    assert ran == COUNT
