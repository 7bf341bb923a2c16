"""Answers cases of the vectors' form (``conformance/README.md``) through the package.

The vectors and the differential test use it alike. An operation that is not known raises ``KeyError``, and an argument that
does not fit its operation raises too: nothing is skipped.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import scope_core
from scope_core import Policy, Reference, Resolved, ScopeError, ScopeKey, WorkspaceMetadata

REPOSITORY = Path(os.environ.get("SCOPE_REPOSITORY") or Path(__file__).resolve().parents[3])

Args = dict[str, Any]


def conformance(module: str) -> Any:
    """A module of the vectors' own, such as the one that makes the repositories that they are about."""
    place = str(REPOSITORY / "conformance")
    if place not in sys.path:
        sys.path.append(place)
    return importlib.import_module(module)


def text(value: Any) -> str:
    """What a text of a case stands for."""
    if isinstance(value, str):
        return value
    if "utf16" in value:
        units = b"".join(unit.to_bytes(2, "little") for unit in value["utf16"])
        return units.decode("utf-16-le", "surrogatepass")
    if "hex" in value:
        return bytes.fromhex(value["hex"]).decode("utf-8", "surrogatepass")
    return str(value.get("prefix", "") + value["repeat"] * value["count"] + value.get("suffix", ""))


def raw(value: Any) -> bytes:
    """The bytes that a text of a case stands for."""
    if isinstance(value, dict) and "hex" in value:
        return bytes.fromhex(value["hex"])
    return text(value).encode("utf-8", "surrogatepass")


def maybe(value: Any) -> str | None:
    return None if value is None else text(value)


def answer(op: str, args: Args) -> Any:
    """``{"value": …}`` or ``{"error": …}``, as a case has them."""
    try:
        return {"value": OPERATIONS[op](args)}
    except ScopeError as error:
        return {"error": described(error)}


def described(error: ScopeError) -> dict[str, Any]:
    """The error as a case has it: its offset is turned from code points into bytes, in the text that it says it is in. That
    this is the right text shows in the message, which quotes it."""
    assert 0 <= error.offset <= len(error.text)
    return {
        "code": error.code,
        "number": error.number,
        "part": error.part,
        "input": error.input,
        "offset": len(error.text[: error.offset].encode("utf-8", "surrogatepass")),
        "message": str(error),
        "suggestion": error.suggestion,
    }


def checked(check: Callable[[str], object]) -> Callable[[Args], bool]:
    def run(args: Args) -> bool:
        check(text(args["text"]))
        return True

    return run


def of_text(function: Callable[[str], Any]) -> Callable[[Args], Any]:
    return lambda args: function(text(args["text"]))


def parse(args: Args) -> Any:
    reference = scope_core.parse(text(args["text"]), normalize=args.get("normalize", False))
    return {
        "scope": reference.scope,
        "name": reference.name,
        "tag": reference.tag,
        "text": str(reference),
        "storage_component": reference.storage_component,
    }


def sign(a: Any, b: Any) -> int:
    assert (a == b) == (not a != b) == (not (a < b or a > b)) == (a <= b <= a)
    assert a != b or hash(a) == hash(b)
    return (a > b) - (a < b)


def compare(args: Args) -> int:
    return sign(scope_core.parse(text(args["a"])), scope_core.parse(text(args["b"])))


def policy(parts: Args | None) -> Policy:
    given = dict(parts or {})
    made: dict[str, Any] = {}
    for name in ("system_scope", "legacy_prefix"):
        if name in given:
            made[name] = maybe(given[name])
    for name in ("reserved", "reserved_prefixes"):
        if given.get(name) is not None:
            made[name] = [text(item) for item in given[name]]
    return Policy(**made)


def policy_new(args: Args) -> bool:
    assert isinstance(policy(args), Policy)
    return True


def check_claimable(args: Args) -> bool:
    policy(args.get("policy")).check_claimable(text(args["slug"]))
    return True


