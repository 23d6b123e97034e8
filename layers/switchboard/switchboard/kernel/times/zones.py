"""Zones: by their IANA names, and the abbreviations and offsets that stand behind a time."""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

_OFFSET = re.compile(r"(?i)(?:UTC|GMT)?([+\-])(\d{1,2})(?::?(\d{2}))?")
# Hours from UTC, for the abbreviations that mean one offset where our users are; others are not guessed.
_ABBREVIATIONS = {
    "Z": 0.0, "UTC": 0, "GMT": 0, "UT": 0, "WET": 0, "WEST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2,
    "EEST": 3, "MSK": 3, "MSD": 4, "TRT": 3, "SAMT": 4, "AZT": 4, "GET": 4, "AMT": 4, "YEKT": 5, "EKT": 5, "UZT": 5,
    "TMT": 5, "TJT": 5, "ALMT": 5, "QYZT": 5, "OMST": 6, "KGT": 6, "NOVT": 7, "KRAT": 7, "HOVT": 7, "IRKT": 8,
    "YAKT": 9, "VLAT": 10, "MAGT": 11, "SAKT": 11, "SRET": 11, "PETT": 12, "ANAT": 12,
}  # fmt: skip


@lru_cache
def zone_named(name: str) -> ZoneInfo:
    """The IANA zone. Reading a zone touches the disk, so each is read once."""
    return ZoneInfo(name)


def offset_of(text: str) -> tzinfo | None:
    """The zone of `Z`, `+03:00`, `+0300`, `UTC+3`, `MSK` or `Europe/Moscow`; None for an unknown one."""
    bare = text.strip("[] ")
    offset = _OFFSET.fullmatch(bare)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        return _fixed(minutes if offset[1] == "+" else -minutes)
    if bare.upper() in _ABBREVIATIONS:
        return _fixed(int(_ABBREVIATIONS[bare.upper()] * 60))
    return _by_name(bare) if "/" in bare else None


def _fixed(minutes: int) -> tzinfo | None:
    if minutes == 0:
        return UTC
    return timezone(timedelta(minutes=minutes)) if abs(minutes) <= 15 * 60 else None


def _by_name(name: str) -> tzinfo | None:
    try:
        return zone_named(name)
    except (ValueError, OSError, KeyError):
        return None
