"""The path of a source's webhook, replaced with an overlap: pure rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from switchboard.accounts.model import Source, SourcePath


def with_new_path(source: Source, key: str, now: datetime, overlap: timedelta) -> Source:
    """Return the source with a new path. The former paths are served for `overlap` at most, and then forgotten."""
    end = now + overlap
    former = open_paths(source, now)
    ending = (replace(one, until=min(one.until or end, end)) for one in former)
    return replace(source, paths=(*ending, SourcePath(key)))


def open_paths(source: Source, now: datetime) -> list[SourcePath]:
    """Return the paths that are served."""
    return [one for one in source.paths or (SourcePath(source.id),) if one.until is None or now < one.until]


def is_served_at(source: Source, key: str, now: datetime) -> bool:
    """Whether the source is served at a path."""
    return any(one.key == key for one in open_paths(source, now))
