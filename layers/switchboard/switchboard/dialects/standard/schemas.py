"""The JSON Schema of each event, made of the table that the event itself is made of."""

from __future__ import annotations

from typing import Any

from switchboard.calls.model import Kind
from switchboard.dialects.standard.fields import FIELDS
from switchboard.dialects.standard.tables import FIELDS as TELLS

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(kind: Kind) -> dict[str, Any]:
    """The schema of a whole message. Receivers should expect fields that it does not name: they may be added."""
    names = TELLS[kind]
    return {
        "$schema": DRAFT,
        "title": kind.value,
        "type": "object",
        "properties": {
            "type": {"const": kind.value},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": {
                "type": "object",
                "properties": {name: dict(FIELDS[name].schema) for name in names},
                "required": list(names),
            },
        },
        "required": ["type", "timestamp", "data"],
    }
