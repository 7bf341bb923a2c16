"""What holds for all inputs."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest
import scope_core
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scope_core import Policy, Reference, ScopeError, ScopeKey, parse

# A machine with much else to do is no fault of the package.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# Lone surrogates are characters to Python.
anything = st.text(st.characters(codec=None) | st.characters(categories=["Cs"]))
slugs = st.from_regex(r"[a-z0-9][a-z0-9-]{1,62}[a-z0-9]", fullmatch=True)
names = st.from_regex(r"[a-z0-9](?:[a-z0-9_-]{0,126}[a-z0-9])?", fullmatch=True)
tags = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", fullmatch=True)
references = st.builds(Reference, slugs, names, st.none() | tags)
nearly = st.builds("@{}/{}:{}".format, slugs | anything, names | anything, tags | anything)


@given(slugs, names, st.none() | tags)
def test_parts_make_a_reference_and_come_back(scope: str, name: str, tag: str | None) -> None:
    reference = Reference(scope, name, tag)
    assert (reference.scope, reference.name, reference.tag) == (scope, name, tag)
    assert parse(str(reference)) == reference  # R3
    assert Reference.from_storage_component(reference.storage_component) == Reference(scope, name)  # R7


@given(anything | nearly)
def test_asking_and_parsing_agree(text: str) -> None:
    try:
        reference = parse(text)
    except ScopeError as error:
        assert not scope_core.is_valid(text)
        assert 0 <= error.offset <= len(text) and error.text == text
        assert pickle.loads(pickle.dumps(error)).args == error.args
        assert str(error).isprintable()
    else:
        assert scope_core.is_valid(text) and str(reference) == text


@given(anything | nearly)
def test_normalising_twice_changes_nothing(text: str) -> None:
    try:
        normalized = scope_core.normalize(text)
    except ScopeError as error:
        assert error.code == "invalid_unicode"
        return
    assert scope_core.normalize(normalized) == normalized
    assert scope_core.is_valid(normalized) == (not fails(lambda: parse(text, normalize=True)))


def fails(call: Callable[[], object]) -> bool:
    try:
        call()
    except ScopeError:
        return True
    return False


@given(st.lists(anything | nearly | references.map(str)))
def test_many_are_each(texts: list[str]) -> None:
    assert scope_core.is_valid_many(texts) == [scope_core.is_valid(text) for text in texts]
    for iterable in (texts, tuple(texts), iter(texts)):
        answers = scope_core.parse_many(iterable, errors="collect")
        assert [isinstance(it, Reference) for it in answers] == [scope_core.is_valid(text) for text in texts]


@given(references, references)
def test_order_is_that_of_the_parts(a: Reference, b: Reference) -> None:
    def key(it: Reference) -> tuple[str, str, bool, str]:
        return (it.scope, it.name, it.tag is not None, it.tag or "")

    assert (a < b, a == b, a > b) == (key(a) < key(b), key(a) == key(b), key(a) > key(b))


@given(anything)
def test_a_suggestion_is_a_slug(text: str) -> None:
    if not fails(lambda: scope_core.normalize(text)):
        slug = scope_core.suggest_slug(text)
        assert slug is None or (scope_core.is_slug(slug) and scope_core.suggest_slug(slug) == slug)  # S7


components = st.text(st.characters(exclude_characters="/\0", codec="utf-8"), min_size=1).filter(
    lambda it: it not in (".", "..")
)


@given(st.lists(components).map(lambda it: "/" + "/".join(it)), slugs)
def test_keys_come_back(path: str, branch: str) -> None:
    for key in (ScopeKey.repository(path), ScopeKey.branch(path, branch), ScopeKey.worktree(path, branch, path)):
        assert ScopeKey.from_uri(key.uri) == ScopeKey.from_json(key.to_json()) == key  # K9, K10
        assert len(key.distinct_storage_key) <= 64 and key.distinct_storage_key.isascii()  # K8
        assert key.search_order()[0] == key and key.search_order()[-1] == ScopeKey.global_()  # K11


@pytest.mark.parametrize(
    "call",
    [
        scope_core.check_slug,
        scope_core.check_name,
        scope_core.check_tag,
        scope_core.check_branch,
        ScopeKey.from_uri,
        ScopeKey.from_json,
        ScopeKey.repository,
        Policy().check_claimable,
        Policy().resolve,
        scope_core.WorkspaceMetadata.from_json,
    ],
)
@given(text=anything)
def test_nothing_but_scope_errors(call: Callable[[str], object], text: str) -> None:
    fails(lambda: call(text))
