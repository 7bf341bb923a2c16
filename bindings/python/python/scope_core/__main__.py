"""``python -m scope_core parse|key``: those of the command ``scope``, for people without the binary.

Standard output is the command's, byte for byte, in each of its formats, and so is the exit status; on standard error a fault
is one line, without the command's caret."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from . import ScopeError, ScopeKey, parse, resolve_scope
from ._error import described

Value = str | list[str] | None
Record = dict[str, Value]

PROGRAM = "python -m scope_core"
LINE_LIMIT = 1 << 20
"""The most bytes of a line; a longer one is a fault."""

REFERENCE_FIELDS = ["reference", "scope", "name", "tag", "storage_component"]
REFERENCE_SHOWN = ["scope", "name", "tag"]
KEY_FIELDS = [
    *["kind", "primary_path", "branch_name", "worktree_key", "worktree_path", "display", "display_short"],
    *["storage_key", "distinct_storage_key", "uri", "search_order", "json"],
]
KEY_SHOWN = ["kind", "display", "display_short", "storage_key", "distinct_storage_key", "uri", "search_order"]


@dataclass(frozen=True)
class Form:
    """What an item is made of: its fields, how many of the last may be left out, and how a person writes it."""

    parts: list[str]
    written: str
    optional: int = 0

    def fields(self, given: list[bytes], line: bytes | None) -> list[bytes | None]:
        """The fields of an item: those given by themselves, then those of the line. One argument alone is cut as a line is."""
        if line is None and len(given) == 1:
            given, line = [], given[0]
        fields: list[bytes | None] = [*given]
        if line is not None and len(fields) < len(self.parts):
            fields += line.split(b"\t", len(self.parts) - len(fields) - 1)
        while len(fields) < len(self.parts):
            fields.append(b"" if len(fields) + self.optional < len(self.parts) else None)
        return fields


REFERENCE = Form(["reference"], "references")
DIRECTORY = Form(["path"], "directories")
GLOBAL = Form([], "nothing")
BELOW_A_PATH = {
    "branch": Form(["primary_path", "branch_name"], "PATH BRANCH, or on a line PATH TAB BRANCH"),
    "worktree": Form(
        ["primary_path", "worktree_key", "worktree_path"], "PATH KEY, or on a line PATH TAB KEY [TAB WORKTREE_PATH]", 1
    ),
}
ALONE = {
    "repository": Form(["primary_path"], "roots of repositories"),
    "uri": Form(["uri"], "scope URIs"),
    "json": Form(["json"], "JSON objects"),
}


class Usage(Exception):
    """The arguments make no sense together."""


def reference_record(text: str, normalize: bool) -> Record:
    reference = parse(text, normalize=normalize)
    return {"reference": str(reference), **{name: getattr(reference, name) for name in REFERENCE_FIELDS[1:]}}


def key_record(key: ScopeKey) -> Record:
    record = {name: getattr(key, name) for name in KEY_FIELDS[:-2]}
    return {**record, "search_order": [it.uri for it in key.search_order()], "json": key.to_json()}


def quoted(value: Value) -> str:
    """JSON as the command writes it: control characters of every kind escaped, nothing else."""
    if value is None:
        return "null"
    if isinstance(value, list):
        return f"[{','.join(map(quoted, value))}]"
    escaped = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + re.sub('["\\\\\0-\x1f\x7f-\x9f]', lambda it: escaped.get(it[0]) or f"\\u{ord(it[0]):04x}", value) + '"'


def visible(text: str) -> str:
    """The text with everything escaped that a terminal would obey or hide."""
    return "".join(it if it.isprintable() else f"\\u{{{ord(it):x}}}" for it in text)


@dataclass
class Printer:
    """Prints answers as the options say, one after another."""

    options: argparse.Namespace
    shown: list[str]
    faults: int = 0
    begun: bool = False

    def write(self, text: str) -> None:
        sys.stdout.buffer.write(text.encode())

    def record(self, echo: str, record: Record) -> None:
        if self.options.quiet:
            return
        if self.options.format != "text":
            pairs = [f"{quoted(name)}:{record[name] if name == 'json' else quoted(record[name])}" for name in record]
            self.object(echo, ",".join(pairs))
        elif self.options.print or self.shown is REFERENCE_SHOWN:
            columns = [self.lines(record[name]) for name in ([self.options.print] if self.options.print else self.shown)]
            self.write("\t".join(line for lines in columns for line in lines) + "\n")
        else:
            self.block(record)

    def block(self, record: Record) -> None:
        self.write("\n" if self.begun else "")
        self.begun = True
        width = max(map(len, self.shown))
        for name in self.shown:
            for index, line in enumerate(self.lines(record[name])):
                self.write(f"{'' if index else name:{width}}  {line}\n")

    def lines(self, value: Value) -> list[str]:
        lines = [] if value is None else value if isinstance(value, list) else [value]
        return [visible(line) for line in lines] if sys.stdout.isatty() else lines

    def fault(self, echo: str, error: dict[str, Any], reason: str) -> None:
        self.faults += 1
        if self.options.quiet:
            return
        if self.options.format != "text":
            pairs = [f'"{name}":{it if isinstance(it, int) else quoted(it)}' for name, it in error.items()]
            self.object(echo, f'"error":{{{",".join(pairs)}}}')
        # Where both streams go to one place, the order is that of the items.
        sys.stdout.buffer.flush()
        print(f"error[{error['code']}]: {reason}", file=sys.stderr)

    def object(self, echo: str, members: str) -> None:
        if self.options.format == "json":
            self.write("," if self.begun else "[\n")
        self.begun = True
        self.write(f'{{"input":{echo},{members}}}\n')

    def finish(self) -> int:
        if self.options.format == "json" and not self.options.quiet:
            self.write("]\n" if self.begun else "[]\n")
        sys.stdout.buffer.flush()
        return 1 if self.faults else 0


def echoed(form: Form, fields: list[bytes | None]) -> str:
    """The item as it was given: a string, or an object where it has several fields."""
    texts = [quoted(None if field is None else field.decode("utf-8", "replace")) for field in fields]
    if len(texts) == 1:
        return texts[0]
    pairs = [f'"{part}":{text}' for part, text in zip(form.parts, texts)]
    return f"{{{','.join(pairs)}}}" if pairs else "null"


Item = list[bytes | None]


def read(form: Form, before: list[bytes], items: Sequence[str]) -> Iterator[Item | None]:
    """The fields of each item; nothing for a line that is too long. Lines of standard input for ``-`` and for no item."""
    if not items and sys.stdin.isatty():
        raise Usage(f"nothing to read: give {form.written}, or `-` for one a line from standard input")
    for item in items or ["-"]:
        if item != "-":
            yield form.fields([*before, os.fsencode(item)], None)
            continue
        while line := sys.stdin.buffer.readline(LINE_LIMIT + 1):
            if len(line) > LINE_LIMIT and not line.endswith(b"\n"):
                while line and not line.endswith(b"\n"):
                    line = sys.stdin.buffer.readline(LINE_LIMIT)
                yield None
            else:
                yield form.fields(before, line.removesuffix(b"\n"))
            # Whoever sends a line and waits for its answer gets it.
            sys.stdout.buffer.flush()


def run(printer: Printer, form: Form, items: Iterator[Item | None], record: Callable[..., Record]) -> int:
    """Prints each item's record or fault. Hands back the exit status."""
    try:
        for fields in items:
            answer(printer, form, fields, record)
        return printer.finish()
    except BrokenPipeError:
        # Nobody reads on: what has been seen so far decides, and there is nothing to flush to when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1 if printer.faults else 0


