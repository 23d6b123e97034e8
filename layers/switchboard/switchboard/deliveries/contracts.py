"""Deliveries as the operator's API shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from switchboard.contracts import Body, read_body
from switchboard.deliveries.model import DeliveryRecord, DeliveryState


class DeliveryQuery(Body):
    """The filter of a list of deliveries."""

    state: DeliveryState = DeliveryState.DEAD


def read_state(query: Mapping[str, str]) -> DeliveryState:
    """The state asked for; dead letters where none is."""
    return read_body(DeliveryQuery, query).state


def record_view(record: DeliveryRecord) -> dict[str, Any]:
    """A delivery with every attempt at it; the body stands as rendered, before a receiver's own token."""
    delivery = record.delivery
    return {
        "id": delivery.id,
        "account": delivery.account,
        "call_id": delivery.call_id,
        "event_id": delivery.event_id,
        "event_name": delivery.event_name,
        "subscription": {"id": delivery.subscription_id, "key": delivery.subscription_key},
        "sequence": delivery.sequence,
        "state": record.state,
        "attempts": [asdict(attempt) for attempt in record.attempts],
        "replays": delivery.replays,
        "created_at": delivery.created_at,
        "finished_at": record.finished_at,
        "body": delivery.body,
    }
