"""Deliveries and their attempts in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from switchboard.deliveries.model import Delivery, DeliveryRecord, DeliveryState
from tests.fakes.pages import page


class MemoryDeliveries:
    """Port Deliveries; `put` stands for the transaction that new deliveries are written in."""

    def __init__(self) -> None:
        self._rows: dict[str, DeliveryRecord] = {}

    def put(self, delivery: Delivery) -> None:
        self.write([DeliveryRecord(delivery, DeliveryState.PENDING)])

    def forget(self, delivery_id: str) -> None:
        del self._rows[delivery_id]

    def get(self, delivery_id: str) -> DeliveryRecord | None:
        return self._rows.get(delivery_id)

    def write(self, records: Sequence[DeliveryRecord]) -> None:
        self._rows |= {record.delivery.id: record for record in records}

    def reopen(self, before: DeliveryRecord, after: DeliveryRecord) -> bool:
        old = self._rows[before.delivery.id]
        if (old.state, old.delivery.replays) != (before.state, before.delivery.replays):
            return False
        self.write([after])
        return True

    def of_call(self, account: str, call_id: str) -> list[DeliveryRecord]:
        own = [row for row in self._rows.values() if (row.delivery.account, row.delivery.call_id) == (account, call_id)]
        return sorted(own, key=lambda row: (row.delivery.sequence, row.delivery.part))

    def in_state(
        self, account: str, state: DeliveryState, limit: int, cursor: str | None
    ) -> tuple[list[DeliveryRecord], str | None]:
        own = [row for row in self._rows.values() if (row.delivery.account, row.state) == (account, state)]
        newest_first = sorted(own, key=lambda row: row.delivery.created_at, reverse=True)
        return page(newest_first, limit, cursor)

    def oldest_in_state(
        self,
        account: str,
        state: DeliveryState,
        limit: int,
        after: str,
        within: tuple[datetime | None, datetime | None] = (None, None),
    ) -> tuple[list[DeliveryRecord], str]:
        begin, end = max(after, _stamp(within[0])), _stamp(within[1]) or "9"
        found = {
            place: row
            for row in self._rows.values()
            if (row.delivery.account, row.state) == (account, state)
            and begin < (place := f"{_stamp(row.delivery.created_at)}#{row.delivery.id}") < end
        }
        places = sorted(found)
        last = places[min(limit, len(places)) - 1].partition("#")[0] if places else ""
        page = [place for index, place in enumerate(places) if index < limit or place.startswith(f"{last}#")]
        return [found[place] for place in page], page[-1] if len(places) > limit else ""


def _stamp(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at else ""
