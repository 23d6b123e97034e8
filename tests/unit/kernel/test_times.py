"""Times and durations as PBXs tell them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.kernel.times import read_duration, read_moment

TEN_FIFTEEN = datetime(2026, 11, 20, 7, 15, tzinfo=UTC)
MOSCOW, BERLIN = "Europe/Moscow", "Europe/Berlin"
UNIX = int(TEN_FIFTEEN.timestamp())
SPELLINGS = [
    "2026-11-20 10:15:00", "2026-11-20T10:15:00", "2026-11-20T10:15:00+03:00", "2026-11-20T07:15:00Z",
    "2026-11-20 10:15", "2026/11/20 10:15:00", "2026.11.20 10:15:00", "20.11.2026 10:15:00", "20.11.2026, 10:15:00",
    "20-11-2026 10:15:00", "20/11/2026 10:15:00", "11/20/2026 10:15:00", "20.11.26 10:15:00", "20.11.2026 10:15",
    "2026-11-20  10:15:00", " 2026-11-20 10:15:00 ", "2026-11-20 10:15:00.000", "2026-11-20 10:15:00,000",
    "2026-11-20T10:15:00.000000", "2026-11-20 10:15:00 MSK", "2026-11-20 10:15:00 msk", "20.11.2026 10:15:00 MSK",
    "2026-11-20 07:15:00 UTC", "2026-11-20 07:15:00 GMT", "2026-11-20 10:15:00 +03:00", "2026-11-20 10:15:00 +0300",
    "2026-11-20 10:15:00+03", "2026-11-20 10:15:00 UTC+3", "2026-11-20 12:15:00 YEKT",
    "2026-11-20T10:15:00[Europe/Moscow]",
    "20 Nov 2026 10:15:00", "20-Nov-2026 10:15:00", "20 November 2026 10:15:00", "20 ноября 2026 10:15:00",
    "20 ноября 2026 г. 10:15", "Fri, 20 Nov 2026 10:15:00 +0300", "Fri, 20 Nov 2026 07:15:00 GMT",
    "20261120101500", "20261120T101500", "20261120 10:15:00", "2026-11-20 10:15:00 AM", "11/20/2026 10:15 AM",
    "20.11.2026 10:15:00 am", UNIX, float(UNIX), str(UNIX), f"{UNIX}.0", f"{UNIX}.25", UNIX * 1000, str(UNIX * 1000),
    UNIX * 1_000_000, f"/Date({UNIX * 1000})/",
]  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_time_is_read_in_every_spelling(spelling: str | float) -> None:
    """To the second, in the source's zone where the text names none."""
    read = read_moment(spelling, MOSCOW, TEN_FIFTEEN)
    assert read is not None
    assert read.replace(microsecond=0) == TEN_FIFTEEN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-1-5 9:05:00", datetime(2026, 1, 5, 6, 5, tzinfo=UTC)),
        ("5.1.2026 9:05", datetime(2026, 1, 5, 6, 5, tzinfo=UTC)),
        ("05/06/2026 09:05", datetime(2026, 6, 5, 6, 5, tzinfo=UTC)),
        ("2026-11-20 24:00:00", datetime(2026, 11, 20, 21, tzinfo=UTC)),
        ("2026-12-31 23:59:60", datetime(2026, 12, 31, 20, 59, 59, tzinfo=UTC)),
        ("20.11.2026 12:15 AM", datetime(2026, 11, 19, 21, 15, tzinfo=UTC)),
        ("20.11.2026 12:15 PM", datetime(2026, 11, 20, 9, 15, tzinfo=UTC)),
        ("9 мая 2026 10:00", datetime(2026, 5, 9, 7, tzinfo=UTC)),
        ("9 марта 2026 10:00", datetime(2026, 3, 9, 7, tzinfo=UTC)),
        ("2000-01-01 00:00:03", datetime(1999, 12, 31, 21, 0, 3, tzinfo=UTC)),
    ],
)
def test_short_parts_and_odd_hours_are_read(text: str, expected: datetime) -> None:
    """A day before a month, midnight at the end of a day, leap seconds, halves of a day."""
    assert read_moment(text, MOSCOW, TEN_FIFTEEN) == expected


