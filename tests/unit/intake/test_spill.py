"""Events that the queue refuses: where they are kept, and how they come back."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event, Thread

import pytest

from switchboard.errors import Invalid
from switchboard.intake.ports import SpilledLane
from switchboard.intake.spill import (
    LATE,
    LOWERED_AFTER,
    MEMORY,
    RAISED_AGAIN_AFTER,
    Drained,
    DrainSpilled,
    FlaggedPlaces,
    SpillingQueue,
    TakeInSpilled,
)
from switchboard.kernel.call import CallEvent
from tests.fakes.queues import MemoryEventQueue
from tests.fakes.spill import MemorySpill
from tests.support.builders import NOON, an_event


class Outage(Exception):
    """A service is out of order."""


class Poison(Exception):
    """An event that cannot be applied."""


@dataclass
class Refusing:
    """A queue or place that refuses events, each after `takes`."""

    world: "World"
    takes: timedelta = timedelta(0)
    error: Exception = field(default_factory=Outage)
    asked: int = 0

    def send(self, event: CallEvent) -> None:  # noqa: ARG002 - the port has it
        self.asked += 1
        self.world.now += self.takes
        raise self.error

    keep = send

    def raise_flag(self, at: datetime) -> None:
        """The flag is taken."""

    def flag(self) -> None:
        """No flag is up."""

    def lanes(self) -> Iterator[SpilledLane]:
        raise self.error
        yield


class World:
    """A clock, a queue and two places."""

    def __init__(self) -> None:
        self.now = NOON
        self.queue, self.table, self.bucket = MemoryEventQueue(), MemorySpill(), MemorySpill()
        self.told: list[str] = []

    def clock(self) -> datetime:
        return self.now

    def door(self, queue: object = None, *places: object) -> SpillingQueue:
        return SpillingQueue(
            queue or self.queue,  # type: ignore[arg-type]
            lambda: places or (self.table, self.bucket),  # type: ignore[arg-type,return-value]
            lambda error: isinstance(error, Outage),
            self.clock,
            lambda _, error: self.told.append(error),
            self.pause,
        )

    def pause(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def flagged(self) -> FlaggedPlaces:
        return FlaggedPlaces((self.table, self.bucket), lambda: self.clock().timestamp())

    def drain(self, queue_again: object, told: object = lambda _: None) -> DrainSpilled:
        places = (self.table, self.bucket)
        return DrainSpilled(places, queue_again, lambda error: isinstance(error, Outage), self.clock, told)  # type: ignore[arg-type]


def at(seconds: int, call_id: str = "call-1") -> CallEvent:
    """An event that was received so many seconds after noon."""
    return replace(an_event(), id=f"e-{seconds}", call_id=call_id, received_at=NOON + timedelta(seconds=seconds))


def test_an_event_is_kept_where_it_is_taken_first() -> None:
    """The queue, the table, the bucket; with none of them the request fails."""
    world = World()
    refusing = Refusing(world)
    world.door().send(at(0))
    world.door(refusing).send(at(1))
    world.door(refusing, refusing, world.bucket).send(at(2))
    assert world.queue.sent == [at(0)]
    assert list(world.table.kept.values()) == [at(1)]
    assert list(world.bucket.kept.values()) == [at(2)]
    with pytest.raises(Outage):
        world.door(refusing, refusing, refusing).send(at(3))
    assert world.told == ["Outage"] * 3


def test_an_event_that_is_wrong_is_refused_and_not_kept() -> None:
    """Its sender hears the refusal."""
    world = World()
    with pytest.raises(Invalid):
        world.door(Refusing(world, error=Invalid("No."))).send(at(0))
    assert not world.table.kept


def test_a_queue_that_does_not_answer_rests_for_a_while() -> None:
    """The next events are kept at once, and the queue is asked again later."""
    world = World()
    silent = Refusing(world, takes=timedelta(seconds=3))
    door = world.door(silent)
    for place in range(3):
        door.send(at(place))
    assert silent.asked == 1
    world.now += timedelta(seconds=6)
    door.send(at(3))
    assert silent.asked == 2
    assert len(world.table.kept) == 4


def test_a_queue_that_rests_is_asked_if_nothing_else_takes_the_event() -> None:
    """It may be back."""
    world = World()
    silent = Refusing(world, takes=timedelta(seconds=3))
    door = world.door(silent, Refusing(world))
    with pytest.raises(Outage):
        door.send(at(0))
    door.queue = world.queue
    door.send(at(1))
    assert world.queue.sent == [at(1)]


@dataclass
class Worker:
    """The worker of the queue."""

    places: tuple[MemorySpill, ...]
    poison: str = ""
    applied: list[str] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)

    def apply(self, event: CallEvent) -> None:
        if event.id == self.poison:
            raise Poison
        self.applied.append(event.id)

    def batch(self, *events: CallEvent, receives: int = 1) -> None:
        take_in = TakeInSpilled(
            lambda: self.places,
            self.apply,
            lambda error, receives: isinstance(error, Poison) and receives >= 10,
            lambda event, _: self.dead.append(event.id),
        )
        for event in events:
            if not take_in(event, receives):
                self.apply(event)


def test_spilled_events_are_applied_before_later_ones_of_their_call_alone() -> None:
    """In the order of receipt, whichever place holds them; an event that came later waits for its turn."""
    world = World()
    for place, event in ((world.bucket, at(1)), (world.table, at(2)), (world.table, at(5)), (world.table, at(0, "b"))):
        place.keep(event)
    worker = Worker((world.table, world.bucket))
    worker.batch(at(4), at(6))
    assert worker.applied == ["e-1", "e-2", "e-4", "e-5", "e-6"]
    assert list(world.table.kept.values()) == [at(0, "b")]
    worker.batch(at(0, "b"))
    assert worker.applied[-1:] == ["e-0"]
    assert worker.applied.count("e-0") == 1
    assert world.table.is_empty()


def test_a_worker_that_dies_applies_the_rest_with_the_next_receive() -> None:
    """A spilled event leaves its place after it was applied."""
    world = World()
    for place in range(3):
        world.table.keep(at(place))
    worker = Worker((world.table,), poison="e-1")
    with pytest.raises(Poison):
        worker.batch(at(5))
    assert [one.id for one in world.table.kept.values()] == ["e-1", "e-2"]
    worker.poison = ""
    worker.batch(at(5), receives=2)
    assert worker.applied == ["e-0", "e-1", "e-2", "e-5"]


def test_a_poisoned_spilled_event_becomes_a_dead_letter_and_the_call_goes_on() -> None:
    """After as many receives as a poisoned message."""
    world = World()
    world.table.keep(at(0))
    worker = Worker((world.table,), poison="e-0")
    worker.batch(at(5), receives=10)
    assert (worker.dead, worker.applied) == (["e-0"], ["e-5"])
    assert world.table.is_empty()


def test_each_call_is_queued_by_its_newest_event() -> None:
    """Nothing is removed: the worker does that. A run again changes nothing."""
    world, told = World(), list[int]()
    for event in (at(0), at(1), at(2, "b")):
        world.table.keep(event)
    world.bucket.keep(at(3))
    world.now = NOON + LATE + timedelta(seconds=1)
    again: list[str] = []

    assert world.drain(lambda event: again.append(event.id), told.append)(lambda: False) == Drained(lanes=3, late=1)
    assert sorted(again) == ["e-1", "e-2", "e-3"]
    assert told == [1]
    assert len(world.table.kept) == 3
    assert world.drain(Refusing(world).send)(lambda: False) == Drained(lanes=0, late=1)
    assert world.drain(again.append)(lambda: True) == Drained(lanes=0, late=0, more=True)


def test_a_place_that_cannot_be_read_keeps_no_other_place_from_being_drained() -> None:
    """The next run reads the place."""
    world, again = World(), list[CallEvent]()
    world.bucket.keep(at(0))
    places = (Refusing(world), world.bucket)
    drain = DrainSpilled(places, again.append, lambda error: isinstance(error, Outage), world.clock)  # type: ignore[arg-type]
    assert drain(lambda: False).lanes == 1
    assert again == [at(0)]


def test_a_kept_event_is_told_as_stored_when_every_worker_knows() -> None:
    """A worker that looked just before the flag was raised has forgotten what it saw when the door returns."""
    world = World()
    door = world.door(Refusing(world))
    workers = []
    for early in (MEMORY, timedelta(milliseconds=1), timedelta(0)):
        world.now = NOON - early
        workers.append(world.flagged())
        assert workers[-1]() == []
    world.now = NOON
    door.send(at(0))
    assert [worker() for worker in workers] == [[world.table]] * 3
    asked = world.now
    door.send(at(1))
    assert world.now == asked, "the flag has been up for long enough"


def test_a_worker_asks_for_the_flags_once_in_a_second() -> None:
    """Up or down; a flag that cannot be read is asked for again at once."""
    world = World()
    flagged = world.flagged()
    assert flagged() == []
    world.bucket.raise_flag(NOON)
    world.now += MEMORY / 2
    assert flagged() == []
    world.now += MEMORY / 2
    assert flagged() == [world.bucket]
    failing = FlaggedPlaces([_Failing(), world.bucket], lambda: 0.0)  # type: ignore[list-item]
    for _ in range(2):
        with pytest.raises(Outage):
            failing()


class _Failing:
    def flag(self) -> None:
        raise Outage


def test_the_flag_of_an_empty_place_is_lowered() -> None:
    """After a minute, by the scheduled run; not if a door raised the flag again meanwhile, nor if an event waits."""
    world, again = World(), list[CallEvent]()
    door = world.door(Refusing(world))
    door.send(at(0))
    world.now += LOWERED_AFTER * 2
    world.drain(again.append)(lambda: False)
    assert world.table.flag() is not None, "an event waits"
    world.table.remove(at(0))
    stale = world.table.flag()
    assert stale is not None
    world.now += RAISED_AGAIN_AFTER
    door.send(at(1))
    world.table.lower_flag(stale)
    assert world.table.flag() is not None, "raised since"
    world.table.remove(at(1))
    world.now += LOWERED_AFTER - MEMORY
    world.drain(again.append)(lambda: False)
    assert world.table.flag() is not None, "a door that raised the flag may still keep an event"
    world.now += timedelta(seconds=1)
    world.drain(again.append)(lambda: False)
    assert world.table.flag() is None


def test_events_without_a_flag_get_one() -> None:
    """An earlier release kept events without a flag."""
    world, again = World(), list[CallEvent]()
    world.table.keep(at(0))
    world.drain(again.append)(lambda: False)
    assert world.flagged()() == [world.table]


class SlowPlace:
    """A place whose first answer comes when `answers` is set."""

    def __init__(self) -> None:
        self.asked, self.answers, self.looks = Event(), Event(), 0

    def flag(self) -> bool:
        self.looks += 1
        if self.looks == 1:
            self.asked.set()
            self.answers.wait()
        return True


def test_threads_do_not_wait_in_line_for_a_table_that_does_not_answer() -> None:
    """Another thread reads the flag itself, and the first thread gets its own answer later."""
    place = SlowPlace()
    flagged = FlaggedPlaces((place,), lambda: 100.0)  # type: ignore[arg-type]
    first: list[object] = []
    thread = Thread(target=lambda: first.append(flagged()))
    thread.start()
    place.asked.wait()
    assert list(flagged()) == [place]
    place.answers.set()
    thread.join()
    assert (first, place.looks) == ([[place]], 2)
