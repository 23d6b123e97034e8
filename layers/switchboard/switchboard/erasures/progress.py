"""How an erasure goes on after a page: pure decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from switchboard.erasures.model import Erasure, ErasureState, Finding

# Functions remember accounts, sources and tokens for half a minute, so nothing comes in from then on.
CLOSED_AFTER = timedelta(minutes=1)
# The longest delay of a message is 15 minutes. A row that a delayed message writes is found by a sweep after this time.
QUIET_AFTER = timedelta(minutes=20)
AGAIN_AFTER = timedelta(minutes=1)
MOST_SWEEPS = 10  # of a number that is still in use, and so found again and again
SWEEPS_OF_DRY_RUN = {False: 1, True: 2}  # the first sweep of a number collects the calls that the second counts


def first_turn_at(erasure: Erasure) -> datetime:
    """Return when the first sweep begins."""
    return erasure.asked_at if erasure.dry_run or erasure.of_number else erasure.asked_at + CLOSED_AFTER


def after_page(erasure: Erasure, finding: Finding, places: int, now: datetime) -> Erasure:
    """Return the erasure after a page of the sweep. `places` is the number of places."""
    moved = replace(
        erasure,
        swept_at=erasure.swept_at or now,
        cursor=finding.cursor,
        place=erasure.place if finding.cursor else erasure.place + 1,
        found=erasure.found + finding.found,
        erased=_sum(erasure.erased, finding.counts),
    )
    return moved if moved.place < places else _after_sweep(moved, now)


def _after_sweep(erasure: Erasure, now: datetime) -> Erasure:
    if _is_last(erasure):
        ended = replace(erasure, left=0 if erasure.dry_run else erasure.found)
        if erasure.of_number or erasure.dry_run:
            return finished(ended, now)
        return replace(ended, state=ErasureState.CLOSING)
    quiet = erasure.asked_at if erasure.dry_run else erasure.asked_at + QUIET_AFTER
    pause = AGAIN_AFTER if now >= quiet else timedelta(0)
    return replace(
        erasure,
        sweep=erasure.sweep + 1,
        swept_at=None,
        place=0,
        found=0,
        erased={} if erasure.dry_run else erasure.erased,
        next_at=max(quiet, now + pause),
    )


def finished(erasure: Erasure, now: datetime) -> Erasure:
    """Return the erasure at its end. The number is dropped."""
    return replace(erasure, state=ErasureState.DONE, number="", sources=(), next_at=None, finished_at=now)


def _is_last(erasure: Erasure) -> bool:
    if erasure.dry_run:
        return erasure.sweep >= SWEEPS_OF_DRY_RUN[erasure.of_number]
    began = erasure.swept_at
    quiet = began is not None and began >= erasure.asked_at + QUIET_AFTER
    return quiet and (not erasure.found or (erasure.of_number and erasure.sweep >= MOST_SWEEPS))


def _sum(before: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    names = sorted({*before, *more})
    return {name: before.get(name, 0) + more.get(name, 0) for name in names}
