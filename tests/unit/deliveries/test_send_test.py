from datetime import datetime
from typing import Any

import pytest

from switchboard.deliveries.model import Delivery, DeliveryState
from switchboard.deliveries.send_test import SendTest
from switchboard.dialects.registry import renderer_named, renderers
from switchboard.errors import Conflict
from switchboard.subscriptions.model import Filters, ReceiverLimits, Subscription
from tests.fakes.deliveries import MemoryDeliveries
from tests.fakes.queues import MemoryDeliveryQueue
from tests.fakes.subscriptions import MemorySubscriptions
from tests.support.builders import NOON, a_subscription


class Office:
    """Sends samples; ids count up."""

    def __init__(self) -> None:
        self.subscriptions, self.deliveries = MemorySubscriptions(), MemoryDeliveries()
        self.queue, self.ids = MemoryDeliveryQueue(), 0
        self.send = SendTest(
            self.subscriptions, renderer_named, "", self.deliveries, self.queue, self.clock, self.new_id
        )

    @staticmethod
    def clock() -> datetime:
        return NOON

    def new_id(self) -> str:
        self.ids += 1
        return str(self.ids)


@pytest.fixture
def office() -> Office:
    return Office()


def a_destination(dialect: str = "standard", **fields: Any) -> Subscription:
    return a_subscription("", **{"dialect": dialect, **fields})


def first(deliveries: list[Delivery]) -> str:
    return deliveries[0].event_name


@pytest.mark.parametrize("dialect", renderers())
def test_a_sample_goes_the_way_of_every_event(office: Office, dialect: str) -> None:
    """Kept as pending, and queued for the destination."""
    sent = office.send(a_destination(dialect))
    assert {one.subscription_key for one in sent} == {"destination:1"}
    assert [one.id for one in office.queue.sent] == [one.id for one in sent]
    records = [office.deliveries.get(one.id) for one in sent]
    assert [record and record.state for record in records] == [DeliveryState.PENDING] * len(sent)


@pytest.mark.parametrize(
    ("dialect", "events", "name"),
    [
        ("standard", (), "call.started"),
        ("standard", ("recording.available",), "recording.available"),
        ("callevents", ("AttemptIncCallBegin",), "AttemptIncCallBegin"),
        ("callevents", ("call.ended",), "EndIncCall"),
        ("sprecord", ("incoming_sms",), "incoming_sms"),
        ("vpbx", ("end.call",), "end.call"),
    ],
)
def test_a_sample_is_of_what_the_destination_asks_for(
    office: Office, dialect: str, events: tuple[str, ...], name: str
) -> None:
    """The first event of a call that it would get, whatever its filters."""
    filters = Filters(extensions=("999",))
    assert first(office.send(a_destination(dialect, events=events, filters=filters))) == name


def test_a_subscription_can_be_tried_as_well(office: Office) -> None:
    """By its one event."""
    assert first(office.send(a_subscription("end.call"))) == "end.call"


def test_every_sample_is_another_one(office: Office) -> None:
    """A second test is sent, and not taken for a repeat."""
    ids = {one.id for _ in range(3) for one in office.send(a_destination())}
    assert len(ids) == 3


def test_a_sample_keeps_to_the_receivers_limits(office: Office) -> None:
    """As every delivery does."""
    office.subscriptions.limit("acme", "https://crm.example", ReceiverLimits(1, 0.5))
    (sent,) = office.send(a_destination())
    assert (sent.rate, sent.group.partition(":")[2]) == (0.5, "0")


@pytest.mark.parametrize("one", [a_destination("vpbx", events=("custom.queue.full",)), a_destination(disabled="gone")])
def test_what_cannot_be_tried_is_a_conflict(office: Office, one: Subscription) -> None:
    """Nothing is sent where there is no sample, or to a destination that is disabled."""
    with pytest.raises(Conflict):
        office.send(one)
    assert office.queue.sent == []
