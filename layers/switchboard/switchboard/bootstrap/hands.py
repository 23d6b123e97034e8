"""What workers do about messages of their queues that they have not handled."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from switchboard.aws import outages, visibility
from switchboard.bootstrap.adapters import dead_letters, sqs
from switchboard.setbacks import QueueHands, Record


def hands(queue_url: Callable[[], str]) -> QueueHands:
    """Return the hands of the worker of a queue. The function's own variable names the dead queue."""

    def postpone(receipts: Sequence[str], seconds: float) -> None:
        visibility.postpone(sqs(), queue_url(), receipts, seconds)

    def set_aside(record: Record, error: str) -> None:
        dead_letters().add(record, error)

    return QueueHands(postpone, set_aside, outages.is_outage)
