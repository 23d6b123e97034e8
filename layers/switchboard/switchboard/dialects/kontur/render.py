"""Events in Kontur.CRM's words, as far as they can be said before they are sent.

A message goes to a path of its own. What only a connector knows is filled in when it is sent (`client.complete`): the
communication's id, the CRM's ids of users, whose extensions stand for them here, and a line that nobody told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from switchboard.calls.legs import attempts
from switchboard.calls.model import Call, Direction, Happened, Kind, Number, Outcome, State
from switchboard.calls.news import HUB
from switchboard.calls.numbers import digits_of
from switchboard.dialects.event_with_call import EventWithCall
from switchboard.dialects.kontur.legs import NOBODY, LegNews, leg_news
from switchboard.dialects.kontur.tables import EVENT, FAILED, FINISHED, KINDS, RECORDING, REGISTER, STARTED
from switchboard.dialects.model import Rendered
from switchboard.dialects.reading import text

ENDINGS = (Kind.CALL_ENDED, Kind.CALL_MISSED)
WHOLE = "register"  # the action of an event by which a CRM is told a call that it missed
RECORDED = "recorded"  # whether there is a recording of it
CONVERSATION = "recording"  # the other kind of recordings is voicemail
SHORT = 6  # digits that an internal number has at most


def render(happened: Happened, base_url: str) -> tuple[Rendered, ...]:  # noqa: ARG001 - every dialect has the verb
    """The callbacks that tell of this event, in the order in which Kontur.CRM wants to hear of it.

    The start of a call that goes out notes whose it is: by that it is told whether the CRM asked for it.
    """
    if happened.event.dialect == HUB:
        return tuple(_news(happened))
    call = happened.call
    return tuple(_of_call(happened, call)) if call else ()


def leg_id(call_id: str, key: str) -> str:
    """The id of a leg: the call's, and the digits of the extension."""
    return f"{call_id}-{key}"


def call_of_leg(id_: str) -> str:
    """The call that a leg's id names, empty for what is no leg's."""
    return id_.rpartition("-")[0]


def _news(happened: Happened) -> Iterator[Rendered]:
    """Of the hub's own events these: a call asked for was not made, there is a recording, tell a call whole."""
    event, call = happened.event, happened.call
    if event.kind is Kind.COMMAND_FAILED and text(event.raw, "communication_id"):
        told = {"communicationId": text(event.raw, "communication_id")}
        names = (FAILED, f"{FAILED}.{text(event.raw, 'connector')}")
        yield Rendered(names, told, KINDS[FAILED], f"/{FAILED}")
    if event.kind is Kind.RECORDING_AVAILABLE and text(event.raw, "media") == CONVERSATION and call:
        yield _recorded(call)
    if event.kind is Kind.CUSTOM and text(event.raw, "action") == WHOLE and call:
        yield _message(REGISTER, REGISTER, _registered(EventWithCall(event, call), call))
        if event.raw.get(RECORDED):
            yield _recorded(call)


def _of_call(happened: Happened, call: Call) -> Iterator[Rendered]:
    """A call of which nothing was heard before its end is registered, and that is all; after its end it is over."""
    event, before = happened.event, happened.before
    if before is not None and before.state is State.ENDED:
        return
    told = EventWithCall(event, call)
    over = event.kind in ENDINGS and happened.outcome is Outcome.ADVANCED
    if over and (before is None or before.state is State.NEW):
        yield _message(REGISTER, REGISTER, _registered(told, call))
        return
    if _is_begun(call) and not _is_begun(before):
        asked: Number | None = told.best("extension") if told.outward else None
        yield _message(STARTED, STARTED, _started(told, call), _phone(asked))
    for news in leg_news(happened, call):
        name = f"{EVENT}.{news.type}"
        yield _message(EVENT, name, _leg_event(told, call, news))
    if over:
        yield _message(FINISHED, FINISHED, {"timestamp": _stamp(event.at), **_whole(told, call)})
        yield _message(REGISTER, REGISTER, _registered(told, call))


def _is_begun(call: Call | None) -> bool:
    """Whether there is a call to tell of: its start was told, or it has come further and the client is known."""
    if call is None:
        return False
    if any(fact.kind is Kind.CALL_STARTED for fact in call.facts.values()):
        return True
    sides = {Direction.INCOMING: ("caller",), None: ("caller", "callee")}.get(call.known("direction"), ("callee",))
    return call.state is not State.NEW and any(call.known(side) for side in sides)


