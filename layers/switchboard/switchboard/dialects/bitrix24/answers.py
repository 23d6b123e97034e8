"""Bitrix24's answers: errors by code and text, limits, users and entities (api-reference/_includes/system-errors)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from switchboard.dialects.reading import inside, text, whole
from switchboard.dialects.rest_crm import Responsible, Wait
from switchboard.dialects.vendor_requests import OK, UNAUTHORIZED, VendorAnswer, not_understood, refusal_of

OVER = frozenset({"expired_token", "invalid_token", "NO_AUTH_FOUND"})
RATE, OPERATING, BLOCKED = "QUERY_LIMIT_EXCEEDED", "OPERATION_TIME_LIMIT", "OVERLOAD_LIMIT"
RATE_WAIT, OPERATING_WAIT, BLOCKED_WAIT, LONGEST_WAIT = 2.0, 60.0, 600.0, 900.0
NO_CRM, NO_NUMBER = "CRM is not installed", "PHONE_NUMBER is empty"
# TIMEMAN_STATUS of a user who is not at work; NOT_INSTALLED tells nothing.
AWAY = frozenset({"CLOSED", "PAUSED", "EXPIRED", "UNAVAILABLE"})


def error_of(answer: VendorAnswer) -> str:
    """Return code and text of an error, empty for a success. The code may be empty, so both are read."""
    body = answer.body if isinstance(answer.body, Mapping) else {}
    if answer.status in OK and "error" not in body:
        return ""
    code, told = text(body, "error") or "", text(body, "error_description") or ""
    return f"{code} {told}".strip() or f"status_{answer.status}"


def is_error(answer: VendorAnswer, words: str) -> bool:
    """Whether the answer is an error with these words, in any letter case."""
    return words.lower() in error_of(answer).lower()


def result_of(answer: VendorAnswer) -> Mapping[str, Any]:
    """Return the object in `result`; empty for any other result."""
    return inside(answer.body, "result") if isinstance(answer.body, Mapping) else {}


def denies_token(answer: VendorAnswer) -> bool:
    """Whether the access token is over or unknown."""
    body = answer.body if isinstance(answer.body, Mapping) else {}
    return answer.status == UNAUTHORIZED or text(body, "error") in OVER


def setback(answer: VendorAnswer, now: float) -> Wait | None:
    """Return the wait for a limit: the rate, the working time of a method, or a block by hand."""
    if is_error(answer, RATE):
        return Wait("rate", RATE_WAIT)
    if is_error(answer, OPERATING):
        until = whole(inside(answer.body, "time"), "operating_reset_at") if isinstance(answer.body, Mapping) else None
        return Wait("operating", min(max(until - now, RATE_WAIT), LONGEST_WAIT) if until else OPERATING_WAIT)
    return Wait("overload", BLOCKED_WAIT) if is_error(answer, BLOCKED) else None


def responsible_in(answer: VendorAnswer, phone: str) -> Sequence[Responsible]:  # noqa: ARG001 - the portal matches
    """Return the users of the found entities: contacts first, then leads, then companies, each user once."""
    if is_error(answer, NO_CRM) or is_error(answer, NO_NUMBER):
        return ()
    if error_of(answer):
        raise refusal_of(answer)
    found = answer.body.get("result") if isinstance(answer.body, Mapping) else None
    if not isinstance(found, list):
        raise not_understood()
    order = {"CONTACT": 0, "LEAD": 1, "COMPANY": 2}
    entities = [one for one in found if isinstance(one, Mapping)]
    entities.sort(key=lambda one: order.get(text(one, "CRM_ENTITY_TYPE") or "", len(order)))
    return tuple({one.user: one for one in reversed([*_users(entities)])}.values())[::-1]


def _users(entities: Sequence[Mapping[str, Any]]) -> Iterator[Responsible]:
    for one in entities:
        user = inside(one, "ASSIGNED_BY")
        id_, status = text(user, "ID") or text(one, "ASSIGNED_BY_ID"), text(user, "TIMEMAN_STATUS")
        if id_:
            known = {"OPENED": True, **dict.fromkeys(AWAY, False)}.get(status or "")
            yield Responsible(id_, text(user, "USER_PHONE_INNER") or "", known)


def user_in(answer: VendorAnswer, field: str) -> str:
    """Return a field of the only active user in a list; empty for none or several."""
    found = answer.body.get("result") if isinstance(answer.body, Mapping) else None
    users = [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
    active = [one for one in users if one.get("ACTIVE") is not False]
    return text(active[0], field) or "" if len(active) == 1 else ""
