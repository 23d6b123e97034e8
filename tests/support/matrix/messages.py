"""A message that came out: by which name it goes, and the schema that is published for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from local.bundle import ROOT
from tests.unit.builders import read

SCHEMAS = ROOT / "docs" / "schemas"
ANY_OTHER = "event"  # the schema of events that the vendor's document does not list

# How a receiver knows what it is told, from the last part of the path and the body.
NAMES: dict[str, Callable[[str, Mapping[str, Any]], str]] = {
    "vpbx": lambda _, body: str(body["event_name"]),
    "callevents": lambda _, body: str(body["HookType"]),
    "sprecord": lambda _, body: str(body["event_type"]),
    "kontur": lambda path, body: f"{path}.{body['type']}" if path == "call-event" else path,
    "standard": lambda _, body: str(body["type"]),
    "amocrm": lambda path, _: path,
    "zadarma": lambda _, body: str(body["event"]),
}


def name_of(target: str, path: str, body: Mapping[str, Any]) -> str:
    """The dialect's own name of a message."""
    return NAMES[target](path.rpartition("/")[2], body)


def errors_of(target: str, name: str, body: Any) -> list[str]:
    """What is wrong with a message by the published schema of its name."""
    found = validators(target)
    validator = found.get(name) or found.get(name.partition(".")[0]) or found.get(ANY_OTHER)
    if validator is None:
        return [f"{target} {name} is no message of this dialect"]
    return [f"{target} {name} {error.json_path}: {error.message}" for error in validator.iter_errors(body)]


@dataclass(frozen=True, slots=True)
class Message:
    """One message as a receiver got it; `kind` is the hub's, of the event that it tells of."""

    kind: str
    name: str
    body: Any


@cache
def validators(target: str) -> dict[str, Draft202012Validator]:
    """The validators of a dialect's messages, by the names of their files."""
    files = sorted((SCHEMAS / target).glob("*.json"))
    return {file.name.removesuffix(".json"): _checked(read(file)) for file in files}


def _checked(schema: dict[str, Any]) -> Draft202012Validator:
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
