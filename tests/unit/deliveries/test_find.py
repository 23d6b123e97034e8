from typing import Any

import pytest

from switchboard.deliveries.contracts import endpoint_view, read_limits, read_state, record_view
from switchboard.deliveries.endpoint import Endpoint, EndpointKey
from switchboard.deliveries.fan_out import endpoint_id
from switchboard.deliveries.find import find_delivery, find_endpoint, list_deliveries, list_endpoints
from switchboard.deliveries.model import Attempt, DeliveryRecord, DeliveryState
from switchboard.deliveries.next_attempt import of_endpoint
from switchboard.errors import Invalid, NotFound
from switchboard.subscriptions.model import ReceiverLimits
from tests.fakes.deliveries import MemoryDeliveries
from tests.fakes.endpoints import MemoryEndpoints
from tests.fakes.subscriptions import MemorySubscriptions
from tests.support import receivers
from tests.support.builders import NOON, a_delivery, a_record, a_subscription, an_attempt


@pytest.fixture
def deliveries() -> MemoryDeliveries:
    kept = MemoryDeliveries()
    kept.put(a_delivery("msg_1", account="acme"))
    kept.put(a_delivery("msg_2", account="other"))
    return kept


def test_a_delivery_is_found_by_its_id(deliveries: MemoryDeliveries) -> None:
    """Within the accounts that are asked about."""
    assert find_delivery("msg_2", ["acme", "other"], deliveries).delivery.account == "other"


@pytest.mark.parametrize("id_", ["msg_2", "msg_3", ""])
def test_a_delivery_of_another_account_is_not_there(deliveries: MemoryDeliveries, id_: str) -> None:
    """No more than one that does not exist."""
    with pytest.raises(NotFound):
        find_delivery(id_, ["acme"], deliveries)


def test_deliveries_are_listed_by_state(deliveries: MemoryDeliveries) -> None:
    """Account by account."""
    deliveries.write([a_record("msg_1", state=DeliveryState.DEAD)])
    accounts = ["acme", "other"]
    dead, _ = list_deliveries(accounts, DeliveryState.DEAD, 10, None, deliveries)
    pending, _ = list_deliveries(accounts, DeliveryState.PENDING, 10, None, deliveries)
    assert [record.delivery.id for record in dead] == ["msg_1"]
    assert [record.delivery.id for record in pending] == ["msg_2"]


def test_dead_letters_are_asked_for_unless_told_otherwise() -> None:
    """They are what an operator looks for."""
    assert (read_state({}), read_state({"state": "delivered"})) == (DeliveryState.DEAD, DeliveryState.DELIVERED)


def test_an_unknown_state_is_refused() -> None:
    """And the field is named."""
    with pytest.raises(Invalid) as caught:
        read_state({"state": "lost"})
    assert caught.value.field == "state"


def test_a_delivery_is_shown_with_every_attempt() -> None:
    """When, where, how long, with what result, and the first of what the receiver said."""
    attempt = an_attempt(500, answer="oops", address="203.0.113.5", retry_after="30")
    record = DeliveryRecord(a_delivery(), DeliveryState.DEAD, (attempt,), finished_at=NOON, reason="refused")
    view = record_view(record)
    assert view["attempts"] == [
        {
            "at": NOON, "duration_ms": 12, "status": 500, "error": None, "answer": "oops", "address": "203.0.113.5",
            "retry_after": "30",
        }
    ]  # fmt: skip
    assert (view["id"], view["state"], view["subscription"]) == (
        "msg_1",
        DeliveryState.DEAD,
        {"id": 1, "key": "vpbx:start.call"},
    )
    assert (view["reason"], view["replays"], view["parked_at"]) == ("refused", 0, None)


def test_a_delivery_shows_what_was_sent_and_where_to() -> None:
    """The body that the dialect completed, also after a replay; the address without secrets."""
    rendered = DeliveryRecord(a_delivery(body='{"a":1}', path="/x"), DeliveryState.PENDING)
    sent = rendered.addressed("https://me:pass@crm.example/x?token=s3cret&plain", '{"a":1,"id":"c-1"}')
    replayed = sent.closed(DeliveryState.DEAD, NOON, "refused").reopened()
    assert [(view["body"], view["url"]) for view in map(record_view, (rendered, sent, replayed))] == [
        ('{"a":1}', "https://crm.example/x"),
        *[('{"a":1,"id":"c-1"}', "https://crm.example/x?token=***&***")] * 2,
    ]


