"""An incoming call is redirected to the user whom the CRM names, once, and without delaying events."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from switchboard.crm.inbound import AskForRedirect, RedirectInbound
from switchboard.errors import NotSupported, ProviderSilent
from switchboard.kernel.call import Call, CallEvent, Direction, Kind, Number
from switchboard.kernel.communication import Connector, RedirectRequest
from tests.fakes.accounts import MemoryExtensions
from tests.fakes.calls import MemoryCalls
from tests.fakes.crm import MemoryConnectors, MemoryLinks
from tests.fakes.deliveries import MemoryDeliveries
from tests.support.builders import NOON, an_event, applied

CRM = Connector("acme", "1", "kontur", "CRM", "https://crm.example", "sales", "", NOON, redirect_inbound=True)
WISH = RedirectRequest("acme", "call-1", NOON)
RINGS: dict[str, Any] = {
    "call_id": "call-1",
    "kind": Kind.CALL_STARTED,
    "dialect": "pbx",
    "direction": Direction.INCOMING,
    "caller": Number("89161234567", "+79161234567"),
}


class World:
    """A telephony that can redirect, and a CRM; both record their requests."""

    def __init__(self) -> None:
        self.calls, self.links = MemoryCalls(MemoryDeliveries()), MemoryLinks()
        self.connectors, self.extensions = MemoryConnectors(), MemoryExtensions()
        self.orders: list[RedirectRequest] = []
        self.known: set[str] = set()
        self.waits: list[int] = []
        self.named: str | Exception | None = "102"
        self.asked: list[tuple[str, str, str]] = []
        self.redirected: list[tuple[str, str, str]] = []
        self.error: Exception | None = None
        self.failures: list[str] = []
        self.now = NOON
        for number in ("101", "102"):
            self.extensions.add("acme", number, "")
        self.connectors.add(CRM)
        self.follow = AskForRedirect(
            lambda dialect: dialect == "pbx", lambda: self.connectors, lambda: self, self.failed
        )
        self.redirect_inbound = RedirectInbound(
            self.calls,
            self.connectors,
            self,
            self.extensions,
            self.links,
            _Telephony(self),
            self,
            self.failed,
            self.clock,
        )

    def clock(self) -> datetime:
        return self.now

    def failed(self, name: str, error: BaseException) -> None:
        self.failures.append(f"{name} {type(error).__name__}")

    def redirect(self, wish: RedirectRequest, wait: int = 0) -> None:
        if self.error:
            raise self.error
        self.orders.append(wish)
        self.waits.append(wait)

    def knows(self, connector: Connector, call_id: str) -> bool:
        return call_id == "call-1" and connector.id in self.known

    def of_connector(self, connector: Connector, number: str, call_id: str = "") -> str | None:
        self.asked.append((connector.id, number, call_id))
        if isinstance(self.named, Exception):
            raise self.named
        return self.named

    def happen(self, **fields: Any) -> None:
        """Apply an event of the call, and call the follower."""
        event: CallEvent = an_event(**{**RINGS, **fields})
        before: Call | None = self.calls.get("acme", "call-1")
        done = applied(event, before)
        self.calls.keep(done, [], before)
        self.follow(done)


class _Telephony:
    def __init__(self, world: World) -> None:
        self.world = world

    def redirect(self, account: str, call_id: str, to: str) -> None:
        self.world.redirected.append((account, call_id, to))
        if self.world.error:
            raise self.world.error


@pytest.fixture
def world() -> World:
    return World()


def test_word_is_left_of_a_call_that_comes_in(world: World) -> None:
    """The message has account, call and the time of arrival."""
    world.happen()
    assert world.orders == [RedirectRequest("acme", "call-1", an_event(**RINGS).received_at)]


OTHERS: list[dict[str, Any]] = [
    {"dialect": "other"},
    {"direction": Direction.OUTGOING},
    {"kind": Kind.LEG_STARTED},
]


@pytest.mark.parametrize("fields", OTHERS, ids=str)
def test_no_word_is_left_of_any_other_event(world: World, fields: dict[str, Any]) -> None:
    """Of another telephony, of an outgoing call, or not a start."""
    world.happen(**fields)
    assert world.orders == []


def test_no_word_is_left_where_no_connector_wants_it(world: World) -> None:
    """The operator chooses it for each connector."""
    world.connectors.save(replace(CRM, redirect_inbound=False))
    world.happen()
    assert world.orders == []


def test_events_go_on_where_no_word_can_be_left(world: World) -> None:
    """The failure is reported."""
    world.error = OSError()
    world.happen()
    assert world.failures == ["redirect OSError"]


def test_a_call_is_put_through_to_whom_the_crm_names(world: World) -> None:
    """The CRM is asked by the number in E.164; a repeated message redirects once."""
    world.happen()
    for _ in range(2):
        world.redirect_inbound(WISH)
    assert world.asked[0] == ("1", "+79161234567", "call-1")
    assert world.redirected == [("acme", "call-1", "102")]


@pytest.mark.parametrize("named", [None, "", "999", ProviderSilent("No answer.")], ids=str)
def test_a_crm_that_does_not_help_leaves_the_call_where_it_is(world: World, named: str | Exception | None) -> None:
    """The CRM knows nobody, names an unknown extension, or fails."""
    world.named = named
    world.happen()
    world.redirect_inbound(WISH)
    assert world.redirected == []
    assert world.failures == (["redirect ProviderSilent"] if isinstance(named, Exception) else [])


def test_another_crm_is_asked_where_the_first_fails(world: World) -> None:
    """Only connectors with `redirect_inbound` are asked."""
    later = NOON + timedelta(hours=1)
    world.connectors.add(replace(CRM, id="2", created_at=later, redirect_inbound=False))
    world.connectors.add(replace(CRM, id="3", created_at=later))
    world.named = None
    world.happen()
    world.redirect_inbound(WISH)
    assert [id_ for id_, *_ in world.asked] == ["1", "3"]


def test_the_crm_is_asked_by_the_call_once_it_knows_the_call(world: World) -> None:
    """The request comes again each second until then; by number the CRM is asked once."""
    world.named = None
    world.happen()
    world.redirect_inbound(world.orders.pop())
    world.redirect_inbound(world.orders.pop())
    assert (len(world.asked), world.waits[-1]) == (1, 1)
    world.named, world.known = "102", {"1"}
    world.redirect_inbound(world.orders.pop())
    assert (len(world.asked), world.redirected) == (2, [("acme", "call-1", "102")])
    assert world.orders == []


def test_a_crm_that_knows_the_call_is_asked_by_the_call_once(world: World) -> None:
    """Another CRM may learn of the call later. A CRM that names nobody is not asked again."""
    world.connectors.add(replace(CRM, id="2", created_at=NOON + timedelta(hours=1)))
    world.named, world.known = None, {"1"}
    world.happen()
    world.redirect_inbound(world.orders.pop())
    world.redirect_inbound(world.orders.pop())
    assert [id_ for id_, *_ in world.asked] == ["1", "2"]
    world.known = {"1", "2"}
    world.redirect_inbound(world.orders.pop())
    assert [id_ for id_, *_ in world.asked] == ["1", "2", "2"]
    assert world.orders == []


def test_nobody_is_asked_by_the_call_after_its_answer(world: World) -> None:
    """Nor after twenty seconds: the request does not come again."""
    world.named = None
    world.happen()
    world.redirect_inbound(world.orders.pop())
    again = world.orders.pop()
    world.now += timedelta(seconds=21)
    world.redirect_inbound(again)
    world.now = NOON
    world.happen(id_="e2", kind=Kind.CALL_ANSWERED)
    world.redirect_inbound(again)
    assert (len(world.asked), world.orders) == (1, [])


def test_an_unknown_caller_is_asked_for_by_the_call_alone(world: World) -> None:
    """There is no number to ask by."""
    world.happen(caller=None)
    world.redirect_inbound(world.orders.pop())
    assert world.asked == []
    world.known = {"1"}
    world.redirect_inbound(world.orders.pop())
    assert world.redirected == [("acme", "call-1", "102")]


def test_who_is_rung_already_is_not_rung_again(world: World) -> None:
    """The call is left alone."""
    world.happen(extension=Number("102"))
    world.redirect_inbound(WISH)
    assert world.redirected == []


@pytest.mark.parametrize("kind", [Kind.CALL_ANSWERED, Kind.CALL_ENDED])
def test_a_call_that_is_taken_or_over_is_left_alone(world: World, kind: Kind) -> None:
    """The CRM is not asked."""
    world.happen()
    world.happen(id_="e2", kind=kind)
    world.redirect_inbound(WISH)
    assert (world.asked, world.redirected) == ([], [])


def test_what_comes_too_late_is_left_alone(world: World) -> None:
    """The caller has given up by then."""
    world.happen()
    world.now += timedelta(seconds=21)
    world.redirect_inbound(WISH)
    assert world.asked == []


def test_a_call_that_nobody_knows_is_left_alone(world: World) -> None:
    """So is a call of an unknown caller."""
    world.redirect_inbound(WISH)
    world.happen(caller=None)
    world.redirect_inbound(WISH)
    assert world.asked == []


def test_a_telephony_that_cannot_leaves_the_call_where_it_is(world: World) -> None:
    """The telephony is not asked again."""
    world.happen()
    world.error = NotSupported("It cannot.")
    for _ in range(2):
        world.redirect_inbound(WISH)
    assert len(world.redirected) == 1
    assert world.failures == ["redirect NotSupported"]
