"""amoCRM as a CRM with a REST API: the role's facts, its decisions, and the question who is responsible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from switchboard.dialects.amocrm.contacts import found_in, last_digits, search
from switchboard.dialects.amocrm.decide import next_step
from switchboard.dialects.amocrm.settings import read_settings, workspace_of
from switchboard.dialects.amocrm.tables import CALL, OUTBOUND
from switchboard.dialects.amocrm.tables import RECORDING as STORED
from switchboard.dialects.rest_crm import Pace, Responsible, Wait
from switchboard.dialects.vendor_requests import (
    FORBIDDEN,
    OK,
    TOO_MANY,
    UNAUTHORIZED,
    VendorAnswer,
    VendorRequest,
    bearer,
    refusal_of,
)

__all__ = ["next_step", "read_settings", "workspace_of"]

MESSAGES = (CALL, STORED)
RECORDING, REGISTER = STORED, CALL
PACE = Pace(per_second=7.0, burst=7)
# amoCRM answers 429 above its limit, and 403 to every request of an integration that goes on. Neither names a time.
PAUSE, BAN = 5.0, 600.0


def asked_for(message: str, body: Mapping[str, Any]) -> str:
    """Return the digits of an outgoing call's customer."""
    is_call = message == CALL and body.get("direction") == OUTBOUND
    return str(body.get("phone") or "").removeprefix("+") if is_call else ""


def asked_by(body: Mapping[str, Any]) -> str:
    """Return the extension of the call."""
    return str(body.get("extension") or "")


def authorised(request: VendorRequest, token: str) -> VendorRequest:
    """Return the request with the access token."""
    return replace(request, headers={**request.headers, **bearer(token)})


def denies_token(answer: VendorAnswer) -> bool:
    """Whether amoCRM does not accept the access token."""
    return answer.status == UNAUTHORIZED


def setback(answer: VendorAnswer, now: float) -> Wait | None:  # noqa: ARG001 - other vendors name a time
    """Return the wait for a limit of requests."""
    if answer.status == TOO_MANY:
        return Wait("limit", PAUSE)
    return Wait("blocked", BAN) if answer.status == FORBIDDEN else None


def who_is_responsible(phone: str) -> VendorRequest:
    """Build the search for the contacts with a number."""
    return search(phone)


def responsible_in(answer: VendorAnswer, phone: str) -> Sequence[Responsible]:
    """Return the responsible users of the contacts that have the number. Raises Refused for a failure."""
    if answer.status not in OK:
        raise refusal_of(answer)
    users = (contact.get("responsible_user_id") for contact in found_in(answer, phone) if last_digits(phone))
    return tuple(Responsible(str(user)) for user in users if user)
