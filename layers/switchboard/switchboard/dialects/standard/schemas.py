"""The JSON Schema of each event, built from the same tables as the event."""

from __future__ import annotations

from typing import Any

from switchboard.dialects.standard.fields import FIELDS
from switchboard.dialects.standard.tables import FIELDS as TELLS
from switchboard.kernel.call import Kind

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(kind: Kind) -> dict[str, Any]:
    """Return the schema of a whole message. It allows further fields, because later versions may add some."""
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
