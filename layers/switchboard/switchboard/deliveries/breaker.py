"""The circuit breaker of a receiver: pure decisions about failures, successes and rounds of probes.

Each function returns the change to write. Several workers may count at once, so counts are added. Every other write
has a condition on the fields that the decision read.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from switchboard.deliveries.change import Condition, EndpointChange, Relation, RowChange, change_of
from switchboard.deliveries.endpoint import Endpoint, EndpointKey

OPENS_AFTER = 3  # lanes whose fast attempts ran out without a success in between: the receiver is down
REFUSES_AFTER = 5  # final refusals without a success in between: the receiver is broken, not the deliveries
SUCCESS_KNOWN_FOR = timedelta(hours=1)


def count_failure(key: EndpointKey) -> EndpointChange:
    """Count a lane whose fast attempts ran out."""
    return EndpointChange(key, endpoint=RowChange(exists=None, add={"failures": 1}))


def count_refusal(key: EndpointKey, receiver: str) -> EndpointChange:
    """Count a final refusal. The receiver may have no record yet."""
    return EndpointChange(key, endpoint=RowChange(exists=None, to={"receiver": receiver}, add={"refusals": 1}))


def refuses_everything(endpoint: Endpoint | None) -> bool:
    """Whether a receiver has refused five deliveries in a row for good."""
    return endpoint is not None and endpoint.refusals >= REFUSES_AFTER


def note_success(endpoint: Endpoint | None, at: datetime) -> EndpointChange | None:
    """Close the breaker and forget failures and refusals; None if the record shows none, and a recent success."""
    if endpoint is None:
        return None
    last = endpoint.last_success_at
    old = endpoint.failing and (last is None or at - last > SUCCESS_KNOWN_FOR)
    return close_breaker(endpoint.key, at) if endpoint.open or endpoint.failures or endpoint.refusals or old else None


def close_breaker(key: EndpointKey, at: datetime) -> EndpointChange:
    """Close the breaker after a success at `at`."""
    return change_of(key, failures=0, refusals=0, open=False, step=0, last_success_at=at)


def open_breaker(endpoint: Endpoint, next_at: datetime | None) -> EndpointChange | None:
    """Open the breaker of a receiver with enough failures, unless a success comes in between. None: leave it."""
    if endpoint.open or endpoint.failures < OPENS_AFTER:
        return None
    as_read = Condition("failures", endpoint.failures, Relation.AT_LEAST)
    return change_of(endpoint.key, as_read, open=True, step=1, next_at=next_at, round=None)


def plan_turn(endpoint: Endpoint, next_at: datetime) -> EndpointChange:
    """Plan the workflow's next turn, unless the breaker changed since the receiver was read."""
    return change_of(endpoint.key, Condition("open", endpoint.open), step=endpoint.step, next_at=next_at)


def begin_round(endpoint: Endpoint, at: datetime) -> EndpointChange:
    """Begin a round of tries. Of two rounds that begin at once, the last write counts."""
    return change_of(endpoint.key, round=at, failed_probes=0)


def count_failed_probe(endpoint: Endpoint) -> EndpointChange:
    """Count a failed probe of the round that the receiver was read in."""
    same = Condition("round", endpoint.round)
    return EndpointChange(endpoint.key, endpoint=RowChange((same,), add={"failed_probes": 1}))


def end_round(endpoint: Endpoint, step: int, next_at: datetime | None) -> EndpointChange:
    """End the latest round behind an open breaker, and plan the next round."""
    latest = Condition("open", value=True), Condition("round", endpoint.round)
    return change_of(endpoint.key, *latest, step=step, next_at=next_at, round=None)
