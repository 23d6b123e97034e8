"""What the events of one batch share: the calls that they changed, and the requests that queue their deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from switchboard.calls.ports import KeptEvent
from switchboard.deliveries.model import Delivery
from switchboard.deliveries.ports import DeliveryQueue
from switchboard.intake.ports import AppliedEvents
from switchboard.kernel.call import AppliedEvent, Call, CallEvent
from switchboard.kernel.remembered import Remembered

MOST = 100  # calls of a batch
FEW = 4  # deliveries of an event that wait for those of other events


@dataclass(frozen=True, slots=True)
class CallsOfBatch:
    """Port AppliedEvents: a call that an event of the batch wrote is not read again for the call's next event.

    Each write has the optimistic lock of the call's version. Of a call that somebody else wrote in between, the write
    fails, and the next event reads.
    """

    calls: AppliedEvents
    _written: Remembered[tuple[str, str], Call] = field(default_factory=lambda: Remembered(MOST))

    def get(self, account: str, call_id: str) -> Call | None:
        """Return the call as this batch wrote it, else as of the last write."""
        written: Call | None = self._written.get((account, call_id))
        return written or self.calls.get(account, call_id)

    def keep(self, applied: AppliedEvent, deliveries: Sequence[Delivery], before: Call | None) -> None:
        """Write as `calls` does, and raise what `calls` raises. Only a write that succeeded is remembered."""
        call = applied.call
        if call is not None:
            self._written.pop((call.account, call.id), None)
        self.calls.keep(applied, deliveries, before)
        if call is not None:
            self._written[call.account, call.id] = call

    def supersede(self, old: Call, successor: str) -> None:
        """Write the successor, and forget the old call."""
        self._written.pop((old.account, old.id), None)
        self.calls.supersede(old, successor)

    def kept(self, event: CallEvent, call_id: str) -> KeptEvent | None:
        """Return the log's entry of an event."""
        return self.calls.kept(event, call_id)

    def note_restart(self, event: CallEvent) -> None:
        """Write the time at which a source's device started."""
        self.calls.note_restart(event)

    def restarted_at(self, account: str, source: str) -> datetime | None:
        """Return the time of receipt of the last start of a source's device."""
        return self.calls.restarted_at(account, source)

    def unsent(self, event: CallEvent, call_id: str) -> list[Delivery]:
        """Return the untried deliveries of an event that the log holds."""
        return self.calls.unsent(event, call_id)


@dataclass(slots=True)
class DeliveriesOfBatch:
    """Port DeliveryQueue: `finish` queues the deliveries of the batch's events together.

    An event with more than FEW deliveries queues them by itself, behind all that waits. Deliveries that could not be
    queued wait for the next `finish`. The ids of the messages make a second try harmless.
    """

    queue: DeliveryQueue
    _waiting: list[Delivery] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def send(self, deliveries: Sequence[Delivery]) -> None:
        """Keep the deliveries for `finish`. Raises as the queue does if the event has many."""
        with self._lock:
            if len(deliveries) > FEW:
                self._send([*self._waiting, *deliveries])
            else:
                self._waiting += deliveries

    def finish(self) -> None:
        """Queue what waits, in the order of the calls of `send`. Raises as the queue does."""
        with self._lock:
            self._send(self._waiting)

    def _send(self, deliveries: Sequence[Delivery]) -> None:
        if deliveries:
            self.queue.send(deliveries)
            self._waiting = []
