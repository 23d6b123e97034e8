"""Durations as PBXs write them, in whole seconds."""

from __future__ import annotations

import re

LONGEST = 2**31
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,4}):(\d{2})(?:[.,]\d+)?")
_SECONDS = re.compile(r"\+?(\d{1,10})(?:[.,]\d+)?\s*(?:s|sec|secs|seconds?|сек\.?|с)?", re.IGNORECASE)
_MILLISECONDS = re.compile(r"(\d{1,13})\s*(?:ms|мс)", re.IGNORECASE)
_WORDS = re.compile(r"(?:PT?)?\s*(?:(\d+)\s*(?:h|ч)\D*)?(?:(\d+)\s*(?:m|м)\D*)?(?:(\d+)\s*(?:s|с)\D*)?", re.IGNORECASE)
_SIXTY = 60


def read_duration(value: object) -> int | None:
    """Seconds out of 65, `65`, `65.4`, `1:05`, `00:01:05`, `65 s`, `65000 ms`, `1m05s`, `PT1M5S`.

    None for what cannot be read, negative, or 2^31 and more.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value).strip()
    found = _clock(text)
    for read in (_plain, _milliseconds, _words):
        found = read(text) if found is None else found
    return found if found is not None and found < LONGEST else None


def _clock(text: str) -> int | None:
    clock = _CLOCK.fullmatch(text)
    if not clock or int(clock[3]) >= _SIXTY or (clock[1] and int(clock[2]) >= _SIXTY):
        return None
    return (int(clock[1] or 0) * _SIXTY + int(clock[2])) * _SIXTY + int(clock[3])


def _plain(text: str) -> int | None:
    seconds = _SECONDS.fullmatch(text)
    return int(seconds[1]) if seconds else None


def _milliseconds(text: str) -> int | None:
    found = _MILLISECONDS.fullmatch(text)
    return int(found[1]) // 1000 if found else None


def _words(text: str) -> int | None:
    words = _WORDS.fullmatch(text)
    if not words or not any(words.groups()):
        return None
    hours, minutes, seconds = (int(part or 0) for part in words.groups())
    return (hours * _SIXTY + minutes) * _SIXTY + seconds
