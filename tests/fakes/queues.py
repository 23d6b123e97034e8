"""The queues in memory: a repeat within five minutes is dropped, as a FIFO queue of SQS does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from switchboard.deliveries.endpoint import Drain, RetryMessage
from switchboard.deliveries.model import Delivery
from switchboard.kernel.call import CallEvent


class MemoryEventQueue:
    """Port EventQueue of the calls."""

    def __init__(self) -> None:
        self.sent: list[CallEvent] = []

    def send(self, event: CallEvent) -> None:
        if event.id not in {one.id for one in self.sent}:
            self.sent.append(event)


class MemoryDeliveryQueue:
    """Ports DeliveryQueue and DrainQueue."""

    def __init__(self) -> None:
        self.sent: list[Delivery] = []
        self.drains: list[Drain] = []

    def drain(self, drains: Sequence[Drain]) -> None:
        self.drains += [one for one in drains if one not in self.drains]

    def send(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            if (delivery.id, delivery.replays) not in {(one.id, one.replays) for one in self.sent}:
                self.sent.append(delivery)


@dataclass(frozen=True, slots=True)
class Retry:
    """One message of the queue of retries."""

    again: RetryMessage
    wait: float


class MemoryRetryQueue:
    """Port RetryQueue."""

    def __init__(self) -> None:
        self.sent: list[Retry] = []

    def send(self, again: RetryMessage, wait: float) -> None:
        self.sent.append(Retry(again, wait))
