"""Events are appended to the stream in order, once, and only while the stream is read."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from switchboard.calls.apply import apply, first_sight
from switchboard.dialects.sprecord import render
from switchboard.errors import TryAgain
from switchboard.kernel.call import AppliedEvent, CallEvent, Kind, Outcome
from switchboard.streams.append import AppendToStream
from switchboard.streams.model import KEPT, TOGETHER, StreamMessage
from tests.fakes.calls import MemoryCalls
from tests.fakes.deliveries import MemoryDeliveries
from tests.fakes.streams import MemoryStreams
from tests.support.builders import NOON, an_event
from tests.support.threads import at_once


class World:
    """An account whose stream is read, and the event log of its calls."""

    def __init__(self, streams: MemoryStreams | None = None) -> None:
        self.now = NOON
        self.streams, self.log = streams or MemoryStreams(), MemoryCalls(MemoryDeliveries())
        self.streams.write_until("acme", NOON, NOON + KEPT)

    def append(self, *applied: AppliedEvent) -> None:
        """Tell a batch of what happened."""
        batch = AppendToStream(self.streams, self.log, render, "https://hub.example", lambda: self.now)
        for one in applied:
            batch(one)
        batch.finish()

    def happen(self, event: CallEvent) -> AppliedEvent:
        """An event that is applied and logged, but not appended yet."""
        before = self.log.get(event.account, event.call_id)
        call, outcome = apply(before or first_sight(event), event)
        applied = AppliedEvent(event, call, outcome, before)
        self.log.keep(applied, [], before)
        return applied

    @property
    def told(self) -> list[str]:
        return [one.body for one in self.streams.after("acme", 0)]


@pytest.fixture
def world() -> World:
    return World()


def an_end(id_: str = "e-end", received_at: datetime = NOON) -> CallEvent:
    return an_event(id_, kind=Kind.CALL_ENDED, name="end.call", received_at=received_at)


def repeated(applied: AppliedEvent) -> AppliedEvent:
    """The same event, applied a second time."""
    return replace(applied, outcome=Outcome.DUPLICATE, before=None)


def test_an_event_is_told_in_the_words_of_the_dialect(world: World) -> None:
    """The message is a line of JSON."""
    world.append(world.happen(an_event()))
    (body,) = world.told
    assert '"event_type":"incoming_call"' in body
    assert "\n" not in body


def test_an_event_is_told_once(world: World) -> None:
    """A repeat appends nothing."""
    applied = world.happen(an_event())
    for one in (applied, applied, repeated(applied)):
        world.append(one)
    assert len(world.told) == 1


def test_an_event_that_was_cut_off_is_told_as_it_would_have_been(world: World) -> None:
    """A repeat is rendered as it was first applied, since a duplicate has no message."""
    world.append(repeated(world.happen(an_end())))
    (body,) = world.told
    assert '"event_type":"call_end"' in body


@pytest.mark.parametrize("age", [KEPT + timedelta(seconds=1), timedelta(days=30)])
def test_an_old_event_that_comes_again_is_not_told_again(world: World, age: timedelta) -> None:
    """The idempotency key of the message has expired."""
    applied = world.happen(an_end(received_at=NOON - age))
    world.append(repeated(applied))
    assert world.told == []


def test_an_event_from_before_the_stream_is_not_told(world: World) -> None:
    """The stream was not read then."""
    world.append(repeated(world.happen(an_end(received_at=NOON - timedelta(seconds=1)))))
    assert world.told == []


def test_a_repeat_that_the_log_does_not_hold_is_not_told(world: World) -> None:
    """The first application of the event is unknown."""
    elsewhere = World()
    world.append(repeated(elsewhere.happen(an_end())))
    assert world.told == []


def test_nothing_is_written_for_who_does_not_read(world: World) -> None:
    """Neither for another account, nor a day after the last reader."""
    world.append(world.happen(an_event(account="other")))
    world.now = NOON + KEPT
    world.append(world.happen(an_event("e2", call_id="call-2")))
    assert world.streams.messages == {}


def test_what_the_dialect_has_no_word_for_is_left_out(world: World) -> None:
    """Such as a ringing extension."""
    world.append(world.happen(an_event(kind=Kind.LEG_STARTED, name="x")))
    assert world.told == []


def test_many_writers_leave_no_gap(world: World) -> None:
    """Each event has its own number, and none is lost."""
    applied = [world.happen(an_event(f"e{one}", call_id=f"call-{one}")) for one in range(8)]
    assert at_once([partial(world.append, one) for one in applied]) == [None] * 8
    assert sorted(world.streams.messages["acme"]) == list(range(1, 9))


def test_a_batch_is_told_in_its_order(world: World) -> None:
    """With those of it left out that were told before, and each once though it comes twice."""
    first, second, third = (world.happen(an_event(f"e{one}", call_id=f"call-{one}")) for one in range(3))
    world.append(second)
    world.append(first, second, third, first)
    told = [json.loads(body)["payload"]["call_id"] for body in world.told]
    assert told == ["call-1", "call-0", "call-2"]


def test_a_batch_moves_the_head_once(world: World) -> None:
    """However many events it has, up to what one transaction holds."""
    seen: list[int] = []
    plain = world.streams.append

    def counted(account: str, messages: Mapping[str, StreamMessage]) -> None:
        seen.append(len(messages))
        plain(account, messages)

    world.streams.append = counted  # type: ignore[method-assign]
    world.append(*(world.happen(an_event(f"e{one}", call_id=f"call-{one}")) for one in range(TOGETHER + 1)))
    assert seen == [TOGETHER, 1]


class CrowdedStreams(MemoryStreams):
    """Another writer always takes the number first."""

    def append(self, account: str, messages: Mapping[str, StreamMessage]) -> None:  # noqa: ARG002 - a port's
        raise TryAgain("The number is taken.", after=0)


def test_where_too_many_write_the_event_comes_again() -> None:
    """TryAgain says after how many seconds."""
    world = World(CrowdedStreams())
    with pytest.raises(TryAgain) as refused:
        world.append(world.happen(an_event()))
    assert 0 < refused.value.after < 1


def test_a_batch_asks_once_for_each_account_whether_its_stream_is_read(world: World) -> None:
    """A stream that opens during a batch has the messages of the next batch."""
    world.streams = MemoryStreams()
    batch = AppendToStream(world.streams, world.log, render, "https://hub.example", lambda: world.now)
    batch(world.happen(an_event()))
    world.streams.write_until("acme", NOON, NOON + KEPT)
    batch(world.happen(an_end()))
    batch.finish()
    assert world.told == []
    world.append(world.happen(an_event("e-new", call_id="c-new")))
    assert len(world.told) == 1