@pytest.mark.parametrize(
    "nonsense",
    [
        None,
        "",
        "soon",
        "2026-13-20 10:15:00",
        "31.02.2026 10:15:00",
        "10:15:00",
        "2026-11-20 25:15:00",
        True,
        [],
        {},
        "0000-00-00 00:00:00",
        "0001-01-01 00:00:00",
        "9999-12-31 23:59:59",
        "2026-11-20 10:15:00 XYZT",
        "12",
        -5,
    ],
)
def test_nonsense_is_no_time(nonsense: object) -> None:
    """Nothing is guessed, and nothing raises."""
    assert read_moment(nonsense, MOSCOW, TEN_FIFTEEN) is None


@given(st.text(max_size=40) | st.integers() | st.floats(), st.sampled_from([MOSCOW, BERLIN, "Asia/Almaty"]))
def test_any_value_is_read_without_a_failure(value: str | float, zone: str) -> None:
    """A time that comes out is aware and in UTC."""
    read = read_moment(value, zone, TEN_FIFTEEN)
    assert read is None or read.tzinfo is UTC


@given(st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1)))  # noqa: DTZ001 - the strategy takes naive ones
def test_a_time_of_utc_comes_back_as_it_was(at: datetime) -> None:
    """In year-first and in day-first spelling."""
    whole = at.replace(microsecond=0, tzinfo=UTC)
    for spelling in ("%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%Y/%m/%dT%H:%M:%S", "%Y%m%d%H%M%S"):
        assert read_moment(at.strftime(spelling).zfill(14), "UTC", TEN_FIFTEEN) == whole


def test_of_a_repeated_hour_the_reading_before_the_receipt_counts() -> None:
    """The start is told before the clocks go back, the end after that."""
    ended = datetime(2026, 10, 25, 1, 0, 10, tzinfo=UTC)
    start = read_moment("2026-10-25 02:59:50", BERLIN, ended)
    assert start == datetime(2026, 10, 25, 0, 59, 50, tzinfo=UTC)
    assert read_moment("2026-10-25 02:00:10", BERLIN, ended) == ended
    assert read_moment("25.10.2026 02:59:50", BERLIN, ended) == start


@given(st.integers(0, 7199), st.integers(0, 3000))
def test_through_the_night_of_two_clocks_times_follow_each_other(second: int, later: int) -> None:
    """Each event is read by its receipt: the end is never before the start."""
    start = datetime(2026, 10, 25, tzinfo=UTC) + timedelta(seconds=second)
    end = start + timedelta(seconds=later)
    told = [at.astimezone(ZoneInfo(BERLIN)).strftime("%Y-%m-%d %H:%M:%S") for at in (start, end)]
    read = [read_moment(text, BERLIN, at) for text, at in zip(told, (start, end), strict=True)]
    assert read == [start, end]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (65, 65),
        ("65", 65),
        (65.4, 65),
        ("65.9", 65),
        ("65,5", 65),
        ("00:01:05", 65),
        ("0:01:05", 65),
        ("1:05", 65),
        ("01:05", 65),
        ("00:01:05.250", 65),
        ("65 s", 65),
        ("65s", 65),
        ("65 сек", 65),
        ("65 sec", 65),
        ("1m05s", 65),
        ("1 мин 5 сек", 65),
        ("PT1M5S", 65),
        ("65000 ms", 65),
        (0, 0),
        ("0", 0),
        ("00:00:00", 0),
        ("100:00:00", 360000),
        ("90:00", 5400),
        ("+65", 65),
    ],
)
def test_a_duration_is_read_in_every_spelling(value: str | float, seconds: int) -> None:
    """In whole seconds."""
    assert read_duration(value) == seconds


@pytest.mark.parametrize("value", [None, "", "-5", -5, "long", True, "00:61:05", "1:99", 2**40, "nan", float("inf")])
def test_nonsense_is_no_duration(value: str | float | None) -> None:
    """Negative, endless or wordy."""
    assert read_duration(value) is None
