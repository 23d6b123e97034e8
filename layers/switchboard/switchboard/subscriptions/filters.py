"""Whether an event is one that a receiver wants to hear of, by the call that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from switchboard.calls.model import Direction, Happened, Number
from switchboard.calls.news import OF_CAMPAIGNS
from switchboard.calls.numbers import digits_of
from switchboard.subscriptions.model import EVERYTHING, Filters, Subscription

# Where the other party stands; without a direction it may be on either side.
OTHER_PARTY = {Direction.INCOMING: ("caller",), Direction.OUTGOING: ("callee",)}
EITHER = ("caller", "callee")


def chooses(subscription: Subscription, happened: Happened) -> bool:
    """Whether the filters of a subscription let an event through.

    They choose among calls. A campaign is none: whoever has filters hears of campaigns where it names their events.
    """
    kind = happened.event.kind
    if kind in OF_CAMPAIGNS:
        return subscription.filters == EVERYTHING or kind.value in subscription.events
    return lets_through(subscription.filters, happened)


def lets_through(filters: Filters, happened: Happened) -> bool:
    """What is not known yet lets nothing through; an extension, once it has taken part, does so to the call's end."""
    return (
        (filters.direction is None or _best(happened, "direction") is filters.direction)
        and (not filters.extensions or not _extensions(happened).isdisjoint(filters.extensions))
        and (not filters.numbers or any(_fits(number, filters.numbers) for number in _others(happened)))
    )


def _extensions(happened: Happened) -> set[str]:
    own: Number | None = _best(happened, "extension")
    told = {digits_of(own)} if own else set()
    return told | (set(happened.call.legs) if happened.call else set())


def _others(happened: Happened) -> Iterator[str]:
    sides = OTHER_PARTY.get(_best(happened, "direction"), EITHER)
    numbers: list[Number | None] = [_best(happened, side) for side in sides]
    yield from (digits_of(number) for number in numbers if number)


def _fits(number: str, patterns: tuple[str, ...]) -> bool:
    return any(number.startswith(pattern[:-1]) if pattern.endswith("*") else number == pattern for pattern in patterns)


def _best(happened: Happened, name: str) -> Any:
    """What the call knows after the event; of no call, what the event says."""
    if happened.call is None:
        return getattr(happened.event, name)
    known = happened.call.known(name)
    return known if known is not None else getattr(happened.event, name)
