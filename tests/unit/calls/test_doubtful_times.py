"""Events of PBXs whose clocks are wrong: which time counts, and which durations leave the hub."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from switchboard.calls.apply import apply, first_sight
from switchboard.calls.doubtful_times import with_checked_times
from switchboard.dialects.model import Arrival
from switchboard.dialects.reading import local_time
from switchboard.dialects.registry import dialect_named, renderers
from switchboard.kernel.call import AppliedEvent, CallEvent
from switchboard.kernel.clocks import MOST_AHEAD, Clock, Doubt
from tests.support.builders import a_source, an_event
from tests.unit.builders import RECEIVED, rendered_as

SECOND = timedelta(seconds=1)
MADE = RECEIVED - timedelta(days=30)
EARLIEST = MADE - timedelta(days=1)
BOX_START = datetime(2000, 1, 1, 0, 0, 3, tzinfo=UTC)
A_DAY_OF_SECONDS = 86_400


def checked(at: datetime, **fields: Any) -> CallEvent:
    return with_checked_times(an_event(at=at, received_at=RECEIVED, **fields), EARLIEST)


def callevents(hook: str, received_at: datetime, **fields: Any) -> CallEvent:
    """An event of the multichannel-number service, as the hub queues the event."""
    source = a_source(dialect="callevents", created_at=MADE, timezone="Europe/Moscow", history_days=1)
    numbers = {"Caller": "79161234567", "Called": "101", "CityNumber": "74951234567"}
    times = {name: local_time(value, "Europe/Moscow") if isinstance(value, datetime) else value
             for name, value in fields.items()}  # fmt: skip
    body = {"HookType": hook, "SessionID": "s-1", **numbers, **times}
    parsed = dialect_named("callevents").parse(Arrival(source, body, received_at))
    return with_checked_times(parsed, source.earliest)


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), Doubt.BEFORE_SOURCE),
        (datetime(2000, 1, 1, 0, 0, 3, tzinfo=UTC), Doubt.BEFORE_SOURCE),
        (datetime(2015, 6, 1, tzinfo=UTC), Doubt.BEFORE_SOURCE),
        (EARLIEST - SECOND, Doubt.BEFORE_SOURCE),
        (RECEIVED + MOST_AHEAD + SECOND, Doubt.AHEAD),
        (datetime(2036, 2, 7, 6, 28, 16, tzinfo=UTC), Doubt.AHEAD),
        (datetime(2099, 1, 1, tzinfo=UTC), Doubt.AHEAD),
    ],
)
def test_the_receipt_replaces_a_doubtful_time(at: datetime, reason: Doubt) -> None:
    """The event keeps the told text, the time that counts, and the reason."""
    event = checked(at, raw={"params": {"event_date": at.isoformat()}})
    assert (event.at, event.clock) == (RECEIVED, Clock(at.isoformat(), RECEIVED, reason))


@pytest.mark.parametrize(
    "at", [RECEIVED, RECEIVED + MOST_AHEAD, RECEIVED - timedelta(hours=30), MADE, EARLIEST, MADE + SECOND]
)
def test_a_time_up_to_the_bounds_counts(at: datetime) -> None:
    """The bounds themselves count, and so does a time that comes late."""
    event = checked(at, started_at=at - SECOND)
    assert (event.at, event.started_at, event.clock) == (at, at - SECOND, None)


def test_a_source_says_how_old_its_calls_may_be() -> None:
    """A day before its making, and more where the operator says so."""
    ages = {days: MADE - a_source(created_at=MADE, history_days=days).earliest for days in (1, 400)}
    assert ages == {1: timedelta(days=1), 400: timedelta(days=400)}
    event = an_event(at=MADE - timedelta(days=300), received_at=RECEIVED)
    assert with_checked_times(event, a_source(created_at=MADE, history_days=400).earliest) == event
    assert with_checked_times(event, a_source(created_at=MADE, history_days=299).earliest).at == RECEIVED


@pytest.mark.parametrize(
    "told", ["2000-01-01 03:00:03", "01.01.2000 03:00:03", "2000-01-01T00:00:03Z", 946684803, "946684803000"]
)
def test_the_told_text_is_the_pbx_s(told: object) -> None:
    """In the spelling and on the clocks of the PBX, wherever the text stands in the payload."""
    event = checked(BOX_START, raw={"phone": "79161234567", "items": [{"n": 5}, {"date": told}]})
    assert event.clock
    assert event.clock.told == str(told)


def test_times_of_one_clock_move_together() -> None:
    """The distances of the times stay, and so do the durations that the PBX reported."""
    ended = datetime(2036, 1, 1, 0, 1, tzinfo=UTC)
    event = checked(
        ended,
        started_at=ended - timedelta(seconds=60),
        answered_at=ended - timedelta(seconds=45),
        ended_at=ended,
        duration=60,
        talk_duration=45,
    )
    ago = [(RECEIVED - at).total_seconds() for at in (event.started_at, event.answered_at, event.ended_at) if at]
    assert (ago, event.duration, event.talk_duration) == ([60, 45, 0], 60, 45)


def test_a_wrong_start_beside_a_right_end_is_left_out() -> None:
    """The time of the event counts, and the event is marked."""
    event = checked(RECEIVED - SECOND, started_at=BOX_START, ended_at=RECEIVED - SECOND)
    assert (event.at, event.started_at, event.ended_at) == (RECEIVED - SECOND, None, RECEIVED - SECOND)
    assert event.clock == Clock(BOX_START.isoformat(), RECEIVED - SECOND, Doubt.BEFORE_SOURCE)


def test_a_right_start_beside_a_wrong_end_counts() -> None:
    """Only the end is on the wrong clock."""
    event = checked(datetime(2036, 1, 1, tzinfo=UTC), started_at=RECEIVED - timedelta(minutes=2))
    assert (event.at, event.started_at) == (RECEIVED, RECEIVED - timedelta(minutes=2))


@pytest.mark.parametrize("told", ["0000-00-00 00:00:00", "not set", "32.13.2026 25:61"])
@pytest.mark.parametrize(
    ("dialect", "body"),
    [
        ("callevents", {"HookType": "CreateIncCall", "SessionID": "s-1", "StartTime": "TOLD"}),
        ("vpbx", {"event_name": "start.call", "params": {"call_id": "c-1", "event_date": "TOLD"}}),
        ("sprecord", {"event_type": "sms_received", "device_id": "d", "payload": {"date": "TOLD"}}),
    ],
)
def test_a_time_that_cannot_be_read_is_marked(dialect: str, body: dict[str, Any], told: str) -> None:
    """The receipt counts. A payload without a time is not marked."""
    source = a_source(dialect=dialect, created_at=MADE)

    def read(value: str) -> CallEvent:
        filled = {k: _filled(v, value) for k, v in body.items()}
        return with_checked_times(dialect_named(dialect).parse(Arrival(source, filled, RECEIVED)), EARLIEST)

    assert (read(told).at, read(told).clock) == (RECEIVED, Clock(told, RECEIVED, Doubt.UNREADABLE))
    assert read("").clock is None


def _filled(value: Any, told: str) -> Any:
    if isinstance(value, dict):
        return {name: _filled(inner, told) for name, inner in value.items()}
    return told if value == "TOLD" else value


@pytest.mark.parametrize("start", [BOX_START, datetime(1970, 1, 1, tzinfo=UTC), datetime(2036, 2, 7, tzinfo=UTC)])
@pytest.mark.parametrize("target", renderers())
def test_no_absurd_duration_leaves(target: str, start: datetime) -> None:
    """The start is on a wrong clock, the answer and the end are right: no duration is negative or absurd."""
    at = [RECEIVED + timedelta(seconds=after) for after in (0, 10, 30)]
    events = [
        callevents("CreateIncCall", at[0], StartTime=start),
        callevents("ChangeIncCall", at[1], StartDuration=at[1]),
        callevents("EndIncCall", at[2], StartTime=start, EndTime=at[2], Duration="20", ResultCode="200"),
    ]
    call = first_sight(events[0])
    bodies = []
    for event in events:
        before, (call, outcome) = call, apply(call, event)
        bodies += [one.body for one in rendered_as(target, AppliedEvent(event, call, outcome, before))]
    assert (call.duration, call.talk_duration, call.wait_duration) == (30, 20, 10)
    assert call.known("started_at") == RECEIVED
    assert [one for body in bodies for one in _durations(body) if not 0 <= one < A_DAY_OF_SECONDS] == []
    assert [text for text in ("1970-", "2000-", "2036-") if text in str([_without_raw(b) for b in bodies])] == []


def _durations(body: Any) -> list[float]:
    """The numbers of the fields that hold seconds."""
    if isinstance(body, dict):
        own = [float(value) for name, value in body.items() if _tells_seconds(name) and _is_number(value)]
        return own + [one for value in body.values() for one in _durations(value)]
    return [one for value in body for one in _durations(value)] if isinstance(body, list) else []


def _tells_seconds(name: str) -> bool:
    return "uration" in name or name in ("billsec", "wait_time")


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool) and str(value).lstrip("-").isdigit()


def _without_raw(body: Any) -> Any:
    if isinstance(body, dict):
        return {name: _without_raw(value) for name, value in body.items() if name != "raw"}
    return [_without_raw(value) for value in body] if isinstance(body, list) else body


def test_a_repeat_has_the_same_id() -> None:
    """The time of receipt is no part of an event's id."""
    first, again = (callevents("CreateIncCall", at, StartTime=BOX_START) for at in (RECEIVED, RECEIVED + 60 * SECOND))
    assert (first.id, replace(first, at=again.at, received_at=again.received_at, clock=again.clock)) == (
        again.id,
        again,
    )
