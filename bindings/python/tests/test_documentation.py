"""The documentation: every example in it runs, and every public thing has some."""

from __future__ import annotations

import doctest
import inspect
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import scope_core
from cases import REPOSITORY


def documented() -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = [("scope_core", scope_core)]
    for name in scope_core.__all__:
        item = getattr(scope_core, name)
        found.append((name, item))
        if isinstance(item, type):
            own = [it for it in vars(item) if not it.startswith("_")]
            # The fields of a dataclass are in the documentation of the class.
            fields = {"index", *getattr(item, "__dataclass_fields__", ())}
            found += [(f"{name}.{it}", inspect.getattr_static(item, it)) for it in own if it not in fields]
    return [(name, item) for name, item in found if name != "ERROR_CODES"]


DOCUMENTED = documented()


@pytest.mark.parametrize(("name", "item"), DOCUMENTED, ids=[name for name, _ in DOCUMENTED])
def test_it_has_documentation_that_is_true(name: str, item: Any) -> None:
    text = getattr(item, "__doc__", None) or getattr(getattr(item, "__func__", None), "__doc__", None)
    if text is None and hasattr(scope_core, name.split(".")[0]):
        text = inspect.getdoc(getattr(getattr(scope_core, name.split(".")[0]), name.split(".")[1]))
    assert text
    examples = doctest.DocTestParser().get_doctest(text, dict(vars(scope_core)), name, None, None)
    assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(examples).failed == 0


def test_the_readme_is_true() -> None:
    path = REPOSITORY / "bindings/python/README.md"
    ran = doctest.testfile(str(path), module_relative=False, encoding="utf-8", optionflags=doctest.ELLIPSIS)
    assert ran.failed == 0 and ran.attempted > 10


def test_the_package_is_the_installed_one() -> None:
    assert isinstance(scope_core, ModuleType) and scope_core.__file__
    source = REPOSITORY / "bindings/python"
    assert source not in Path(scope_core.__file__).resolve().parents
