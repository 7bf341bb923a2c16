"""The classes: immutable, hashable, ordered, picklable, copyable, with a repr that evaluates."""

from __future__ import annotations

import copy
import dataclasses
import functools
import json
import pickle
from typing import Any

import pytest
import scope_core
from scope_core import CheckoutInfo, Decision, Policy, Reference, Resolved, ScopeError, ScopeKey, WorkspaceMetadata, parse

METADATA = (
    '{"owner":"acme","repo":"widget","fullName":"acme/widget","currentBranch":"it\'s",'
    '"lastAccessedAt":"2026-01-01T00:00:00.5Z","createdAt":"2026-01-01T00:00:00Z","note":[1]}'
)

CHECKOUT: dict[str, Any] = {
    **{"primary_path": "/src/it's", "worktree_path": "/src/w", "worktree_key": "w", "branch": "é"},
    **{"is_bare": False, "is_linked_worktree": True, "is_detached": False},
}

# Each with another one that differs from it.
VALUES: list[tuple[Any, Any]] = [
    (Reference("acme", "widget"), Reference("acme", "widget", "1")),
    (parse("@acme/widget:latest"), parse("@acme/widget:Latest")),
    (ScopeKey.global_(), ScopeKey.repository("/src")),
    (ScopeKey.repository("/src/it's"), ScopeKey.repository('/src/"it"')),
    (ScopeKey.branch("/src/app", "main"), ScopeKey.worktree("/src/app", "main")),
    (ScopeKey.worktree("C:\\src", "é", worktree_path="/elsewhere"), ScopeKey.worktree("C:/src", "é")),
    (CheckoutInfo(**CHECKOUT), CheckoutInfo(**{**CHECKOUT, "branch": None, "is_detached": True})),
    (Policy(), Policy(legacy_prefix=None)),
    (Policy(system_scope="house", reserved=["root", "abc"], reserved_prefixes=["house-"]), Policy(reserved=[])),
    (Resolved("scoped", "@acme/widget"), Resolved("legacy_template", "vm0-x")),
    (Resolved("legacy_user", "user-u1-web", "web"), Resolved("legacy_user", "user-u1-web", "eb")),
    (Decision(allowed=True, reason="owner", rule="X2"), Decision(allowed=False, reason="not_owner", rule="X2")),
    (WorkspaceMetadata.from_json(METADATA), WorkspaceMetadata.from_json(METADATA.replace("[1]", "2"))),
]

each_value = pytest.mark.parametrize(("value", "other"), VALUES, ids=[repr(value) for value, _ in VALUES])


@each_value
def test_it_equals_its_like_alone(value: Any, other: Any) -> None:
    assert value == value and value != other
    assert value != str(value) and value is not None
    assert len({value, other, copy.copy(value)}) == 2


@each_value
def test_its_repr_evaluates(value: Any, other: Any) -> None:
    made = eval(repr(value), dict(vars(scope_core)))
    assert made == value
    assert repr(made) == repr(value)


@each_value
def test_it_pickles_and_copies(value: Any, other: Any) -> None:
    copies = [pickle.loads(pickle.dumps(value, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
    for made in [*copies, copy.copy(value), copy.deepcopy(value)]:
        assert type(made) is type(value) and made == value
        assert hash(made) == hash(value) and repr(made) == repr(value)


@each_value
def test_it_cannot_be_changed(value: Any, other: Any) -> None:
    names = [name for name in dir(type(value)) if not name.startswith("_")]
    for name in [*names, "new"]:
        with pytest.raises((AttributeError, TypeError)):
            setattr(value, name, "x")


def test_match_statements() -> None:
    match parse("@acme/widget"):
        case Reference("acme", name, None):
            assert name == "widget"
        case _:
            pytest.fail("no match")
    match ScopeKey.branch("/src/app", "main"):
        case ScopeKey("branch", path, branch):
            assert (path, branch) == ("/src/app", "main")
        case _:
            pytest.fail("no match")
    match Policy():
        case Policy(system, _, (prefix,), legacy):
            assert (system, prefix, legacy) == ("vm0", "vm0-", "vm0-")
        case _:
            pytest.fail("no match")
    match Decision(True, "owner", "X2"):
        case Decision(True, reason):
            assert reason == "owner"
        case _:
            pytest.fail("no match")


def test_references_are_ordered_by_their_parts() -> None:
    # R6: by scope, then name, then tag, no tag first. As texts, `@ab-c/x` would come before `@abc/x` all the same, but
    # `@abc-d/x` before `@abc/x` too.
    texts = ["@abc-d/x", "@abc/x:1", "@abc/x", "@abc/x-y", "@abc/x:A"]
    in_order = ["@abc/x", "@abc/x:1", "@abc/x:A", "@abc/x-y", "@abc-d/x"]
    references = [parse(text) for text in texts]
    assert [str(it) for it in sorted(references)] == in_order
    assert str(min(references)) == in_order[0] and str(max(references)) == in_order[-1]
    by_scope = sorted(references, key=lambda it: (it.scope, it.name))
    assert functools.reduce(lambda a, b: a if a.scope <= b.scope else b, by_scope).scope == "abc"
    with pytest.raises(TypeError):
        _ = parse("@abc/x") < "@abc/x"  # type: ignore[operator]


def test_keys_are_ordered_by_kind_first() -> None:
    keys = [ScopeKey.worktree("/a", "k"), ScopeKey.branch("/a", "b"), ScopeKey.repository("/b"), ScopeKey.global_()]
    assert sorted(keys) == list(reversed(keys))


def test_functions_may_be_cached_and_pickled() -> None:
    cached = functools.lru_cache(parse)
    assert cached("@acme/widget") is cached("@acme/widget")
    assert pickle.loads(pickle.dumps(parse)) is parse


@dataclasses.dataclass(frozen=True, order=True)
class Job:
    reference: Reference
    key: ScopeKey


def test_dataclasses_and_json() -> None:
    job = Job(parse("@acme/widget"), ScopeKey.global_())
    assert dataclasses.astuple(job) == (job.reference, job.key)
    assert sorted({job, dataclasses.replace(job, reference=parse("@acme/a"))})[0].reference.name == "a"
    text = json.dumps(dataclasses.asdict(job), default=str)
    assert text == '{"reference": "@acme/widget", "key": "global"}'
    assert parse(json.loads(text)["reference"]) == job.reference


def test_a_reference_formats_as_its_text() -> None:
    assert f"{parse('@acme/widget'):>14}|" == "  @acme/widget|"


def test_a_decision_is_true_where_it_allows() -> None:
    assert not scope_core.decide_access({"type": "system"}, {}, "write")
    assert scope_core.decide_access({"type": "system"}, {}, "read")


def test_storage_components_read_back() -> None:
    reference = parse("@acme/a__b")
    assert Reference.from_storage_component(reference.storage_component) == reference
    with pytest.raises(ScopeError) as caught:
        Reference.from_storage_component("acme__b!")
    assert (caught.value.input, caught.value.offset, caught.value.text) == ("name", 1, "b!")
