"""The error body of IS.VPBX (is-vpbx-openapi, 'Авторизация'): `{"name": "401 Unauthorized", "message": ...}`."""

from __future__ import annotations

from typing import Any

from switchboard.errors import Refused


def refuse(error: Refused) -> dict[str, Any]:
    """Return the error body: `name` is status and reason; `message` starts with the wrong field, if any."""
    message = f"{error.field}: {error.message}" if error.field else error.message
    return {"name": error.title, "message": message}
