"""How many hubs a piece of news has passed: a header on what leaves, kept on events, refused above a limit.

A hub whose receiver is a webhook of a hub, its own or another, would send its events in circles. Each hub adds one to
the header, so such a circle ends by itself. The count of the work in hand is a context variable: every request that
the work sends to another system carries the count.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from switchboard.errors import Invalid

HEADER = "X-Switchboard-Hops"
FIELD = "hops"  # of a server-sent event
MOST = 3
LONGEST = 6  # digits

_in_hand: ContextVar[int] = ContextVar("hops", default=0)


class LoopRefused(Invalid):
    """A request has passed too many hubs. The status is 400: a sender must not repeat the request."""

    code = "loop"

    def __init__(self, hops: int) -> None:
        super().__init__(f"This has passed {hops} hubs, and {MOST} is the most ({HEADER}): it goes in a circle.")
        self.hops = hops


def hops_in(header: str) -> int:
    """Return the number of hubs in a header; 0 without a header, or for anything but digits."""
    text = header.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST else 0


def hops_in_hand() -> int:
    """Return the number of hubs that the work in hand has passed before this hub."""
    return _in_hand.get()


@contextmanager
def carrying(hops: int) -> Iterator[None]:
    """Do the work inside with this number of hubs in hand."""
    before = _in_hand.set(hops)
    try:
        yield
    finally:
        _in_hand.reset(before)


def check_hops(hops: int) -> None:
    """Raise LoopRefused above the limit."""
    if hops > MOST:
        raise LoopRefused(hops)


def leaving(hops: int | None = None) -> dict[str, str]:
    """Return the header of a request that leaves: one hub more than `hops`, or than the work in hand."""
    return {HEADER: str((hops_in_hand() if hops is None else hops) + 1)}
