"""Tolerant reading of vendors' JSON fields: a value of another type is converted, or read as None."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from switchboard.kernel.clocks import Clock, Doubt
from switchboard.kernel.ids import plain_id
from switchboard.kernel.times import read_duration, read_moment
from switchboard.kernel.times.zones import zone_named

LARGEST = 2**31
LONGEST = 2048
LONGEST_TIME = 64  # characters of a time that cannot be read
NO_RECEIPT = datetime.min.replace(tzinfo=UTC)
# `.` and `..` are excluded: they have a meaning in a path.
_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def text(body: Mapping[str, Any], name: str) -> str | None:
    """Return a string or number as stripped text; None if absent, empty, over LONGEST characters, or another type."""
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    found = str(value).strip()
    return found if 0 < len(found) <= LONGEST else None


def whole(body: Mapping[str, Any], name: str) -> int | None:
    """Return an integer from 0 to 2**31 - 1 (fractions are cut off), or None."""
    found = text(body, name)
    try:
        number = int(float(found)) if found else None
    except (ValueError, OverflowError):
        return None
    return number if number is not None and 0 <= number < LARGEST else None


def moment(body: Mapping[str, Any], name: str, zone: str, received_at: datetime = NO_RECEIPT) -> datetime | None:
    """Return a field's time in UTC, None for an unreadable one.

    A time without an offset is local to `zone`. Of an hour that the clocks repeat, the reading counts that lies last
    before `received_at`.
    """
    return read_moment(body.get(name), zone, received_at)


def unread_clock(body: Mapping[str, Any], name: str, at: datetime | None, received_at: datetime) -> Clock | None:
    """Return the mark of an event whose time field has a value that is no time; None for a missing field."""
    told = text(body, name) if at is None else None
    return Clock(told[:LONGEST_TIME], received_at, Doubt.UNREADABLE) if told else None


def seconds(body: Mapping[str, Any], name: str) -> int | None:
    """Return a field's duration in whole seconds: `65`, `65.4`, `1:05`, `00:01:05`; None for an unreadable one."""
    return read_duration(body.get(name))


def inside(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a nested object; an empty one for any other value, `[]` included."""
    value = body.get(name)
    return value if isinstance(value, Mapping) else {}


def local_time(at: datetime, zone: str) -> str:
    """Return `YYYY-MM-DD HH:MM:SS` local to `zone`."""
    try:
        there = at.astimezone(zone_named(zone))
    except OverflowError:  # the calendar's last hours, which stand for 'never'
        there = at
    return there.strftime("%Y-%m-%d %H:%M:%S")


def event_id(source_id: str, body: Mapping[str, Any], salt: str = "") -> str:
    """Return the event's idempotency key: 32 hex digits derived from source and content. A repeat has the same key."""
    content = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{source_id}\n{content}\n{salt}".encode()).hexdigest()[:32]


def hashed_call_id(source_id: str, external_id: str) -> str:
    """Return the hub's id for a vendor's call: 32 hex digits, derived from the source and the vendor's id."""
    return hashlib.sha256(f"{source_id}:{plain_id(external_id)}".encode()).hexdigest()[:32]


def is_safe_id(external_id: str) -> bool:
    """Whether a vendor's call id can be the hub's: at most 64 characters, all safe in a URL path."""
    return _SAFE_ID.fullmatch(external_id) is not None
