"""Reading vendors' fields: a wrong type is no error as long as something sensible can be read from it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

LARGEST = 2**31
LONGEST = 2048
# A clock that tells another year than these is not set; and no zone can push these over the calendar's ends.
YEARS = range(1970, 2200)
# Not `.` or `..`, which mean something in a path.
_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def text(body: Mapping[str, Any], name: str) -> str | None:
    """A string or number as a string; None for nothing, empty, beyond all length, or anything with an inside."""
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    found = str(value).strip()
    return found if 0 < len(found) <= LONGEST else None


def whole(body: Mapping[str, Any], name: str) -> int | None:
    """A number of seconds, a code, a choice: from 0 up, or None."""
    found = text(body, name)
    try:
        number = int(float(found)) if found else None
    except (ValueError, OverflowError):
        return None
    return number if number is not None and 0 <= number < LARGEST else None


def moment(body: Mapping[str, Any], name: str, zone: str) -> datetime | None:
    """`YYYY-MM-DD HH:MM:SS` local to `zone`, or any ISO 8601 time, as UTC."""
    found = text(body, name)
    if found is None:
        return None
    try:
        read = datetime.fromisoformat(found)
    except ValueError:
        return None
    if read.year not in YEARS:
        return None
    return (read if read.tzinfo else read.replace(tzinfo=zone_named(zone))).astimezone(UTC)


def inside(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A nested object; anything else, `[]` among it, is an empty one."""
    value = body.get(name)
    return value if isinstance(value, Mapping) else {}


def local_time(at: datetime, zone: str) -> str:
    """`YYYY-MM-DD HH:MM:SS` on the clocks of `zone`."""
    try:
        there = at.astimezone(zone_named(zone))
    except OverflowError:  # the calendar's last hours, which stand for 'never'
        there = at
    return there.strftime("%Y-%m-%d %H:%M:%S")


@lru_cache
def zone_named(name: str) -> ZoneInfo:
    """The IANA zone; reading one touches the disk, so each is read once."""
    return ZoneInfo(name)


def event_id(source_id: str, body: Mapping[str, Any], salt: str = "") -> str:
    """32 hex digits derived from source and content, so that a repeat has the id of the first."""
    content = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{source_id}\n{content}\n{salt}".encode()).hexdigest()[:32]


def hashed_call_id(source_id: str, external_id: str) -> str:
    """The hub's id for a vendor's call: 32 hex digits, as long as the longest-lived dialect asks for."""
    return hashlib.sha256(f"{source_id}:{external_id}".encode()).hexdigest()[:32]


def is_safe_id(external_id: str) -> bool:
    """Whether a vendor's call id can serve as ours: short, and safe in a path."""
    return _SAFE_ID.fullmatch(external_id) is not None
