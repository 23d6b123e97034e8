"""Receivers in trouble and their lanes, in memory: rows that a change is compared with, then written to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from threading import RLock
from typing import Any, TypeVar

from switchboard.deliveries.change import EndpointChange, RowChange
from switchboard.deliveries.endpoint import Endpoint, EndpointKey, Lane, ParkedDelivery, Place
from switchboard.deliveries.rate import RateWindow
from tests.fakes.deliveries import MemoryDeliveries

Row = TypeVar("Row", Endpoint, Lane)
LaneKey = tuple[EndpointKey, str]


class MemoryEndpoints:
    """Ports Endpoints and RateLimiter."""

    def __init__(self, deliveries: MemoryDeliveries) -> None:
        self._deliveries = deliveries
        self._endpoints: dict[EndpointKey, Endpoint] = {}
        self._lanes: dict[LaneKey, Lane] = {}
        self._places: dict[LaneKey, dict[str, Place]] = {}
        self._sent: Counter[tuple[EndpointKey, RateWindow]] = Counter()
        self._lock = RLock()

    def get(self, key: EndpointKey) -> Endpoint | None:
        return self._endpoints.get(key)

    def of_account(self, account: str) -> list[Endpoint]:
        return [endpoint for key, endpoint in self._endpoints.items() if key.account == account]

    def overdue(self, since: datetime) -> list[Endpoint]:
        return [one for one in self._endpoints.values() if one.watched and one.next_at and one.next_at < since]

    def lane(self, key: EndpointKey, subject: str) -> Lane | None:
        return self._lanes.get((key, subject))

    def lanes(self, key: EndpointKey) -> list[Lane]:
        own = [lane for (of, _), lane in list(self._lanes.items()) if of == key]
        return sorted(own, key=lambda lane: lane.due_at)

    def parked(self, lane: Lane, limit: int) -> list[ParkedDelivery]:
        places = self._places.get((lane.key, lane.subject), {})
        first = sorted(places.values(), key=lambda place: place.position)[:limit]
        return [ParkedDelivery(place, self._deliveries.get(place.delivery)) for place in first]

    def commit(self, change: EndpointChange) -> bool:
        with self._lock:
            at = change.key, change.subject
            places = self._places.setdefault(at, {})
            allowed = (
                allows(change.endpoint, self._endpoints.get(change.key)),
                allows(change.lane, self._lanes.get(at)),
                change.enters is None or change.enters.position not in places,
                change.leaves is None or change.leaves.position in places,
            )
            if not all(allowed):
                return False
            put(self._endpoints, change.key, change.endpoint, {"key": change.key, "receiver": ""}, Endpoint)
            put(self._lanes, at, change.lane, {"key": change.key, "subject": change.subject}, Lane)
            if change.enters:
                places[change.enters.position] = change.enters
            if change.leaves:
                del places[change.leaves.position]
            if change.record:
                self._deliveries.write([change.record])
            return True

    def take(self, key: EndpointKey, window: RateWindow) -> bool:
        with self._lock:
            self._sent[key, window] += 1
            return self._sent[key, window] <= window.most


def allows(change: RowChange | None, row: Endpoint | Lane | None) -> bool:
    """Whether the conditions of a change hold for a row."""
    if change is None:
        return True
    if change.exists is not None and change.exists is not (row is not None):
        return False
    return all(one.holds(getattr(row, one.field, None)) for one in change.when)


def put(rows: dict[Any, Row], key: Any, change: RowChange | None, new: Mapping[str, Any], kind: type[Row]) -> None:
    """Write a change whose conditions hold."""
    if change is None:
        return
    if change.removed:
        del rows[key]
        return
    row = rows.get(key)
    stored = {one.name: getattr(row, one.name) for one in fields(row)} if row else new
    kept = {name: stored.get(name) or value for name, value in change.default.items()}
    added = {name: (stored.get(name) or 0) + step for name, step in change.add.items()}
    rows[key] = kind(**{**stored, **change.to, **kept, **added})
