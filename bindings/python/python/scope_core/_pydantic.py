"""What pydantic v2 asks the classes for. Imported when it asks, so that the package needs no pydantic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic_core import CoreSchema, core_schema

from ._native import Reference, ScopeKey, parse

_SLUG = r"[a-z0-9][a-z0-9-]{1,62}[a-z0-9]"
# No `..` in a name: nothing but a name stands between the `/` and the first `:`.
_NAME = r"(?![^:]*\.\.)[a-z0-9](?:[a-z0-9_.-]{0,126}[a-z0-9])?"
_TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
REFERENCE_PATTERN = rf"^@{_SLUG}/{_NAME}(?::{_TAG})?$"

_ENCODED = r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+"
# The form of rule K9. Whether what is encoded is a path or a branch name is more than a pattern can say.
KEY_PATTERN = rf"^scope:(?:global|repository:{_ENCODED}|(?:branch|worktree):{_ENCODED}:{_ENCODED})$"


def _schema(cls: type, read: Callable[[str], object], write: Callable[[Any], str]) -> CoreSchema:
    def value_or_text(value: object, validate_text: Callable[[object], object]) -> object:
        return value if isinstance(value, cls) else validate_text(value)

    def value_or_written(value: Any, info: core_schema.SerializationInfo) -> object:
        return value if info.mode == "python" else write(value)

    from_text = core_schema.no_info_after_validator_function(read, core_schema.str_schema(strict=True))
    return core_schema.no_info_wrap_validator_function(
        value_or_text,
        from_text,
        serialization=core_schema.plain_serializer_function_ser_schema(value_or_written, info_arg=True),
    )


def _uri(key: ScopeKey) -> str:
    return key.uri


def reference_schema(cls: type) -> CoreSchema:
    """The schema of a field that is a ``Reference``."""
    return _schema(cls, parse, str)


def key_schema(cls: type) -> CoreSchema:
    """The schema of a field that is a ``ScopeKey``."""
    return _schema(cls, ScopeKey.from_uri, _uri)


def reference_json_schema() -> dict[str, Any]:
    """What the JSON schema says of a reference."""
    return {"type": "string", "title": "Reference", "pattern": REFERENCE_PATTERN, "examples": ["@acme/widget:latest"]}


def key_json_schema() -> dict[str, Any]:
    """What the JSON schema says of a scope key."""
    examples = ["scope:global", "scope:branch:/src/app:feature/login"]
    return {"type": "string", "title": "ScopeKey", "pattern": KEY_PATTERN, "examples": examples}
