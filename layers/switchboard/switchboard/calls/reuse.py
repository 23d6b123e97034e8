"""Call ids that a vendor uses again: when an event belongs to another call than the one that has its id."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from switchboard.kernel.call import Call, CallEvent, Direction, Kind, Number, State
from switchboard.kernel.news import HUB
from switchboard.kernel.numbers import digits_of, is_hidden

# An id that comes again this long after the end of its call, with another caller, belongs to another call. A vendor
# that counts its ids from one again needs no other caller.
REUSED_AFTER = timedelta(hours=1)
# No call is silent for longer than this.
LONGEST_SILENCE = timedelta(days=1)

OF_CALLS = frozenset(
    {Kind.CALL_STARTED, Kind.LEG_STARTED, Kind.LEG_ENDED, Kind.CALL_ANSWERED, Kind.CALL_REDIRECTED}
    | {Kind.CALL_ENDED, Kind.CALL_MISSED}
)

# The client's side of a call; of a call without a known direction the client may be on either side.
SIDES: dict[Direction | None, tuple[str, ...]] = {Direction.INCOMING: ("caller",), None: ("caller", "callee")}

RestartedAt = Callable[[], datetime | None]
"""Reads the time of the last start of the event's device."""


def begins_another_call(call: Call, event: CallEvent, restarted_at: RestartedAt) -> bool:
    """Whether the event belongs to a call after the one that has its id.

    `restarted_at` is called for the start of a call with a known id that its vendor counts from one again.
    """
    if event.dialect == HUB or not call.version or event.kind not in OF_CALLS:
        return False
    silence = _silence(call, event)
    if silence > LONGEST_SILENCE:
        return True
    long_over = call.state is State.ENDED and silence > REUSED_AFTER
    if long_over and is_of_another_party(call, event):
        return True
    if event.kind is not Kind.CALL_STARTED or not event.reusable_ids:
        return False
    return long_over or is_of_another_party(call, event) or _is_restarted(call, event, restarted_at())


def _silence(call: Call, event: CallEvent) -> timedelta:
    """Return the time between the call's last event and this one, by one clock.

    An event that reports no time has the hub's time; the vendor's clock may be months away from it.
    """
    if event.at == event.received_at and call.heard_at:
        return event.received_at - call.heard_at
    return event.at - (call.last_at or call.first_at)


def is_of_another_party(call: Call, event: CallEvent) -> bool:
    """Whether the event names another client than the call. A hidden or absent number is nobody in particular."""
    direction = call.known("direction")
    if event.kind is Kind.CALL_STARTED and None not in (direction, event.direction) and direction != event.direction:
        return True
    known: Direction | None = event.direction or direction
    sides = SIDES.get(known, ("callee",))
    return any(_differ(call.known(side), getattr(event, side)) for side in sides)


def _differ(one: Number | None, other: Number | None) -> bool:
    if one is None or other is None or is_hidden(one.received) or is_hidden(other.received):
        return False
    return digits_of(one) != digits_of(other)


def _is_restarted(call: Call, event: CallEvent, restarted_at: datetime | None) -> bool:
    return restarted_at is not None and (call.heard_at or call.first_at) < restarted_at <= event.received_at
