"""``python -m scope_core``."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys

import pytest
from cases import REPOSITORY

KEYS = [
    ["key", "global"],
    ["key", "repository", "/src/app", "C:\\src"],
    ["key", "branch", "/src/app", "main", "feature/login"],
    ["key", "branch", "--path", "/src/app", "main"],
    ["key", "worktree", "/src/app", "login", "--worktree-path", "/src/login"],
    ["key", "uri", "scope:branch:/src/my%20app:main"],
    ["key", "json", '{"type":"repository","primaryPath":"/src/app"}'],
]
DIRECTORIES = [
    ["key"],
    ["key", "--kind", "branch", "--branch", "feature/login"],
    ["key", ".", "--branch", "main"],
    ["key", "conformance", "--kind", "global"],
]
GOOD = [
    ["parse", "@acme/widget:1", "@acme/gadget"],
    ["parse", "--normalize", " @Acme/Widget "],
    ["parse", "--print", "storage_component", "@acme/widget:1"],
    ["parse", "--print", "tag", "@acme/widget"],
    *KEYS,
    *DIRECTORIES,
    ["key", "branch", "/src/app", "main", "--print", "search_order"],
    ["key", "branch", "/src/app", "main", "--print", "json"],
    ["key", "worktree", "/src/app", "login", "--print", "worktree_path"],
]
# Some items at fault, in the middle of others; and every kind of character that JSON writes in its own way.
FAULTY = [
    ["parse", "@acme/widget", "acme", "@acme/", "@\u0131cme/x", "@acme/gadget"],
    ["parse", "\x7f\x85\x1b\b\f\n\r\t\"\\\u2028\u65e5\U0001f600"],
    ["key", "branch", "/src/app", "main", "origin/main", "a..b"],
    ["key", "branch", "/src/app", ""],
    ["key", "branch", "relative", "main"],
    ["key", "worktree", "/src/\u65e5", "a/b", "login"],
    ["key", "repository", "/src//app", "/"],
    ["key", "uri", "scope:global", "scope:nothing"],
    ["key", "json", "[]", '{"type":"global"}'],
    ["key", ".", "/no/such/place", "\udcff", "--branch", "a..b"],
    ["key", "bindings", "Cargo.toml", ""],
]
FORMATS = [[], ["--format", "text"], ["--format", "json"], ["--format", "jsonl"], ["--quiet"], ["-q", "--format", "json"]]

# Lines with too many fields, too few and none, bytes that are no text, and a last one without an end.
LINES = [
    (["parse"], b"@acme/widget\nnothing\n\n@acme/\xff\xfex\n@acme/\xed\xa0\x80\r\n@acme/gadget:1"),
    (["parse", "@acme/first", "-", "@acme/last"], b"@acme/widget\n"),
    (["parse"], b""),
    (["parse"], b"@acme/" + b"x" * (1 << 20) + b"\n@acme/widget\n" + b"y" * (1 << 20)),
    (["key", "branch", "-"], b"/src/app\tmain\n/src/app\n\tmain\n/src/app\ta\tb\n"),
    (["key", "branch", "/src/app", "-"], b"main\nfeature/login\n"),
    (["key", "branch", "--path", "/src/app"], b"main\n"),
    (["key", "worktree", "--worktree-path", "/x", "-"], b"/src/app\tlogin\n/src/app\tlogin\t/src/login\n/src/app\n"),
    (["key", "uri"], b"scope:global\n"),
    (["key", "-"], b".\nconformance\n/no/such/place\n\xff\n"),
]
REFUSED = [
    ["other"],
    ["key", "--kind", "project"],
    ["key", "branch", "/src/app"],
    ["key", "branch", "/src/app\tmain"],
    ["key", "branch", "-", "main"],
    ["key", "branch", "--path", "relative", "main"],
    ["key", "worktree", "/src/app", "k", "--worktree-path", ""],
    ["parse", "--print", "scope", "--format", "json", "@acme/widget"],
    ["parse", "--print", "nothing", "@acme/widget"],
    ["parse", "--format", "yaml"],
]


def run(program: list[str], arguments: list[str], given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    # Where the tests run may be a worktree whose HEAD is detached, but it is in a repository.
    return subprocess.run([*program, *arguments], input=given, capture_output=True, check=False, cwd=REPOSITORY)


MODULE = [sys.executable, "-m", "scope_core"]


@pytest.fixture
def command() -> list[str]:
    command = os.environ.get("SCOPE_COMMAND")
    assert command, "SCOPE_COMMAND names no scope; `cargo xtask test python` builds one"
    return [command]


@pytest.mark.parametrize("arguments", GOOD, ids=" ".join)
def test_it_prints_what_the_command_prints(arguments: list[str], command: list[str]) -> None:
    ours, theirs = run(MODULE, arguments), run(command, arguments)
    assert (ours.returncode, ours.stdout, ours.stderr) == (0, theirs.stdout, b"")


@pytest.mark.parametrize("form", FORMATS, ids=" ".join)
@pytest.mark.parametrize("arguments", [*KEYS, *DIRECTORIES, *FAULTY], ids=ascii)
def test_it_prints_it_in_each_format(arguments: list[str], form: list[str], command: list[str]) -> None:
    ours, theirs = run(MODULE, [*arguments, *form]), run(command, [*arguments, *form])
    assert (ours.returncode, ours.stdout) == (theirs.returncode, theirs.stdout)
    assert ours.returncode == (arguments in FAULTY)
    assert bool(ours.stderr) == bool(theirs.stderr)


@pytest.mark.parametrize("form", FORMATS, ids=" ".join)
@pytest.mark.parametrize(("arguments", "given"), LINES, ids=range(len(LINES)))
def test_it_reads_lines_as_the_command_does(arguments: list[str], given: bytes, form: list[str], command: list[str]) -> None:
    ours, theirs = run(MODULE, [*arguments, *form], given), run(command, [*arguments, *form], given)
    assert (ours.returncode, ours.stdout) == (theirs.returncode, theirs.stdout)


@pytest.mark.parametrize("arguments", REFUSED, ids=" ".join)
def test_arguments_that_make_no_sense(arguments: list[str], command: list[str]) -> None:
    ours, theirs = run(MODULE, arguments), run(command, arguments)
    assert (ours.returncode, ours.stdout, theirs.returncode) == (2, b"", 2)
    assert b"error: " in ours.stderr


def test_a_fault_goes_to_standard_error_and_the_rest_goes_on() -> None:
    ran = run(MODULE, ["parse", "acme", "@acme/widget"])
    assert (ran.returncode, ran.stdout) == (1, b"acme\twidget\n")
    assert ran.stderr == b'error[missing_at]: invalid reference "acme": a reference begins with \'@\'\n'


def test_a_reader_that_has_enough_ends_it() -> None:
    with subprocess.Popen([*MODULE, "parse"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as ran:
        assert ran.stdin and ran.stdout and ran.stderr
        ran.stdin.write(b"@acme/widget\n")
        ran.stdin.flush()
        # The answer comes before there is another line.
        assert ran.stdout.readline() == b"acme\twidget\n"
        ran.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            ran.stdin.write(b"@acme/widget\n" * 100_000)
            ran.stdin.close()
        assert (ran.wait(timeout=60), ran.stderr.read()) == (0, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="arguments are text there")
def test_an_argument_that_is_no_text() -> None:
    ran = subprocess.run([*map(os.fsencode, MODULE), b"parse", b"@acme/\xff"], capture_output=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr.startswith(b"error[invalid_unicode]: ")
