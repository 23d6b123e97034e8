"""A PBX that sends a caller where the answer to an event says."""

from collections.abc import Iterator
from typing import Any

import pytest

from switchboard.aws.codec import load
from switchboard.aws.spilled_events import SpilledObjects
from switchboard.kernel.call import CallEvent
from switchboard.routing.route import RouteCaller
from tests.support.gateway import Answer
from tests.support.hub import Hub
from tests.support.spilling import refuse, refused
from tests.support.steered import NEUTRAL, RING, steered_toy


@pytest.fixture
def steered(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """An account whose PBX is a Toy that is steered; one number belongs to an employee."""
    monkeypatch.setattr("switchboard.routing.route.TIME_LIMIT", 60)
    hub.account()
    hub.source("s-toy", dialect="toy")
    hub.operator("POST", "/admin/extensions", {"account": "acme", "number": "104"})
    rules = [{"numbers": ["+79160000002"], "extension": "104"}]
    hub.operator("PUT", "/admin/accounts/acme/routing", {"rules": rules, "default": ""})
    with steered_toy():
        yield hub


def post(hub: Hub, **fields: Any) -> Answer:
    return hub.request("POST", "/webhooks/toy/s-toy", {**RING, **fields})


def queued(hub: Hub) -> list[str]:
    return [load(record["body"], CallEvent).external_id for record in hub.stack.drain("EventsQueue")]


def test_the_answer_names_the_extension_for_the_caller(steered: Hub) -> None:
    """By the account's rules; a repeat is answered again, and a caller whom no rule knows gets the neutral answer."""
    told = {"ring": "104", "call": "7"}
    assert [post(steered).json for _ in range(2)] == [told, told]
    assert [post(steered, **{"from": one}).json for one in ("+79160000003", "", "anonymous", None)] == [NEUTRAL] * 4


def test_an_event_that_asks_nothing_is_acknowledged_as_any_other(steered: Hub) -> None:
    """With the ids of event and call."""
    assert post(steered, event="talk").json["status"] == "accepted"


def test_the_event_is_durable_although_no_route_is_found(steered: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """The router fails, or has no time left: the vendor's neutral answer, and one event in the queue each time."""

    def fails(*_: Any) -> str:
        raise OSError

    for route in (fails, lambda *_: ""):
        monkeypatch.setattr(RouteCaller, "__call__", route)
        assert post(steered).json == NEUTRAL
        assert queued(steered) == ["7"]


def test_an_event_that_is_not_stored_gets_no_route(steered: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Queue, table and bucket are out of order: the PBX goes on as without the hub."""
    monkeypatch.setattr(SpilledObjects, "keep", refuse)
    with refused(by_table=True):
        answer = post(steered)
    assert (answer.status, answer.json.get("ring")) == (500, None)
