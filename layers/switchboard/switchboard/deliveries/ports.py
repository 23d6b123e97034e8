"""What deliveries need from the outside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from switchboard.deliveries.model import Attempt, Delivery, DeliveryRecord, DeliveryState, Request
from switchboard.subscriptions.model import Subscription


class Deliveries(Protocol):
    """The record of deliveries. New ones are written together with the event that causes them."""

    def get(self, delivery_id: str) -> DeliveryRecord | None: ...

    def record(self, delivery: Delivery, attempt: Attempt, state: DeliveryState) -> None:
        """Add an attempt and what it led to; the only place where attempts are written."""

    def finish(self, delivery: Delivery, state: DeliveryState, at: datetime) -> None:
        """Close a delivery without an attempt."""

    def reopen(self, record: DeliveryRecord) -> Delivery:
        """Make a finished delivery pending again; Conflict where it is not finished."""

    def of_call(self, account: str, call_id: str) -> list[DeliveryRecord]: ...

    def in_state(
        self, account: str, state: DeliveryState, limit: int, cursor: str | None
    ) -> tuple[list[DeliveryRecord], str | None]:
        """Newest first, a page at a time."""


class DeliveryQueue(Protocol):
    """The queue of deliveries, first in first out within a lane."""

    def send(self, deliveries: Sequence[Delivery]) -> None: ...


class CurrentSubscriptions(Protocol):
    """Subscriptions as of a version or newer; None where the one of this id is gone."""

    def at_least(self, account: str, key: str, version: int, id_: int) -> Subscription | None: ...


class Sender(Protocol):
    """Sends one request and tells what came of it; never raises for what a receiver does."""

    def send(self, request: Request, at: datetime) -> Attempt: ...
