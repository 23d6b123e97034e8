"""The events of a simulated call: each step of the script as a call event."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from switchboard.kernel.call import CallEvent, Direction, Kind
from switchboard.kernel.news import news
from switchboard.kernel.numbers import read_extension, read_number
from switchboard.telephony.model import Action
from switchboard.telephony.simulator.model import NAME, ScriptStep, SimulatedCall
from switchboard.telephony.simulator.play import moment_of

# Events of the same moment are ordered by these offsets.
ONE_LATER, TWO_LATER = timedelta(microseconds=1), timedelta(microseconds=2)


def events_of(call: SimulatedCall, first: int) -> Iterator[CallEvent]:
    """Yield the events of all past steps from index `first` on. Event ids are the same in every run.

    The start of an ordered call also yields `command.succeeded`.
    """
    for place, step in enumerate(call.steps[first : call.done], start=first):
        if step.told:
            yield _event(call, place, step)
        if step.kind is Kind.CALL_STARTED and call.action is Action.ORIGINATE:
            details = {"command_id": call.command, "action": call.action.value}
            told = news(Kind.COMMAND_SUCCEEDED, (call.account, call.id), call.command, call.began_at, details)
            yield replace(told, received_at=call.began_at + ONE_LATER, hops=call.hops)


def recording_of(call_id: str) -> str:
    """Return the reference of a call's generated recording."""
    return f"{NAME}:{call_id}"


def _event(call: SimulatedCall, place: int, step: ScriptStep) -> CallEvent:
    id_ = hashlib.sha256(f"{NAME}\n{call.account}\n{call.id}\n{place}".encode()).hexdigest()[:32]
    at = moment_of(call, step)
    talked = step.talk if step.talk and call.action is Action.ORIGINATE else None
    return CallEvent(
        id=id_,
        account=call.account,
        source=NAME,
        dialect=NAME,
        kind=step.kind,
        name=step.kind.value,
        call_id=call.id,
        at=at,
        received_at=at + place * TWO_LATER,
        external_id=call.id,
        direction=Direction.OUTGOING,
        caller=read_number(call.caller_id, call.region),
        callee=read_number(call.number, call.region),
        extension=read_extension(step.extension, call.region),
        disposition=step.disposition,
        duration=step.duration,
        talk_duration=step.talk,
        wait_duration=None if step.duration is None else step.duration - (step.talk or 0),
        recording=recording_of(call.id) if talked else None,
        raw={"command_id": call.command, "step": place, "second": step.at, **step.details},
        hops=call.hops,
    )
