"""Deliveries and their attempts in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from switchboard.deliveries.model import Attempt, Delivery, DeliveryRecord, DeliveryState
from switchboard.errors import Conflict
from tests.fakes.pages import page


class MemoryDeliveries:
    """Port Deliveries; `put` stands for the transaction that new deliveries are written in."""

    def __init__(self) -> None:
        self._rows: dict[str, DeliveryRecord] = {}

    def put(self, delivery: Delivery) -> None:
        self._rows[delivery.id] = DeliveryRecord(delivery, DeliveryState.PENDING)

    def get(self, delivery_id: str) -> DeliveryRecord | None:
        return self._rows.get(delivery_id)

    def record(self, delivery: Delivery, attempt: Attempt, state: DeliveryState) -> None:
        if old := self._rows.get(delivery.id):
            finished = old.finished_at if state is DeliveryState.PENDING else attempt.at
            attempts = (*old.attempts, attempt)
            self._rows[delivery.id] = replace(old, state=state, attempts=attempts, finished_at=finished)

    def finish(self, delivery: Delivery, state: DeliveryState, at: datetime) -> None:
        if old := self._rows.get(delivery.id):
            self._rows[delivery.id] = replace(old, state=state, finished_at=at)

    def reopen(self, record: DeliveryRecord) -> Delivery:
        old = self._rows[record.delivery.id]
        if (old.state, old.delivery.replays) != (record.state, record.delivery.replays):
            raise Conflict("The delivery is being replayed already.", "delivery")
        again = replace(old.delivery, replays=old.delivery.replays + 1)
        self._rows[again.id] = replace(
            old, delivery=again, state=DeliveryState.PENDING, earlier=len(old.attempts), finished_at=None
        )
        return again

    def of_call(self, account: str, call_id: str) -> list[DeliveryRecord]:
        own = [row for row in self._rows.values() if (row.delivery.account, row.delivery.call_id) == (account, call_id)]
        return sorted(own, key=lambda row: row.delivery.sequence)

    def in_state(
        self, account: str, state: DeliveryState, limit: int, cursor: str | None
    ) -> tuple[list[DeliveryRecord], str | None]:
        own = [row for row in self._rows.values() if (row.delivery.account, row.state) == (account, state)]
        newest_first = sorted(own, key=lambda row: row.delivery.created_at, reverse=True)
        return page(newest_first, limit, cursor)
