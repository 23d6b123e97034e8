"""An upstream: the connection of a source to the API of its PBX."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class UpstreamState(StrEnum):
    """State of the connection to the PBX."""

    CONNECTING = "connecting"  # connecting has begun, and either goes on or was interrupted
    CONNECTED = "connected"  # the PBX sends us every event
    PARTIAL = "partial"  # the PBX sends us some of the events
    UNREACHABLE = "unreachable"  # the PBX does not answer, or refuses
    FORBIDDEN = "forbidden"  # the PBX does not accept our token
    UNCHECKED = "unchecked"  # the hub itself could not check or read


class EventTransport(StrEnum):
    """The way in which the events of a PBX reach the hub."""

    HOOK = "hook"  # the PBX posts events to our webhook
    STREAM = "stream"  # the hub reads the server-sent events of the PBX


class SubscriptionState(StrEnum):
    """State of our subscription to one event of the PBX."""

    SUBSCRIBED = "subscribed"
    ASKED = "asked"  # the request is sent or about to be, and not answered: a subscription that the PBX lists is ours
    MISSING = "missing"
    TAKEN = "taken"  # the PBX sends the event to another address
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class EventSubscription:
    """Our subscription to one event. `id` is the PBX's id of the subscription; `reason` explains a missing one."""

    state: SubscriptionState
    id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Upstream:
    """The connection of a source to its PBX.

    `base_url` has no slash at its end. `token` and `login` are sealed. `login` is `login:password`, which the PBX shows
    to our webhook. `spelling` is (events, originate): the spelling of two paths that the client tries first.
    `version` is the optimistic lock.
    """

    account: str
    source: str
    base_url: str
    webhook_url: str
    token: str
    login: str
    connected_at: datetime
    state: UpstreamState = UpstreamState.CONNECTING
    checked_at: datetime | None = None
    events: Mapping[str, EventSubscription] = field(default_factory=dict)
    spelling: tuple[str, str] = ("events", "application")
    version: int = 0
    by: EventTransport = EventTransport.HOOK


@dataclass(frozen=True, slots=True)
class ConnectRequest:
    """A request to connect a source. With `take_over`, subscriptions of other receivers are replaced."""

    base_url: str
    token: str
    webhook_url: str
    take_over: bool = False
    spelling: tuple[str, str] = ("events", "application")
    by: EventTransport = EventTransport.HOOK


@dataclass(frozen=True, slots=True)
class Hook:
    """The only webhook of a PBX: its URL, and the types of events that the PBX sends. An empty URL means no webhook."""

    url: str
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportedExtensions:
    """The extensions that were copied from the PBX. `reason` explains why some or all were not copied."""

    added: tuple[str, ...] = ()
    reason: str = ""
