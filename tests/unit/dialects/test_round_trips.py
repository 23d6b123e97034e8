"""What leaves in a dialect and comes in again still says all that the dialect can say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.dialects.event_with_call import EventWithCall
from switchboard.dialects.model import Rendered
from switchboard.dialects.registry import readers
from switchboard.kernel.call import AppliedEvent, CallEvent, Direction, Disposition, Kind, Number
from tests.unit.builders import TABLES, parsed, played, rendered_as
from tests.unit.dialects.strategies import FEW, calls

ENDINGS = (Kind.CALL_ENDED, Kind.CALL_MISSED)
# What IS.VPBX and SpRecord tell as something else, since they have one event for both.
SAID_AS = {Kind.CALL_MISSED: Kind.CALL_ENDED}
REDIRECTED_AS = {"vpbx": Kind.LEG_STARTED, "sprecord": Kind.CALL_REDIRECTED}
NAMELESS = ("call_end", "answer_elsewhere", "startup")
# Kontur.CRM's messages have a test of their own.
# The durations that each dialect tells of an end.
DURATIONS = {
    "vpbx": ("duration", "talk_duration", "wait_duration"),
    "callevents": ("talk_duration",),
    "sprecord": ("duration",),
}
PAIRS = [(source, target) for source in readers() for target in DURATIONS]


def documented(done: AppliedEvent, target: str, message: Rendered) -> bool:
    """Whether a message is one of the dialect's documented ones; what a vendor made up itself travels as it came."""
    return done.call is not None and message.event_names[0] in TABLES[target].KINDS


def meant(done: AppliedEvent, target: str, message: Rendered) -> Kind:
    """The kind that a message should be read as."""
    kind = message.kind or done.event.kind
    if target == "callevents":
        return kind
    return REDIRECTED_AS[target] if kind is Kind.CALL_REDIRECTED else SAID_AS.get(kind, kind)


def digits(number: Number | None) -> str:
    return (number.e164 or number.received).lstrip("+") if number else ""


def both(data: st.DataObject, source: str, target: str) -> list[tuple[AppliedEvent, Rendered, CallEvent]]:
    """What happened, the message that tells it, and what that is read as."""
    return [
        (done, message, parsed(target, message.body, done.event.received_at))
        for done in played(data.draw(calls(source)))
        for message in rendered_as(target, done)
        if documented(done, target, message)
    ]


@pytest.mark.parametrize(("source", "target"), PAIRS, ids=[f"{source} as {target}" for source, target in PAIRS])
@given(data=st.data())
@FEW
def test_what_a_dialect_can_say_is_kept(source: str, target: str, data: st.DataObject) -> None:
    """Kind, call, time, direction, the other party, result and durations, of any event of any vendor."""
    for done, message, back in both(data, source, target):
        assert back.kind is meant(done, target, message)
        assert back.external_id.endswith(done.event.external_id if source == target else done.event.call_id)
        check_time(done, target, message, back)
        check_party(done, target, message, back)
        check_direction(done, target, back)
        if back.kind in ENDINGS:
            check_result(done, target, back)


def check_time(done: AppliedEvent, target: str, message: Rendered, back: CallEvent) -> None:
    """To the second; SpRecord's events have no times, and a leg has its own."""
    legs = (Kind.LEG_STARTED, Kind.LEG_ENDED)
    if target != "sprecord" and (message.kind or done.event.kind) not in legs:
        assert back.at == done.event.at.replace(microsecond=0)


def check_party(done: AppliedEvent, target: str, message: Rendered, back: CallEvent) -> None:
    """In E.164 where that is known, else as it was received; SpRecord names nobody at the end and after."""
    told = EventWithCall(done.event, done.call)
    party = "callee" if told.outward and done.event.kind is not Kind.SMS_RECEIVED else "caller"
    if target != "sprecord" or message.event_names[0] not in NAMELESS:
        assert digits(getattr(back, party)) == digits(told.best(party))


def check_direction(done: AppliedEvent, target: str, back: CallEvent) -> None:
    """A call back goes out where there is no word for it, and what is not known comes in."""
    direction = EventWithCall(done.event, done.call).best("direction") or Direction.INCOMING
    if target == "vpbx" and back.kind is not Kind.LEG_STARTED and back.direction:
        assert back.direction is direction
    elif back.direction:
        assert (back.direction is not Direction.INCOMING) is (direction is not Direction.INCOMING)


def check_result(done: AppliedEvent, target: str, back: CallEvent) -> None:
    """Every disposition that the dialect has a word for, and the durations that it tells."""
    words = set(TABLES[target].DISPOSITIONS.values()) - {Disposition.UNKNOWN}
    own = done.event.dialect == target and done.event.cause is not None
    disposition = done.event.disposition if own else EventWithCall(done.event, done.call).best("disposition")
    assert disposition not in words or back.disposition is disposition
    for name in DURATIONS[target]:
        assert (getattr(back, name) or 0) == (getattr(done.call, name) or 0)
