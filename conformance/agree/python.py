"""Asks the Python package what other vectors ask: ``python python.py FILE…`` prints the first difference, if there is
one, and last "N passed, M failed". ``cargo xtask agree`` runs it."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "bindings/python/tests"))

from cases import answer  # noqa: E402


def main(files: list[str]) -> int:
    passed = 0
    for file in files:
        for case in json.loads(Path(file).read_text(encoding="utf-8"))["cases"]:
            expected = {key: case[key] for key in ("value", "error") if key in case}
            given = answer(case["op"], case["args"])
            if given != expected:
                print(f"{case['id']} {case['op']}\n  expected {json.dumps(expected)}\n  given    {json.dumps(given)}")
                print(f"{passed} passed, 1 failed")
                return 1
            passed += 1
    print(f"{passed} passed, 0 failed")
    return 0


sys.exit(main(sys.argv[1:]))
