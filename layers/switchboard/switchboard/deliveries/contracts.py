"""The JSON of deliveries and receivers in the operator's API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic import Field, field_validator

from switchboard.calls.contracts import call_view, event_view, timeline_entry
from switchboard.contracts import Body, OwnBody, read_body
from switchboard.deliveries.call_file import CallFile
from switchboard.deliveries.endpoint import Endpoint
from switchboard.deliveries.model import DeliveryRecord, DeliveryState
from switchboard.deliveries.standing import NOTHING_SEEN, Seen, state_of
from switchboard.subscriptions.model import ReceiverLimits

SLOWEST = 0.01  # requests a second: one in 100 seconds


class ReceiverLimitsBody(OwnBody):
    """The limits of a receiver: requests in flight, and requests a second, 0 for no limit."""

    max_in_flight: int = Field(ge=1, le=1000)
    rate: float = Field(ge=0, le=10_000)

    @field_validator("rate")
    @classmethod
    def _some(cls, rate: float) -> float:
        if 0 < rate < SLOWEST:
            raise ValueError(f"rate must be 0, for any number, or at least {SLOWEST}")
        return rate


class DeliveryQuery(Body):
    """The query string of a list of deliveries."""

    state: DeliveryState = DeliveryState.DEAD


def read_state(query: Mapping[str, str]) -> DeliveryState:
    """Return the state in a query, dead letters by default. Raises Invalid for an unknown state."""
    return read_body(DeliveryQuery, query).state


def record_view(record: DeliveryRecord, next_at: datetime | None = None) -> dict[str, Any]:
    """Return a delivery with its attempts and the time of the next one.

    The body is as last sent, or as rendered if nothing was sent; the receiver's token is in neither.
    """
    delivery = record.delivery
    return {
        "id": delivery.id,
        "account": delivery.account,
        "call_id": delivery.call_id,
        "event_id": delivery.event_id,
        "event_name": delivery.event_name,
        "subscription": {"id": delivery.subscription_id, "key": delivery.subscription_key},
        "sequence": delivery.sequence,
        "part": delivery.part,
        "state": record.state,
        "attempts": [asdict(attempt) for attempt in record.attempts],
        "url": record.sent_to or delivery.receiver + delivery.path,
        "next_attempt_at": next_at,
        "reason": record.reason,
        "replays": delivery.replays,
        "parked_at": record.parked_at,
        "created_at": delivery.created_at,
        "finished_at": record.finished_at,
        "body": record.body,
    }


def read_limits(fields: Mapping[str, Any], limits: ReceiverLimits) -> ReceiverLimits:
    """Return the limits with the named fields replaced. Raises Invalid with the wrong field."""
    body = read_body(ReceiverLimitsBody, {**asdict(limits), **fields})
    return ReceiverLimits(body.max_in_flight, body.rate)


def endpoint_view(
    endpoint: Endpoint, limits: ReceiverLimits, next_at: datetime | None = None, seen: Seen = NOTHING_SEEN
) -> dict[str, Any]:
    """Return a receiver, with what its record and the newest deliveries show."""
    last, success = seen.last_attempt, seen.last_success
    times = [at for at in (endpoint.last_success_at, success.at if success else None) if at]
    return {
        "id": endpoint.key.id,
        "account": endpoint.key.account,
        "receiver": endpoint.receiver,
        "state": state_of(endpoint, seen).value,
        "calls_waiting": endpoint.lanes,
        "deliveries_waiting": seen.waiting,
        "deliveries_dead": seen.dead,
        "failing_since": endpoint.failing_since,
        "paused_at": endpoint.paused_at,
        "next_attempt_at": next_at,
        "last_success_at": max(times, default=None),
        "last_answer": {"at": last.at, "status": last.status, "error": last.error} if last else None,
        "episode": endpoint.episode,
        **asdict(limits),
    }


def file_view(found: CallFile, next_attempt: Callable[[DeliveryRecord], datetime | None]) -> dict[str, Any]:
    """Return a call with its timeline, its events as received, and its deliveries."""
    return {
        **call_view(found.call),
        "timeline": [timeline_entry(kept) for kept in found.events],
        "events": [event_view(kept) for kept in found.events],
        "deliveries": [record_view(record, next_attempt(record)) for record in found.deliveries],
    }
