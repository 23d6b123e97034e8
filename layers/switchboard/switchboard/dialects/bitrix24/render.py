"""Events rendered as Bitrix24's messages: register, show, hide, finish, attachRecord.

Each message has all that registers the call: a message that finds the call unregistered registers it first. Only the
connector knows `CALL_ID` and the portal's users: `steps` adds them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from switchboard.calls.narrate import CALL, NOBODY, OVER, REPORTED
from switchboard.dialects.bitrix24.tables import (
    ANSWERED,
    ATTACH,
    AWAY,
    CODES,
    FAILED,
    FINISH,
    HIDE,
    MISSED,
    OTHER,
    REGISTER,
    SHOW,
    STATUSES,
    TYPES,
)
from switchboard.dialects.event_with_call import EventWithCall
from switchboard.dialects.model import Rendered
from switchboard.dialects.reading import text
from switchboard.kernel.call import AppliedEvent, Call, Direction, Disposition, Kind, Number, State
from switchboard.kernel.news import HUB
from switchboard.kernel.numbers import digits_of, number_text

ENDINGS = (Kind.CALL_ENDED, Kind.CALL_MISSED)
WHOLE_CALL, RECORDED, CONVERSATION = "register", "recorded", "recording"
LONGEST_EXTENSION = 6  # digits


def render(applied: AppliedEvent, base_url: str) -> tuple[Rendered, ...]:  # noqa: ARG001 - every dialect has the verb
    """Return the messages for an event. A call inside the account and a hidden client are not told: ruling 1."""
    event, call = applied.event, applied.call
    if event.kind is Kind.COMMAND_FAILED and text(event.raw, "communication_id"):
        return (_failed(applied),)
    if call is None or not _client_text(told := EventWithCall(event, call)):
        return ()
    if event.dialect == HUB and event.kind not in ENDINGS:
        return tuple(_news(told, call))
    return tuple(_of_call(applied, told, call))


def _failed(applied: AppliedEvent) -> Rendered:
    """Return the end of a call that the portal ordered and that could not be started."""
    raw = applied.event.raw
    body = {"CALL_ID": text(raw, "communication_id"), "DURATION": 0, "STATUS_CODE": AWAY}
    return Rendered((FAILED, f"{FAILED}.{text(raw, 'connector')}"), body, Kind.CALL_ENDED, f"/{FAILED}")


def _news(told: EventWithCall, call: Call) -> Iterator[Rendered]:
    event = told.event
    if event.kind is Kind.RECORDING_AVAILABLE and text(event.raw, "media") == CONVERSATION:
        yield _attached(call)
    if event.kind is Kind.CUSTOM and text(event.raw, "action") == WHOLE_CALL:
        yield _message(FINISH, Kind.CALL_ENDED, _end(told, call))
        if event.raw.get(RECORDED):
            yield _attached(call)


def _of_call(applied: AppliedEvent, told: EventWithCall, call: Call) -> Iterator[Rendered]:
    before = applied.before.told if applied.before else {}
    ended = call.told.get(CALL) == REPORTED
    ringing = [key for key in _changed(call, before) if call.told[key] != OVER]
    if CALL in call.told and CALL not in before and not ended:
        yield _message(REGISTER, Kind.CALL_STARTED, {**_whole(told, call, _first(ringing, told)), "SHOW": 0})
    yield from _cards(told, call, before)
    if ended and before.get(CALL) != REPORTED:
        yield _message(FINISH, Kind.CALL_ENDED, _end(told, call))


def _cards(told: EventWithCall, call: Call, before: dict[str, str] | Any) -> Iterator[Rendered]:
    """Yield a card for each extension that rings or talks, and take the cards of those that do not any more.

    The end of the call closes the card of its user, so only the other cards are taken then.
    """
    last = _who(told, call) if call.state is State.ENDED else ""
    changed = _changed(call, before)
    for key in sorted(changed, key=lambda key: call.told[key] == OVER):
        if call.told[key] != OVER and before.get(key) in (None, OVER):
            yield _message(SHOW, Kind.LEG_STARTED, _whole(told, call, _extension(call, key)))
        if call.told[key] == OVER and before.get(key) not in (None, OVER) and _extension(call, key) != last:
            yield _message(HIDE, Kind.LEG_ENDED, _whole(told, call, _extension(call, key)))


def _changed(call: Call, before: Any) -> list[str]:
    return [key for key in call.told if key not in (CALL, NOBODY) and call.told[key] != before.get(key)]


def _first(ringing: list[str], told: EventWithCall) -> str:
    """Return the first extension that the event rings, else the extension of an outgoing call."""
    asked: Number | None = told.best("extension")
    return ringing[0] if ringing else digits_of(asked) if asked and told.outward else ""


def _message(name: str, kind: Kind, body: dict[str, Any]) -> Rendered:
    return Rendered((name,), body, kind, f"/{name}", by_state=True)


def _whole(told: EventWithCall, call: Call, extension: str) -> dict[str, Any]:
    """Return what registers the call; `extension` is empty if nobody is rung yet."""
    started = call.known("started_at") or call.first_at
    body = {
        "EXTERNAL_CALL_ID": call.id,
        "PHONE_NUMBER": _client_text(told),
        "TYPE": TYPES[told.best("direction")],
        "CALL_START_DATE": started.isoformat(timespec="seconds"),
        "LINE_NUMBER": number_text(told.own_number) if told.own_number else "",
    }
    return {**body, "USER_PHONE_INNER": extension} if extension else body


def _end(told: EventWithCall, call: Call) -> dict[str, Any]:
    duration = call.talk_duration or 0 if call.answered else 0
    return {**_whole(told, call, _who(told, call)), "DURATION": duration, "STATUS_CODE": _status(told, call)}


def _status(told: EventWithCall, call: Call) -> str:
    """Return STATUS_CODE. A client who gives up before an answer has missed nobody: the account missed the call."""
    disposition, cause = call.disposition, str(call.known("cause") or "")
    if call.answered:
        return ANSWERED
    if disposition is Disposition.CANCELLED and told.best("direction") is not Direction.OUTGOING:
        return MISSED
    if cause in CODES - {ANSWERED} and disposition is not Disposition.CANCELLED:
        return cause
    found = STATUSES.get(disposition or Disposition.UNKNOWN, MISSED)
    return OTHER if found == ANSWERED else found


def _attached(call: Call) -> Rendered:
    return Rendered((ATTACH,), {"EXTERNAL_CALL_ID": call.id}, path=f"/{ATTACH}")


def _who(told: EventWithCall, call: Call) -> str:
    """Return the extension that talked, else the extension that was rung last; empty without one."""
    extension: Number | None = call.known("extension")
    if extension and digits_of(extension):
        return digits_of(extension)
    rung = [(leg.rung_at, key) for key, leg in call.legs.items() if leg.rung_at]
    asked: Number | None = told.best("extension")
    return max(rung)[1] if rung else digits_of(asked) if asked else ""


def _extension(call: Call, key: str) -> str:
    leg = call.legs.get(key)
    return digits_of(leg.number) if leg else key


def _client_text(told: EventWithCall) -> str:
    """Return the client's number; empty for a hidden number and for a call between extensions."""
    client: Number | None = told.best("callee") if told.outward else told.best("caller")
    if client is None or not digits_of(client):
        return ""
    inside = client.e164 is None and len(digits_of(client)) <= LONGEST_EXTENSION
    return "" if inside else number_text(client)
