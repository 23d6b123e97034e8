"""The hub's own error body, for its operator API and for dialects whose documents have none."""

from __future__ import annotations

from typing import Any

from switchboard.errors import Refused


def refuse(error: Refused) -> dict[str, Any]:
    """`{"error": {"code", "message", "field"?}}`."""
    told: dict[str, Any] = {"code": error.code, "message": error.message}
    return {"error": {**told, "field": error.field} if error.field else told}