def answer(printer: Printer, form: Form, fields: Item | None, record: Callable[..., Record]) -> None:
    if fields is None:
        reason = f"the line is longer than {LINE_LIMIT} bytes"
        error = {"code": "too_long", "number": 8, "part": "line", "input": "line", "offset": LINE_LIMIT}
        printer.fault("null", {**error, "message": f"invalid line: {reason}", "suggestion": None}, reason)
        return
    echo = echoed(form, fields)
    try:
        # Bytes that are no text become lone surrogates, and are refused like any other text at fault.
        found = record(*(None if it is None else it.decode("utf-8", "surrogateescape") for it in fields))
    except ScopeError as fault:
        printer.fault(echo, described(fault), str(fault))
    else:
        printer.record(echo, found)


def parser(command: str, about: str, items: str | None, fields: list[str]) -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog=f"{PROGRAM} {command}", description=about)
    if items:
        made.add_argument("items", metavar=items, nargs="*", help="or - for lines of standard input")
    kinds = made.add_mutually_exclusive_group()
    kinds.add_argument("--print", metavar="FIELD", choices=fields, help="print this field alone: " + ", ".join(fields))
    kinds.add_argument("--format", choices=["text", "json", "jsonl"], default="text", help="what answers look like")
    made.add_argument("-q", "--quiet", action="store_true", help="print nothing; the exit status says it all")
    return made


