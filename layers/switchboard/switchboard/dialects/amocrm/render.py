"""Events rendered as amoCRM's calls: one message after the end of a call, and one when its recording is stored.

amoCRM's API has no call that is going on. A finished call is an entry of `POST /api/v4/calls`. `client` completes the
entry before sending: the CRM's user in place of the extension, the name of the source, and the link of the recording.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from switchboard.calls.narrate import CALL as WHOLE
from switchboard.calls.narrate import REPORTED
from switchboard.dialects.amocrm.tables import (
    CALL,
    INBOUND,
    LEFT_A_MESSAGE,
    NO_ANSWER,
    OUTBOUND,
    RECORDING,
    STATUSES,
    TALKED,
    UNDEFINED,
)
from switchboard.dialects.event_with_call import EventWithCall
from switchboard.dialects.model import Rendered
from switchboard.dialects.reading import text
from switchboard.kernel.call import AppliedEvent, Call, Kind, Number
from switchboard.kernel.news import HUB
from switchboard.kernel.numbers import digits_of, number_text

CONVERSATION = "recording"  # the other media type is voicemail
REGISTER = "register"  # the action of the event that tells a CRM of a call that the CRM missed
LONGEST_EXTENSION = 6  # digits


def render(applied: AppliedEvent, base_url: str) -> tuple[Rendered, ...]:  # noqa: ARG001 - every dialect has the verb
    """Return the message about a call that has ended or whose recording is stored.

    Calls between employees and of callers without a number are not told: amoCRM finds the customer by the number.
    """
    call = applied.call
    if call is None or not _client(EventWithCall(applied.event, call)):
        return ()
    return tuple(_messages(applied, call))


def _messages(applied: AppliedEvent, call: Call) -> Iterator[Rendered]:
    event, before = applied.event, applied.before
    if event.dialect == HUB and event.kind is Kind.RECORDING_AVAILABLE and text(event.raw, "media") == CONVERSATION:
        yield Rendered((RECORDING,), {"uniq": call.id}, path=f"/{RECORDING}")
    told_before = before is not None and before.told.get(WHOLE) == REPORTED
    asked_for = event.dialect == HUB and event.kind is Kind.CUSTOM and text(event.raw, "action") == REGISTER
    if asked_for or (call.told.get(WHOLE) == REPORTED and not told_before):
        yield Rendered((CALL,), _entry(EventWithCall(event, call), call), Kind.CALL_ENDED, f"/{CALL}", by_state=True)


def _entry(told: EventWithCall, call: Call) -> dict[str, Any]:
    extension: Number | None = call.known("extension")
    return {
        "direction": OUTBOUND if told.outward else INBOUND,
        "uniq": call.id,
        "duration": (call.talk_duration or 0) if call.answered else 0,
        "phone": _client(told),
        "call_status": _status(call),
        "created_at": int((call.known("started_at") or call.first_at).timestamp()),
        "request_id": call.id,
        "extension": digits_of(extension) if extension else "",
    }


def _status(call: Call) -> int:
    if call.answered:
        return TALKED
    if call.known("voicemail"):
        return LEFT_A_MESSAGE
    disposition = call.disposition
    return STATUSES.get(disposition, UNDEFINED) if disposition else NO_ANSWER


def _client(told: EventWithCall) -> str:
    """Return the customer's number; empty for a hidden number and for a call between employees."""
    number: Number | None = told.best("callee" if told.outward else "caller")
    if number is None or not digits_of(number):
        return ""
    is_extension = number.e164 is None and len(digits_of(number)) <= LONGEST_EXTENSION
    return "" if is_extension else number_text(number)
