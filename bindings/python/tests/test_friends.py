"""What Python users have already: pydantic, argparse."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from scope_core import Reference, ScopeError, ScopeKey, is_valid, parse


class Job(BaseModel):
    reference: Reference
    key: ScopeKey
    others: list[Reference] = []


def test_fields_validate_from_text_and_from_values() -> None:
    job = Job.model_validate({"reference": "@acme/widget:1", "key": "scope:branch:/src/app:main"})
    assert job.reference == parse("@acme/widget:1") and job.key == ScopeKey.branch("/src/app", "main")
    assert Job(reference=job.reference, key=job.key) == job
    assert Job.model_validate_json(job.model_dump_json()) == job
    assert Job.model_validate(job.model_dump()) == job
    assert hash(TypeAdapter(Reference).validate_python("@acme/widget")) == hash(parse("@acme/widget"))


def test_fields_serialise_as_text() -> None:
    job = Job(reference=parse("@acme/widget"), key=ScopeKey.repository("/src/my app"), others=[parse("@acme/a:1")])
    text = {"reference": "@acme/widget", "key": "scope:repository:/src/my%20app", "others": ["@acme/a:1"]}
    assert json.loads(job.model_dump_json()) == text
    assert job.model_dump(mode="json") == text
    assert job.model_dump()["key"] is job.key


def test_a_fault_is_a_validation_error() -> None:
    with pytest.raises(ValidationError) as caught:
        Job.model_validate({"reference": "acme/widget", "key": 7})
    first, *_ = caught.value.errors()
    assert first["loc"][0] == "reference" and "a reference begins with '@'" in first["msg"]
    assert isinstance(first["ctx"]["error"], ScopeError)
    with pytest.raises(ValidationError):
        Job.model_validate_json('{"reference": "@acme/\\ud800", "key": "scope:global"}')


def test_the_json_schema_has_the_patterns() -> None:
    schema = Job.model_json_schema()
    reference, key = schema["properties"]["reference"], schema["properties"]["key"]
    assert reference["type"] == key["type"] == "string"
    for example in reference["examples"]:
        assert re.fullmatch(reference["pattern"], example) and parse(example)
    for example in key["examples"]:
        assert re.fullmatch(key["pattern"], example) and ScopeKey.from_uri(example)


REFERENCES = ["@acme/widget", "@a-b/w", "@acme/a.b", "@acme/w:1..2", "@" + "a" * 64 + "/" + "b" * 128 + ":" + "c" * 128]
NONE = ["acme/w", "@ab/w", "@acme", "@acme/", "@acme/w:", "@acme/a..b", "@acme/a.", "@acme/w:.", "@Acme/w", "@acme/w/x"]
TOO_LONG = ["@" + "a" * 65 + "/b", "@acme/" + "b" * 129, "@acme/w:" + "c" * 129]


@pytest.mark.parametrize("text", REFERENCES + NONE + TOO_LONG)
def test_the_pattern_of_a_reference_is_exact(text: str) -> None:
    pattern = TypeAdapter(Reference).json_schema()["pattern"]
    assert bool(re.fullmatch(pattern, text)) is is_valid(text) is (text in REFERENCES)


def test_the_package_asks_for_no_pydantic() -> None:
    code = "import sys, scope_core; assert not {'pydantic', 'pydantic_core', 'typing', 're', 'json', 'dataclasses', 'pathlib'} & set(sys.modules)"
    subprocess.run([sys.executable, "-I", "-S", "-c", f"import sys; sys.path += {sys.path!r}; {code}"], check=True)


def test_argparse(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--reference", type=parse)
    assert parser.parse_args(["--reference", "@acme/widget"]).reference == parse("@acme/widget")
    with pytest.raises(SystemExit) as caught:
        parser.parse_args(["--reference", "acme"])
    assert caught.value.code == 2
    assert "argument --reference: invalid parse value: 'acme'" in capsys.readouterr().err
