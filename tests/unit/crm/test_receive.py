"""Callbacks of a telephony become events; a repeat completes an interrupted callback."""

from typing import Any

import pytest

from switchboard.crm.receive import ReceiveCallback
from switchboard.dialects.kontur import callbacks
from switchboard.errors import TryAgain
from switchboard.kernel.communication import Workspace
from tests.fakes.crm import MemoryCommunications, MemoryConnectors
from tests.fakes.queues import MemoryEventQueue
from tests.support.builders import NOON
from tests.support.kontur import CALLBACKS, EXTERNAL_ID, INTEGRATION

WORKSPACE = Workspace("acme", "acme", INTEGRATION)


class Broken:
    """A queue that raises an error."""

    def send(self, event: Any) -> None:  # noqa: ARG002 - the port's
        raise TryAgain("The queue is away.", 1)


def receive(communications: MemoryCommunications, queue: Any) -> ReceiveCallback:
    return ReceiveCallback(communications, MemoryConnectors(), queue, callbacks, lambda: NOON, lambda _: "RU")


@pytest.mark.parametrize("name", ["call-started", "register-call"])
def test_a_call_that_was_kept_and_not_told_is_told_by_the_repeat(name: str) -> None:
    """The interrupted callback was not acknowledged."""
    communications, queue = MemoryCommunications(), MemoryEventQueue()
    with pytest.raises(TryAgain):
        receive(communications, Broken())(WORKSPACE, name, CALLBACKS[name])
    for _ in range(2):
        receive(communications, queue)(WORKSPACE, name, CALLBACKS[name])
    assert {event.external_id for event in queue.sent} == {EXTERNAL_ID}
    assert len({event.id for event in queue.sent}) == 1


def test_an_end_that_was_not_told_is_not_noted_either() -> None:
    """So register-call still ends the call."""
    communications, queue = MemoryCommunications(), MemoryEventQueue()
    receive(communications, queue)(WORKSPACE, "call-started", CALLBACKS["call-started"])
    with pytest.raises(TryAgain):
        receive(communications, Broken())(WORKSPACE, "call-finished", CALLBACKS["call-finished"])
    receive(communications, queue)(WORKSPACE, "register-call", CALLBACKS["register-call"])
    assert [event.name for event in queue.sent] == ["call-started", "register-call"]


def test_who_comes_first_by_register_call_is_not_live() -> None:
    """A call that was reported while it went on is live."""
    for name, live in (("call-started", True), ("register-call", False)):
        found = receive(MemoryCommunications(), MemoryEventQueue())(WORKSPACE, name, CALLBACKS[name])
        assert found.live is live


def test_the_same_call_has_the_same_id_in_every_run() -> None:
    """In another workspace it has another id."""
    ids = [
        receive(MemoryCommunications(), MemoryEventQueue())(space, "call-started", CALLBACKS["call-started"]).id
        for space in (WORKSPACE, WORKSPACE, Workspace("acme", "other"), Workspace("other", "acme"))
    ]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
