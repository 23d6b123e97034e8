"""The circuit breaker of a receiver: pure decisions about failures, successes and rounds of probes.

Each function returns the change to write. Several workers may count at once, so counts are added. Every other write
has a condition on the fields that the decision read.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from switchboard.deliveries.change import Condition, EndpointChange, Relation, RowChange, change_of
from switchboard.deliveries.endpoint import Endpoint, EndpointKey
from switchboard.deliveries.model import Attempt, Delivery
from switchboard.deliveries.retry import DENIALS

OPENS_AFTER = 3  # lanes whose fast attempts ran out without a success in between: the receiver is down
SUCCESS_KNOWN_FOR = timedelta(hours=1)


def count_failure(key: EndpointKey, attempt: Attempt | None = None) -> EndpointChange:
    """Count a lane whose fast attempts ran out with this attempt."""
    return EndpointChange(key, endpoint=replace(_denied_by(attempt), exists=None, add={"failures": 1}))


def note_success(endpoint: Endpoint | None, delivery: Delivery, at: datetime) -> EndpointChange | None:
    """Record a success at `at`; None if the record shows no failures and a success, in trouble a recent one."""
    if endpoint is not None and endpoint.last_success_at is not None:
        old = endpoint.failing and at - endpoint.last_success_at > SUCCESS_KNOWN_FOR
        if not (endpoint.open or endpoint.failures or old):
            return None
    return close_breaker(EndpointKey(delivery.account, delivery.endpoint), delivery.receiver, at)


def close_breaker(key: EndpointKey, receiver: str, at: datetime) -> EndpointChange:
    """Close the breaker and forget all failures after a success at `at`. The receiver may have no record yet."""
    to = {"receiver": receiver, "failures": 0, "open": False, "step": 0, "last_success_at": at, "denied_since": None}
    return EndpointChange(key, endpoint=RowChange(exists=None, to=to))


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


def count_failed_probe(endpoint: Endpoint, attempt: Attempt | None = None) -> EndpointChange:
    """Count a failed probe of the round that the receiver was read in."""
    same = Condition("round", endpoint.round)
    counted = replace(_denied_by(attempt), when=(same,), add={"failed_probes": 1})
    return EndpointChange(endpoint.key, endpoint=counted)


def end_round(endpoint: Endpoint, step: int, next_at: datetime | None) -> EndpointChange:
    """End the latest round behind an open breaker, and plan the next round."""
    latest = Condition("open", value=True), Condition("round", endpoint.round)
    return change_of(endpoint.key, *latest, step=step, next_at=next_at, round=None)


def _denied_by(attempt: Attempt | None) -> RowChange:
    """Return the change of `denied_since` after a failure: the first denial of several in a row counts."""
    if attempt is not None and attempt.status in DENIALS:
        return RowChange(default={"denied_since": attempt.at})
    return RowChange(to={"denied_since": None})
