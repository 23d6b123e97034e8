from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.deliveries.retry import LONGEST_WAIT, RetryRule, Verdict, judge, tells_of_receiver
from tests.support.builders import NOON, an_attempt

SCHEDULE = (5.0, 30.0, 120.0)
TIMEOUT: dict[str, Any] = {"status": None, "error": "timeout"}
HOUR, DAY = 3600.0, 24 * 3600.0


def rule(chance: float = 0.5, schedule: tuple[float, ...] = SCHEDULE) -> RetryRule:
    return RetryRule(schedule, 3, lambda: chance)


def wait_for(retry_after: str | None, step: int = 0, **fields: Any) -> float:
    """The wait after an answer with this header."""
    return rule().slow_wait(step, an_attempt(**{"status": 503, "retry_after": retry_after, **fields}))


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        *(({"status": status}, Verdict.DELIVERED) for status in (200, 201, 204, 299)),
        *(({"status": status}, Verdict.REFUSED) for status in (400, 405, 413, 415, 422)),
        *(({"status": status}, Verdict.DENIED) for status in (401, 403, 404)),
        ({"status": 410}, Verdict.GONE),
        *(({"status": status}, Verdict.FAILED) for status in (199, 301, 304, 402, 408, 409, 418, 425, 429, 500, 503)),
        (TIMEOUT, Verdict.FAILED),
        ({"status": None, "error": "address_not_public"}, Verdict.FAILED),
    ],
    ids=str,
)
def test_what_an_answer_says(outcome: dict[str, Any], verdict: Verdict) -> None:
    """Any 2xx is a success, 410 the end, some 4xx final, and everything else is tried again."""
    assert judge(an_attempt(**outcome)) is verdict


@pytest.mark.parametrize(("error", "tells"), [("timeout", True), (None, True), ("credentials_sealed", False),
    ("unsent.upload_timeout", False)])  # fmt: skip
def test_what_was_not_sent_says_nothing_of_the_receiver(error: str | None, tells: bool) -> None:  # noqa: FBT001
    """Whyever it was not."""
    assert tells_of_receiver(an_attempt(None if error else 503, error=error)) is tells


def test_waits_follow_the_schedule_and_its_last_entry_repeats() -> None:
    """Step by step."""
    assert [rule().slow_wait(step, None) for step in range(5)] == [5, 30, 120, 120, 120]


def test_fast_attempts_are_as_far_apart_as_the_schedules_first_entry() -> None:
    """They are over within a minute."""
    assert rule().fast_wait(an_attempt(500)) == 5


@pytest.mark.parametrize(("chance", "wait"), [(0.0, 24.0), (0.25, 27.0), (0.5, 30.0), (1.0, 36.0)])
def test_jitter_is_a_fifth_either_way(chance: float, wait: float) -> None:
    """So that receivers that failed together are not tried together."""
    assert rule(chance).slow_wait(1, None) == pytest.approx(wait)


@given(st.floats(0, 1), st.integers(0, 30))
def test_jitter_never_leaves_its_bounds(chance: float, step: int) -> None:
    """Whatever chance and step."""
    planned = SCHEDULE[min(step, 2)]
    assert 0.8 * planned - 1e-9 <= rule(chance).slow_wait(step, an_attempt(500)) <= 1.2 * planned + 1e-9


@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [
        ("0", 5), ("3", 5), ("60", 60), (" 60 ", 60), ("3600", 3600), ("43200", 12 * HOUR), ("43201", 12 * HOUR),
        ("9" * 4000, 12 * HOUR), ("Sat, 14 Mar 2026 12:01:40 GMT", 100), ("Sat, 14 Mar 2026 13:00:00 +0000", 3600),
        ("Sat, 14 Mar 2026 17:00:00 +0500", 5), ("Sat, 14 Mar 2026 11:00:00 GMT", 5),
        ("Mon, 01 Jan 2125 00:00:00 GMT", 12 * HOUR),
    ],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
def test_a_receiver_gets_the_time_that_it_asks_for(retry_after: str, wait: float) -> None:
    """In seconds or until a time; never shorter than the schedule, and twelve hours at most."""
    assert wait_for(retry_after) == wait


@pytest.mark.parametrize(
    "retry_after",
    [
        None, "", " ", "soon", "-5", "1.5", "1e9", "0x10", "60s", "60, 120", "²", "Sat",
        "Sat, 99 Mar 2026 12:00:00 GMT",
        "Sat, 14 Mar 99999999999999999999 12:00:00 GMT", "\x00", "Sat, 14 Mar 2026 12:00:00 +99999999",
         "9" * 5000 + "x",
        "Sat, 14 Mar 2026 12:01:40 -0000", "14/03/2026", "2026-03-14T13:00:00Z",
    ],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
def test_what_is_no_time_is_not_asked_for(retry_after: str | None) -> None:
    """Garbage changes nothing, and breaks nothing."""
    assert wait_for(retry_after) == 5


@given(st.text(max_size=60) | st.from_regex(r"[A-Z][a-z]{2}, \d{1,9} [A-Z][a-z]{2} \d{1,30} \d+:\d+:\d+ [+-]?\w+"))
def test_no_header_makes_a_failure(retry_after: str) -> None:
    """Whatever a receiver sends, the wait is between the schedule's and the longest."""
    assert 5 <= wait_for(retry_after) <= LONGEST_WAIT


@pytest.mark.parametrize("status", [500, 503, 302, 400, 408, 429])
def test_any_failing_answer_may_ask_for_time(status: int) -> None:
    """Not those alone that the standard names."""
    assert wait_for("600", status=status) == 600


@pytest.mark.parametrize("outcome", [{"status": 429}, TIMEOUT, {"status": None, "error": "connect_timeout"}], ids=str)
def test_a_receiver_that_is_too_busy_has_a_minute_at_least(outcome: dict[str, Any]) -> None:
    """After 429 and time-outs; where the schedule is longer, that is what holds."""
    assert [rule().slow_wait(step, an_attempt(**outcome)) for step in range(3)] == [60, 60, 120]
    assert rule().fast_wait(an_attempt(**outcome)) == 60


def test_the_minute_is_as_short_as_the_schedule() -> None:
    """A hub whose schedule is a hundredth has a hundredth of the minute."""
    scaled = rule(schedule=tuple(entry / 100 for entry in SCHEDULE))
    assert scaled.slow_wait(0, an_attempt(429)) == pytest.approx(0.6)


def test_other_failures_have_no_minute() -> None:
    """A refused connection may be over in a moment."""
    assert rule().slow_wait(0, an_attempt(None, error="connection_refused")) == 5


def test_a_delivery_is_kept_as_long_as_its_attempts_and_the_schedule_take() -> None:
    """Three days, and a few seconds for the fast attempts."""
    assert rule().horizon == timedelta(seconds=155 + 3 * 5)


def test_the_time_asked_for_is_counted_from_the_attempt() -> None:
    """Whenever it is looked at."""
    later = an_attempt(503, retry_after="Sat, 14 Mar 2026 12:01:40 GMT", at=NOON + timedelta(seconds=40))
    assert rule().slow_wait(0, later) == 60
