"""Everything at once from many threads. On a build with a lock it shows little; on one without, that none is needed."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import scope_core
from scope_core import Policy, Reference, ScopeError, ScopeKey, parse

THREADS = 8
ROUNDS = 400


def test_threads_share_values_and_lists() -> None:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    shared = [f"@acme/widget-{n}" for n in range(50)] + ["@acme/é", "@\ud800", "nothing"]
    reference, key, policy = parse("@acme/widget:1"), ScopeKey.branch("/src/é", "main"), Policy()
    start = threading.Barrier(THREADS + 1)

    def ask(seed: int) -> int:
        start.wait()
        for n in range(ROUNDS):
            assert (reference.scope, reference.tag, hash(reference)) == ("acme", "1", hash(parse("@acme/widget:1")))
            assert key == ScopeKey.from_uri(key.uri) and hash(key) == hash(ScopeKey.from_json(key.to_json()))
            assert str(policy.resolve("x", default_scope="acme").reference) == "@acme/x"
            for answer in scope_core.parse_many(shared, errors="collect"):
                assert isinstance(answer, Reference) or (isinstance(answer, ScopeError) and str(answer))
            assert set(scope_core.is_valid_many(shared)) == {True, False}
            assert scope_core.content_hash(b"x" * (n * seed)) == scope_core.content_hash("x" * (n * seed))
        return ROUNDS

    def change() -> int:
        # A list that changes while others read it.
        start.wait()
        for n in range(ROUNDS * 20):
            shared.insert(n % 40, f"@acme/new-{n}")
            shared.pop(n % 40)
        return ROUNDS

    try:
        with ThreadPoolExecutor(THREADS + 1) as pool:
            ran = [pool.submit(ask, seed) for seed in range(THREADS)] + [pool.submit(change)]
            assert [it.result(timeout=120) for it in ran] == [ROUNDS] * (THREADS + 1)
    finally:
        sys.setswitchinterval(interval)


def test_the_module_asks_for_no_lock() -> None:
    enabled = getattr(sys, "_is_gil_enabled", None)
    if enabled is not None and "free-threading" in sys.version:
        assert not enabled()