@pytest.mark.parametrize(("status", "succeeded"), [(200, True), (299, True), (300, False), (199, False), (None, False)])
def test_any_2xx_is_a_success(status: int | None, *, succeeded: bool) -> None:
    """And nothing else."""
    assert Attempt(NOON, 1, status=status).succeeded is succeeded


KEY = EndpointKey("acme", endpoint_id("https://crm.example"))


@pytest.fixture
def subscriptions() -> MemorySubscriptions:
    kept = MemorySubscriptions()
    kept.add(a_subscription())
    kept.add(a_subscription("end.call", id=2, url="https://crm.example/other"))
    kept.add(a_subscription("start.talk", id=3, url="https://erp.example/"))
    return kept


@pytest.fixture
def endpoints(deliveries: MemoryDeliveries) -> MemoryEndpoints:
    return MemoryEndpoints(deliveries)


def test_every_receiver_of_an_account_is_listed_once(
    endpoints: MemoryEndpoints, subscriptions: MemorySubscriptions
) -> None:
    """Whether or not there was ever trouble with it, or is a subscription still, with its limits."""
    receivers.succeeded(endpoints, KEY, NOON)
    receivers.succeeded(endpoints, EndpointKey("acme", "gone"), NOON, "https://gone.example")
    subscriptions.limit("acme", "https://erp.example", ReceiverLimits(2, 1.5))
    listed = list_endpoints("acme", endpoints, subscriptions)
    assert {endpoint.receiver: (endpoint.last_success_at, limits) for endpoint, limits, _ in listed} == {
        "https://crm.example": (NOON, ReceiverLimits()), "https://erp.example": (None, ReceiverLimits(2, 1.5)),
        "https://gone.example": (NOON, ReceiverLimits()),
    }  # fmt: skip


def test_a_receiver_is_found_by_its_id(endpoints: MemoryEndpoints, subscriptions: MemorySubscriptions) -> None:
    """Before its first trouble too."""
    endpoint, limits, _ = find_endpoint("acme", KEY.id, endpoints, subscriptions)
    assert (endpoint, limits) == (Endpoint(KEY, "https://crm.example"), ReceiverLimits())


@pytest.mark.parametrize(("account", "id_"), [("other", KEY.id), ("acme", "unknown"), ("acme", "")])
def test_another_accounts_receiver_is_not_there(
    endpoints: MemoryEndpoints, subscriptions: MemorySubscriptions, account: str, id_: str
) -> None:
    """No more than one that does not exist."""
    with pytest.raises(NotFound):
        find_endpoint(account, id_, endpoints, subscriptions)


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "idle"),
        ({"last_success_at": NOON}, "ok"),
        ({"lanes": 1}, "failing"),
        ({"failing": True}, "failing"),
        ({"failing": True, "open": True, "lanes": 3}, "down"),
    ],
)
def test_a_receiver_is_shown_by_its_state(fields: dict[str, Any], state: str) -> None:
    """With what waits, its next attempt and its limits."""
    endpoint = Endpoint(KEY, "https://crm.example", next_at=NOON, **fields)
    view = endpoint_view(endpoint, ReceiverLimits(2, 0.5), of_endpoint(endpoint, []))
    next_at = None if state in ("idle", "ok") else NOON
    assert (view["state"], view["calls_waiting"], view["next_attempt_at"]) == (state, fields.get("lanes", 0), next_at)
    assert (view["max_in_flight"], view["rate"]) == (2, 0.5)


def test_limits_that_are_not_named_stay() -> None:
    """A change of the rate is no change of the rest."""
    assert read_limits({"rate": 3}, ReceiverLimits(7, 1)) == ReceiverLimits(7, 3)


BAD_LIMITS: list[dict[str, Any]] = [
    {"rate": -1}, {"rate": "x"}, {"rate": None}, {"rate": 1e-9}, {"rate": 5e-324}, {"rate": 1e999}, {"rate": []},
    {"max_in_flight": 0}, {"max_in_flight": 1001}, {"max_in_flight": 1.5}, {"max_in_flight": None},
    {"max_in_flight": {}},
]  # fmt: skip


@pytest.mark.parametrize("fields", BAD_LIMITS, ids=str)
def test_limits_that_no_queue_could_keep_are_refused(fields: dict[str, Any]) -> None:
    """And the field is named."""
    with pytest.raises(Invalid) as caught:
        read_limits(fields, ReceiverLimits())
    assert caught.value.field in fields
