"""What every dialect can do. A dialect is pure: no I/O, no clock, no table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from switchboard.accounts.model import Source
from switchboard.calls.model import CallEvent, Happened
from switchboard.errors import Refused


@dataclass(frozen=True, slots=True)
class Arrival:
    """A payload that came in: a JSON object without credentials, from an authorised source."""

    source: Source
    body: Mapping[str, Any]
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that a vendor waits for in place of the plain acknowledgement."""

    body: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """An event in a subscriber's dialect, and the names under which it can be subscribed to."""

    event_names: tuple[str, ...]
    body: Mapping[str, Any]


class Dialect(Protocol):
    """The verbs of a dialect module."""

    def parse(self, arrival: Arrival) -> CallEvent:
        """One event; unknown types become Kind.UNKNOWN, nonsense in a field is left out, nothing raises."""

    def handshake(self, arrival: Arrival) -> Reply | None:
        """The answer to a vendor's verification of our address, None for an ordinary event."""

    def render(self, happened: Happened, base_url: str) -> Rendered | None:
        """The event in this dialect, filled up from the call; None where the dialect has no word for it.

        `base_url` is the hub's public address, empty where unset.
        """

    def refuse(self, error: Refused) -> dict[str, Any]:
        """An error in the shape that clients of this dialect know."""
