"""Error bodies of Kontur.CRM: status and message, or errors by field (rulings kontur 1 and 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchboard.errors import Conflict, Invalid, NotFound, Refused

RULE = "https://tools.ietf.org/html/rfc7231#section-6.5.1"
TITLE = "One or more validation errors occurred."


class ValidationFailed(Invalid):
    """Missing or unreadable fields; `errors` holds the messages by field. HTTP status 409, `status` in the body 400."""

    status, reason = 409, "Conflict"

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(TITLE)
        self.errors = errors


class CommunicationNotFound(NotFound):
    """The workspace has no communication with this id."""

    status, reason, code = 409, "Conflict", "communicationNotFound"

    def __init__(self, id_: str) -> None:
        super().__init__(f"Communication not found. Id: {id_}")


class NobodyResponsible(NotFound):
    """No user is responsible for the call or the number."""

    status, reason, code = 409, "Conflict", "notFound"

    def __init__(self) -> None:
        super().__init__("Communication Xcom.Api.Models.Communications.CallRedirectRequest not found")


class SystemCallRefused(Conflict):
    """A refused system call; `status` in the body is the reason. Only CALL's body has `invalidDatas`."""

    def __init__(self, status: str, message: str, *, with_data: bool = False) -> None:
        super().__init__(message)
        self.said, self.with_data = status, with_data


def refuse(error: Refused, trace: str = "") -> dict[str, Any]:
    """Return `{"status", "message"}`; for wrong fields `{"errors", "type", "title", "status", "traceId"}`."""
    if isinstance(error, ValidationFailed):
        shape = {"type": RULE, "title": TITLE, "status": 400, "traceId": trace}
        return {"errors": dict(error.errors), **shape}
    if isinstance(error, SystemCallRefused):
        told: dict[str, Any] = {"invalidDatas": [], "invalidConstraints": {}} if error.with_data else {}
        return {**told, "status": error.said, "message": error.message}
    return {"status": error.code, "message": error.message}
