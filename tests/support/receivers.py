"""Decisions about receivers and lanes, each written as soon as decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from switchboard.deliveries import breaker, episode, parking
from switchboard.deliveries.endpoint import Endpoint, EndpointKey, Lane, RetryPhase
from switchboard.deliveries.model import DeliveryRecord
from switchboard.deliveries.ports import Endpoints

PAGE = 25


def read(endpoints: Endpoints, key: EndpointKey) -> Endpoint:
    found = endpoints.get(key)
    assert found is not None
    return found


def park(endpoints: Endpoints, record: DeliveryRecord, at: datetime) -> bool:
    return endpoints.commit(parking.park_behind(record, at))


def park_failed(endpoints: Endpoints, record: DeliveryRecord, at: datetime) -> Lane | None:
    lane = parking.new_lane(record, at, RetryPhase.FAST, 1)
    return lane if endpoints.commit(parking.begin_lane(record, lane)) else None


def park_unsent(endpoints: Endpoints, record: DeliveryRecord, at: datetime, attempts: int) -> bool:
    lane = parking.new_lane(record, at, RetryPhase.SLOW, attempts)
    return endpoints.commit(parking.begin_unsent(record, lane))


def parked(endpoints: Endpoints, lane: Lane) -> list[DeliveryRecord]:
    return [one.record for one in endpoints.parked(lane, PAGE) if one.record]


def settle(endpoints: Endpoints, record: DeliveryRecord) -> bool:
    return endpoints.commit(parking.settle(record))


def leave(endpoints: Endpoints, lane: Lane) -> bool:
    return endpoints.commit(parking.leave_lane(lane))


def reschedule(endpoints: Endpoints, lane: Lane) -> bool:
    return endpoints.commit(parking.reschedule(lane))


def failed(endpoints: Endpoints, key: EndpointKey) -> Endpoint:
    assert endpoints.commit(breaker.count_failure(key))
    return read(endpoints, key)


def succeeded(endpoints: Endpoints, key: EndpointKey, at: datetime, receiver: str = "https://crm.example") -> bool:
    return endpoints.commit(breaker.close_breaker(key, receiver, at))


def open_breaker(endpoints: Endpoints, key: EndpointKey, next_at: datetime) -> None:
    """Count the failures that open the breaker, and open it."""
    for _ in range(breaker.OPENS_AFTER):
        seen = failed(endpoints, key)
    change = breaker.open_breaker(replace(seen, open=False), next_at)
    assert change
    assert endpoints.commit(change)


def begin_episode(endpoints: Endpoints, endpoint: Endpoint, at: datetime, next_at: datetime) -> Endpoint:
    endpoints.commit(episode.begin_episode(endpoint, at, next_at))
    return read(endpoints, endpoint.key)


def plan(endpoints: Endpoints, endpoint: Endpoint, next_at: datetime) -> bool:
    return endpoints.commit(breaker.plan_turn(endpoint, next_at))


def begin_round(endpoints: Endpoints, endpoint: Endpoint, at: datetime) -> Endpoint:
    change = breaker.begin_round(endpoint, at)
    assert endpoints.commit(change)
    return change.applied_to(endpoint)


def end_round(endpoints: Endpoints, endpoint: Endpoint, step: int, next_at: datetime) -> bool:
    return endpoints.commit(breaker.end_round(endpoint, step, next_at))


def recovered(endpoints: Endpoints, endpoint: Endpoint) -> bool:
    return endpoints.commit(episode.end_episode(endpoint))
