import pytest

from switchboard.deliveries.contracts import read_state, record_view
from switchboard.deliveries.find import find_delivery, list_deliveries
from switchboard.deliveries.model import Attempt, DeliveryRecord, DeliveryState
from switchboard.errors import Invalid, NotFound
from tests.fakes.deliveries import MemoryDeliveries
from tests.support.builders import NOON, a_delivery, an_attempt


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
    deliveries.finish(a_delivery("msg_1"), DeliveryState.DEAD, NOON)
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
    """When, how long, with what result, and the first of what the receiver said."""
    record = DeliveryRecord(a_delivery(), DeliveryState.DEAD, (an_attempt(500, answer="oops"),), finished_at=NOON)
    view = record_view(record)
    assert view["attempts"] == [{"at": NOON, "duration_ms": 12, "status": 500, "error": None, "answer": "oops"}]
    assert (view["id"], view["state"], view["subscription"]) == (
        "msg_1",
        DeliveryState.DEAD,
        {"id": 1, "key": "vpbx:start.call"},
    )


@pytest.mark.parametrize(("status", "succeeded"), [(200, True), (299, True), (300, False), (199, False), (None, False)])
def test_any_2xx_is_a_success(status: int | None, *, succeeded: bool) -> None:
    """And nothing else."""
    assert Attempt(NOON, 1, status=status).succeeded is succeeded
