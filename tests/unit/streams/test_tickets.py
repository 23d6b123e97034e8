"""A ticket opens one stream, for as long as a page is likely to stay open."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from switchboard.errors import TooMany, Unauthorized
from switchboard.streams.read import RENEW, OpenReading
from switchboard.streams.tickets import LIFE, OPEN_WITHIN, OpenReadingByTicket, TicketIssuer
from tests.fakes.streams import MemoryStreams
from tests.support.builders import NOON

SECOND, TOKEN = timedelta(seconds=1), "digest-of-the-token"


class World:
    """Streams and their clock."""

    def __init__(self) -> None:
        self.now, self.streams, self.good = NOON, MemoryStreams(), {TOKEN}
        self.by_token = OpenReading(
            self.streams, self.streams, timedelta(seconds=25), self.clock, self.good.__contains__
        )
        self.read = OpenReadingByTicket(self.streams, self.by_token, self.clock)
        self.issue = partial(TicketIssuer(self.streams, self.clock).issue, token=TOKEN)

    def clock(self) -> datetime:
        return self.now


@pytest.fixture
def world() -> World:
    return World()


def test_a_ticket_opens_its_accounts_stream(world: World) -> None:
    """The text is random, and only its digest is stored."""
    ticket = world.issue("acme")
    assert world.read(ticket, "").account == "acme"
    assert ticket not in str(vars(world.streams))


def test_a_ticket_opens_the_stream_again_until_it_is_over(world: World) -> None:
    """As an EventSource that reconnects every half minute for an hour."""
    ticket = world.issue("acme")
    while world.now < NOON + LIFE:
        world.read(ticket, "").close()
        world.now += 25 * SECOND
    with pytest.raises(Unauthorized):
        world.read(ticket, "")


def test_a_ticket_that_is_not_used_at_once_is_good_for_nothing(world: World) -> None:
    """An unused ticket may have been found in a log."""
    ticket = world.issue("acme")
    world.now += OPEN_WITHIN
    with pytest.raises(Unauthorized):
        world.read(ticket, "")


def test_a_ticket_is_one_place(world: World) -> None:
    """A client that reconnects without closing takes its former place, and the former reading ends."""
    ticket = world.issue("acme")
    first = world.read(ticket, "")
    others = [world.by_token("acme", "") for _ in range(2)]
    latest = [world.read(ticket, "") for _ in range(5)][-1]
    assert first.place == latest.place
    with pytest.raises(TooMany):
        world.by_token("acme", "")
    world.now += RENEW
    assert (first.turn(), latest.turn(), [other.turn() for other in others]) == (None, [], [[], []])


def test_a_ticket_has_no_place_kept_for_it(world: World) -> None:
    """After a long absence of the client other readers may hold all places."""
    ticket = world.issue("acme")
    world.read(ticket, "").close()
    for _ in range(3):
        world.by_token("acme", "")
    with pytest.raises(TooMany):
        world.read(ticket, "")


def test_of_two_that_come_with_a_ticket_at_once_the_later_one_stays(world: World) -> None:
    """The other one frees its place."""
    ticket = world.issue("acme")
    take = world.streams.take

    def overtaken(*about: object) -> int | None:
        world.streams.take = take  # type: ignore[method-assign]
        world.read(ticket, "")
        return take(*about)  # type: ignore[arg-type]

    world.streams.take = overtaken  # type: ignore[method-assign,assignment]
    with pytest.raises(TooMany):
        world.read(ticket, "")
    assert [world.by_token("acme", "").place for _ in range(2)] == [1, 2]


def test_a_revoked_token_ends_its_tickets_and_their_streams(world: World) -> None:
    """The ticket is refused from then on, and an open stream ends with its next renewal."""
    ticket, other = world.issue("acme"), world.issue("acme", token="other")
    world.good.add("other")
    reading, going = world.read(ticket, ""), world.read(other, "")
    world.good.remove(TOKEN)
    assert reading.turn() == []
    world.now += RENEW
    assert (reading.turn(), going.turn()) == (None, [])
    with pytest.raises(Unauthorized):
        world.read(ticket, "")


def test_a_stream_by_token_ends_when_the_token_is_revoked(world: World) -> None:
    """Without a ticket, too."""
    reading = world.by_token("acme", "", TOKEN)
    world.good.clear()
    world.now += RENEW
    assert reading.turn() is None