def _message(callback: str, name: str, body: Mapping[str, Any], note: str = "") -> Rendered:
    names = (name, callback) if name != callback else (name,)
    return Rendered(names, body, KINDS[name], f"/{callback}", note)


def _started(told: EventWithCall, call: Call) -> dict[str, str]:
    own = told.event.at if told.event.kind is Kind.CALL_STARTED else call.known("started_at")
    return {"timestamp": _stamp(own or call.first_at), **_whole(told, call)}


def _whole(told: EventWithCall, call: Call) -> dict[str, str]:
    direction = _direction(told)
    return {
        "externalId": call.id,
        "externalVatsPhone": "" if direction == "internal" else _phone(told.own_number),
        "clientPhone": _phone(_client(told)),
        "direction": direction,
    }


def _recorded(call: Call) -> Rendered:
    """Of the leg that talked. For the CRM's id of the file stands the call's, by which the hub serves the recording."""
    body = {**_ids(call, _who_talked(call) or NOBODY), "recordingFileId": call.id}
    return Rendered((RECORDING,), body, path=f"/{RECORDING}")


def _leg_event(told: EventWithCall, call: Call, news: LegNews) -> dict[str, Any]:
    ids = _ids(call, news.key)
    return {**ids, "timestamp": _stamp(news.at), "type": news.type, **_sides(told, news.number)}


def _ids(call: Call, key: str) -> dict[str, str]:
    id_ = leg_id(call.id, key)
    return {"externalId": call.id, "externalCallItemId": id_, "realtimeCallItemId": id_}


def _sides(told: EventWithCall, number: Number | None) -> dict[str, dict[str, str]]:
    """Who calls whom: a user, by extension, and a client, or another user."""
    user = {"type": "user", **({"userId": _phone(number)} if number else {})}
    other = {"type": "user" if _direction(told) == "internal" else "client"}
    return {"from": user, "to": other} if told.outward else {"from": other, "to": user}


def _registered(told: EventWithCall, call: Call) -> dict[str, Any]:
    return {
        **_whole(told, call),
        "items": list(_items(told, call)),
        "externalCreatedAt": _stamp(call.known("started_at") or call.first_at),
    }


def _items(told: EventWithCall, call: Call) -> Iterator[dict[str, Any]]:
    """The legs of a call that is over; of one of which none is known, the one that it must have had."""
    ended_at = call.known("ended_at") or told.event.at
    taken_by, rung = _who_talked(call), attempts(call)
    for key, leg in call.legs.items() or {NOBODY: None}.items():
        answered_at = (leg.answered_at if leg else None) or (call.known("answered_at") if key == taken_by else None)
        if key == taken_by and answered_at is None:
            answered_at = call.known("started_at") or call.first_at
        item = {"id": leg_id(call.id, key), **_sides(told, leg.number if leg else None), "recordings": []}
        if answered_at:
            item["startedAt"] = _stamp(answered_at)
        finished_at = (rung[key].ended_at if key in rung else leg and leg.ended_at) or ended_at
        yield {**item, "finishedAt": _stamp(max(finished_at, answered_at or finished_at))}


def _who_talked(call: Call) -> str:
    """The leg that talked, empty where nobody did."""
    if not call.answered:
        return ""
    extension: Number | None = call.known("extension")
    key = digits_of(extension) if extension else NOBODY
    return key if key in call.legs or not call.legs else next(iter(call.legs))


def _client(told: EventWithCall) -> Number | None:
    """The other party; of an internal call of which one side alone is known, that."""
    caller, callee = told.best("caller"), told.best("callee")
    found: Number | None = callee if told.outward else caller
    return found or (callee if told.best("direction") is None else None)


def _direction(told: EventWithCall) -> str:
    if told.outward:
        return "outbound"
    known = [number for side in ("caller", "callee") if (number := told.best(side))]
    internal = told.best("direction") is None and bool(known) and all(map(_is_short, known))
    return "internal" if internal else "inbound"


def _is_short(number: Number) -> bool:
    return number.e164 is None and len(number.received) <= SHORT


def _phone(number: Number | None) -> str:
    """E.164 without `+`, as the document has it, else what was received."""
    return (number.e164 or number.received).removeprefix("+") if number else ""


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
