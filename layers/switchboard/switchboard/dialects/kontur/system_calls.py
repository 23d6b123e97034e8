"""Kontur.CRM's system calls CALL and HANGUP, and their errors (kontur-crm-telephony, 'Системные вызовы')."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchboard.dialects.kontur.check import needed
from switchboard.dialects.kontur.errors import SystemCallRefused, ValidationFailed
from switchboard.dialects.kontur.render import call_of_leg
from switchboard.dialects.reading import text
from switchboard.errors import NotSupported, Refused
from switchboard.kernel.communication import CallCommand, HangUpCommand
from switchboard.kernel.numbers import dialable

__all__ = [
    "call_of_leg",
    "call_unknown",
    "call_wish",
    "failed",
    "hang_up_failed",
    "hang_up_not_supported",
    "hang_up_wish",
    "not_supported",
    "user_unknown",
]

CALL, HANGUP = "callInfo", "hangupInfo"
LONGEST_ID, LONGEST_SHOWN = 200, 64
# The documented reasons of a refusal; the hub's own error codes are the other reasons.
NOT_SUPPORTED, NOT_FOUND = "notSupported", "notFound"


def call_wish(body: Mapping[str, Any], region: str) -> CallCommand:
    """Read CALL: `communicationId`, `fromUserId`, and `clientPhone` or `toUserId`. Raises ValidationFailed.

    `clientPhone` may have any usual spelling; the command has the number as it is dialled.
    """
    client, other = text(body, "clientPhone") or "", text(body, "toUserId") or ""
    missing = [name for name in ("communicationId", "fromUserId") if not text(body, name)]
    errors = {name: [needed(name)] for name in missing}
    if not client and not other:
        errors["clientPhone"] = [needed("clientPhone")]
    number = dialable(client, region)
    if client and not number:
        errors["clientPhone"] = ["The clientPhone field must be 2 to 15 digits, with or without a leading +."]
    communication_id = text(body, "communicationId") or ""
    if len(communication_id) > LONGEST_ID:
        errors["communicationId"] = [f"The communicationId field must be no longer than {LONGEST_ID} characters."]
    if errors:
        raise ValidationFailed({**errors, CALL: [needed(CALL)]})
    return CallCommand(communication_id, text(body, "fromUserId") or "", number, other)


def hang_up_wish(communication_id: str, body: Mapping[str, Any]) -> HangUpCommand:
    """Read HANGUP: the communication in the path, or the leg in the body. Raises ValidationFailed without both."""
    leg = text(body, "realtimeCallItemId") or ""
    if not communication_id and not leg:
        field = "realtimeCallItemId"
        raise ValidationFailed({field: [needed(field)], HANGUP: [needed(HANGUP)]})
    return HangUpCommand(communication_id, leg)


def not_supported() -> Refused:
    """Return the error of CALL for an account whose telephony cannot do this."""
    return SystemCallRefused(NOT_SUPPORTED, "Feature Call is not supported by any integration", with_data=True)


def hang_up_not_supported() -> Refused:
    """Return the error of HANGUP for an account whose telephony cannot do this."""
    return SystemCallRefused(NOT_SUPPORTED, "Feature Hangup is not supported by any integration")


def user_unknown() -> Refused:
    """Return the error for a user without an extension."""
    return SystemCallRefused(NOT_FOUND, "The user has no extension in this integration", with_data=True)


def call_unknown(id_: str) -> Refused:
    """Return the error of HANGUP for a communication that the workspace does not have."""
    return SystemCallRefused(NOT_FOUND, f"Communication not found. Id: {id_[:LONGEST_SHOWN]}")


def failed(error: Refused) -> Refused:
    """Return any other error of CALL in the documented shape."""
    if isinstance(error, NotSupported):
        return not_supported()
    return SystemCallRefused(error.code, error.message, with_data=True)


def hang_up_failed(error: Refused) -> Refused:
    """Return any other error of HANGUP in the documented shape."""
    if isinstance(error, NotSupported):
        return hang_up_not_supported()
    return SystemCallRefused(error.code, error.message)
