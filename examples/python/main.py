"""Reads what users typed and says what it stands for; see ``examples/README.md``."""

import sys

from scope_core import Policy, ScopeError, ScopeKey

policy = Policy()
for line in sys.stdin:
    text = line.removesuffix("\n")
    try:
        resolved = policy.resolve(text, default_scope="acme")
    except ScopeError as error:
        print(f"{text} -> {error.code} at {error.offset}: {error}")
    else:
        if resolved.reference:
            print(f"{text} -> {resolved.reference} in {resolved.reference.storage_component}")
        else:
            print(f"{text} -> legacy template")

for key in (ScopeKey.branch("/src/app", "feature/login"), ScopeKey.worktree("/src/app", "feature-login")):
    print(f"{key.display} -> {key.distinct_storage_key}")
