"""The mark of an account's dialling: messages carry the mark, and a changed mark means progress."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import astuple
from typing import Any

from switchboard.campaigns.dialling.state import DiallingState


def mark_of(state: DiallingState) -> str:
    """A digest of executions and calls: 16 hex digits. Temporary refusals and wake-ups do not change the digest."""
    return hashlib.sha256(repr(list(_parts(state))).encode()).hexdigest()[:16]


def _parts(state: DiallingState) -> Iterator[Any]:
    for id_, one in sorted(state.executions.items()):
        yield id_, one.phase.value, one.wave, one.wave_at, one.cursor, one.retriable, astuple(one.counters)
    for _, line in sorted(state.lines.items()):
        yield line.call, line.answered_at
