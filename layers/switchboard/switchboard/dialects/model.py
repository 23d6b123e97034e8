"""The protocols that every dialect fits, and their data. A dialect is pure: no I/O, no clock, no table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from switchboard.accounts.model import Source
from switchboard.errors import Refused
from switchboard.kernel.call import AppliedEvent, CallEvent, Kind
from switchboard.subscriptions.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Arrival:
    """A payload received from an authorised source: a JSON object, already without its credentials.

    `path` is what the vendor appended to the source's address, such as `events/call`; empty for most vendors.
    """

    source: Source
    body: Mapping[str, Any]
    received_at: datetime
    path: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer to a verification request, sent in place of the plain acknowledgement."""

    body: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message in a subscriber's dialect.

    `event_names` are the names that a subscription may filter by, the message's own name first. `kind` is set only when
    the message has another kind than its event. `path` is appended to the receiver's URL. `note` travels with the
    delivery to its sender and is not part of the body. `by_state` marks a message about a change that the call
    remembers as told. Such a message is sent even if its event is a repeat.
    """

    event_names: tuple[str, ...]
    body: Mapping[str, Any]
    kind: Kind | None = None
    path: str = ""
    note: str = ""
    by_state: bool = False


@runtime_checkable
class Renderer(Protocol):
    """A dialect that the hub sends events in."""

    @property
    def VOCABULARY(self) -> Vocabulary:  # noqa: N802 - a constant of a module
        """The event names and fields of this dialect."""

    def render(self, applied: AppliedEvent, base_url: str) -> Sequence[Rendered]:
        """Return the messages for an event in sending order; fields that the event lacks are filled from its call.

        The result is empty when the dialect has no message for the event. One event may make several messages.
        `base_url` is the hub's public address, or empty.
        """


@runtime_checkable
class Dialect(Renderer, Protocol):
    """A dialect that the hub also receives events in."""

    def parse(self, arrival: Arrival) -> CallEvent:
        """Return the normalised event. Never raises: unknown types become Kind.UNKNOWN, unreadable fields None."""

    def handshake(self, arrival: Arrival) -> Reply | None:
        """Return the answer to a vendor's verification of our address; None for an ordinary event."""

    def refuse(self, error: Refused) -> dict[str, Any]:
        """Return the JSON error body that clients of this dialect expect."""
