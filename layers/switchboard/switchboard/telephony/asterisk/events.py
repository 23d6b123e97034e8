"""The call events of a call at an Asterisk: what a change of its state tells subscribers. Pure.

A call that plays a message (a campaign's) has no call events: its campaign hears of it by `progress`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from switchboard.kernel.call import CallEvent, Direction, Disposition, Kind
from switchboard.kernel.news import news
from switchboard.kernel.numbers import read_extension, read_number
from switchboard.telephony.asterisk.model import NAME, AsteriskCall, CallKind, ChannelLeg

LATER = timedelta(microseconds=1)  # between events that are told together


def events_between(before: AsteriskCall | None, after: AsteriskCall, now: datetime) -> list[CallEvent]:
    """Return the events that `after` has and `before` lacks. Ids are the same in every run.

    `before` is None for a call that began, and for a repeated message: then all events are told again.
    """
    if after.kind is CallKind.PLACED:
        return []
    known = {event.id for event in _events(before)} if before else set()
    fresh = [event for event in _events(after) if event.id not in known]
    return [replace(event, received_at=now + place * LATER) for place, event in enumerate(fresh)]


def _events(call: AsteriskCall) -> Iterator[CallEvent]:
    yield _event(call, Kind.CALL_STARTED, call.began_at)
    if call.command:
        details = {"command_id": call.command, "action": "originate"}
        told = news(Kind.COMMAND_SUCCEEDED, (call.account, call.id), call.command, call.began_at, details)
        yield replace(told, hops=call.hops)
    yield from _events_of_legs(call)
    if answered_at := call.answered_at:
        talked = call.legs[1 if call.kind is CallKind.INBOUND else 0]
        yield _event(call, Kind.CALL_ANSWERED, answered_at, talked)
    if call.ended_at:
        yield _end(call, call.ended_at)


def _events_of_legs(call: AsteriskCall) -> Iterator[CallEvent]:
    """Yield the ringing of extensions, their giving up, and redirects that were answered."""
    for place, leg in enumerate(call.legs):
        if not leg.extension and leg.replaces is None:
            continue
        if leg.extension and leg.rang_at:
            yield _event(call, Kind.LEG_STARTED, leg.rang_at, leg, place)
        if leg.replaces is not None and leg.answered_at:
            yield _event(call, Kind.CALL_REDIRECTED, leg.answered_at, leg, place)
        elif leg.extension and leg.rang_at and leg.ended_at and not leg.answered_at:
            yield _event(call, Kind.LEG_ENDED, leg.ended_at, leg, place)


def _end(call: AsteriskCall, ended_at: datetime) -> CallEvent:
    answered_at = call.answered_at
    talk = round((ended_at - answered_at).total_seconds()) if answered_at else 0
    duration = max(round((ended_at - call.began_at).total_seconds()), talk)
    return replace(
        _event(call, Kind.CALL_ENDED, ended_at),
        disposition=call.disposition or Disposition.CANCELLED,
        duration=duration,
        talk_duration=talk,
        wait_duration=duration - talk,
    )


def _event(
    call: AsteriskCall, kind: Kind, at: datetime, leg: ChannelLeg | None = None, place: int | str = ""
) -> CallEvent:
    inbound = call.kind is CallKind.INBOUND
    party = leg or (call.legs[0] if call.legs and not inbound else None)
    id_ = hashlib.sha256(f"{NAME}\n{call.account}\n{call.id}\n{kind}\n{place}".encode()).hexdigest()[:32]
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
        direction=Direction.INCOMING if inbound else Direction.OUTGOING,
        caller=read_number(call.number if inbound else call.caller_id, call.region),
        callee=read_number(call.caller_id if inbound else call.number, call.region),
        extension=read_extension(party.party, call.region) if party and party.extension else None,
        raw=_raw(call, leg),
        hops=call.hops,
    )


def _raw(call: AsteriskCall, leg: ChannelLeg | None) -> Mapping[str, Any]:
    """Return the facts of Asterisk that an event keeps: channel and causes."""
    facts = {"command_id": call.command, "channel": leg.channel if leg else ""}
    causes = {"cause": leg.cause, "sip": leg.sip} if leg and leg.ended_at else {}
    return {name: value for name, value in {**facts, **causes}.items() if value}
