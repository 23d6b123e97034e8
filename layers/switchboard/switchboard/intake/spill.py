"""Keep call events elsewhere while their queue refuses them, and apply them in the order of their receipt.

A spilled event waits in the first place that takes it: a table, then a bucket. The worker of the queue holds the group
of a call. Before it applies an event of the queue, it applies the spilled events of the same call that were received
earlier. A scheduled run queues the newest spilled event of each call, for calls of which no further event comes. Only
the worker removes a spilled event, after it was applied.

A worker looks for spilled events only where a flag is up, and remembers for a second which flags are down. The door
raises the flag, keeps the event, and returns after the flag was up for a second. So no event that was sent after this
answer is applied by a worker that does not know of the flag. The scheduled run lowers the flag of an empty place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from threading import Lock

from switchboard.calls.ports import EventQueue
from switchboard.intake.ports import SpilledLane, SpillPlace
from switchboard.kernel.call import CallEvent

SLOW = timedelta(seconds=1)  # a refusal that takes longer makes the next events spill at once
REST = timedelta(seconds=5)  # for which the queue is not asked after a slow refusal
LATE = timedelta(minutes=10)
MEMORY = timedelta(seconds=1)  # for which a worker remembers which flags are up
PATIENCE = 0.2  # seconds
RAISED_AGAIN_AFTER = timedelta(seconds=20)  # by the same container
LOWERED_AFTER = timedelta(seconds=60)  # longer than RAISED_AGAIN_AFTER and a request of 25 s

IsOutage = Callable[[Exception], bool]


@dataclass(slots=True)
class SpillingQueue:
    """Port EventQueue: an event that the queue refuses is kept in the first place that takes the event.

    `is_outage` tells the failures that pass by themselves. Only these make an event spill. `told` hears of each.
    """

    queue: EventQueue
    places: Callable[[], Sequence[SpillPlace]]  # built when the queue first refuses
    is_outage: IsOutage
    clock: Callable[[], datetime]
    told: Callable[[CallEvent, str], object]
    pause: Callable[[float], object]  # seconds
    _rests_until: datetime | None = None
    _raised: dict[int, datetime] = field(default_factory=dict)  # by the number of the place

    def send(self, event: CallEvent) -> None:
        """Return when the event is durable and workers know of it. Raises the last error if nothing takes the event."""
        if self._rests_until and self.clock() < self._rests_until:
            self._first_of(chain(self._kept(), [self._send]), event)
        else:
            self._first_of(chain([self._send], self._kept()), event)

    def _first_of(self, ways: Iterable[Callable[[CallEvent], object]], event: CallEvent) -> None:
        failed: Exception | None = None
        for way in ways:
            try:
                way(event)
            except Exception as error:
                if not self.is_outage(error):
                    raise
                failed = error
            else:
                return
        if failed is not None:
            raise failed

    def _kept(self) -> Iterator[Callable[[CallEvent], object]]:
        yield from (partial(self._keep, *numbered) for numbered in enumerate(self.places()))

    def _keep(self, number: int, place: SpillPlace, event: CallEvent) -> None:
        now, raised = self.clock(), self._raised.get(number)
        if raised is None or now - raised > RAISED_AGAIN_AFTER:
            place.raise_flag(now)
            raised = self._raised[number] = self.clock()
        place.keep(event)
        left = raised + MEMORY - self.clock()
        if left > timedelta(0):
            self.pause(left.total_seconds())

    def _send(self, event: CallEvent) -> None:
        began = self.clock()
        try:
            self.queue.send(event)
        except Exception as error:
            self.told(event, type(error).__name__)
            if self.clock() - began > SLOW:
                self._rests_until = self.clock() + REST
            raise


@dataclass(slots=True)
class FlaggedPlaces:
    """The places whose flag is up, remembered for a second. `timer` gives seconds."""

    places: Sequence[SpillPlace]
    timer: Callable[[], float]
    _found: tuple[float, Sequence[SpillPlace]] | None = None
    _lock: Lock = field(default_factory=Lock)

    def __call__(self) -> Sequence[SpillPlace]:
        """Return the places as of a second ago at most. Raises what reading a flag raises.

        Of the threads of a batch, one reads the flags, and the others wait for the answer. A thread that has waited for
        PATIENCE reads the flags itself: threads do not wait in line for a table that does not answer.
        """
        is_held = self._lock.acquire(timeout=PATIENCE)
        try:
            began, known = self.timer(), self._found
            if known and began - known[0] < MEMORY.total_seconds():
                return known[1]
            found = [place for place in self.places if place.flag()]
            self._found = began, found
            return found
        finally:
            if is_held:
                self._lock.release()


@dataclass(slots=True)
class TakeInSpilled:
    """Applies the spilled events of a call before an event of the queue. New for each batch of messages.

    `flagged` is asked once in a batch. An event that is kept later was received later than all messages of the batch.
    `gives_up` says whether an error is final after so many receives; `set_aside` then makes a dead letter of the
    spilled event.
    """

    flagged: Callable[[], Sequence[SpillPlace]]
    apply: Callable[[CallEvent], object]
    gives_up: Callable[[Exception, int], bool]
    set_aside: Callable[[CallEvent, str], object]
    _filled: Sequence[SpillPlace] | None = None

    def __call__(self, event: CallEvent, receives: int) -> bool:
        """Apply the earlier events, and return whether the event itself was among them.

        Raises what applying a spilled event raises; the message then comes again.
        """
        found = [(one, place) for place in self._asked() for one in place.of_lane(event)]
        for one, place in sorted(found, key=lambda pair: (pair[0].received_at, pair[0].id)):
            self._apply(one, receives)
            place.remove(one)
        return any(one.id == event.id for one, _ in found)

    def _asked(self) -> Sequence[SpillPlace]:
        if self._filled is None:
            self._filled = self.flagged()
        return self._filled

    def _apply(self, event: CallEvent, receives: int) -> None:
        try:
            self.apply(event)
        except Exception as error:
            if not self.gives_up(error, receives):
                raise
            self.set_aside(event, type(error).__name__)


@dataclass(frozen=True, slots=True)
class Drained:
    """The result of a run: queued calls, calls with an event that waits for ten minutes, and whether time ran out."""

    lanes: int = 0
    late: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class DrainSpilled:
    """Queues the newest spilled event of each call, so that the worker takes in all of them.

    Raises a missing flag of a place with events, and lowers the flag of an empty place. `told` hears how many calls
    wait for more than ten minutes.
    """

    places: Sequence[SpillPlace]
    queue_again: Callable[[CallEvent], object]
    is_outage: IsOutage
    clock: Callable[[], datetime]
    told: Callable[[int], object] = field(default=lambda _: None)

    def __call__(self, out_of_time: Callable[[], bool]) -> Drained:
        """Return what was queued. A queue that still refuses is asked again by the next run."""
        lanes, late, refuses = 0, 0, False
        for lane in self._lanes():
            if out_of_time():
                return self._ended(Drained(lanes, late, more=True))
            late += self.clock() - lane.oldest > LATE
            refuses = refuses or not self._queued(lane.newest)
            lanes += not refuses
        return self._ended(Drained(lanes, late))

    def _lanes(self) -> Iterator[SpilledLane]:
        for place in self.places:
            yield from _until_outage(self._lanes_of(place), self.is_outage)

    def _lanes_of(self, place: SpillPlace) -> Iterator[SpilledLane]:
        flag, now, filled = place.flag(), self.clock(), False
        for lane in place.lanes():
            if not flag and not filled:
                place.raise_flag(now)
            filled = True
            yield lane
        if flag and not filled and now - flag.at > LOWERED_AFTER and place.is_empty():
            place.lower_flag(flag)

    def _queued(self, event: CallEvent) -> bool:
        try:
            self.queue_again(event)
        except Exception as error:
            if not self.is_outage(error):
                raise
            return False
        return True

    def _ended(self, drained: Drained) -> Drained:
        if drained.late:
            self.told(drained.late)
        return drained


def _until_outage(lanes: Iterable[SpilledLane], is_outage: IsOutage) -> Iterator[SpilledLane]:
    """Yield lanes until their place cannot be read."""
    try:
        yield from lanes
    except Exception as error:
        if not is_outage(error):
            raise