def resolve(args: Args) -> Any:
    resolved = policy(args.get("policy")).resolve(
        text(args["text"]),
        default_scope=maybe(args.get("default_scope")),
        user_id=maybe(args.get("user_id")),
        normalize=args.get("normalize", False),
    )
    match resolved:
        case Resolved("scoped", shown, None):
            assert resolved.reference == scope_core.parse(shown)
            return {"kind": "scoped", "reference": str(resolved.reference)}
        case Resolved("legacy_template", shown, None):
            return {"kind": "legacy_template", "text": shown}
        case Resolved("legacy_user", shown, alias):
            return {"kind": "legacy_user", "text": shown, "alias": alias}
    raise AssertionError(resolved)


def alias(function: Callable[[str, str, str], str]) -> Callable[[Args], str]:
    return lambda args: function(text(args["scope_id"]), text(args["name"]), text(args["version"]))


def access(args: Args) -> Any:
    scope = {"type": text(args["scope"]["type"]), "owner_id": maybe(args["scope"].get("owner_id"))}
    actor = {"user_id": maybe(args["actor"].get("user_id")), "role": maybe(args["actor"].get("role"))}
    action: Any = text(args["action"])
    decision = scope_core.decide_access(scope, actor, action, force=args["force"])
    assert bool(decision) is decision.allowed
    return {"allowed": decision.allowed, "reason": decision.reason, "rule": decision.rule}


def key(parts: Args) -> ScopeKey:
    match parts["kind"]:
        case "global":
            return ScopeKey.global_()
        case "repository":
            return ScopeKey.repository(text(parts["primary_path"]))
        case "branch":
            return ScopeKey.branch(text(parts["primary_path"]), text(parts["branch_name"]))
        case "worktree":
            path, shown = text(parts["primary_path"]), maybe(parts.get("worktree_path"))
            return ScopeKey.worktree(path, text(parts["worktree_key"]), worktree_path=shown)
    raise KeyError(parts["kind"])


def described_key(key: ScopeKey) -> Any:
    names = ["kind", "primary_path", "branch_name", "worktree_key", "worktree_path", "display", "display_short"]
    names += ["storage_key", "distinct_storage_key", "uri"]
    assert str(key) == key.display
    return {
        **{name: getattr(key, name) for name in names},
        "json": key.to_json(),
        "search_order": [it.uri for it in key.search_order()],
    }


def confusable_keys(args: Args) -> Any:
    a, b = key(args["a"]), key(args["b"])
    assert a != b and a.storage_key == b.storage_key
    return {"storage_key": a.storage_key, "distinct": [a.distinct_storage_key, b.distinct_storage_key]}


def of_repository(function: Callable[[str, str], str]) -> Callable[[Args], str]:
    return lambda args: function(text(args["owner"]), text(args["repo"]))


def confusable_dirs(args: Args) -> Any:
    plain, distinct = of_repository(scope_core.workspace_dir_name), of_repository(scope_core.distinct_workspace_dir_name)
    assert plain(args["a"]) == plain(args["b"])
    return {"dir_name": plain(args["a"]), "distinct": [distinct(args["a"]), distinct(args["b"])]}


def workspace_path(args: Args) -> str:
    return scope_core.workspace_path(*(text(args[it]) for it in ("data_dir", "user_id", "owner", "repo")))


def decide_retention(args: Args) -> str:
    days = {"max_idle_days": args["max_idle_days"]} if args.get("max_idle_days") is not None else {}
    return scope_core.decide_retention(text(args["metadata"]), dirty=args["dirty"], now=text(args["now"]), **days)


def parse_many(args: Args) -> Any:
    texts = [text(it) for it in args["texts"]]
    answers = scope_core.parse_many(texts, normalize=args.get("normalize", False), errors="collect")
    faults = [index for index, it in enumerate(answers) if isinstance(it, ScopeError)]
    assert [it.index for it in answers if isinstance(it, ScopeError)] == faults
    return [{"error": described(it)} if isinstance(it, ScopeError) else {"reference": str(it)} for it in answers]


