from datetime import UTC, datetime
from typing import Any

import pytest

from switchboard.dialects.reading import (
    LONGEST,
    event_id,
    hashed_call_id,
    inside,
    is_safe_id,
    local_time,
    moment,
    text,
    whole,
)

YEKATERINBURG = "Asia/Yekaterinburg"


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("8", "8"),
        (8, "8"),
        (1.5, "1.5"),
        (0, "0"),
        ("  104 ", "104"),
        ("", None),
        ("   ", None),
        (None, None),
        (True, None),
        ([], None),
        ({"a": 1}, None),
        ("x" * LONGEST, "x" * LONGEST),
        ("x" * (LONGEST + 1), None),
    ],
)
def test_text_is_a_string_or_a_number(value: Any, read: str | None) -> None:
    """A number serves as the string that it stands for; what has an inside or no end is no text."""
    assert text({"field": value}, "field") == read


def test_a_field_that_is_not_there_is_no_text() -> None:
    """A missing field reads as nothing."""
    assert text({}, "field") is None


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (5, 5),
        ("5", 5),
        (0, 0),
        ("0", 0),
        ("7.0", 7),
        (2.9, 2),
        (-1, None),
        ("five", None),
        ("", None),
        (None, None),
        (True, None),
        ([5], None),
        (1e300, None),
        (float("inf"), None),
        (float("nan"), None),
        (2**31, None),
    ],
)
def test_whole_is_a_count_from_zero_up(value: Any, read: int | None) -> None:
    """Numbers may come as strings; what is no count that fits into 31 bits is nothing."""
    assert whole({"field": value}, "field") == read


@pytest.mark.parametrize(
    ("value", "zone", "read"),
    [
        ("2026-03-02 14:00:05", YEKATERINBURG, datetime(2026, 3, 2, 9, 0, 5, tzinfo=UTC)),
        ("2026-03-02 14:00:05", "Europe/Moscow", datetime(2026, 3, 2, 11, 0, 5, tzinfo=UTC)),
        ("2010-07-01 12:00:00", "Europe/Moscow", datetime(2010, 7, 1, 8, 0, tzinfo=UTC)),
        ("2026-03-02T14:00:05", "Europe/Moscow", datetime(2026, 3, 2, 11, 0, 5, tzinfo=UTC)),
        ("2026-03-02T14:00:05Z", YEKATERINBURG, datetime(2026, 3, 2, 14, 0, 5, tzinfo=UTC)),
        ("2026-03-02T14:00:05.250+03:00", YEKATERINBURG, datetime(2026, 3, 2, 11, 0, 5, 250_000, tzinfo=UTC)),
        ("2026-02-30 14:00:05", YEKATERINBURG, None),
        ("0000-00-00 00:00:00", YEKATERINBURG, None),
        ("0001-01-01 00:00:00", YEKATERINBURG, None),
        ("9999-12-31T23:59:59+00:00", YEKATERINBURG, None),
        ("1969-12-31 23:59:59", YEKATERINBURG, None),
        ("yesterday", YEKATERINBURG, None),
        ({"at": "2026"}, YEKATERINBURG, None),
        (None, YEKATERINBURG, None),
    ],
)
def test_a_moment_is_local_to_its_zone_and_read_as_utc(value: Any, zone: str, read: datetime | None) -> None:
    """A time without a zone is the zone's own, daylight saving of its day included; what is no time is nothing."""
    assert moment({"at": value}, "at", zone) == read


def test_local_time_is_told_by_the_clocks_of_the_zone() -> None:
    """UTC goes out as vendors write it, on the clocks of the vendor."""
    assert local_time(datetime(2026, 3, 2, 21, 30, 5, tzinfo=UTC), YEKATERINBURG) == "2026-03-03 02:30:05"


@pytest.mark.parametrize("value", [[], None, "text", 5, [{"a": 1}]])
def test_what_is_no_object_is_an_empty_one(value: Any) -> None:
    """`params: []` and its like hold nothing."""
    assert inside({"params": value}, "params") == {}


def test_the_order_of_fields_does_not_make_another_event() -> None:
    """A repeat that is written down differently is still the same event."""
    assert event_id("s1", {"a": 1, "b": {"c": 2, "d": 3}}) == event_id("s1", {"b": {"d": 3, "c": 2}, "a": 1})


def test_content_source_and_salt_make_an_event() -> None:
    """Anything else that is told, or another who tells it, is another event."""
    ids = {event_id("s1", {"a": 1}), event_id("s2", {"a": 1}), event_id("s1", {"a": 2}), event_id("s1", {"a": 1}, "x")}
    assert len(ids) == 4


def test_an_event_id_is_fit_for_every_place_it_goes() -> None:
    """32 hex digits, as are the ids of calls that have no usable one of their own."""
    assert all(len(id_) == 32 and int(id_, 16) >= 0 for id_ in (event_id("s", {}), hashed_call_id("s", "8")))


def test_the_same_call_id_of_two_sources_is_two_calls() -> None:
    """Vendors that count from one do not meet."""
    assert hashed_call_id("s1", "8") != hashed_call_id("s2", "8")


@pytest.mark.parametrize(
    ("id_", "safe"),
    [
        ("883dd8245b4cbe18cc0e7b0da1593abd", True),
        ("8", True),
        ("a.b-c_d", True),
        ("", False),
        (".", False),
        ("..", False),
        ("a/b", False),
        ("a#b", False),
        ("a:b", False),
        ("звонок", False),
        ("a b", False),
        ("a\n", False),
        ("x" * 65, False),
    ],
)
def test_a_vendor_s_id_serves_only_where_it_is_safe_in_a_path(id_: str, *, safe: bool) -> None:
    """Ids that mean something in a path or a key are not taken over."""
    assert is_safe_id(id_) is safe
