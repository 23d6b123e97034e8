"""What the simulator tells, and what it becomes for subscribers of IS.VPBX's dialect."""

from dataclasses import replace
from functools import reduce
from typing import Any

import pytest

from switchboard.calls.apply import apply, first_sight
from switchboard.dialects.vpbx.render import render
from switchboard.kernel.call import AppliedEvent, Call, CallEvent, Disposition, Kind, Number, Outcome, State
from switchboard.telephony.model import (
    Action,
    OriginateRequest,
    PlaceCallRequest,
    PlayedAudio,
    SuccessKind,
    SuccessRule,
)
from switchboard.telephony.simulator.events import events_of
from switchboard.telephony.simulator.model import SimulatedCall, SimulatorSettings
from switchboard.telephony.simulator.script import script
from tests.support.builders import NOON

SETTINGS = SimulatorSettings(ring=5, talk=20)


def played(number: str = "79012345600", **fields: Any) -> SimulatedCall:
    """An originated call, to its end."""
    steps = script(OriginateRequest("cmd", "acme", "104", number), SETTINGS)
    defaults: dict[str, Any] = {
        "account": "acme",
        "id": "c1",
        "command": "cmd",
        "action": Action.ORIGINATE,
        "number": number,
        "caller_id": "73512250000",
        "began_at": NOON,
        "speed": 1.0,
        "steps": steps,
    }
    call = SimulatedCall(**{**defaults, **fields})
    return replace(call, done=len(call.steps))


def folded(events: list[CallEvent]) -> list[AppliedEvent]:
    """Each event with the call after it."""
    found: list[AppliedEvent] = []
    call = first_sight(events[0])
    for event in events:
        call, outcome = apply(call, event)
        found.append(AppliedEvent(event, call, outcome))
    return found


def rendered(call: SimulatedCall) -> list[dict[str, Any]]:
    told = [render(applied, "https://hub.example") for applied in folded(list(events_of(call, 0)))]
    return [dict(one.body) for messages in told for one in messages]


def test_an_event_has_the_same_id_however_often_it_is_told() -> None:
    """And another than any other event."""
    events = list(events_of(played(), 0))
    assert events == list(events_of(played(), 0))
    assert len({event.id for event in events}) == len(events) == 5
    assert {event.id for event in events}.isdisjoint(event.id for event in events_of(played(id="c2"), 0))


def test_only_what_happened_since_is_told() -> None:
    """From a place on, up to what is done."""
    events = events_of(replace(played(), done=3), 2)
    assert [event.kind for event in events] == [Kind.CALL_ANSWERED]


def test_the_start_goes_with_the_news_that_the_command_succeeded() -> None:
    """After the start, so that the call is the telephony's own."""
    started, news = list(events_of(replace(played(), done=1), 0))
    assert (started.kind, started.source, started.dialect) == (Kind.CALL_STARTED, "simulator", "simulator")
    assert (news.kind, news.call_id) == (Kind.COMMAND_SUCCEEDED, "c1")
    assert news.raw == {"command_id": "cmd", "action": "originate"}


def test_a_call_becomes_a_call() -> None:
    """With everything that is to be known of it, and every event in its place."""
    applied = folded(list(events_of(played(), 0)))
    call = applied[-1].call
    assert call is not None
    assert (call.state, call.source, call.dialect) == (State.ENDED, "simulator", "simulator")
    assert (call.duration, call.talk_duration, call.wait_duration) == (27, 20, 7)
    assert call.known("disposition") is Disposition.ANSWERED
    assert call.known("recording") == "simulator:c1"
    assert call.known("extension") == Number("104", None)
    assert {one.outcome for one in applied} <= {Outcome.ADVANCED, Outcome.NOTED}


def test_an_answered_call_leaves_as_the_documented_events() -> None:
    """Outgoing, with the extension in every one that has a place for it."""
    numbers = {"call_id": "c1", "src_phone": "73512250000", "dst_phone": "79012345600"}
    start, news, leg, talk, end = rendered(played())
    assert start == {
        "type": "call_event",
        "event_name": "start.call",
        "params": {**numbers, "event_date": "2026-03-14 17:00:00", "direction": 2, "real_local_number": "104"},
    }
    assert news["event_name"] == "custom.command.succeeded"
    assert leg["event_name"] == "local.out.call"
    assert leg["params"] == {**numbers, "event_date": "2026-03-14 17:00:00", "real_local_number": "104"}
    assert talk["event_name"] == "start.talk"
    assert talk["params"] == {**numbers, "event_date": "2026-03-14 17:00:07", "real_local_number": "104"}
    assert end["event_name"] == "end.call"
    assert end["params"] == {
        **numbers,
        "event_date": "2026-03-14 17:00:27",
        "disposition": "ANSWER",
        "duration": 27,
        "billsec": 20,
        "wait_time": 7,
        "record": "https://hub.example/api/v1/record/c1",
    }


ENDS = [
    ("65", "BUSY", 3),
    ("70", "NOANSWER", 62),
    ("75", "INVALIDARGS", 3),
    ("80", "CONGESTION", 3),
]


@pytest.mark.parametrize(("suffix", "disposition", "duration"), ENDS)
def test_an_unanswered_call_has_no_talk_and_no_recording(suffix: str, disposition: str, duration: int) -> None:
    """And the vendor's word for why."""
    *_, end = rendered(played(f"790123456{suffix}"))
    assert end["params"] | {"event_date": ""} == {
        "call_id": "c1",
        "event_date": "",
        "src_phone": "73512250000",
        "dst_phone": f"790123456{suffix}",
        "disposition": disposition,
        "duration": duration,
        "billsec": 0,
        "wait_time": duration,
        "record": "",
    }


def test_an_end_that_is_never_reported_is_none() -> None:
    """The call is left talking."""
    applied = folded(list(events_of(played("79012345685"), 0)))
    assert applied[-1].call is not None
    assert applied[-1].call.state is State.TALKING


def test_a_placed_call_tells_what_was_pressed_and_played() -> None:
    """It has no extension, no recording and no command that somebody waits for."""
    order = PlaceCallRequest(
        "cmd", "acme", "79012345655", (PlayedAudio("a.wav", 9.0),), SuccessRule(SuccessKind.DIGITS, digits=("7",))
    )
    call = played(steps=script(order, SETTINGS), action=Action.PLACE, caller_id="", number=order.number)
    events = list(events_of(call, 0))
    assert [event.kind for event in events] == [
        Kind.CALL_STARTED,
        Kind.CALL_ANSWERED,
        Kind.DIGIT_PRESSED,
        Kind.PLAYBACK_ENDED,
        Kind.CALL_ENDED,
    ]
    assert events[2].raw["digit"] == "7"
    assert (events[3].raw["key"], events[3].raw["played"], events[3].raw["whole"]) == ("a.wav", 4.0, False)
    assert {(event.recording, event.extension, event.caller) for event in events} == {(None, None, None)}


def test_the_order_in_which_events_come_makes_no_call_another_ones() -> None:
    """The state of the call is the same, the source among it, as long as the start comes first."""
    first, *rest = list(events_of(played(), 0))

    def fold(events: list[CallEvent]) -> Call:
        return reduce(lambda call, event: apply(call, event)[0], events, first_sight(events[0]))

    assert fold([first, *rest]).facts == fold([first, *reversed(rest)]).facts
