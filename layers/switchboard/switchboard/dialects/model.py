"""What every dialect can do. A dialect is pure: no I/O, no clock, no table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from switchboard.accounts.model import Source
from switchboard.calls.model import CallEvent, Happened, Kind
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
    """A message in a subscriber's dialect, and the names under which it can be subscribed to, its own first.

    `kind` is what the message tells, where that is not what its event told. `path` is where it goes below the
    receiver's URL, and `note` what is to be known when it is sent and is no part of it.
    """

    event_names: tuple[str, ...]
    body: Mapping[str, Any]
    kind: Kind | None = None
    path: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names of a dialect's messages (and the pattern of those that it leaves free), and their top-level fields.

    `result` is where the end of a call says how it ended, a field inside another; empty where nothing says so.
    """

    names: frozenset[str]
    fields: frozenset[str]
    free: re.Pattern[str] | None = None
    result: tuple[str, ...] = ()

    def has(self, name: str) -> bool:
        """Whether there can be a message of this name."""
        return name in self.names or bool(self.free and self.free.fullmatch(name))


class Renderer(Protocol):
    """What a dialect can do that events go out in."""

    @property
    def VOCABULARY(self) -> Vocabulary:  # noqa: N802 - a constant of a module
        """What can be said in it."""

    def render(self, happened: Happened, base_url: str) -> Sequence[Rendered]:
        """The messages that tell of this event, in their order, filled up from the call.

        None where the dialect has no word for it; several where one event of the sender's is several of the
        receiver's. `base_url` is the hub's public address, empty where unset.
        """


class Dialect(Renderer, Protocol):
    """The verbs of a dialect module that events come in by, too."""

    def parse(self, arrival: Arrival) -> CallEvent:
        """One event; unknown types become Kind.UNKNOWN, nonsense in a field is left out, nothing raises."""

    def handshake(self, arrival: Arrival) -> Reply | None:
        """The answer to a vendor's verification of our address, None for an ordinary event."""

    def refuse(self, error: Refused) -> dict[str, Any]:
        """An error in the shape that clients of this dialect know."""
