"""The events that the hub sends in the dialect `standard`, as the document's webhooks."""

from __future__ import annotations

from typing import Any

from local.api.schemas import tidy
from switchboard.dialects.standard.schemas import schema_of
from switchboard.kernel.call import Kind

HEADERS = {
    "webhook-id": "The id of the delivery. A repeat has the same id.",
    "webhook-timestamp": "The time of the attempt, in seconds since 1970.",
    "webhook-signature": "`v1,` and the signature in base64; after a rotation two, separated by a space.",
}


def events() -> dict[str, Any]:
    """Return an entry for each kind of event."""
    return {kind.value: {"post": _sent(kind)} for kind in Kind}


def _sent(kind: Kind) -> dict[str, Any]:
    schema = {name: value for name, value in tidy(schema_of(kind)).items() if name != "$schema"}
    return {
        "tags": ["events"],
        "operationId": f"event_{kind.value.replace('.', '_')}",
        "summary": f"The event {kind.value}",
        "parameters": [
            {"name": name, "in": "header", "required": True, "description": told, "schema": {"type": "string"}}
            for name, told in HEADERS.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": {
            "2XX": {"description": "Taken. Any other answer is a failed attempt, which is repeated on the schedule."},
            "410": {"description": "Nothing more is to be sent: the destination is disabled."},
        },
        "security": [],
    }
