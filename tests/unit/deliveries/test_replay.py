from __future__ import annotations

import pytest

from switchboard.deliveries.model import DeliveryState
from switchboard.deliveries.replay import replay
from switchboard.errors import Conflict
from tests.unit.deliveries.shelf import Shelf


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def test_a_dead_letter_is_queued_under_its_id(shelf: Shelf) -> None:
    """Its attempts begin anew, and those before are kept."""
    again = replay(shelf.put("msg_1"), shelf.deliveries, shelf.queue)
    record = shelf.deliveries.get("msg_1")
    assert record is not None
    assert (shelf.queue.sent, again.id, again.replays) == ([again], "msg_1", 1)
    assert (record.state, len(record.attempts), record.attempts_made) == (DeliveryState.PENDING, 1, 0)


def test_what_is_under_way_is_only_queued_again(shelf: Shelf) -> None:
    """Whose message may be lost; its attempts go on counting."""
    record = shelf.put("msg_1", state=DeliveryState.PENDING)
    assert replay(record, shelf.deliveries, shelf.queue) == record.delivery
    assert shelf.sent == ["msg_1"]


def test_what_waits_for_its_receiver_is_left_to_it(shelf: Shelf) -> None:
    """A message would overtake what stands before it."""
    record = shelf.put("msg_1", state=DeliveryState.PARKED)
    assert replay(record, shelf.deliveries, shelf.queue) == record.delivery
    assert shelf.sent == []


def test_of_two_replays_one_is_a_conflict(shelf: Shelf) -> None:
    """Both saw it dead."""
    record = shelf.put("msg_1")
    replay(record, shelf.deliveries, shelf.queue)
    with pytest.raises(Conflict):
        replay(record, shelf.deliveries, shelf.queue)
