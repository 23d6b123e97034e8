"""Unit tests of the single rules of dialling."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.campaigns.dialling import backoff
from switchboard.campaigns.dialling.retry import is_final, next_place
from switchboard.campaigns.dialling.state import Dialler, attempt_of, call_id
from switchboard.campaigns.dialling.success import condition_of, has_notified
from switchboard.campaigns.dialling.windows import is_open, opens_at
from switchboard.kernel.campaign import CallRecord, Clip, SubscriberRecord, SuccessCondition, Window
from switchboard.telephony.model import SuccessKind
from switchboard.telephony.progress import CallProgress, Stage
from tests.support.builders import NOON
from tests.support.campaigns import a_profile

MOSCOW = "Europe/Moscow"
DAY_ZONE = ZoneInfo("Europe/Berlin")
NIGHT = Window(time(22), time(6, 30))
DAY = Window(time(8, 30), time(18, 30))
CLIPS = (Clip("a.wav", 4.0), Clip("b.wav", 6.0))
CONDITIONS = list(SuccessCondition)


def at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment of a day, told by Moscow's clock, which is three hours ahead."""
    return datetime(2026, 3, 14, hour, minute, second, tzinfo=UTC) - timedelta(hours=3)


@pytest.mark.parametrize(
    ("window", "moment", "expected"),
    [
        (DAY, at(8, 29, 59), False),
        (DAY, at(8, 30), True),
        (DAY, at(18, 29, 59), True),
        (DAY, at(18, 30), False),
        (NIGHT, at(22), True),
        (NIGHT, at(3), True),
        (NIGHT, at(6, 30), False),
        (NIGHT, at(12), False),
        (Window(time(9), time(9)), at(3), True),
    ],
)
def test_a_window_is_open_from_its_beginning_to_before_its_end(
    window: Window,
    moment: datetime,
    expected: bool,  # noqa: FBT001
) -> None:
    """A window with its end before its start runs over midnight. Equal ends mean always open."""
    assert is_open(window, MOSCOW, moment) is expected


@pytest.mark.parametrize(
    ("window", "now", "opens"),
    [
        (DAY, at(7), at(8, 30)),
        (DAY, at(12), at(12)),
        (DAY, at(19), at(8, 30) + timedelta(days=1)),
        (NIGHT, at(12), at(22)),
        (NIGHT, at(23), at(23)),
    ],
)
def test_a_window_opens_next_at(window: Window, now: datetime, opens: datetime) -> None:
    """Now, later today, or tomorrow."""
    assert opens_at(window, MOSCOW, now) == opens


@pytest.mark.parametrize("date", [datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)])
def test_a_window_follows_the_clocks_of_its_zone(date: datetime) -> None:
    """Half past eight is half past eight after the clocks were changed in the night."""
    opens = opens_at(DAY, "Europe/Berlin", date + timedelta(hours=8))
    assert opens.astimezone(DAY_ZONE).time() == time(8, 30)


