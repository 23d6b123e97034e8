"""How often a message went round goes with it, makes no other message of it, and may be missing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from switchboard.aws.codec import dump, load, load_queued
from switchboard.aws.dialling_queue import DiallingQueue, WakeQueue
from switchboard.aws.queues import SqsAdvanceQueue, SqsDeliveryQueue, SqsRetryQueue
from switchboard.campaigns.dialling.messages import ConductorMessage, WakeMessage
from switchboard.deliveries.endpoint import Drain, EndpointKey, RetryMessage
from switchboard.laps import NO_LAPS, Laps
from switchboard.telephony.simulator.model import Advance
from tests.support.builders import NOON
from tests.support.stack import Stack

KEY, FAR = EndpointKey("acme", "e1"), Laps(7, "msg_1")
DRAIN = Drain(KEY, "call-1", "e1:7", NOON)


def bodies(stack: Stack, queue: str) -> list[str]:
    return [record["body"] for record in stack.drain(queue)]


def test_a_drain_tells_how_often_it_went_round(stack: Stack) -> None:
    """Whichever lap asks first: the same ask on another lap is the same message."""
    queue = SqsDeliveryQueue(stack.sqs, stack.queue("DeliveriesQueue"))
    queue.drain([replace(DRAIN, laps=FAR)])
    queue.drain([DRAIN])
    (found,) = [load_queued(body) for body in bodies(stack, "DeliveriesQueue")]
    assert isinstance(found, Drain)
    assert found.laps == FAR


def test_a_retry_tells_how_often_its_lane_went_round(stack: Stack) -> None:
    """And a try of a whole receiver how often itself."""
    queue = SqsRetryQueue(stack.sqs, stack.queue("RetriesQueue"))
    queue.send(RetryMessage(KEY, replace(DRAIN, laps=FAR)), 0)
    queue.send(RetryMessage(KEY, round=NOON, laps=FAR), 0)
    found = [load(body, RetryMessage) for body in bodies(stack, "RetriesQueue")]
    assert {one.drain.laps if one.drain else one.laps for one in found} == {FAR}


def test_dialling_tells_how_often_it_went_round(stack: Stack) -> None:
    """In what goes on at once, and in what is woken."""
    DiallingQueue(stack.sqs, stack.queue("DiallingQueue")).tick("acme", "continue.1", FAR)
    WakeQueue(stack.sqs, stack.queue("WakesQueue")).wake("acme", "wake.1", 0, FAR)
    assert load(bodies(stack, "DiallingQueue")[0], ConductorMessage).laps == FAR
    assert load(bodies(stack, "WakesQueue")[0], WakeMessage).laps == FAR


def test_a_simulated_call_tells_how_often_it_went_round(stack: Stack) -> None:
    """With its next step."""
    SqsAdvanceQueue(stack.sqs, stack.queue("AdvancesQueue")).send(Advance("acme", "c1", 1, 1, NOON, FAR), 0)
    assert load(bodies(stack, "AdvancesQueue")[0], Advance).laps == FAR


@pytest.mark.parametrize(
    "message",
    [
        RetryMessage(KEY),
        ConductorMessage("acme"),
        WakeMessage("acme", "wake.1"),
        Advance("acme", "c1", 1, 1, NOON),
        DRAIN,
    ],
)
def test_a_message_of_an_older_version_is_at_its_beginning(message: Any) -> None:
    """It was sent without a count."""
    fields = json.loads(dump(message))
    del fields["laps"]
    assert load(json.dumps(fields), type(message)).laps == NO_LAPS
