"""The error body of IS.VPBX: `{"name": "401 Unauthorized", "message": ...}` (section 'Авторизация')."""

from __future__ import annotations

from typing import Any

from switchboard.errors import Refused


def refuse(error: Refused) -> dict[str, Any]:
    """`name` is code and reason, `message` says what is wrong and begins with the field where there is one."""
    message = f"{error.field}: {error.message}" if error.field else error.message
    return {"name": error.title, "message": message}