@given(
    st.times(),
    st.times(),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_a_window_is_open_when_it_opens(since: time, until: time, now: datetime) -> None:
    """And the next opening is never more than a day and an hour away."""
    window = Window(since.replace(microsecond=0), until.replace(microsecond=0))
    opens = opens_at(window, "Europe/Berlin", now)
    assert is_open(window, "Europe/Berlin", opens) or opens == now + timedelta(days=1)
    assert now <= opens <= now + timedelta(hours=25)


def an_end(**fields: Any) -> CallProgress:
    defaults: dict[str, Any] = {"answered_at": NOON, "disposition": "answered"}
    return CallProgress("acme", "x1.0.1.0", Stage.ENDED, NOON, **{**defaults, **fields})


@pytest.mark.parametrize(
    ("end", "notified"),
    [
        (an_end(answered_at=None, disposition="busy"), [False, False, False, False]),
        (an_end(), [True, False, False, False]),
        (an_end(played=4.9), [True, False, False, False]),
        (an_end(played=5.0), [True, True, False, False]),
        (an_end(played=10.0, whole=True), [True, True, True, False]),
        (an_end(played=3.0, digits="1"), [True, False, False, True]),
        (an_end(played=3.0, digits="29"), [True, False, False, False]),
        (an_end(played=3.0, digits="21"), [True, False, False, True]),
    ],
)
def test_an_end_notifies_by_its_condition(end: CallProgress, notified: list[bool]) -> None:
    """Each of the four."""
    found = [has_notified(a_profile(condition=condition), CLIPS, end) for condition in CONDITIONS]
    assert found == notified


def test_audio_shorter_than_what_is_asked_for_is_heard_when_it_is_whole() -> None:
    """Nobody can listen to more than there is."""
    profile = a_profile(condition=SuccessCondition.PICKUP_AND_LISTEN_SOME, success_playback=60)
    assert has_notified(profile, CLIPS, an_end(played=10.0))
    assert not has_notified(profile, CLIPS, an_end(played=9.0))


def test_a_telephony_is_told_the_condition() -> None:
    """The telephony listens for digits if the condition needs digits."""
    conditions = [condition_of(a_profile(condition=one)) for one in CONDITIONS]
    assert [one.kind for one in conditions] == [
        SuccessKind.ANSWERED,
        SuccessKind.PLAYED_FOR,
        SuccessKind.PLAYED_WHOLE,
        SuccessKind.DIGITS,
    ]
    assert (conditions[1].seconds, conditions[3].digits) == (5, ("1",))


def called(*ends: tuple[str, str, int]) -> SubscriberRecord:
    """Somebody whose calls, as (number, disposition, wave), came to this."""
    calls = [CallRecord(f"c{n}", number, wave, NOON, disposition=end) for n, (number, end, wave) in enumerate(ends)]
    return SubscriberRecord(0, calls=tuple(calls))


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (called(), 0),
        (called(("1", "busy", 1)), 0),
        (called(("1", "busy", 2)), 1),
        (called(("1", "invalid_number", 1)), 1),
        (called(("1", "busy", 2), ("2", "busy", 2), ("3", "busy", 2)), None),
        (called(("1", "busy", 0), ("1", "busy", 1)), 1),
        (called(("1", "no_answer", 0), ("1", "no_answer", 1)), 0),
    ],
)
def test_the_next_number_is_the_first_that_may_be_called(record: SubscriberRecord, expected: int | None) -> None:
    """Not yet in this wave, not invalid, and not as often as its disposition bounds."""
    profile = a_profile(attempts_by_disposition={"busy": 2})
    assert next_place(profile, ("1", "2", "3"), record, wave=2) == expected


def test_a_number_that_is_there_twice_is_called_once_in_a_wave() -> None:
    """A repeated number in one row causes one call."""
    assert next_place(a_profile(), ("1", "1"), called(("1", "busy", 1)), wave=1, first=1) is None


def test_who_has_no_number_left_is_final() -> None:
    """As is everybody in the last wave."""
    dead = called(("1", "invalid_number", 1))
    assert is_final(a_profile(), ("1",), dead, 1)
    assert not is_final(a_profile(), ("1", "2"), dead, 1)
    assert is_final(a_profile(), ("1", "2"), dead, 2)
    assert is_final(a_profile(), (), SubscriberRecord(0), 1)


def test_a_refused_dialler_waits_twice_as_long_each_time() -> None:
    """The longest wait is a minute; a placed call ends the back-off."""
    dialler, waits = Dialler("acme"), []
    for _ in range(8):
        dialler = backoff.refused(dialler, NOON)
        assert dialler.back_off_until
        waits.append((dialler.back_off_until - NOON).total_seconds())
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert backoff.taken(dialler) == Dialler("acme")
    assert backoff.waits(dialler, NOON)
    assert not backoff.waits(dialler, NOON + timedelta(seconds=60))


@pytest.mark.parametrize("id_", ["cmd_12", "", ".1.1.1", "x.1.1", "x.1.one.1", "x.1.1.1.", "x.-1.1.1"])
def test_an_id_of_something_else_is_no_attempts(id_: str) -> None:
    """Only what a campaign's call is named."""
    assert attempt_of(id_) is None


def test_an_attempt_is_found_by_its_id() -> None:
    """Whatever the execution's own id looks like."""
    assert attempt_of(call_id("a.b-c", 70, 2, 1)) == ("a.b-c", 70)
