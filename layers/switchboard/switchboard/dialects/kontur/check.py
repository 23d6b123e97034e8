"""Validation of callback bodies. Errors name every wrong field, its value and its place, in the document's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from switchboard.dialects.kontur.errors import ValidationFailed
from switchboard.dialects.kontur.positions import places
from switchboard.dialects.kontur.tables import BODIES, CHOICES, IDS, REGISTER, REQUIRED, TIMES, TYPES_AT, ZONE
from switchboard.dialects.reading import moment, text

FieldError = tuple[str, str]
LONGEST_SHOWN = 64


def check(callback: str, body: Mapping[str, Any]) -> None:
    """Raise ValidationFailed if a required field is absent or a field cannot be read."""
    errors: dict[str, list[str]] = {}
    for field, said in (*_missing(callback, body), *_unreadable(callback, body)):
        errors.setdefault(field, []).append(said)
    if errors:
        errors[BODIES[callback]] = [needed(BODIES[callback])]
        raise ValidationFailed(errors)


def no_body(name: str, said: str) -> ValidationFailed:
    """Return the error for a body that is no JSON object; `name` is the body's name in the vendor's errors."""
    return ValidationFailed({"": [said], name: [needed(name)]})


def missing_query(*fields: str) -> ValidationFailed:
    """Return the error for a query that has none of these parameters."""
    return ValidationFailed({field: [needed(field)] for field in fields})


def located(error: ValidationFailed, body: str) -> ValidationFailed:
    """Return the error with line and position of each unreadable field in the text of the body."""
    found = places(body)

    def placed(said: str, field: str) -> str:
        path = f"Path '{field}'"
        line, position = found.get(field, (0, 0))
        return said.replace(f"{path}.", f"{path}, line {line}, position {position}.") if line else said

    return ValidationFailed({field: [placed(one, field) for one in said] for field, said in error.errors.items()})


def _missing(callback: str, body: Mapping[str, Any]) -> Iterator[FieldError]:
    yield from ((field, needed(field)) for field in REQUIRED[callback] if text(body, field) is None)
    if not any(text(body, field) for field in IDS) and "externalId" not in REQUIRED[callback]:
        yield IDS[0], needed(IDS[0])


def _unreadable(callback: str, body: Mapping[str, Any]) -> Iterator[FieldError]:
    for field, (kind, values) in CHOICES.items():
        given = text(body, field)
        if given is not None and given not in values:
            yield field, f"Error converting value \"{given[:LONGEST_SHOWN]}\" to type '{kind}'. Path '{field}'."
    for field in TIMES:
        given = text(body, field)
        if given is not None and moment(body, field, ZONE) is None:
            yield field, f"Could not convert string to DateTimeOffset: {given[:LONGEST_SHOWN]}. Path '{field}'."
    items = body.get("items")
    if callback == REGISTER and items is not None and not isinstance(items, list):
        yield "items", f"Error converting value to type '{TYPES_AT}.CallItem[]'. Path 'items'."


def needed(field: str) -> str:
    """Return the vendor's message for a missing field."""
    return f"The {field} field is required."