def run_parse(argv: Sequence[str]) -> int:
    made = parser("parse", "take references apart: scope, name and tag with a TAB between two", "REFERENCE", REFERENCE_FIELDS)
    made.add_argument("--normalize", action="store_true", help="drop white space and lower-case scope and name first")
    args = made.parse_intermixed_args(argv)
    items = read(REFERENCE, [], args.items)
    return run(Printer(args, REFERENCE_SHOWN), REFERENCE, items, lambda text: reference_record(text, args.normalize))


def run_key(argv: Sequence[str]) -> int:
    kind, *rest = argv or [""]
    if kind == "global":
        args = parser("key global", "the key of everything", None, KEY_FIELDS).parse_args(rest)
        return run(Printer(args, KEY_SHOWN), GLOBAL, iter([[]]), lambda: key_record(ScopeKey.global_()))
    if kind in ALONE:
        form = ALONE[kind]
        args = parser(f"key {kind}", f"keys from {form.written}", kind.upper(), KEY_FIELDS).parse_intermixed_args(rest)
        make = {"repository": ScopeKey.repository, "uri": ScopeKey.from_uri, "json": ScopeKey.from_json}[kind]
        return run(Printer(args, KEY_SHOWN), form, read(form, [], args.items), lambda text: key_record(make(text)))
    if kind in BELOW_A_PATH:
        return run_below(kind, rest)
    return run_directories(argv)


def run_directories(argv: Sequence[str]) -> int:
    """Keys of directories, as their git repositories tell."""
    kinds = ", ".join(["global", *ALONE, *BELOW_A_PATH])
    about = f"keys of directories, as their git repositories tell; or of what follows one of these words: {kinds}"
    made = parser("key", about, "DIRECTORY", KEY_FIELDS)
    made.add_argument("--kind", choices=["auto", "global", "repository", "branch", "worktree"], default="auto")
    made.add_argument("--branch", metavar="BRANCH", help="the branch, instead of the one that is checked out")
    made.add_argument("--use-environment", action="store_true", help="take notice of GIT_DIR and git's other variables")
    args = made.parse_intermixed_args(argv)

    def record(path: str) -> Record:
        how = {"kind": args.kind, "branch": args.branch, "use_environment": args.use_environment}
        return key_record(resolve_scope(path, **how))

    return run(Printer(args, KEY_SHOWN), DIRECTORY, read(DIRECTORY, [], args.items or ["."]), record)


def run_below(kind: str, argv: Sequence[str]) -> int:
    """Keys of branches or worktrees: of the repository at ``--path``, or else at the first argument, or else as lines say."""
    form = BELOW_A_PATH[kind]
    made = parser(f"key {kind}", f"keys from {form.written}", f"PATH {form.parts[1].upper()}", KEY_FIELDS)
    made.add_argument("--path", metavar="PATH", help="the root of the repository of every item")
    if kind == "worktree":
        made.add_argument("--worktree-path", metavar="PATH", help="where the worktree is, for display")
    args = made.parse_intermixed_args(argv)
    before: list[bytes] = []
    if args.path is not None:
        ScopeKey.repository(args.path)
        before = [os.fsencode(args.path)]
    elif args.items and args.items[0] != "-":
        before = [os.fsencode(args.items.pop(0))]
        if not args.items:
            raise Usage(f"nothing after the path: give {form.written}")
    elif len(args.items) > 1:
        raise Usage(f"nothing may follow the `-`: give {form.written}")
    shown = getattr(args, "worktree_path", None)
    if shown is not None:
        ScopeKey.worktree("/", "key", shown)

    def record(path: str, name: str, own: str | None = None) -> Record:
        if kind == "branch":
            return key_record(ScopeKey.branch(path, name))
        return key_record(ScopeKey.worktree(path, name, shown if own is None else own))

    return run(Printer(args, KEY_SHOWN), form, read(form, before, args.items), record)


COMMANDS = {"parse": run_parse, "key": run_key}


def main(argv: Sequence[str]) -> int:
    sys.stderr.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    made = argparse.ArgumentParser(prog=PROGRAM, description="Scoped references and scope keys.")
    made.add_argument("command", choices=COMMANDS)
    command: str = made.parse_args(argv[:1]).command
    try:
        return COMMANDS[command](argv[1:])
    except (Usage, ScopeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
