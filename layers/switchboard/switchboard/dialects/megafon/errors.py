"""The error bodies of the PBX's commands: `{"error": text}`, as the client libraries of the field read them."""

from __future__ import annotations

from typing import Any

from switchboard.errors import Refused, Unauthorized

INVALID_TOKEN = "Invalid token"  # noqa: S105 - an error's text
INVALID_PARAMETERS = "Invalid parameters"


def refuse(error: Refused) -> dict[str, Any]:
    """Return `{"error": "Invalid token"}`, or `Invalid parameters: [field]` for a bad field, else the hub's message."""
    if isinstance(error, Unauthorized):
        return {"error": INVALID_TOKEN}
    if error.field:
        return {"error": f"{INVALID_PARAMETERS}: [{error.field}]"}
    return {"error": error.message}
