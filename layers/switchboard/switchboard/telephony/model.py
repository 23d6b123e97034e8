"""What is asked of a telephony: orders, commands, and the conditions under which a message counts as heard.

Numbers to dial are digits with an optional leading `+`, 2 to 15 of them. Durations are seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Action(StrEnum):
    """What can be asked for."""

    ORIGINATE = "originate"  # ring an extension, then connect it to a number
    PLACE = "place"  # ring a number and play it something
    REDIRECT = "redirect"
    HANG_UP = "hangup"


class CommandState(StrEnum):
    """Where a command stands. A call that was originated tells of itself by its own events after that."""

    ACCEPTED = "accepted"  # kept; the provider has not answered yet
    SENT = "sent"  # the provider took it
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNCORRELATED = "uncorrelated"  # taken, but no call could be told to be its own


@dataclass(frozen=True, slots=True)
class Command:
    """One thing asked of an account's telephony. `call_id` is the hub's, empty until it is known."""

    id: str
    account: str
    action: Action
    provider: str
    created_at: datetime
    state: CommandState = CommandState.ACCEPTED
    call_id: str = ""
    extension: str = ""
    number: str = ""
    caller_id: str = ""
    reason: str = ""
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OriginateRequest:
    """Ring `extension`; when it answers, ring `number` and connect them. An empty `caller_id` is the provider's own."""

    command: str
    account: str
    extension: str
    number: str
    caller_id: str = ""


class SuccessKind(StrEnum):
    """When a message counts as heard."""

    ANSWERED = "answered"
    PLAYED_FOR = "played_for"  # for `seconds`
    PLAYED_WHOLE = "played_whole"
    DIGITS = "digits"  # one of `digits` was pressed


@dataclass(frozen=True, slots=True)
class SuccessRule:
    """A condition on a call that plays audio."""

    kind: SuccessKind
    seconds: float = 0.0
    digits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlayedAudio:
    """What is played: a key of the audio store, and its length."""

    key: str
    seconds: float


@dataclass(frozen=True, slots=True)
class PlaceCallRequest:
    """Ring `number` and play it `audio`, one after the other.

    It rings for `ring_for` at most, and lasts `last_for` at most from the answer on.
    """

    command: str
    account: str
    number: str
    audio: tuple[PlayedAudio, ...]
    success: SuccessRule
    caller_id: str = ""
    ring_for: float = 30.0
    last_for: float = 300.0


@dataclass(frozen=True, slots=True)
class CallRef:
    """A call as its provider knows it: `external_id` is the provider's id, `call_id` the hub's."""

    account: str
    call_id: str
    external_id: str


@dataclass(frozen=True, slots=True)
class OrderAccepted:
    """A provider took an order. `call_id` is the hub's id of the call where it can be known beforehand, else empty."""

    call_id: str = ""


@dataclass(frozen=True, slots=True)
class AccountTelephony:
    """The telephony that an account chose. `secret` is sealed; `settings` are the provider's own."""

    account: str
    provider: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    secret: str = ""
