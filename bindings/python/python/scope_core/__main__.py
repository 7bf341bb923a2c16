"""``python -m scope_core parse|key``: those of the command ``scope``, for people without the binary.

The text form of the answers is the command's; of its ways to print there is ``--print`` besides."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from . import ScopeError, ScopeKey, parse

Record = dict[str, Any]

REFERENCE_FIELDS = ["reference", "scope", "name", "tag", "storage_component"]
KEY_FIELDS = [
    *["kind", "primary_path", "branch_name", "worktree_key", "worktree_path", "display", "display_short"],
    *["storage_key", "distinct_storage_key", "uri", "search_order", "json"],
]
KEY_SHOWN = ["kind", "display", "display_short", "storage_key", "distinct_storage_key", "uri", "search_order"]


def reference_record(text: str, normalize: bool) -> Record:
    reference = parse(text, normalize=normalize)
    return {"reference": str(reference), **{name: getattr(reference, name) for name in REFERENCE_FIELDS[1:]}}


def key_record(key: ScopeKey) -> Record:
    record = {name: getattr(key, name) for name in KEY_FIELDS[:-2]}
    return {**record, "search_order": [it.uri for it in key.search_order()], "json": key.to_json()}


def shown(value: Any, between: str) -> str:
    if value is None:
        return ""
    return between.join(value) if isinstance(value, list) else str(value)


def columns(record: Record) -> str:
    return "\t".join(record[name] for name in ("scope", "name", "tag") if record[name] is not None)


def block(record: Record) -> str:
    width = max(len(name) for name in KEY_SHOWN)
    lines = []
    for name in KEY_SHOWN:
        first, *rest = shown(record[name], "\n").split("\n")
        lines += [f"{name:{width}}  {first}", *(" " * width + f"  {line}" for line in rest)]
    return "\n".join(lines)


def given(items: Sequence[str]) -> Iterator[str]:
    """The items, or the lines of standard input for ``-`` alone."""
    if list(items) != ["-"]:
        yield from items
        return
    for line in sys.stdin:
        yield line.removesuffix("\n")


def run(items: Iterable[str], record: Callable[[str], Record], layout: Callable[[Record], str], only: str | None) -> int:
    """Prints each item's record, or its fault to standard error. Hands back the exit status."""
    status = 0
    between = "\n" if layout is block and only is None else ""
    for index, item in enumerate(items):
        try:
            found = record(item)
        except ScopeError as error:
            print(f"error[{error.code}]: {error}", file=sys.stderr)
            status = 1
        else:
            print((between if index else "") + (layout(found) if only is None else shown(found[only], "\t")))
    return status


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scope_core", description="Scoped references and scope keys.")
    commands = parser.add_subparsers(dest="command", required=True)

    about = "take references apart: scope, name and tag with a TAB between two"
    command = commands.add_parser("parse", help=about, description=about)
    command.add_argument("items", metavar="REFERENCE", nargs="+", help="a reference, or - for lines of standard input")
    command.add_argument("--normalize", action="store_true", help="drop white space and lower-case scope and name first")
    output(command, REFERENCE_FIELDS)

    about = "work out scope keys, in every form"
    kinds = commands.add_parser("key", help=about, description=about).add_subparsers(dest="kind", required=True)
    output(kinds.add_parser("global", help="the key of everything"), KEY_FIELDS)
    for kind, names in {
        "repository": ["PATH"],
        "branch": ["PATH", "BRANCH"],
        "worktree": ["PATH", "KEY"],
        "uri": ["URI"],
        "json": ["JSON"],
    }.items():
        command = kinds.add_parser(kind, help=f"from {' '.join(names)}; the last may be repeated")
        if len(names) == 2:
            command.add_argument("path", metavar="PATH", help="the root of the repository, absolute")
        command.add_argument("items", metavar=names[-1], nargs="+", help="or - for lines of standard input")
        if kind == "worktree":
            command.add_argument("--worktree-path", metavar="PATH", help="where the worktree is, for display")
        output(command, KEY_FIELDS)
    return parser


def output(command: argparse.ArgumentParser, fields: list[str]) -> None:
    command.add_argument("--print", metavar="FIELD", choices=fields, help="print this field alone: " + ", ".join(fields))


def main(argv: Sequence[str] | None = None) -> int:
    args = arguments().parse_args(argv)
    # Arguments that are no UTF-8 come as lone surrogates, and are refused like any other text at fault.
    sys.stderr.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    layout: Callable[[Record], str] = columns if args.command == "parse" else block
    if args.command == "parse":
        return run(given(args.items), lambda text: reference_record(text, args.normalize), layout, args.print)
    keys: dict[str, Callable[[str], ScopeKey]] = {
        "global": lambda _: ScopeKey.global_(),
        "repository": ScopeKey.repository,
        "branch": lambda branch: ScopeKey.branch(args.path, branch),
        "worktree": lambda key: ScopeKey.worktree(args.path, key, args.worktree_path),
        "uri": ScopeKey.from_uri,
        "json": ScopeKey.from_json,
    }
    items = given(args.items) if args.kind != "global" else [""]
    return run(items, lambda item: key_record(keys[args.kind](item)), layout, args.print)


if __name__ == "__main__":
    sys.exit(main())
