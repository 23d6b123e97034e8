"""Ports Streams, Places and Tickets."""

from datetime import timedelta
from functools import partial

import pytest

from switchboard.aws.streams_table import StreamsTable
from switchboard.errors import Duplicate, TryAgain
from switchboard.streams.model import (
    PLACES,
    TOGETHER,
    AdmittedTicket,
    AlreadyTold,
    HeldPlace,
    StreamEnd,
    StreamMessage,
    WritingPeriod,
)
from tests.fakes.streams import MemoryStreams
from tests.support.builders import NOON
from tests.support.stack import Stack
from tests.support.threads import at_once

AnyStreams = MemoryStreams | StreamsTable
LATER = NOON + timedelta(seconds=25)


@pytest.fixture
def streams(request: pytest.FixtureRequest, kind: str) -> AnyStreams:
    if kind == "memory":
        return MemoryStreams()
    stack: Stack = request.getfixturevalue("stack")
    return StreamsTable(stack.dynamodb, stack.table("StreamsTable"))


def message(number: int, body: str = '{"text": "Привет"}') -> StreamMessage:
    after = NOON + timedelta(seconds=number - 1) if number > 1 else None
    return StreamMessage(number, body, NOON + timedelta(seconds=number), after)


def test_a_stream_that_nobody_has_read_is_not_written(streams: AnyStreams) -> None:
    """Its end is the beginning."""
    assert streams.writing("acme") is None
    assert streams.end("acme") == StreamEnd()
    assert streams.after("acme", 0) == []


def test_a_stream_is_written_for_a_time(streams: AnyStreams) -> None:
    """The time can be extended without a break."""
    streams.write_until("acme", NOON, LATER)
    streams.write_until("acme", LATER - timedelta(seconds=1), LATER + timedelta(hours=1))
    assert streams.writing("acme") == WritingPeriod(NOON, LATER + timedelta(hours=1))
    assert streams.writing("other") is None


def test_after_its_time_a_stream_begins_anew(streams: AnyStreams) -> None:
    """Nothing was written in between."""
    streams.write_until("acme", NOON, LATER)
    streams.write_until("acme", LATER, LATER + timedelta(hours=1))
    assert streams.writing("acme") == WritingPeriod(LATER, LATER + timedelta(hours=1))


def test_messages_come_back_whole_and_in_order(streams: AnyStreams) -> None:
    """Also past 9 and 99, page by page."""
    for number in range(1, 103):
        streams.append("acme", {f"key-{number}": message(number)})
    first = streams.after("acme", 0)
    assert first == [message(number) for number in range(1, len(first) + 1)]
    assert streams.after("acme", 100) == [message(101), message(102)]
    assert streams.end("acme") == StreamEnd(102, message(102).at)


def test_a_stream_is_its_accounts_alone(streams: AnyStreams) -> None:
    """Each counts from one."""
    streams.append("acme", {"key": message(1)})
    assert streams.after("other", 0) == []
    streams.append("other", {"key": message(1)})
    assert [len(streams.after(account, 0)) for account in ("acme", "other")] == [1, 1]


def test_a_message_of_the_same_key_is_written_once(streams: AnyStreams) -> None:
    """Whatever number it comes with."""
    streams.append("acme", {"key": message(1)})
    for number in (1, 2):
        with pytest.raises(Duplicate):
            streams.append("acme", {"key": message(number)})
    assert len(streams.after("acme", 0)) == 1


@pytest.mark.parametrize("number", [1, 3])
def test_no_number_is_taken_twice_or_skipped(streams: AnyStreams, number: int) -> None:
    """The writer has to look again; nothing is left of its try."""
    streams.append("acme", {"key": message(1)})
    with pytest.raises(TryAgain):
        streams.append("acme", {"another": message(number)})
    streams.append("acme", {"another": message(2)})
    assert [one.number for one in streams.after("acme", 0)] == [1, 2]


def test_some_messages_are_written_at_once(streams: AnyStreams) -> None:
    """In the order of their numbers, up to as many as go together."""
    streams.append("acme", {"first": message(1)})
    streams.append("acme", {f"key-{number}": message(number) for number in range(2, TOGETHER + 2)})
    assert [one.number for one in streams.after("acme", 0)] == list(range(1, TOGETHER + 2))
    assert streams.end("acme").number == TOGETHER + 1


def test_of_some_messages_those_that_were_told_are_named(streams: AnyStreams) -> None:
    """And none of them is written."""
    streams.append("acme", {"a": message(1), "b": message(2)})
    with pytest.raises(AlreadyTold) as refused:
        streams.append("acme", {"b": message(3), "new": message(4), "a": message(5)})
    assert set(refused.value.keys) == {"a", "b"}
    assert [one.number for one in streams.after("acme", 0)] == [1, 2]


