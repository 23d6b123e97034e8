"""The hub's own error body, for the operator API and for dialects whose documents define no error body."""

from __future__ import annotations

from typing import Any

from switchboard.errors import Refused


def refuse(error: Refused) -> dict[str, Any]:
    """Return `{"error": {"code", "message", "field"?}}`, and the further fields of the error."""
    told: dict[str, Any] = {"code": error.code, "message": error.message, **error.details}
    return {"error": {**told, "field": error.field} if error.field else told}
