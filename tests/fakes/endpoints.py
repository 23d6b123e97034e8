"""Receivers in trouble and the lanes that wait for them, in memory."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from datetime import datetime
from threading import RLock

from switchboard.deliveries.attempts import endpoint_of
from switchboard.deliveries.endpoint import Endpoint, EndpointKey, Lane, RetryPhase
from switchboard.deliveries.model import DeliveryRecord, DeliveryState
from switchboard.errors import TryAgain
from tests.fakes.deliveries import MemoryDeliveries

LaneKey = tuple[EndpointKey, str]
Place = tuple[int, datetime, int, str]  # of a delivery in its lane: sequence, moment, part, id
HEADS = 25


class MemoryEndpoints:
    """Ports Endpoints and RateLimiter."""

    def __init__(self, deliveries: MemoryDeliveries) -> None:
        self._deliveries = deliveries
        self._endpoints: dict[EndpointKey, Endpoint] = {}
        self._lanes: dict[LaneKey, Lane] = {}
        self._places: dict[LaneKey, dict[str, Place]] = {}
        self._watched: dict[EndpointKey, datetime] = {}
        self._sent: Counter[tuple[EndpointKey, int]] = Counter()
        self._lock = RLock()

    def get(self, key: EndpointKey) -> Endpoint | None:
        return self._endpoints.get(key)

    def of_account(self, account: str) -> list[Endpoint]:
        return [endpoint for key, endpoint in self._endpoints.items() if key.account == account]

    def overdue(self, since: datetime) -> list[Endpoint]:
        times = {key: self._endpoints[key].next_at or at for key, at in self._watched.items()}
        return [self._endpoints[key] for key, at in times.items() if at < since]

    def lane(self, key: EndpointKey, subject: str) -> Lane | None:
        return self._lanes.get((key, subject))

    def lanes(self, key: EndpointKey) -> list[Lane]:
        own = [lane for (of, _), lane in list(self._lanes.items()) if of == key]
        return sorted(own, key=lambda lane: lane.due_at)

    def park(self, record: DeliveryRecord, at: datetime) -> bool:
        with self._lock:
            at_lane = lane_of(record)
            if record.delivery.id in self._places.get(at_lane, {}):
                return True
            if at_lane not in self._lanes:
                return False
            self._lanes[at_lane] = replace(self._lanes[at_lane], parked=self._lanes[at_lane].parked + 1)
            self._put(record, at)
            return True

    def park_failed(self, record: DeliveryRecord, at: datetime) -> Lane:
        with self._lock:
            if lane_of(record) in self._lanes:
                raise TryAgain("The lane is there already.", after=0)
            return self._begin(record, at, RetryPhase.FAST, 1)

    def park_unsent(self, record: DeliveryRecord, at: datetime, attempts: int) -> bool:
        with self._lock:
            endpoint = self._endpoints.get(endpoint_of(record.delivery))
            if endpoint is None or not endpoint.open or lane_of(record) in self._lanes:
                return False
            self._begin(record, at, RetryPhase.SLOW, attempts)
            return True

    def head(self, lane: Lane) -> DeliveryRecord | None:
        places = self._places.get((lane.key, lane.subject), {})
        return self._deliveries.get(min(places, key=lambda id_: places[id_])) if places else None

    def parked(self, lane: Lane) -> list[DeliveryRecord]:
        with self._lock:
            at_lane = (lane.key, lane.subject)
            places = self._places.get(at_lane, {})
            for id_ in [id_ for id_ in places if self._deliveries.get(id_) is None]:
                self._take_out(at_lane, id_)
            records = [self._deliveries.get(id_) for id_, _ in sorted(places.items(), key=lambda one: one[1])]
            return [record for record in records if record is not None][:HEADS]

    def settle(self, record: DeliveryRecord) -> None:
        with self._lock:
            self._deliveries.write([record])
            if record.finished:
                self._take_out(lane_of(record), record.delivery.id)

    def _take_out(self, at_lane: LaneKey, id_: str) -> None:
        del self._places[at_lane][id_]
        self._lanes[at_lane] = replace(self._lanes[at_lane], parked=self._lanes[at_lane].parked - 1)

    def leave(self, lane: Lane) -> bool:
        with self._lock:
            at_lane = (lane.key, lane.subject)
            if at_lane not in self._lanes or self._lanes[at_lane].parked:
                return False
            del self._lanes[at_lane]
            self._change(lane.key, lanes=self._endpoints[lane.key].lanes - 1)
            return True

    def reschedule(self, lane: Lane) -> None:
        with self._lock:
            at_lane = (lane.key, lane.subject)
            if known := self._lanes.get(at_lane):
                self._lanes[at_lane] = replace(lane, parked=known.parked, next_at=lane.due_at)

    def failed(self, key: EndpointKey) -> Endpoint:
        with self._lock:
            return self._change(key, failures=self._endpoints[key].failures + 1)

    def refused(self, key: EndpointKey, receiver: str) -> None:
        with self._lock:
            self._known(key, receiver)
            self._change(key, refusals=self._endpoints[key].refusals + 1)

    def succeeded(self, key: EndpointKey, at: datetime) -> None:
        with self._lock:
            if key in self._endpoints:
                self._change(key, failures=0, refusals=0, open=False, step=0, last_success_at=at)

    def begin_episode(self, endpoint: Endpoint, at: datetime, next_at: datetime) -> Endpoint:
        with self._lock:
            known = self._known(endpoint.key, endpoint.receiver)
            if known.failing:
                return known
            return self._change(
                endpoint.key,
                failing=True,
                failing_since=at,
                next_at=next_at,
                episode=known.episode + 1,
                part=0,
                told=False,
            )

    def tell(self, endpoint: Endpoint) -> None:
        with self._lock:
            if self._endpoints[endpoint.key].episode == endpoint.episode:
                self._change(endpoint.key, told=True)

    def hand_on(self, endpoint: Endpoint, part: int, at: datetime) -> None:
        with self._lock:
            known = self._endpoints.get(endpoint.key)
            if known is not None and known.episode == endpoint.episode and known.part < part:
                self._change(endpoint.key, part=part, next_at=at)

    def open(self, endpoint: Endpoint) -> None:
        with self._lock:
            known = self._endpoints.get(endpoint.key)
            if known is not None and known.failures >= endpoint.failures:
                self._change(endpoint.key, open=True, step=endpoint.step, next_at=endpoint.next_at, round=None)

    def plan(self, endpoint: Endpoint) -> None:
        with self._lock:
            known = self._endpoints.get(endpoint.key)
            if known is not None and known.open is endpoint.open:
                self._change(endpoint.key, step=endpoint.step, next_at=endpoint.next_at)

    def begin_round(self, endpoint: Endpoint, at: datetime) -> Endpoint:
        with self._lock:
            self._change(endpoint.key, round=at, failed_probes=0)
            return replace(endpoint, round=at, failed_probes=0)

    def probe_failed(self, endpoint: Endpoint) -> None:
        with self._lock:
            known = self._endpoints[endpoint.key]
            if known.round == endpoint.round:
                self._change(endpoint.key, failed_probes=known.failed_probes + 1)

    def end_round(self, endpoint: Endpoint) -> bool:
        with self._lock:
            known = self._endpoints[endpoint.key]
            if not known.open or known.round != endpoint.round:
                return False
            self._change(endpoint.key, step=endpoint.step, next_at=endpoint.next_at, round=None)
            return True

    def rest(self, endpoint: Endpoint) -> bool:
        with self._lock:
            known = self._endpoints[endpoint.key]
            if known.lanes or known.failing:
                return False
            self._watched.pop(endpoint.key, None)
            return True

    def watch(self, endpoint: Endpoint, at: datetime) -> None:
        with self._lock:
            if not self._endpoints[endpoint.key].failing:
                self._watched[endpoint.key] = at

    def recovered(self, endpoint: Endpoint) -> bool:
        with self._lock:
            known = self._endpoints.get(endpoint.key)
            if known is None or known.lanes or known.episode != endpoint.episode:
                return False
            healthy = {"failing": False, "failing_since": None, "open": False, "round": None}
            self._change(endpoint.key, **healthy, step=0, failures=0, next_at=None)
            self._watched.pop(endpoint.key, None)
            return True

    def take(self, key: EndpointKey, rate: float, at: datetime) -> bool:
        with self._lock:
            window = max(1, math.ceil(1 / rate))
            slot = key, int(at.timestamp()) // window * window
            if self._sent[slot] >= max(1, int(rate)):
                return False
            self._sent[slot] += 1
            return True

    def _begin(self, record: DeliveryRecord, at: datetime, phase: RetryPhase, attempts: int) -> Lane:
        key = endpoint_of(record.delivery)
        lane = Lane(key, record.delivery.subject, record.delivery.group, 1, attempts, phase, at)
        self._lanes[lane_of(record)] = lane
        self._watched.setdefault(key, at)
        self._change(key, lanes=self._known(key, record.delivery.receiver).lanes + 1)
        self._put(record, at)
        return lane

    def _put(self, record: DeliveryRecord, at: datetime) -> None:
        delivery = record.delivery
        place = (delivery.sequence, delivery.created_at, delivery.part, delivery.id)
        self._places.setdefault(lane_of(record), {})[delivery.id] = place
        self._deliveries.write([replace(record, state=DeliveryState.PARKED, parked_at=at)])

    def _known(self, key: EndpointKey, receiver: str) -> Endpoint:
        return self._endpoints.setdefault(key, Endpoint(key, receiver))

    def _change(self, key: EndpointKey, **fields: object) -> Endpoint:
        self._endpoints[key] = replace(self._endpoints[key], **fields)  # type: ignore[arg-type]
        return self._endpoints[key]


def lane_of(record: DeliveryRecord) -> LaneKey:
    """Where a delivery waits."""
    return endpoint_of(record.delivery), record.delivery.subject
