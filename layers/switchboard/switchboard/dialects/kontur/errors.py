"""What Kontur.CRM says no with: a status and a message, or what is wrong with each field (rulings kontur 1 and 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchboard.errors import Conflict, Invalid, NotFound, Refused

RULE = "https://tools.ietf.org/html/rfc7231#section-6.5.1"
TITLE = "One or more validation errors occurred."


class ValidationFailed(Invalid):
    """Fields that are missing or wrong; `errors` says what of each. The answer's status is 409, the body's 400."""

    status, reason = 409, "Conflict"

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(TITLE)
        self.errors = errors


class CommunicationNotFound(NotFound):
    """No such communication in this workspace."""

    status, reason, code = 409, "Conflict", "communicationNotFound"

    def __init__(self, id_: str) -> None:
        super().__init__(f"Communication not found. Id: {id_}")


class NobodyResponsible(NotFound):
    """Nobody is known to be responsible for a call or number."""

    status, reason, code = 409, "Conflict", "notFound"

    def __init__(self) -> None:
        super().__init__("Communication Xcom.Api.Models.Communications.CallRedirectRequest not found")


class SystemCallRefused(Conflict):
    """A system call that is not served; `status` of the body says why."""

    def __init__(self, status: str, message: str) -> None:
        super().__init__(message)
        self.said = status


def refuse(error: Refused, trace: str = "") -> dict[str, Any]:
    """`{"status", "message"}`, and for fields `{"errors", "type", "title", "status", "traceId"}`."""
    if isinstance(error, ValidationFailed):
        shape = {"type": RULE, "title": TITLE, "status": 400, "traceId": trace}
        return {"errors": dict(error.errors), **shape}
    if isinstance(error, SystemCallRefused):
        told: dict[str, Any] = {"invalidDatas": [], "invalidConstraints": {}}
        return {**told, "status": error.said, "message": error.message}
    return {"status": error.code, "message": error.message}
