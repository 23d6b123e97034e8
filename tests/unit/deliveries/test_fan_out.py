import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from switchboard.deliveries.fan_out import PlanDeliveries, ReadOnce, delivery_id, endpoint_id
from switchboard.deliveries.model import Delivery
from switchboard.dialects.registry import renderer_named, renderers
from switchboard.kernel.call import AppliedEvent, CallEvent, Direction, Kind
from switchboard.subscriptions.model import Filters, ReceiverLimits, Subscription
from tests.fakes.subscriptions import MemorySubscriptions
from tests.support.builders import NOON, a_subscription, applied
from tests.unit.builders import BASE_URL, as_vpbx, parsed, parsed_sample, played, sample


def now() -> datetime:
    return NOON


def planned(
    done: AppliedEvent | CallEvent, *subscriptions: Subscription, limits: ReceiverLimits | None = None
) -> list[Delivery]:
    kept = MemorySubscriptions()
    if limits:
        kept.limit("acme", "https://crm.example", limits)
    for subscription in subscriptions:
        kept.add(subscription)
    plan = PlanDeliveries(kept, renderer_named, BASE_URL, now)
    return plan(done if isinstance(done, AppliedEvent) else applied(done))


def names(deliveries: list[Delivery]) -> list[str]:
    return [delivery.event_name for delivery in deliveries]


def test_an_event_goes_to_the_subscription_of_its_name() -> None:
    """And to no other."""
    subscriptions = [a_subscription(name, id=place) for place, name in enumerate(["start.call", "end.call"], 1)]
    assert names(planned(parsed_sample("vpbx/start_call"), *subscriptions)) == ["start.call"]


@pytest.mark.parametrize(
    ("name", "event_name"),
    [
        ("callevents/create_inc_call", "start.call"),
        ("callevents/change_inc_call", "start.talk"),
        ("callevents/end_inc_call", "end.call"),
        ("callevents/missed_inc_call", "end.call"),
        ("callevents/attempt_inc_call_begin", "local.in.call"),
        ("sprecord/incoming_call", "start.call"),
        ("sprecord/start_talk", "start.talk"),
        ("sprecord/answer_elsewhere", "local.in.call"),
        ("sprecord/call_end", "end.call"),
    ],
)
def test_an_event_of_any_dialect_goes_to_the_subscription_of_its_meaning(name: str, event_name: str) -> None:
    """Whatever the vendor calls it."""
    assert names(planned(parsed_sample(name), a_subscription(event_name))) == [event_name]


def test_nobody_asked_nobody_gets() -> None:
    """An account without subscriptions has no deliveries."""
    assert planned(parsed_sample("vpbx/start_call")) == []


def test_other_accounts_get_nothing() -> None:
    """Their subscriptions are not looked at."""
    assert planned(parsed_sample("vpbx/start_call"), a_subscription(account="other")) == []


@pytest.mark.parametrize("name", ["callevents/attempt_inc_call_end", "sprecord/startup", "sprecord/incoming_sms"])
def test_what_the_dialect_has_no_word_for_goes_nowhere(name: str) -> None:
    """Though it is kept with the call."""
    assert planned(parsed_sample(name), a_subscription("local.in.call"), a_subscription("custom_event", id=2)) == []


def test_a_custom_event_goes_by_its_name_and_by_its_type() -> None:
    """Whoever asked for one of them gets it once, unchanged."""
    asked = ["custom.queue.full", "custom_event", "custom.other"]
    deliveries = planned(
        parsed_sample("vpbx/custom_event"), *(a_subscription(name, id=place) for place, name in enumerate(asked, 1))
    )
    assert names(deliveries) == ["custom.queue.full", "custom_event"]
    assert [json.loads(delivery.body) for delivery in deliveries] == [sample("vpbx/custom_event")] * 2
    assert len({delivery.id for delivery in deliveries}) == 2


def test_a_delivery_carries_the_rendered_event() -> None:
    """As JSON, with letters as they are, and its place in the call."""
    story = played(parsed_sample(f"vpbx/{name}") for name in ("start_call", "start_talk"))
    [delivery] = planned(story[-1], a_subscription("start.talk", id=7, version=3))
    rendered = as_vpbx(story[-1])
    assert rendered
    assert json.loads(delivery.body) == rendered.body
    assert delivery.body.isprintable()
    assert story[-1].call
    assert (delivery.call_id, delivery.event_id, delivery.sequence) == (story[-1].call.id, story[-1].event.id, 2)
    assert (delivery.subscription_id, delivery.subscription_key, delivery.subscription_version) == (
        7,
        "vpbx:start.talk",
        3,
    )
    assert delivery.created_at == NOON


