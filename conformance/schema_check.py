"""Validation against the part of JSON Schema 2020-12 that schema.json uses. A keyword not known here is an error."""

import re

ANNOTATIONS = {"$schema", "$id", "title", "description", "$defs", "$comment"}
TYPES = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "boolean": lambda v: isinstance(v, bool),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "null": lambda v: v is None,
}


def same(a, b):
    return type(a) is type(b) and a == b


def validate(value, schema, root=None, at="$"):
    """Yield a sentence for each way in which the value breaks the schema."""
    root = schema if root is None else root
    if schema is True:
        return
    if schema is False:
        yield f"{at}: nothing is allowed here"
        return
    for keyword, argument in schema.items():
        if keyword in ANNOTATIONS or keyword in ("then", "else"):
            continue
        handler = KEYWORDS.get(keyword)
        if handler is None:
            raise ValueError(f"schema_check does not know the keyword {keyword}")
        yield from handler(value, argument, schema, root, at)


def holds(value, schema, root):
    return next(validate(value, schema, root), None) is None


def _ref(value, argument, schema, root, at):
    target = root
    for step in argument.removeprefix("#/").split("/"):
        target = target[step]
    yield from validate(value, target, root, at)


def _type(value, argument, schema, root, at):
    names = argument if isinstance(argument, list) else [argument]
    if not any(TYPES[name](value) for name in names):
        yield f"{at}: is not of type {' or '.join(names)}"


def _enum(value, argument, schema, root, at):
    if not any(same(value, choice) for choice in argument):
        yield f"{at}: {value!r} is none of {argument}"


def _const(value, argument, schema, root, at):
    if not same(value, argument):
        yield f"{at}: {value!r} is not {argument!r}"


def _pattern(value, argument, schema, root, at):
    if isinstance(value, str) and not re.search(argument, value):
        yield f"{at}: {value!r} does not match {argument}"


def _minimum(value, argument, schema, root, at):
    if TYPES["integer"](value) and value < argument:
        yield f"{at}: {value} is below {argument}"


def _maximum(value, argument, schema, root, at):
    if TYPES["integer"](value) and value > argument:
        yield f"{at}: {value} is above {argument}"


def _min_length(value, argument, schema, root, at):
    if isinstance(value, str) and len(value) < argument:
        yield f"{at}: is shorter than {argument}"


def _min_items(value, argument, schema, root, at):
    if isinstance(value, list) and len(value) < argument:
        yield f"{at}: has fewer than {argument} items"


def _max_items(value, argument, schema, root, at):
    if isinstance(value, list) and len(value) > argument:
        yield f"{at}: has more than {argument} items"


def _items(value, argument, schema, root, at):
    if isinstance(value, list):
        for i, item in enumerate(value):
            yield from validate(item, argument, root, f"{at}[{i}]")


def _required(value, argument, schema, root, at):
    if isinstance(value, dict):
        for name in argument:
            if name not in value:
                yield f"{at}: {name} is missing"


def _properties(value, argument, schema, root, at):
    if isinstance(value, dict):
        for name, sub in argument.items():
            if name in value:
                yield from validate(value[name], sub, root, f"{at}.{name}")


def _additional(value, argument, schema, root, at):
    if isinstance(value, dict):
        for name in value.keys() - schema.get("properties", {}).keys():
            yield from validate(value[name], argument, root, f"{at}.{name}")


def _any_of(value, argument, schema, root, at):
    if not any(holds(value, sub, root) for sub in argument):
        yield f"{at}: {str(value)[:80]} fits none of the alternatives"


def _one_of(value, argument, schema, root, at):
    if sum(holds(value, sub, root) for sub in argument) != 1:
        yield f"{at}: {str(value)[:80]} does not fit exactly one of the alternatives"


def _all_of(value, argument, schema, root, at):
    for sub in argument:
        yield from validate(value, sub, root, at)


def _if(value, argument, schema, root, at):
    branch = "then" if holds(value, argument, root) else "else"
    yield from validate(value, schema.get(branch, True), root, at)


KEYWORDS = {
    "$ref": _ref, "type": _type, "enum": _enum, "const": _const, "pattern": _pattern, "minimum": _minimum,
    "maximum": _maximum, "minLength": _min_length, "minItems": _min_items, "maxItems": _max_items, "items": _items,
    "required": _required, "properties": _properties, "additionalProperties": _additional, "anyOf": _any_of,
    "oneOf": _one_of, "allOf": _all_of, "if": _if,
}
