"""The conformance vectors: every case of every file, none skipped."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cases import REPOSITORY, answer


def read() -> list[Any]:
    files = sorted(path for path in (REPOSITORY / "conformance").glob("*.json") if path.name != "schema.json")
    return [case for path in files for case in json.loads(path.read_text("utf-8"))["cases"]]


CASES = read()


def test_there_are_vectors() -> None:
    assert len(CASES) > 2000
    assert len({case["id"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_vector(case: Any) -> None:
    assert answer(case["op"], case["args"]) == {key: case[key] for key in ("value", "error") if key in case}
