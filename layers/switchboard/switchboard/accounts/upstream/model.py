"""A source's PBX as its client sees it. `token` and `login` are sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Standing(StrEnum):
    """How things stand between the PBX and us."""

    CONNECTING = "connecting"  # begun, and either under way or cut off
    CONNECTED = "connected"  # every event is told to us
    PARTIAL = "partial"  # some events are not
    UNREACHABLE = "unreachable"
    FORBIDDEN = "forbidden"  # our token is not accepted
    UNCHECKED = "unchecked"  # we could not look, for a reason of our own


class Way(StrEnum):
    """How a PBX's events come to us."""

    HOOK = "hook"  # it posts them to our webhook
    STREAM = "stream"  # we read its stream of server-sent events


class EventState(StrEnum):
    """How things stand with one event."""

    SUBSCRIBED = "subscribed"
    ASKED = "asked"  # we asked and have no answer yet, or never got one: what is there of it is ours
    MISSING = "missing"
    TAKEN = "taken"  # told to another address
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Subscribed:
    """One event at the PBX: `id` is the PBX's id of our subscription, `reason` why there is none."""

    state: EventState
    id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Upstream:
    """Where a source's PBX has its API, and what it tells us.

    `base_url` has no slash at its end. `spelling` is (events, originate): which spelling of a path is asked first.
    `version` counts what was kept: who read an older one does not replace it.
    """

    account: str
    source: str
    base_url: str
    webhook_url: str
    token: str
    login: str
    connected_at: datetime
    state: Standing = Standing.CONNECTING
    checked_at: datetime | None = None
    events: Mapping[str, Subscribed] = field(default_factory=dict)
    spelling: tuple[str, str] = ("events", "application")
    version: int = 0
    by: Way = Way.HOOK


@dataclass(frozen=True, slots=True)
class Wish:
    """How a source is to be connected; `take_over` ends subscriptions that are not ours."""

    base_url: str
    token: str
    webhook_url: str
    take_over: bool = False
    spelling: tuple[str, str] = ("events", "application")
    by: Way = Way.HOOK


@dataclass(frozen=True, slots=True)
class Hook:
    """The one address that a PBX tells its events to, empty where there is none, and their types."""

    url: str
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """Extensions that the PBX has and the account had not; `reason` says why they could not be read."""

    added: tuple[str, ...] = ()
    reason: str = ""
