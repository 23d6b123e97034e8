"""Apply the filters of a subscription to an event, by the state of the event's call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from switchboard.kernel.call import AppliedEvent, Direction, Number
from switchboard.kernel.news import OF_CAMPAIGNS
from switchboard.kernel.numbers import digits_of, extension_key
from switchboard.subscriptions.model import EVERYTHING, Filters, Subscription

# The field of the other party's number. Without a direction both fields are tried.
OTHER_PARTY = {Direction.INCOMING: ("caller",), Direction.OUTGOING: ("callee",)}
EITHER = ("caller", "callee")


def passes_filters(subscription: Subscription, applied: AppliedEvent) -> bool:
    """Whether the filters of a subscription let an event through.

    Filters choose calls. An event of a campaign passes if there are no filters, or if `events` name its kind.
    """
    kind = applied.event.kind
    if kind in OF_CAMPAIGNS:
        return subscription.filters == EVERYTHING or kind.value in subscription.events
    return matches_filters(subscription.filters, applied)


def matches_filters(filters: Filters, applied: AppliedEvent) -> bool:
    """Whether the call matches every filter.

    A fact that is not known yet does not match. An extension that once took part matches until the call ends.
    """
    return (
        (filters.direction is None or _fact(applied, "direction") is filters.direction)
        and (not filters.extensions or not _extensions(applied).isdisjoint(map(extension_key, filters.extensions)))
        and (not filters.numbers or any(_fits(number, filters.numbers) for number in _other_numbers(applied)))
    )


def _extensions(applied: AppliedEvent) -> set[str]:
    own: Number | None = _fact(applied, "extension")
    told = {digits_of(own)} if own else set()
    return told | (set(applied.call.legs) if applied.call else set())


def _other_numbers(applied: AppliedEvent) -> Iterator[str]:
    sides = OTHER_PARTY.get(_fact(applied, "direction"), EITHER)
    numbers: list[Number | None] = [_fact(applied, side) for side in sides]
    yield from (key for number in numbers if number and (key := digits_of(number)))


def _fits(number: str, patterns: tuple[str, ...]) -> bool:
    return any(number.startswith(pattern[:-1]) if pattern.endswith("*") else number == pattern for pattern in patterns)


def _fact(applied: AppliedEvent, name: str) -> Any:
    """Return the fact from the call, as of this event; without a call, from the event."""
    if applied.call is None:
        return getattr(applied.event, name)
    known = applied.call.known(name)
    return known if known is not None else getattr(applied.event, name)
