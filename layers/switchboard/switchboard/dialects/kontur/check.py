"""Whether a callback's body can be read; what is wrong is told field by field, and never by its value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from switchboard.dialects.kontur.errors import ValidationFailed
from switchboard.dialects.kontur.tables import BODIES, CHOICES, IDS, REGISTER, REQUIRED, TIMES, ZONE
from switchboard.dialects.reading import moment, text

FieldError = tuple[str, str]


def check(callback: str, body: Mapping[str, Any]) -> None:
    """Raise ValidationFailed where a field that is needed is missing, or nothing can be read from one that is there."""
    errors: dict[str, list[str]] = {}
    for field, said in (*_missing(callback, body), *_unreadable(callback, body)):
        errors.setdefault(field, []).append(said)
    if errors:
        errors[BODIES[callback]] = [needed(BODIES[callback])]
        raise ValidationFailed(errors)


def no_body(name: str, said: str) -> ValidationFailed:
    """The error of a body of this name that is no JSON object."""
    return ValidationFailed({"": [said], name: [needed(name)]})


def missing_query(*fields: str) -> ValidationFailed:
    """The error of a query of which one parameter must be there."""
    return ValidationFailed({field: [needed(field)] for field in fields})


def _missing(callback: str, body: Mapping[str, Any]) -> Iterator[FieldError]:
    yield from ((field, needed(field)) for field in REQUIRED[callback] if text(body, field) is None)
    if not any(text(body, field) for field in IDS) and "externalId" not in REQUIRED[callback]:
        yield IDS[0], needed(IDS[0])


def _unreadable(callback: str, body: Mapping[str, Any]) -> Iterator[FieldError]:
    for field, (kind, values) in CHOICES.items():
        given = text(body, field)
        if given is not None and given not in values:
            yield field, f"Error converting value to type '{kind}'. Path '{field}'."
    for field in TIMES:
        if text(body, field) is not None and moment(body, field, ZONE) is None:
            yield field, f"Could not convert string to DateTimeOffset. Path '{field}'."
    items = body.get("items")
    if callback == REGISTER and items is not None and not isinstance(items, list):
        yield "items", "Error converting value to type 'CallItem[]'. Path 'items'."


def needed(field: str) -> str:
    """What is said of a field that is missing."""
    return f"The {field} field is required."
