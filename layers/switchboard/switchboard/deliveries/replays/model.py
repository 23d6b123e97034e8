"""A replay of many deliveries: what is to be sent again, how far the work is, and what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from switchboard.deliveries.model import DeliveryRecord, DeliveryState


@dataclass(frozen=True, slots=True)
class ReplayFilter:
    """A filter of finished deliveries. Empty fields choose everything.

    `reason` is why a delivery is dead or cancelled. `status` is the HTTP status of its last attempt. `since` and
    `until` bound the time of creation; `until` itself is excluded.
    """

    state: DeliveryState
    call: str = ""
    subscription: int = 0
    since: datetime | None = None
    until: datetime | None = None
    reason: str = ""
    status: int = 0

    def includes(self, record: DeliveryRecord) -> bool:
        """Whether a delivery matches the filter."""
        delivery, last = record.delivery, record.attempts[-1] if record.attempts else None
        return (
            record.state is self.state
            and (not self.call or delivery.call_id == self.call)
            and (not self.subscription or delivery.subscription_id == self.subscription)
            and (self.since is None or delivery.created_at >= self.since)
            and (self.until is None or delivery.created_at < self.until)
            and (not self.reason or record.reason == self.reason)
            and (not self.status or (last is not None and last.status == self.status))
        )


class ReplayState(StrEnum):
    """The state of a replay."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"  # by the operator, or because the account is being deleted


@dataclass(frozen=True, slots=True)
class PlannedLetter:
    """A delivery of the page, and how often the delivery had been replayed before this replay."""

    id: str
    replays: int


@dataclass(frozen=True, slots=True)
class ReplayRun:
    """A replay of an account's deliveries. Times are aware and in UTC.

    - `page`: the deliveries that are being sent again. The page is stored before its first delivery changes, so a
      worker that takes over knows which deliveries may wait for their message.
    - `place`: the position behind the page in the list of deliveries, oldest first; `last`: nothing is behind.
    - `part`, `next_at`: the newest part of the workflow, 0 without a workflow; the time of the next turn.
    - `found`, `replayed`, `skipped`: how many deliveries matched, were queued, or had changed before their turn.
    """

    id: str
    account: str
    wanted: ReplayFilter
    asked_at: datetime
    dry_run: bool = False
    state: ReplayState = ReplayState.RUNNING
    part: int = 0
    next_at: datetime | None = None
    place: str = ""
    last: bool = False
    page: tuple[PlannedLetter, ...] = ()
    found: int = 0
    replayed: int = 0
    skipped: int = 0
    finished_at: datetime | None = None
    version: int = 0

    @property
    def is_running(self) -> bool:
        """Whether deliveries remain to be looked at."""
        return self.state is ReplayState.RUNNING

    def planned(self, records: Sequence[DeliveryRecord], place: str, now: datetime) -> ReplayRun:
        """Return the replay with its next page. A dry run counts the page and has nothing to send."""
        letters = () if self.dry_run else tuple(PlannedLetter(one.delivery.id, one.delivery.replays) for one in records)
        found = self.found + len(records)
        return replace(self, page=letters, place=place, last=not place, found=found, next_at=now)

    def sent(self, replayed: int) -> ReplayRun:
        """Return the replay after its page, of which so many deliveries were queued."""
        skipped = len(self.page) - replayed
        return replace(self, page=(), replayed=self.replayed + replayed, skipped=self.skipped + skipped)

    def ended(self, state: ReplayState, at: datetime) -> ReplayRun:
        """Return the replay at its end."""
        return replace(self, state=state, page=(), next_at=None, finished_at=at)
