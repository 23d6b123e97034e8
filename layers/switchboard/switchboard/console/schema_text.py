"""JSON Schemas as a reader sees them: the kind of a value, its limits, and a table of fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

LIMITS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "minLength": "{} characters or more",
    "maxLength": "{} characters at most",
    "minItems": "{} entries or more",
    "maxItems": "{} entries at most",
    "pattern": "pattern {}",
    "format": "{}",
    "default": "default {}",
}
LONGEST_DEFAULT = 60


def kind_of(schema: Mapping[str, Any]) -> str:
    """Return the kind of a value as HTML, with links to the schemas that it refers to."""
    if "$ref" in schema:
        name = escape(str(schema["$ref"]).rpartition("/")[2])
        return f'<a href="#schema-{name}">{name}</a>'
    for word, joined in (("anyOf", " or "), ("oneOf", " or "), ("allOf", " and ")):
        if word in schema:
            return joined.join(kind_of(one) for one in schema[word])
    if "const" in schema or "enum" in schema:
        values = schema.get("enum", [schema.get("const")])
        return " | ".join(f"<code>{escape(str(one))}</code>" for one in values)
    return _of_type(schema)


def constraints(schema: Mapping[str, Any]) -> str:
    """Return the limits of a value as text."""
    told = [words.format(_short(schema[name])) for name, words in LIMITS.items() if name in schema]
    return ", ".join(told)


def fields(schema: Mapping[str, Any]) -> str:
    """Return the table of an object's fields as HTML; empty for other values."""
    properties = schema.get("properties")
    if not properties:
        return ""
    head = "<thead><tr><th>field</th><th>type</th><th></th></tr></thead>"
    return f"<table>{head}<tbody>{''.join(_rows(properties, schema.get('required', ())))}</tbody></table>"


def _rows(properties: Mapping[str, Any], required: Any) -> Iterator[str]:
    for name, one in properties.items():
        star = " *" if name in required else ""
        said = ". ".join(filter(None, (escape(str(one.get("description", ""))), escape(constraints(one)))))
        yield f"<tr><td><code>{escape(name)}</code>{star}</td><td>{kind_of(one)}</td><td>{said}</td></tr>"


def _of_type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "any value")
    if kind == "array":
        return f"list of {kind_of(schema.get('items', {}))}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"object of {kind_of(schema['additionalProperties'])}"
    return escape(" or ".join(kind) if isinstance(kind, list) else str(kind))


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= LONGEST_DEFAULT else f"{text[:LONGEST_DEFAULT]}…"
