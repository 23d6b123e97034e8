"""The error body of SP5000 CATO: `{"timestamp", "status", "error", "path"}` (section 2.2, ruling cato 5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from switchboard.errors import Refused


def refuse(error: Refused, path: str, at: datetime) -> dict[str, Any]:
    """The documented four, the time in milliseconds; `message`, one more, says what is wrong, and details follow."""
    message = f"{error.field}: {error.message}" if error.field else error.message
    return {
        "timestamp": int(at.timestamp() * 1000),
        "status": error.status,
        "error": error.reason,
        "path": path,
        "message": message,
        **error.details,
    }
