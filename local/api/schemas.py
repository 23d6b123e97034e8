"""JSON Schemas of the models of bodies, queries and answers, as components of the document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter

REF = "#/components/schemas/"
# Names of properties that hold a time, beside all that end in `_at`.
TIMES = frozenset(
    {"since", "until", "hour", "told", "used", "failing_since", "silent_since", "read_since", "read_until"}
)
# Words of pydantic that tell a reader nothing.
NOISE = frozenset({"title"})


def components(types: Iterable[type]) -> dict[str, Any]:
    """Return the schemas of types and of all types inside them, by name."""
    wanted: list[Any] = [(one.__name__, "validation", TypeAdapter(one)) for one in dict.fromkeys(types)]
    _, found = TypeAdapter.json_schemas(wanted, ref_template=f"{REF}{{model}}")
    return {name: tidy(schema) for name, schema in sorted(found["$defs"].items())}


def tidy(schema: Any) -> Any:
    """Return a schema without noise, with the format of times."""
    if isinstance(schema, list):
        return [tidy(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    shown = {name: tidy(value) for name, value in schema.items() if not _noise(name, value)}
    if isinstance(schema.get("properties"), Mapping):
        shown["properties"] = {name: _property(name, one) for name, one in schema["properties"].items()}
    return shown


def partial(schema: Mapping[str, Any], more: Mapping[str, type]) -> dict[str, Any]:
    """Return the schema of a change: no field is required, no field has a default, and `more` fields are allowed."""
    kept = {name: value for name, value in schema.items() if name != "required"}
    fields = {name: _without_default(one) for name, one in schema["properties"].items()}
    added = {name: {"$ref": f"{REF}{one.__name__}"} for name, one in more.items()}
    return {**kept, "properties": {**fields, **added}}


def reference(name: str) -> dict[str, str]:
    """Return a reference to a component."""
    return {"$ref": f"{REF}{name}"}


def strict(schema: Any) -> Any:
    """Return a schema that allows no further fields: for tests, which tell when an answer and its type differ."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    closed = {name: strict(value) for name, value in schema.items()}
    return {"additionalProperties": False, **closed} if "properties" in schema else closed


def _noise(name: str, value: Any) -> bool:
    return name in NOISE and isinstance(value, str)


def _property(name: str, schema: Any) -> Any:
    shown = tidy(schema)
    return _timed(shown) if name.endswith("_at") or name in TIMES else shown


def _timed(schema: dict[str, Any]) -> dict[str, Any]:
    if schema.get("type") == "string":
        return {**schema, "format": "date-time"}
    if "anyOf" in schema:
        return {**schema, "anyOf": [_timed(one) for one in schema["anyOf"]]}
    return schema


def _without_default(schema: Any) -> Any:
    return {name: value for name, value in schema.items() if name != "default"}
