"""Moments in the spellings of PBXs, CRMs and spreadsheets, as aware times in UTC."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from switchboard.kernel.numbers.clean import clean
from switchboard.kernel.times.zones import offset_of, zone_named

YEARS = range(1970, 2200)
"""A clock that tells another year is not set; and no zone can push these years over the calendar's ends."""
AHEAD = timedelta(minutes=10)
"""How far a PBX's clock may run before ours without changing which reading of a repeated hour is meant."""
DAY_HOURS, LEAP_SECOND = 24, 60
LONGEST = 100  # characters

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS_RU = ("янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_HALF = r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?" + _HALF
_ZONE = (
    r"\s*(?P<zone>[Zz]|[+\-]\d{2}(?::?\d{2})?|(?:UTC|GMT)[+\-]\d{1,2}(?::?\d{2})?|[A-Za-z]{2,5}"
    r"|\[?[A-Za-z]+/[A-Za-z_]+\]?)?"
)
_GAP = r"(?:[Tt]|\s*[,;]?\s+|_)"
_DATES = (
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
    r"(?P<day>\d{1,2})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<year>\d{4})",
    r"(?P<day>\d{1,2})(?P<mark>\.)(?P<month>\d{1,2})(?P=mark)(?P<short>\d{2})",
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
    r"(?:[A-Za-zА-Яа-я]{2,11},?\s+)?(?P<day>\d{1,2})[-\s.]*(?P<name>[A-Za-zА-Яа-я]{3,9})\.?[-\s,]*(?P<year>\d{4})(?:\s*г\.?)?",
)
_SPELLINGS = tuple(re.compile(rf"{date}{_GAP}{_TIME}{_ZONE}") for date in _DATES)
_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})T?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})" + _ZONE
)
_UNIX = re.compile(r"(?:/Date\()?(\d{9,16})(?:[.,](\d{1,9}))?(?:[+\-]\d{4})?(?:\)/)?")
_UNIX_SECONDS, _UNIX_MILLISECONDS = 11, 14  # fewer digits than these

Numbers = dict[str, str]


def read_moment(value: object, zone: str, received_at: datetime) -> datetime | None:
    """The moment in UTC, None where the value cannot be read.

    Reads ISO 8601, day-first and year-first dates with `-`, `/` and `.`, names of months, Unix seconds, milliseconds
    and microseconds. A trailing zone (`Z`, `+03:00`, `MSK`, `UTC+3`) counts; else the time is local to `zone` (IANA).
    Of an hour that the clocks repeat, the reading counts that lies last before `received_at`.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = " ".join(clean(str(value)[:LONGEST]).split())
    read = _as_number(text) or _iso(text, zone, received_at) or _spelled(text, zone, received_at) or _mail(text)
    return read.astimezone(UTC) if read and read.year in YEARS else None


def _as_number(text: str) -> datetime | None:
    unix = _UNIX.fullmatch(text)
    if not unix or _COMPACT.fullmatch(text):
        return None
    whole, fraction = unix[1], unix[2] or ""
    digits = len(whole)
    scale = 1 if digits < _UNIX_SECONDS else 1_000 if digits < _UNIX_MILLISECONDS else 1_000_000
    return _guarded(lambda: datetime.fromtimestamp(float(f"{whole}.{fraction or 0}") / scale, UTC))


def _iso(text: str, zone: str, received_at: datetime) -> datetime | None:
    if text.isdigit():
        return None
    return _guarded(lambda: _local(datetime.fromisoformat(text), zone, received_at))


def _spelled(text: str, zone: str, received_at: datetime) -> datetime | None:
    for spelling in (*_SPELLINGS, _COMPACT):
        found = spelling.fullmatch(text)
        if found:
            fields = {name: part for name, part in found.groupdict().items() if part}
            read = _guarded(partial(_from_fields, fields))
            return _placed(read, fields.get("zone", ""), zone, received_at) if read else None
    return None


def _mail(text: str) -> datetime | None:
    """The dates of RFC 5322 section 3.3, whose zone is a part of them."""
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - costs every webhook's cold start, and few texts need it

    read = _guarded(lambda: parsedate_to_datetime(text))
    return read if read and read.tzinfo else None


def _from_fields(fields: Numbers) -> datetime:
    month, day = _month_and_day(fields)
    hour = _hour(int(fields["hour"]), fields.get("half", ""))
    second = int(fields.get("second", 0))
    year = int(fields["year"]) if "year" in fields else 2000 + int(fields["short"])
    micro = int(fields.get("fraction", "0")[:6].ljust(6, "0"))
    midnight = hour == DAY_HOURS
    read = datetime(  # noqa: DTZ001 - its zone is put on by `_placed`
        year, month, day, 0 if midnight else hour, int(fields["minute"]), min(second, LEAP_SECOND - 1), micro
    )
    return read + timedelta(days=1) if midnight else read


def _month_and_day(fields: Numbers) -> tuple[int, int]:
    """Day before month, as this side of the ocean writes; month before day where no other reading is a date."""
    day = int(fields["day"])
    if "name" in fields:
        return _month_named(fields["name"].casefold()), day
    month = int(fields["month"])
    return (day, month) if month > len(_MONTHS) and fields.get("mark") == "/" else (month, day)


def _month_named(name: str) -> int:
    for months in (_MONTHS, _MONTHS_RU):
        for number, beginning in enumerate(months, 1):
            if name.startswith(beginning):
                return number
    raise ValueError(name)


def _hour(hour: int, half: str) -> int:
    if not half:
        return hour
    return hour % 12 + (12 if half[0] in "Pp" else 0)


def _placed(read: datetime, told_zone: str, zone: str, received_at: datetime) -> datetime | None:
    offset = offset_of(told_zone) if told_zone else None
    if told_zone and offset is None:
        return None
    return read.replace(tzinfo=offset) if offset else _local(read, zone, received_at)


def _local(read: datetime, zone: str, received_at: datetime) -> datetime:
    """The time on the clocks of a zone. Of two readings the later one that is not after the receipt."""
    if read.tzinfo:
        return read
    first = read.replace(tzinfo=zone_named(zone), fold=0)
    second = first.replace(fold=1)
    repeated = second.utcoffset() != first.utcoffset() and second.astimezone(UTC) > first.astimezone(UTC)
    return second if repeated and second.astimezone(UTC) <= received_at + AHEAD else first


def _guarded(read: Callable[[], datetime]) -> datetime | None:
    """What a reader gives, None for a date that the calendar does not have."""
    try:
        return read()
    except (ValueError, OverflowError, OSError, TypeError, IndexError):
        return None
