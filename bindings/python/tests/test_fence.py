"""What goes through the one file with ``unsafe``: texts read where they are, and the function ``is_valid``.

``cargo xtask test python`` runs this once more under valgrind, which sees what is read beyond an object or after its end.
"""

from __future__ import annotations

import gc
import inspect
import sys
from typing import Any

import pytest
import scope_core
from scope_core import is_slug, is_valid, is_valid_many, parse


class Text(str):
    """A subclass: it is stored in another form than a ``str``."""


# Every form in which a text is stored: ASCII, one, two and four bytes a character; each with lone surrogates where it can be.
WIDER = ["", "\x7f", "\x80", "é", "\xff", "Ā", "\u20ac", "\ud800", "\udfff", "😀", "\U0010ffff"]


def made(length: int) -> str:
    """A text that is in no pool, so that what lies behind it is nothing of ours."""
    return "".join(["@", *"a" * 3, "/", *"b" * (length - 5)]) if length > 5 else "@" * length


@pytest.mark.parametrize("kind", [str, Text])
@pytest.mark.parametrize("wider", WIDER)
def test_texts_of_every_form_and_length(wider: str, kind: type[str]) -> None:
    for length in [*range(70), 127, 128, 129, 133, 134, 1000]:
        for text in (made(length), made(length) + wider, wider + made(length)):
            good = 6 <= length <= 133 and text == made(length)
            given = kind(text)
            assert is_valid(given) is good
            assert is_valid_many([given, given]) == [good, good]
            if good:
                assert (parse(given).scope, parse(given).name) == ("aaa", "b" * (length - 5))
            else:
                with pytest.raises(scope_core.ScopeError) as caught:
                    parse(given)
                assert str(caught.value).isprintable() and 0 <= caught.value.offset <= len(text)
                if caught.value.suggestion is not None:
                    parse(caught.value.suggestion)


def test_long_texts() -> None:
    for character in ("a", "é", "\u20ac", "😀", "\ud800"):
        text = "@acme/" + character * 1_000_000
        assert not is_valid(text) and not is_slug(text) and is_valid_many([text]) == [False]


def test_nothing_is_kept_of_a_text_that_is_gone() -> None:
    references = [parse("".join(["@acme/", str(number)])) for number in range(1000)]
    gc.collect()
    assert [reference.name for reference in references] == [str(number) for number in range(1000)]


def test_no_reference_is_kept_or_lost() -> None:
    texts: list[Any] = ["".join(["@acme/", character]) for character in ("a", "é", "\ud800", "!")] + [b"x", object()]
    before = [sys.getrefcount(text) for text in texts]
    for _ in range(100):
        for text in texts:
            try:
                is_valid(text)
            except TypeError:
                pass
            if isinstance(text, str):
                is_valid_many([text] * 3)
    del text
    assert [sys.getrefcount(text) for text in texts] == before


def test_is_valid_is_a_function_like_another() -> None:
    assert is_valid.__name__ == "is_valid" and is_valid.__module__ == "scope_core._native"
    assert str(inspect.signature(is_valid)) == "(text, /)" and is_valid.__doc__
    unusual: Any = is_valid
    for arguments, keywords in (((), {}), (("a", "b"), {}), ((), {"text": "a"}), ((None,), {}), ((b"@acme/x",), {})):
        with pytest.raises(TypeError):
            unusual(*arguments, **keywords)


def test_modules_that_are_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    # The definition of the function outlives the function.
    for name in [name for name in sys.modules if name.startswith("scope_core")]:
        monkeypatch.delitem(sys.modules, name)
    import scope_core as again

    assert again is not scope_core and again.is_valid("@acme/widget") and is_valid("@acme/widget")
