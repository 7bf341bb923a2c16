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
import sysconfig
import tempfile
import timeit
from collections.abc import Callable
from pathlib import Path

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
    with tempfile.TemporaryDirectory() as place:
        kept += [imports(Path(place)), checkouts(Path(place))]
    if "SCOPE_BENCH_RESULTS" in os.environ:
        with open(os.environ["SCOPE_BENCH_RESULTS"], "w", encoding="utf-8") as file:
            file.writelines(json.dumps(ratio) + "\n" for ratio in kept)


# A row of the page: what ours is called, the peer, and how many times as long ours takes, with the quartiles.
Row = dict[str, str | float]


def row(ours: str, peer: str, ratios: list[float]) -> Row:
    low, median, high = statistics.quantiles(ratios, n=4)
    return {"this": ours, "that": peer, "low": low, "median": median, "high": high}


def imports(place: Path) -> Row:
    """What importing the package takes over importing an empty extension, in fresh interpreters."""
    compiler, include = os.environ.get("CC", "gcc"), f"-I{sysconfig.get_path('include')}"
    source = str(Path(__file__).with_name("empty.c"))
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", include, source, "-o", str(place / "empty.so")], check=True)
    times: dict[str, list[float]] = {"scope_core": [], "empty": []}
    for _ in range(61):
        for module, taken in times.items():
            found = f"import sys; from time import perf_counter as now; sys.path.append({str(place)!r})"
            code = f"{found}; start = now(); import {module}; print(now() - start)"
            ran = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, check=True, text=True)
            taken.append(float(ran.stdout) * 1000)
    ours, base = (sorted(taken) for taken in times.values())
    over = statistics.median(ours) - statistics.median(base)
    spread = f"{ours[6] - base[6]:.2f}-{ours[-7] - base[-7]:.2f}"
    print(f"import         over an empty extension    {over:.2f} ms, spread {spread}  limit 2{'' if over <= 2 else '  MISSED'}")
    pairs = zip(*times.values(), strict=True)
    return row("`import scope_core`", "importing an empty extension", [ours / base for ours, base in pairs])


def checkouts(place: Path) -> Row:
    """A resolution from three levels down in a linked worktree, beside four runs of ``git rev-parse``, in turns."""
    from scope_core import ScopeKey, resolve_scope

    identity = ["-c", "user.name=acme", "-c", "user.email=acme@example.com", "-c", "init.defaultBranch=main"]
    for words in (
        ["init", "--quiet", "app"],
        ["-C", "app", "commit", "--quiet", "--allow-empty", "--message=one"],
        ["-C", "app", "worktree", "add", "--quiet", "-b", "topic", "../side"],
    ):
        subprocess.run(["git", *identity, *words], cwd=place, check=True)
    deep = place / "side/a/b/c"
    deep.mkdir(parents=True)
    path = str(deep)

    def spawns() -> None:
        for question in ("--show-toplevel", "--git-dir", "--git-common-dir", "--abbrev-ref"):
            last = ["HEAD"] if question == "--abbrev-ref" else []
            subprocess.run(["git", "rev-parse", question, *last], cwd=path, capture_output=True, check=True)

    key = resolve_scope(path, kind="branch")
    assert key == ScopeKey.branch(Path(place).resolve() / "app", "topic")
    ratios = compared("resolve_scope", lambda: resolve_scope(path), 1000, "4 git rev-parse", spawns, 250)
    return row("`resolve_scope`", "four runs of `git rev-parse`", [1 / ratio for ratio in ratios])


def compared(
    name: str, ours: Callable[[], object], count: int, other: str, peer: Callable[[], object], limit: int
) -> list[float]:
    """How many times faster, each value of ours with the peer's that was taken beside it."""
    pairs = [(timeit.timeit(ours, number=count) / count, timeit.timeit(peer, number=1)) for _ in range(41)]
    ratios = sorted(theirs / own for own, theirs in pairs)
    low, median, high = ratios[4], statistics.median(ratios), ratios[-5]
    taken = statistics.median(own for own, _ in pairs) * 1e6
    verdict = "" if median >= limit else "  MISSED"
    print(f"{name:14} {other:22} {taken:6.1f} µs  1/{median:.0f}, spread 1/{low:.0f}-1/{high:.0f}  limit 1/{limit}{verdict}")
    return ratios


if __name__ == "__main__":
    main()
