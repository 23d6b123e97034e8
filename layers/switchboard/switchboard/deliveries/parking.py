"""Lanes and their parked deliveries: pure decisions about who enters, who leaves, and what is planned.

Each function returns the change to write. A delivery's record, its place and the counts of its lane and receiver
change in one transaction.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime

from switchboard.deliveries.attempts import endpoint_of
from switchboard.deliveries.change import Condition, EndpointChange, RowChange
from switchboard.deliveries.endpoint import Lane, Place, RetryPhase
from switchboard.deliveries.model import Delivery, DeliveryRecord, DeliveryState

LANE_KEY = frozenset({"key", "subject"})


def place_of(delivery: Delivery) -> Place:
    """Return the place of a delivery in its lane: by sequence, else by time; then by the part of the event."""
    # `~` sorts after every character of an id.
    part = f"~{delivery.part:03d}#" if delivery.part else ""
    at = delivery.created_at.isoformat(timespec="microseconds")
    return Place(f"{delivery.sequence:08d}#{at}#{part}{delivery.id}", delivery.id)


def new_lane(record: DeliveryRecord, at: datetime, phase: RetryPhase, attempts: int) -> Lane:
    """Return the lane that begins with a delivery."""
    delivery = record.delivery
    return Lane(endpoint_of(delivery), delivery.subject, delivery.group, 1, attempts, phase, at)


def park_behind(record: DeliveryRecord, at: datetime) -> EndpointChange:
    """Put a delivery into its lane. The conditions fail if the lane is gone, or if the delivery is parked already."""
    return _entering(record, at, RowChange(add={"parked": 1}))


def begin_lane(record: DeliveryRecord, lane: Lane) -> EndpointChange:
    """Begin a lane with its first delivery, and have the receiver watched."""
    return _beginning(record, lane)


def begin_unsent(record: DeliveryRecord, lane: Lane) -> EndpointChange:
    """Begin a lane with an untried delivery, if the receiver's breaker is open."""
    return _beginning(record, lane, Condition("open", value=True))


def begin_paused(record: DeliveryRecord, lane: Lane, paused_at: datetime | None) -> EndpointChange:
    """Begin a lane with an untried delivery, if the receiver is still paused since `paused_at`."""
    return _beginning(record, lane, Condition("paused_at", paused_at))


def settle(record: DeliveryRecord) -> EndpointChange:
    """Write the record of a parked delivery. A finished delivery leaves its lane."""
    delivery = record.delivery
    if not record.finished:
        return EndpointChange(endpoint_of(delivery), delivery.subject, record=record)
    left = RowChange(add={"parked": -1})
    return EndpointChange(endpoint_of(delivery), delivery.subject, None, left, record, leaves=place_of(delivery))


def give_up_place(lane: Lane, place: Place) -> EndpointChange:
    """Free the place of a delivery whose record has expired."""
    return EndpointChange(lane.key, lane.subject, lane=RowChange(add={"parked": -1}), leaves=place)


def leave_lane(lane: Lane) -> EndpointChange:
    """Remove a lane, unless something is parked there."""
    empty = RowChange((Condition("parked", 0),), removed=True)
    return EndpointChange(lane.key, lane.subject, RowChange(exists=None, add={"lanes": -1}), empty)


def reschedule(lane: Lane) -> EndpointChange:
    """Write the attempts, the phase, the round and the times of a lane."""
    to = {"attempts": lane.attempts, "phase": lane.phase, "since": lane.since, "next_at": lane.due_at}
    return EndpointChange(lane.key, lane.subject, lane=RowChange(to={**to, "round": lane.round}))


def _beginning(record: DeliveryRecord, lane: Lane, *when: Condition) -> EndpointChange:
    known = {"receiver": record.delivery.receiver, "watched": True}
    one_more = RowChange(when, True if when else None, known, {"next_at": lane.since}, {"lanes": 1})
    to = {one.name: getattr(lane, one.name) for one in fields(lane) if one.name not in LANE_KEY}
    return replace(_entering(record, lane.since, RowChange(exists=False, to=to)), endpoint=one_more)


def _entering(record: DeliveryRecord, at: datetime, lane: RowChange) -> EndpointChange:
    delivery = record.delivery
    parked = replace(record, state=DeliveryState.PARKED, parked_at=at)
    return EndpointChange(endpoint_of(delivery), delivery.subject, lane=lane, record=parked, enters=place_of(delivery))
