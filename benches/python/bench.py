"""The package beside pure Python written well, and beside ``packageurl-python``, within one run on one interpreter.

``cargo xtask bench python`` runs it with pyperf, whose worker processes and warm-up it relies on, and prints each figure as
a ratio to its peer: median, and the spread from the 10th to the 90th percentile of the values of all workers.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import timeit

import pyperf

TEXT = "@acme-co/widget:v1.2"
PURL = "pkg:generic/acme-co/widget@v1.2"

SETUP = f"""
import re
from dataclasses import dataclass
from packageurl import PackageURL
from scope_core import is_valid, is_valid_many, parse, parse_many

SLUG = "[a-z0-9][a-z0-9-]{{1,62}}[a-z0-9]"
NAME = r"(?![^:]*\\.\\.)[a-z0-9](?:[a-z0-9_.-]{{0,126}}[a-z0-9])?"
TAG = "[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}}"
fullmatch = re.compile(f"@({{SLUG}})/({{NAME}})(?::({{TAG}}))?").fullmatch

@dataclass(frozen=True)
class Pure:
    scope: str
    name: str
    tag: str | None

def pure(text):
    match = fullmatch(text)
    if match is None:
        raise ValueError(text)
    return Pure(*match.groups())

text, purl = {TEXT!r}, {PURL!r}
many = [f"@acme-{{n % 97}}/widget-{{n}}:v1.{{n % 7}}" for n in range(10_000)]
from_purl = PackageURL.from_string
assert is_valid(text) and pure(text).name == parse(text).name and all(is_valid_many(many)) and from_purl(purl)
"""

# What is timed: its name, the statement, and how many items it answers for.
TIMED = {
    "regex_bool": ("fullmatch(text) is not None", 1),
    "is_valid": ("is_valid(text)", 1),
    "regex_dataclass": ("pure(text)", 1),
    "parse": ("parse(text)", 1),
    "parse_read": ("reference = parse(text); reference.scope; reference.name", 1),
    "regex_dataclass_read": ("reference = pure(text); reference.scope; reference.name", 1),
    "regex_bool_many": ("[fullmatch(text) is not None for text in many]", 10_000),
    "is_valid_many": ("is_valid_many(many)", 10_000),
    "regex_dataclass_many": ("[pure(text) for text in many]", 10_000),
    "parse_many": ("parse_many(many)", 10_000),
    "packageurl": ("from_purl(purl)", 1),
}

# What `cargo xtask bench` calls them on its page.
SHOWN = {
    "regex_bool": "a compiled regular expression: is it a match?",
    "is_valid": "`is_valid`",
    "regex_dataclass": "pure Python: a regular expression and a dataclass",
    "parse": "`parse`",
    "parse_read": "`parse`, two fields read",
    "regex_dataclass_read": "pure Python, two fields read",
    "regex_bool_many": "the regular expression, 10,000 texts in a list",
    "is_valid_many": "`is_valid_many`, 10,000 texts",
    "regex_dataclass_many": "pure Python, 10,000 texts in a list",
    "parse_many": "`parse_many`, 10,000 texts",
    "packageurl": "`packageurl-python`, the same name as a package URL",
}

# What is claimed: ours, the peer, and the most that the ratio may be.
CLAIMED = [
    ("is_valid", "regex_bool", 0.11),
    ("parse", "regex_dataclass", 0.13),
    ("parse_read", "regex_dataclass_read", 0.36),
    ("parse_many", "regex_dataclass_many", 0.13),
    ("is_valid_many", "regex_bool_many", 0.05),
    ("parse", "packageurl", 0.02),
]


def main() -> None:
    runner = pyperf.Runner(processes=6, values=5)
    values = {}
    for name, (statement, items) in TIMED.items():
        timer = timeit.Timer(statement, SETUP)
        measured = runner.bench_time_func(name, timer.timeit, inner_loops=items if items > 1 else None)
        if measured is not None and not runner.args.worker:
            values[name] = sorted(measured.get_values())
    if runner.args.worker:
        return
    kept = []
    print(f"\n{'':14} {'':22} {'ns':>8} {'ratio':>7} {'spread':>15}  limit")
    for ours, peer, limit in CLAIMED:
        base = statistics.median(values[peer])
        ratios = [value / base for value in values[ours]]
        low, median, high = ratios[len(ratios) // 10], statistics.median(ratios), ratios[-1 - len(ratios) // 10]
        verdict = "" if median <= limit else "  MISSED"
        nanoseconds = statistics.median(values[ours]) * 1e9
        low_quarter, high_quarter = ratios[len(ratios) // 4], ratios[-1 - len(ratios) // 4]
        kept.append({"this": SHOWN[ours], "that": SHOWN[peer], "low": low_quarter, "median": median, "high": high_quarter})
        print(f"{ours:14} {peer:22} {nanoseconds:8.1f} {median:7.4f} {low:7.4f}-{high:7.4f}  {limit}{verdict}")
    if "SCOPE_BENCH_RESULTS" in os.environ:
        with open(os.environ["SCOPE_BENCH_RESULTS"], "w", encoding="utf-8") as file:
            file.writelines(json.dumps(ratio) + "\n" for ratio in kept)
    imports()


def imports() -> None:
    """What importing the package takes over importing a small extension of the standard library, in fresh interpreters."""
    times: dict[str, list[float]] = {"scope_core": [], "_heapq": []}
    for _ in range(41):
        for module, taken in times.items():
            code = f"from time import perf_counter as now; start = now(); import {module}; print(now() - start)"
            ran = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, check=True, text=True)
            taken.append(float(ran.stdout) * 1000)
    ours, base = (sorted(taken) for taken in times.values())
    over = statistics.median(ours) - statistics.median(base)
    spread = f"{ours[4] - base[4]:.2f}-{ours[-5] - base[-5]:.2f}"
    print(f"import         over an extension's        {over:.2f} ms, spread {spread}  limit 2")


if __name__ == "__main__":
    main()
