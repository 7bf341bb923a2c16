"""``python -m scope_core``."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

CASES = [
    ["parse", "@acme/widget:1", "@acme/gadget"],
    ["parse", "--normalize", " @Acme/Widget "],
    ["parse", "--print", "storage_component", "@acme/widget:1"],
    ["key", "global"],
    ["key", "repository", "/src/app", "C:\\src"],
    ["key", "branch", "/src/app", "main", "feature/login"],
    ["key", "worktree", "/src/app", "login", "--worktree-path", "/src/login"],
    ["key", "uri", "scope:branch:/src/my%20app:main"],
    ["key", "json", '{"type":"repository","primaryPath":"/src/app"}'],
    ["key", "branch", "/src/app", "main", "--print", "search_order"],
]


def run(program: list[str], arguments: list[str], given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([*program, *arguments], input=given, capture_output=True, encoding="utf-8", check=False)


MODULE = [sys.executable, "-m", "scope_core"]


@pytest.mark.parametrize("arguments", CASES, ids=" ".join)
def test_it_prints_what_the_command_prints(arguments: list[str]) -> None:
    command = os.environ.get("SCOPE_COMMAND")
    assert command, "SCOPE_COMMAND names no scope; `cargo xtask test python` builds one"
    ours, theirs = run(MODULE, arguments), run([command], arguments)
    assert (ours.returncode, ours.stdout, ours.stderr) == (0, theirs.stdout, "")


def test_lines_of_standard_input() -> None:
    ran = run(MODULE, ["parse", "-"], "@acme/widget\n@acme/gadget:1")
    assert (ran.returncode, ran.stdout) == (0, "acme\twidget\nacme\tgadget\t1\n")


def test_a_fault_goes_to_standard_error_and_the_rest_goes_on() -> None:
    ran = run(MODULE, ["parse", "acme", "@acme/widget"])
    assert (ran.returncode, ran.stdout) == (1, "acme\twidget\n")
    assert ran.stderr.startswith('error[missing_at]: invalid reference "acme": a reference begins with \'@\'')


@pytest.mark.skipif(sys.platform == "win32", reason="arguments are text there")
def test_an_argument_that_is_no_text() -> None:
    ran = subprocess.run([*map(os.fsencode, MODULE), b"parse", b"@acme/\xff"], capture_output=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr.startswith(b"error[invalid_unicode]: ")


def test_wrong_arguments() -> None:
    ran = run(MODULE, ["key", "other"])
    assert ran.returncode == 2
    assert "usage: python -m scope_core" in ran.stderr