def test_of_several_writers_at_once_one_gets_the_number(streams: AnyStreams) -> None:
    """And no two."""
    ends = at_once([partial(streams.append, "acme", {f"key-{one}": message(1)}) for one in range(5)])
    assert sum(end is None for end in ends) == 1
    assert len(streams.after("acme", 0)) == 1


def test_there_are_three_places(streams: AnyStreams) -> None:
    """For each account."""
    taken = [streams.take("acme", f"reader-{one}", NOON, LATER) for one in range(PLACES + 1)]
    assert taken == [*range(PLACES), None]
    assert streams.take("other", "reader", NOON, LATER) is not None


def test_of_several_readers_at_once_three_have_a_place(streams: AnyStreams) -> None:
    """Each has another place."""
    taken = at_once([partial(streams.take, "acme", f"reader-{one}", NOON, LATER) for one in range(6)])
    assert sorted(str(place) for place in taken) == ["0", "1", "2", "None", "None", "None"]


def test_a_place_that_was_given_back_is_free(streams: AnyStreams) -> None:
    """At once."""
    for one in range(PLACES):
        streams.take("acme", f"reader-{one}", NOON, LATER)
    streams.give_back("acme", 1, "reader-1")
    assert streams.take("acme", "late", NOON, LATER) == 1


def test_a_place_that_is_not_renewed_is_free_in_time(streams: AnyStreams) -> None:
    """Its reader has lost it."""
    for one in range(PLACES):
        streams.take("acme", f"reader-{one}", NOON, LATER)
    assert streams.renew("acme", 0, "reader-0", LATER + timedelta(seconds=1))
    assert streams.take("acme", "late", LATER, LATER + timedelta(minutes=1)) == 1
    assert not streams.renew("acme", 1, "reader-1", LATER + timedelta(minutes=1))
    streams.give_back("acme", 1, "reader-1")
    assert streams.renew("acme", 1, "late", LATER + timedelta(minutes=2))


def test_a_place_that_nobody_has_cannot_be_renewed(streams: AnyStreams) -> None:
    """Nor freed."""
    streams.give_back("acme", 0, "reader")
    assert not streams.renew("acme", 0, "reader", LATER)


def test_a_place_is_taken_in_the_stead_of_who_has_it(streams: AnyStreams) -> None:
    """The former reader loses its place, and no other place is taken."""
    taken = [streams.take("acme", f"reader-{one}", NOON, LATER) for one in range(PLACES)]
    assert streams.take("acme", "next", NOON, LATER, HeldPlace("reader-1", 1)) == taken[1]
    assert [streams.renew("acme", 1, reader, LATER) for reader in ("reader-1", "next")] == [False, True]


def test_nobody_takes_the_stead_of_who_has_gone(streams: AnyStreams) -> None:
    """A new holder keeps the place; a free one is taken instead."""
    streams.take("acme", "somebody", NOON, LATER)
    assert streams.take("acme", "next", NOON, LATER, HeldPlace("gone", 0)) == 1


def test_a_ticket_lets_its_account_in_again_and_again(streams: AnyStreams) -> None:
    """The next use returns the place of the use before."""
    streams.add("digest", "acme", LATER, LATER + timedelta(hours=1), "t")
    assert streams.use("digest", "first", NOON) == AdmittedTicket("acme", None, "t")
    assert streams.settle("digest", "first", 2)
    assert streams.use("digest", "second", LATER) == AdmittedTicket("acme", HeldPlace("first", 2), "t")


def test_a_ticket_is_good_for_its_time(streams: AnyStreams) -> None:
    """An unused ticket expires sooner; an unknown one is refused."""
    for digest in ("used", "unused"):
        streams.add(digest, "acme", LATER, LATER + timedelta(hours=1), "t")
    assert streams.use("used", "reader", NOON)
    assert streams.use("used", "reader", LATER)
    assert streams.use("used", "reader", LATER + timedelta(hours=1)) is None
    assert streams.use("unused", "reader", LATER) is None
    assert streams.use("another", "reader", NOON) is None


def test_a_ticket_is_its_last_users(streams: AnyStreams) -> None:
    """Of several uses at once, one settles."""
    streams.add("digest", "acme", LATER, LATER + timedelta(hours=1), "t")
    readers = [f"reader-{one}" for one in range(4)]
    admitted = at_once([partial(streams.use, "digest", reader, NOON) for reader in readers])
    assert admitted == [AdmittedTicket("acme", None, "t")] * 4
    assert sorted(streams.settle("digest", reader, 0) for reader in readers) == [False, False, False, True]
