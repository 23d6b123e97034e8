"""The error body `{"timestamp", "status", "error", "path"}` (sp5000-cato, section 2.2; ruling cato 5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from switchboard.errors import Refused

# Reasons that the document words in its own way (section 2.2).
REASONS = {401: "Not Authorized", 405: "Method not allowed"}


def refuse(error: Refused, path: str, at: datetime) -> dict[str, Any]:
    """Return the documented fields, time in milliseconds; then the hub's own `message` and the error's details."""
    message = f"{error.field}: {error.message}" if error.field else error.message
    return {
        "timestamp": int(at.timestamp() * 1000),
        "status": error.status,
        "error": REASONS.get(error.status, error.reason),
        "path": path,
        "message": message,
        **error.details,
    }
