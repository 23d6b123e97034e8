"""Count the events of sources, in memory first: a row for each source and hour is written every few seconds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from switchboard.accounts.activity.model import ActivityCounts, hour_of
from switchboard.accounts.activity.ports import SourceActivity
from switchboard.kernel.call import AppliedEvent, CallEvent, Kind, Outcome
from switchboard.kernel.remembered import Remembered

WRITTEN_AFTER = timedelta(seconds=15)
WRITTEN_FROM = 25  # events
LONGEST_NAME, NAMELESS = 64, "(none)"  # characters
MOST_NAMES, OTHER_NAME = 50, "(others)"  # unknown names of an hour, so that its row stays small
REMEMBERED = 10_000  # sources

SourceHour = tuple[str, datetime]


@dataclass(slots=True)
class CountEvents:
    """A follower of applied events, one for each container. `flush` writes the counts that are due.

    The first event after a pause is written at once. The counts of a container that dies are lost, at most those of
    WRITTEN_AFTER. A failed write is reported, and its counts are lost.
    """

    activity: SourceActivity
    dialects: Collection[str]
    clock: Callable[[], datetime]
    failed: Callable[[Exception], object]
    _pending: dict[SourceHour, ActivityCounts] = field(default_factory=dict)
    _names: Remembered[SourceHour, set[str]] = field(default_factory=lambda: Remembered(REMEMBERED))
    _written_at: Remembered[str, datetime] = field(default_factory=lambda: Remembered(REMEMBERED))
    _lock: Lock = field(default_factory=Lock)

    def __call__(self, applied: AppliedEvent) -> None:
        """Count an event. A repeat, and an event that no source sent, does not count."""
        event = applied.event
        if applied.outcome is Outcome.DUPLICATE or event.dialect not in self.dialects or not event.source:
            return
        key = (event.source, hour_of(event.received_at))
        with self._lock:
            counts = counts_of(event, self._name(key, event))
            self._pending[key] = self._pending.get(key, ActivityCounts()) + counts

    def flush(self) -> None:
        """Write the counts of each source that was written long enough ago, or has many."""
        now = self.clock()
        for key, counts in self._due(now):
            try:
                self.activity.count(*key, counts)
            except Exception as error:  # noqa: BLE001 - counts must not stop events
                self.failed(error)

    def _due(self, now: datetime) -> Sequence[tuple[SourceHour, ActivityCounts]]:
        with self._lock:
            due = [key for key, counts in self._pending.items() if self._is_due(key[0], counts, now)]
            self._written_at.update({source: now for source, _ in due})
            return [(key, self._pending.pop(key)) for key in due]

    def _is_due(self, source: str, counts: ActivityCounts, now: datetime) -> bool:
        before = self._written_at.get(source)
        return before is None or now - before >= WRITTEN_AFTER or counts.events >= WRITTEN_FROM

    def _name(self, key: SourceHour, event: CallEvent) -> str:
        """Return the name of an unknown event, OTHER_NAME beyond MOST_NAMES in an hour; empty for a known event."""
        name = (event.name or NAMELESS)[:LONGEST_NAME] if event.kind is Kind.UNKNOWN else ""
        known = self._names.setdefault(key, set())
        if name and len(known) < MOST_NAMES:
            known.add(name)
        return name if not name or name in known else OTHER_NAME


def counts_of(event: CallEvent, unknown_name: str) -> ActivityCounts:
    """Return what one event adds to the counts of its source. `unknown_name` is empty for a known event."""
    return ActivityCounts(
        events=1,
        last_event_at=event.received_at,
        unknown_names={unknown_name: 1} if unknown_name else {},
        doubtful_clocks={str(event.clock.reason): 1} if event.clock else {},
    )