def test_the_same_event_has_the_same_deliveries() -> None:
    """However often it is planned."""
    event, subscription = parsed_sample("vpbx/start_call"), a_subscription()
    assert planned(event, subscription) == planned(event, subscription)


@pytest.mark.parametrize("other", [{"id": 2}, {"account": "other"}, {"event_name": "end.call"}, {"dialect": "kontur"}])
def test_another_subscription_is_another_delivery(other: dict[str, Any]) -> None:
    """One that was made anew included."""
    fields = {"event_name": "start.call", **other}
    assert delivery_id(a_subscription(**fields), "call-1", "e1") != delivery_id(a_subscription(), "call-1", "e1")


def test_another_event_or_another_call_is_another_delivery() -> None:
    """A vendor that uses call ids again says the same of another call, and that is news."""
    ids = {delivery_id(a_subscription(), call, event) for call in ("call-1", "call-2") for event in ("e1", "e2")}
    assert len(ids) == 4


def test_a_changed_subscription_gets_the_same_delivery() -> None:
    """A new address or secret does not make an event news."""
    changed = a_subscription(version=2, url="https://other.example/", secret="whsec_x")
    assert delivery_id(changed, "call-1", "e1") == delivery_id(a_subscription(), "call-1", "e1")


def test_an_id_can_be_signed() -> None:
    """It holds no dot, which would part it from what follows."""
    assert delivery_id(a_subscription(), "call-1", "e1").removeprefix("msg_").isalnum()


def test_order_is_kept_for_a_receiver_within_a_call() -> None:
    """Subscriptions at one host are one receiver, whatever the path; the call is what order is kept within."""
    story = played(parsed_sample(f"vpbx/{name}") for name in ("start_call", "start_talk"))
    here, there = a_subscription(), a_subscription("start.talk", id=2, url="https://CRM.example/other")
    first, second = planned(story[0], here, there)[0], planned(story[1], here, there)[0]
    assert (first.receiver, first.endpoint) == ("https://crm.example", endpoint_id("https://crm.example"))
    assert (first.endpoint, first.subject, first.group) == (second.endpoint, second.subject, second.group)
    assert first.subject == first.call_id


def test_another_host_or_port_is_another_receiver() -> None:
    """With groups of its own."""
    [here] = planned(parsed_sample("vpbx/start_call"), a_subscription())
    [there] = planned(parsed_sample("vpbx/start_call"), a_subscription(url="https://crm.example:8443/calls"))
    assert here.endpoint != there.endpoint
    assert here.group.partition(":")[0] == here.endpoint != there.group.partition(":")[0]


def test_a_receiver_has_as_many_groups_as_it_may_have_requests() -> None:
    """Ten unless told, and every call has always the same one."""
    events = [parsed("vpbx", {**sample("vpbx/start_call"), "params": {"call_id": f"c{n}"}}) for n in range(200)]
    groups = {limit: groups_of(events, limit) for limit in (None, ReceiverLimits(1), ReceiverLimits(3))}
    assert {limit: len(found) for limit, found in groups.items()} == {
        None: 10,
        ReceiverLimits(1): 1,
        ReceiverLimits(3): 3,
    }


def groups_of(events: list[CallEvent], limits: ReceiverLimits | None) -> set[str]:
    return {one.group for event in events for one in planned(event, a_subscription(), limits=limits)}


def test_a_delivery_carries_its_receivers_rate() -> None:
    """None unless told."""
    event, subscription = parsed_sample("vpbx/start_call"), a_subscription()
    rates = [planned(event, subscription, limits=limits)[0].rate for limits in (None, ReceiverLimits(10, 2.5))]
    assert rates == [0.0, 2.5]


def test_a_disabled_subscription_gets_nothing() -> None:
    """Its receiver said that it wants no more."""
    assert planned(parsed_sample("vpbx/start_call"), a_subscription(disabled="gone", disabled_at=NOON)) == []


def test_events_of_no_call_are_in_order_within_their_source() -> None:
    """Without a place in a call."""
    event = parsed_sample("vpbx/custom_event")
    [delivery] = planned(replace(event, call_id="", external_id=""), a_subscription("custom_event"))
    assert (delivery.subject, delivery.sequence, delivery.call_id) == (f"source:{event.source}", 0, "")


def a_destination(dialect: str = "callevents", **fields: Any) -> Subscription:
    return a_subscription("", **{"dialect": dialect, **fields})


MISSED = played(parsed_sample(f"sprecord/{name}") for name in ("incoming_call_masked", "call_end_no_answer"))


