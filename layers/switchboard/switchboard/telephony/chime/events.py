"""The call events of a call through Amazon Chime. Pure.

A call that plays a message (a campaign's) has no call events: its campaign hears of it by `progress`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from switchboard.kernel.call import CallEvent, Direction, Disposition, Kind
from switchboard.kernel.news import news
from switchboard.kernel.numbers import read_extension, read_number
from switchboard.telephony.chime.model import FIRST, NAME, ChimeCall, ChimeKind

LATER = timedelta(microseconds=1)  # between events that are told together


def news_between(before: ChimeCall | None, after: ChimeCall, now: datetime) -> list[CallEvent]:
    """Return the events that `after` has and `before` lacks. Ids are the same in every run.

    `before` is None for a call that began, and to tell all events again.
    """
    if after.kind is ChimeKind.PLACED:
        return []
    known = {event.id for event in _events_of(before)} if before else set()
    fresh = [event for event in _events_of(after) if event.id not in known]
    return [replace(event, received_at=now + place * LATER) for place, event in enumerate(fresh)]


def _events_of(call: ChimeCall) -> Iterator[CallEvent]:
    if not call.transaction:
        return  # the service has not begun the call
    yield _event_of(call, Kind.CALL_STARTED, call.began_at)
    details = {"command_id": call.command, "action": "originate"}
    told = news(Kind.COMMAND_SUCCEEDED, (call.account, call.id), call.command, call.began_at, details)
    yield replace(told, hops=call.hops)
    leg = call.legs[FIRST]
    if leg.rang_at or leg.answered_at:
        yield _event_of(call, Kind.LEG_STARTED, leg.rang_at or leg.answered_at or call.began_at)
    if leg.ended_at and not leg.answered_at:
        yield _event_of(call, Kind.LEG_ENDED, leg.ended_at)
    if call.answered_at:
        yield _event_of(call, Kind.CALL_ANSWERED, call.answered_at)
    if call.ended_at:
        yield _end_of(call, call.ended_at)


def _end_of(call: ChimeCall, ended_at: datetime) -> CallEvent:
    talk = round((ended_at - call.answered_at).total_seconds()) if call.answered_at else 0
    duration = max(round((ended_at - call.began_at).total_seconds()), talk)
    return replace(
        _event_of(call, Kind.CALL_ENDED, ended_at),
        disposition=call.disposition or Disposition.UNKNOWN,
        duration=duration,
        talk_duration=talk,
        wait_duration=duration - talk,
    )


def _event_of(call: ChimeCall, kind: Kind, at: datetime) -> CallEvent:
    id_ = hashlib.sha256(f"{NAME}\n{call.account}\n{call.id}\n{kind}".encode()).hexdigest()[:32]
    codes = [leg.code for leg in call.legs if leg.ended_at and leg.code]
    raw = {"command_id": call.command, "transaction": call.transaction, **({"sip": codes[0]} if codes else {})}
    return CallEvent(
        id=id_,
        account=call.account,
        source=NAME,
        dialect=NAME,
        kind=kind,
        name=kind.value,
        call_id=call.id,
        at=max(at, call.began_at),
        received_at=at,
        external_id=call.id,
        direction=Direction.OUTGOING,
        caller=read_number(call.caller_id, call.region),
        callee=read_number(call.number, call.region),
        extension=read_extension(call.extension, call.region),
        raw=raw,
        hops=call.hops,
    )