def of_checkout(ask: Callable[[Args], Any]) -> Callable[[Args], Any]:
    """Asks in the root of what the case's steps make; answers name the root ``{root}``."""

    def run(args: Args) -> Any:
        steps = [{**step, "text": text(step["text"])} if "text" in step else step for step in args["setup"]]
        with conformance("checkouts").made(steps) as root:
            found = ask(args)
        return {name: it.replace(root, "{root}") if isinstance(it, str) else it for name, it in found.items()}

    return run


def path(value: Any) -> str | bytes:
    """What a path of a case stands for: bytes only where it may be no text."""
    return raw(value) if isinstance(value, dict) and "hex" in value else text(value)


def checkout_info(args: Args) -> Any:
    checkout = scope_core.checkout_info(path(args["path"]))
    return {name: getattr(checkout, name) for name in type(checkout).__match_args__}


def resolve_scope(args: Args) -> Any:
    kind: Any = {"kind": text(args["kind"])} if "kind" in args else {}
    key = scope_core.resolve_scope(path(args["path"]), branch=maybe(args.get("branch")), **kind)
    return {name: getattr(key, name) for name in (*type(key).__match_args__, "worktree_path")}


OPERATIONS: dict[str, Callable[[Args], Any]] = {
    "check_slug": checked(scope_core.check_slug),
    "check_name": checked(scope_core.check_name),
    "check_tag": checked(scope_core.check_tag),
    "check_branch": checked(scope_core.check_branch),
    "check_worktree_key": checked(lambda key: ScopeKey.worktree("/", key)),
    "check_path": checked(ScopeKey.repository),
    "is_slug": of_text(scope_core.is_slug),
    "is_name": of_text(scope_core.is_name),
    "is_tag": of_text(scope_core.is_tag),
    "is_branch": of_text(scope_core.is_branch),
    "is_valid": of_text(scope_core.is_valid),
    "parse": parse,
    "normalize": of_text(scope_core.normalize),
    "compare": compare,
    "resolve": resolve,
    "policy_new": policy_new,
    "policy_check_claimable": check_claimable,
    "policy_is_reserved": lambda args: policy(args.get("policy")).is_reserved(text(args["slug"])),
    "suggest_slug": of_text(scope_core.suggest_slug),
    "default_slug": lambda args: scope_core.default_slug(text(args["user_id"])),
    "template_alias": alias(scope_core.template_alias),
    "distinct_template_alias": alias(scope_core.distinct_template_alias),
    "legacy_user_alias": lambda args: scope_core.legacy_user_alias(text(args["user_id"]), text(args["alias"])),
    "version_hash": lambda args: scope_core.version_hash(raw(args["content"])),
    "content_hash": lambda args: scope_core.content_hash(raw(args["content"])),
    "decide_access": access,
    "key": lambda args: described_key(key(args)),
    "key_from_uri": of_text(lambda uri: described_key(ScopeKey.from_uri(uri))),
    "key_from_json": of_text(lambda json: described_key(ScopeKey.from_json(json))),
    "key_compare": lambda args: sign(key(args["a"]), key(args["b"])),
    "confusable_keys": confusable_keys,
    "confusable_dirs": confusable_dirs,
    "workspace_dir_name": of_repository(scope_core.workspace_dir_name),
    "distinct_workspace_dir_name": of_repository(scope_core.distinct_workspace_dir_name),
    "hosted_workspace_dir_name": lambda args: scope_core.hosted_workspace_dir_name(
        text(args["host"]), text(args["repository_path"])
    ),
    "workspace_path": workspace_path,
    "contains": lambda args: scope_core.contains(text(args["base"]), text(args["path"])),
    "metadata": of_text(lambda json: {"json": WorkspaceMetadata.from_json(json).to_json()}),
    "decide_retention": decide_retention,
    "parse_many": parse_many,
    "parse_lines": lambda args: [list(line) for line in scope_core.parse_lines(raw(args["buffer"]))],
    "checkout_info": of_checkout(checkout_info),
    "resolve_scope": of_checkout(resolve_scope),
    "error_table": lambda args: [[number, code] for code, number in scope_core.ERROR_CODES.items()],
}