def test_a_destination_gets_every_message_of_an_event_in_order() -> None:
    """Each is a delivery with an id of its own, and knows its place."""
    deliveries = planned(MISSED[-1], a_destination())
    assert names(deliveries) == ["AttemptIncCallEnd", "EndIncCall", "MissedIncCall"]
    assert [delivery.part for delivery in deliveries] == [0, 1, 2]
    assert len({delivery.id for delivery in deliveries}) == 3
    assert {(delivery.sequence, delivery.created_at, delivery.group) for delivery in deliveries} == {
        (2, NOON, deliveries[0].group)
    }
    assert planned(MISSED[-1], a_destination()) == deliveries


@pytest.mark.parametrize(
    ("events", "left"),
    [
        (("MissedIncCall",), ["MissedIncCall"]),
        (("call.missed",), ["MissedIncCall"]),
        (("call.ended",), ["EndIncCall"]),
        (("leg.ended", "EndIncCall"), ["AttemptIncCallEnd", "EndIncCall"]),
        (("call.answered", "CreateIncCall"), []),
        (
            ("CreateIncCall", "ChangeIncCall", "AttemptIncCallEnd", "MissedIncCall"),
            ["AttemptIncCallEnd", "MissedIncCall"],
        ),
    ],
)
def test_a_destination_gets_the_messages_that_it_asks_for(events: tuple[str, ...], left: list[str]) -> None:
    """By the dialect's name or by what they tell; what it does not ask for does not change their ids."""
    deliveries = planned(MISSED[-1], a_destination(events=events))
    assert names(deliveries) == left
    assert {one.id for one in deliveries} <= {one.id for one in planned(MISSED[-1], a_destination())}


def test_a_destination_without_events_gets_all_that_its_dialect_can_say() -> None:
    """Of every dialect; the body is the dialect's."""
    event = parsed_sample("vpbx/start_call")
    destinations = [a_destination(dialect, id=place) for place, dialect in enumerate(renderers(), 1)]
    deliveries = planned(event, *destinations)
    dialects = {f"destination:{one.id}": one.dialect for one in destinations}
    told = dict(zip([dialects[one.subscription_key] for one in deliveries], names(deliveries), strict=True))
    assert told.items() >= {"vpbx": "start.call", "callevents": "CreateIncCall", "standard": "call.started"}.items()
    assert set(renderers()) - set(told) <= {"amocrm"}  # a call is logged there at the end


@pytest.mark.parametrize("dialect", ["vpbx", "callevents"])
def test_a_message_without_a_name_is_known_by_what_it_tells(dialect: str) -> None:
    """A vendor's payload that names nothing still goes to its own kind."""
    assert names(planned(parsed(dialect, {"x": 1}), a_destination(dialect))) == ["unknown"]


def test_filters_hold_for_destinations_and_for_subscriptions() -> None:
    """A call that comes in is none that goes out."""
    event = parsed_sample("vpbx/start_call")
    for subscription in (a_destination("standard"), a_subscription("start.call")):
        for direction in (Direction.INCOMING, Direction.OUTGOING):
            filtered = replace(subscription, filters=Filters(direction))
            assert len(planned(event, filtered)) == (direction is Direction.INCOMING)


def test_several_destinations_get_the_same_event_each_in_its_own_way() -> None:
    """Two of the same kind included; no id is that of another."""
    destinations = [a_destination("standard", id=n) for n in (1, 2)]
    deliveries = planned(parsed_sample("vpbx/start_call"), *destinations, a_subscription("start.call", id=3))
    assert [delivery.subscription_id for delivery in deliveries] == [1, 2, 3]
    assert len({delivery.id for delivery in deliveries}) == 3


def test_what_the_hub_tells_of_itself_goes_to_destinations_by_its_kind() -> None:
    """A recording that is kept, to one that asked for nothing else."""
    event = replace(parsed_sample("vpbx/start_call"), kind=Kind.RECORDING_AVAILABLE, name="recording.available")
    assert names(planned(event, a_destination("standard", events=("recording.available",)))) == ["recording.available"]


def test_a_batch_reads_an_accounts_subscriptions_once() -> None:
    """The next batch sees a subscription that was made meanwhile."""
    kept = MemorySubscriptions()
    kept.add(a_subscription(id=1))
    batch = ReadOnce(kept)
    before, _ = batch.with_limits("acme")
    kept.add(a_subscription("end.call", id=2))
    assert batch.with_limits("acme")[0] == before
    assert len(ReadOnce(kept).with_limits("acme")[0]) == len(before) + 1
    assert batch.with_limits("other")[0] == []
