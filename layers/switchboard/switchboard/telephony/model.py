"""Requests to a telephony, the commands that record them, and the rules for a played message's success.

Numbers to dial are 2 to 15 digits with an optional leading `+`. Durations are seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Action(StrEnum):
    """The kinds of commands."""

    ORIGINATE = "originate"  # ring an extension, then connect it to a number
    PLACE = "place"  # ring a number and play audio
    REDIRECT = "redirect"
    HANG_UP = "hangup"


class CommandState(StrEnum):
    """The state of a command. After `succeeded` an originated call is reported by its own events."""

    ACCEPTED = "accepted"  # stored; the provider has not answered yet
    SENT = "sent"  # the provider accepted the command
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNCORRELATED = "uncorrelated"  # accepted by the provider, but no call could be matched


@dataclass(frozen=True, slots=True)
class Command:
    """One request to an account's telephony. `call_id` is the hub's id of the call, empty until known."""

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
    """Ring `extension`; after its answer ring `number` and connect both. An empty `caller_id` means the default."""

    command: str
    account: str
    extension: str
    number: str
    caller_id: str = ""


class SuccessKind(StrEnum):
    """The event in a call that counts as success."""

    ANSWERED = "answered"
    PLAYED_FOR = "played_for"  # for `seconds`
    PLAYED_WHOLE = "played_whole"
    DIGITS = "digits"  # one of `digits` was pressed


@dataclass(frozen=True, slots=True)
class SuccessRule:
    """The rule by which a call that plays audio counts as successful."""

    kind: SuccessKind
    seconds: float = 0.0
    digits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlayedAudio:
    """Audio to play: a key of the audio store, and the length in seconds."""

    key: str
    seconds: float


@dataclass(frozen=True, slots=True)
class PlaceCallRequest:
    """Ring `number` and play the `audio` files in order.

    The phone rings for at most `ring_for` seconds. The call lasts at most `last_for` seconds after the answer.
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
    """A reference to a call: `external_id` is the provider's id, `call_id` the hub's."""

    account: str
    call_id: str
    external_id: str


@dataclass(frozen=True, slots=True)
class OrderAccepted:
    """A provider accepted a request. `call_id` is the hub's id of the call if already known, else empty."""

    call_id: str = ""


@dataclass(frozen=True, slots=True)
class AccountTelephony:
    """The provider that an account chose, with its settings. `secret` is sealed."""

    account: str
    provider: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    secret: str = ""
