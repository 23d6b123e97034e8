"""Campaigns' events, from where dialling tells them to where a receiver gets them."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from switchboard.bootstrap.dialling import tell_events
from switchboard.campaigns.dialling.state import DiallingNews, NewsKind
from switchboard.kernel.campaign import Execution, Subscriber, SubscriberRecord
from tests.support.builders import NOON
from tests.support.campaigns import an_execution
from tests.support.hub import Hub
from tests.support.receiver import Receiver, receiving

TELLS = "kontur/hangup"  # any function that knows the queue of events
TOLD = [
    DiallingNews(NewsKind.STARTED, "x1", NOON),
    DiallingNews(NewsKind.FAILED, "x1", NOON, 0, 1),
    DiallingNews(NewsKind.FINISHED, "x1", NOON),
]


class Known:
    """One execution, of which nobody could be notified."""

    def get(self, account: str, id_: str) -> Execution | None:
        return an_execution(id_, account=account)

    def records(self, _: Execution, first: int, __: int) -> Sequence[SubscriberRecord]:
        return [SubscriberRecord(first, final=True, reason="do_not_call")]


@pytest.fixture
def crm(hub: Hub) -> Iterator[Receiver]:
    hub.account("acme")
    with receiving() as receiver:
        yield receiver


def tell(hub: Hub, *told: DiallingNews) -> None:
    with hub.running(TELLS, SUBSCRIPTIONS_TABLE=hub.stack.table("SubscriptionsTable")):
        tell_events(Known(), lambda _, index: Subscriber(f"Person {index}", ()))("acme", told or TOLD)
    hub.work()


def destination(hub: Hub, crm: Receiver, dialect: str = "standard", **fields: Any) -> None:
    wish = {"account": "acme", "dialect": dialect, "url": crm.url, **fields}
    assert hub.operator("POST", "/admin/destinations", wish).status == 201


def got(crm: Receiver) -> list[dict[str, Any]]:
    return [json.loads(request.body) for request in crm.requests]


def kinds(crm: Receiver) -> list[str]:
    return sorted(one["type"] for one in got(crm))


def test_a_destination_gets_what_a_campaign_comes_to(hub: Hub, crm: Receiver) -> None:
    """Once, though it is told twice."""
    destination(hub, crm)
    tell(hub)
    tell(hub)
    assert kinds(crm) == ["campaign.finished", "campaign.progress", "campaign.started", "subscriber.failed"]
    failed = next(one["data"] for one in got(crm) if one["type"] == "subscriber.failed")
    assert (failed["full_name"], failed["reason"]) == ("Person 0", "do_not_call")


def test_a_destination_gets_what_it_asks_for_alone(hub: Hub, crm: Receiver) -> None:
    """Of campaigns as of calls; nobody's name is sent to whoever did not ask."""
    destination(hub, crm, events=["campaign.finished", "call.ended"], filters={"direction": "incoming"})
    tell(hub)
    assert kinds(crm) == ["campaign.finished"]


def test_where_nobody_asks_no_event_is_sent(hub: Hub, crm: Receiver) -> None:
    """Nor to a destination whose dialect has no words for it."""
    destination(hub, crm, "vpbx")
    tell(hub)
    assert crm.requests == []
    assert not [call for call in hub.calls if call[0] == TELLS and call[2].startswith("SendMessage")]


def test_a_sample_of_a_campaigns_event_can_be_sent(hub: Hub, crm: Receiver) -> None:
    """As of any other event that a destination asks for."""
    destination(hub, crm, events=["campaign.progress"])
    assert hub.operator("POST", "/admin/destinations/1/test", account="acme").status == 202
    hub.work()
    assert kinds(crm) == ["campaign.progress"]
