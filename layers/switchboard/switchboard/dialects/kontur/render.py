"""Events rendered as Kontur.CRM's callbacks (kontur-crm-telephony, 'События реального времени').

Each callback has its own path. Only a connector knows the communication's id, the CRM's user ids and the default line:
`client.complete` adds them before sending. Until then extensions stand in place of users.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from switchboard.calls.legs import talks, unanswered_rings, whole_talk
from switchboard.calls.narrate import CALL, NOBODY, REPORTED
from switchboard.dialects.event_with_call import EventWithCall
from switchboard.dialects.kontur.legs import LegNews, leg_news
from switchboard.dialects.kontur.parties import (
    INTERNAL,
    client_of,
    client_phone,
    direction_of,
    pair_of,
    phone,
    sides_of,
)
from switchboard.dialects.kontur.tables import EVENT, FAILED, FINISHED, KINDS, RECORDING, REGISTER, STARTED
from switchboard.dialects.model import Rendered
from switchboard.dialects.reading import text
from switchboard.kernel.call import AppliedEvent, Call, Kind, Leg, Number, State
from switchboard.kernel.news import HUB
from switchboard.kernel.numbers import digits_of

ENDINGS = (Kind.CALL_ENDED, Kind.CALL_MISSED)
WHOLE = "register"  # the action of an event that reports a missed call to a CRM afterwards
RECORDED = "recorded"  # the field that says whether the call has a recording
CONVERSATION = "recording"  # the other media type is voicemail


def render(applied: AppliedEvent, base_url: str) -> tuple[Rendered, ...]:  # noqa: ARG001 - every dialect has the verb
    """Return the callbacks for an event, in the order that Kontur.CRM requires.

    The start of an outgoing call notes the extension, by which the exchange finds the CRM's own order for the call.
    A call that may be internal notes both numbers.
    """
    if applied.event.dialect == HUB and applied.event.kind not in ENDINGS:
        return tuple(_news(applied))
    call = applied.call
    return tuple(_of_call(applied, call)) if call else ()


def leg_id(call_id: str, key: str) -> str:
    """Return the id of a leg: the call's id and the extension's digits."""
    return f"{call_id}-{key}"


def call_of_leg(id_: str) -> str:
    """Return the call's id in a leg's id, or an empty string."""
    return id_.rpartition("-")[0]


def _news(applied: AppliedEvent) -> Iterator[Rendered]:
    """Yield callbacks for the hub's events: a CRM's order failed, a recording is available, register a call."""
    event, call = applied.event, applied.call
    if event.kind is Kind.COMMAND_FAILED and text(event.raw, "communication_id"):
        failed = {"communicationId": text(event.raw, "communication_id")}
        names = (FAILED, f"{FAILED}.{text(event.raw, 'connector')}")
        yield Rendered(names, failed, KINDS[FAILED], f"/{FAILED}")
    if event.kind is Kind.RECORDING_AVAILABLE and text(event.raw, "media") == CONVERSATION and call:
        yield _recorded(call)
    if event.kind is Kind.CUSTOM and text(event.raw, "action") == WHOLE and call:
        told = EventWithCall(event, call)
        yield _message(REGISTER, REGISTER, _registered(told, call), _pair(told))
        if event.raw.get(RECORDED):
            yield _recorded(call)


def _of_call(applied: AppliedEvent, call: Call) -> Iterator[Rendered]:
    """Yield callbacks for a call's event. A call first seen at its end is only registered.

    A call without a known client waits for the client. The first end that a source reports of a lost call mends the
    call's record.
    """
    event, before = applied.event, applied.before
    told = EventWithCall(event, call)
    was_over = before is not None and before.state is State.ENDED
    if not was_over and not (call.state is State.ENDED and (before is None or before.state is State.NEW)):
        yield from _under_way(applied, call, told)
        if call.state is State.ENDED:
            yield _message(FINISHED, FINISHED, {"timestamp": _stamp(event.at), **_whole(told, call)}, _pair(told))
    mended = before is not None and before.is_lost and not call.is_lost
    if _status(call) == REPORTED and (mended or _status(before) != REPORTED):
        yield _message(REGISTER, REGISTER, _registered(told, call), _pair(told))


def _under_way(applied: AppliedEvent, call: Call, told: EventWithCall) -> Iterator[Rendered]:
    """Yield the beginning of the call, if it was not told before, and the changes of its legs."""
    if _status(call) and not _status(applied.before):
        asked: Number | None = told.best("extension") if told.outward else None
        yield _message(STARTED, STARTED, _started(told, call), _pair(told) or phone(asked))
    for news in leg_news(applied, call):
        yield _message(EVENT, f"{EVENT}.{news.type}", _leg_event(told, call, news), _pair(told))


def _pair(told: EventWithCall) -> str:
    """Return the note of a call that may be internal; empty for any other call."""
    pair = pair_of(told)
    return pair.note if pair else ""


def _status(call: Call | None) -> str:
    return call.told.get(CALL, "") if call else ""


def _message(callback: str, name: str, body: Mapping[str, Any], note: str = "") -> Rendered:
    names = (name, callback) if name != callback else (name,)
    return Rendered(names, body, KINDS[name], f"/{callback}", note, by_state=True)


def _started(told: EventWithCall, call: Call) -> dict[str, str]:
    own = told.event.at if told.event.kind is Kind.CALL_STARTED else call.known("started_at")
    return {"timestamp": _stamp(own or call.first_at), **_whole(told, call)}


def _whole(told: EventWithCall, call: Call) -> dict[str, str]:
    direction = direction_of(told)
    return {
        "externalId": call.id,
        "externalVatsPhone": "" if direction == INTERNAL else phone(told.own_number),
        "clientPhone": client_phone(client_of(told)),
        "direction": direction,
    }


def _recorded(call: Call) -> Rendered:
    """Return call-recording for the leg that talked. The call's id stands in place of the CRM's file id."""
    body = {**_ids(call, _who_talked(call) or NOBODY), "recordingFileId": call.id}
    return Rendered((RECORDING,), body, path=f"/{RECORDING}")


def _leg_event(told: EventWithCall, call: Call, news: LegNews) -> dict[str, Any]:
    ids = _ids(call, news.key)
    return {**ids, "timestamp": _stamp(news.at), "type": news.type, **sides_of(told, news.number)}


def _ids(call: Call, key: str) -> dict[str, str]:
    id_ = leg_id(call.id, key)
    return {"externalId": call.id, "externalCallItemId": id_, "realtimeCallItemId": id_}


def _registered(told: EventWithCall, call: Call) -> dict[str, Any]:
    return {
        **_whole(told, call),
        "items": list(_items(told, call)),
        "externalCreatedAt": _stamp(call.known("started_at") or call.first_at),
    }


def _items(told: EventWithCall, call: Call) -> Iterator[dict[str, Any]]:
    """Yield the legs of an ended call; if none is known, a single leg for the whole call."""
    ended_at = call.known("ended_at") or told.event.at
    rung, talked = unanswered_rings(call), talks(call)
    legs: dict[str, Leg | None] = {**call.legs} or {NOBODY: None}
    if call.answered and not talked.keys() & legs.keys():
        talked = {_who_talked(call): next(iter(talked.values()), whole_talk(call))}
    for key, leg in legs.items():
        talk = talked.get(key)
        item = {"id": leg_id(call.id, key), **sides_of(told, leg.number if leg else None), "recordings": []}
        if talk:
            item["startedAt"] = _stamp(talk.began_at)
        finished_at = talk.ended_at if talk else rung[key].ended_at if key in rung else leg and leg.ended_at
        yield {**item, "finishedAt": _stamp(finished_at or ended_at)}


def _who_talked(call: Call) -> str:
    """Return the key of the leg that talked, or an empty string."""
    if not call.answered:
        return ""
    extension: Number | None = call.known("extension")
    key = digits_of(extension) if extension else NOBODY
    return key if key in call.legs or not call.legs else next(iter(call.legs))


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
