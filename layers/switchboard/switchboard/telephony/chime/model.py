"""A call through Amazon Chime's PSTN audio service: its legs, files and keys, as far as the hub knows.

Times are aware and in UTC, of the hub's clock: the service's events have no time of their own. Durations are seconds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from switchboard.kernel.call import Disposition
from switchboard.kernel.numbers import DEFAULT_REGION
from switchboard.telephony.model import PlayedAudio, SuccessRule

NAME = "chime"  # of the provider, and of the dialect and source of its events
FIRST, SECOND = 0, 1  # places of the legs; the service calls them LEG-A and LEG-B
TAGS = ("LEG-A", "LEG-B")


class ChimeKind(StrEnum):
    """What the hub ordered."""

    ORIGINATED = "originated"  # an extension's phone, then a number
    PLACED = "placed"  # a number that hears audio


@dataclass(frozen=True, slots=True)
class ChimeSettings:
    """An account's settings. `numbers` are E.164 numbers of the AWS account, the first one by default.

    `phones` maps extensions to telephone numbers. `channels` counts legs at a time, `cps` calls begun within a second:
    the account's share of the quotas of the service.
    """

    numbers: tuple[str, ...] = ()
    phones: Mapping[str, str] = field(default_factory=dict)
    ring_for: float = 45.0
    talk_for: float = 14400.0
    channels: int = 10
    cps: int = 1

    def shown(self, wanted: str) -> str:
        """Return the number that the callee sees: `wanted` if the AWS account has it, else the first number."""
        return wanted if wanted in self.numbers else self.numbers[0]


@dataclass(frozen=True, slots=True)
class ChimeLeg:
    """One leg of a call. `code` is the SIP code of its end, `fault` the service's name of an error."""

    party: str
    id: str = ""
    rang_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    code: int | None = None
    fault: str = ""

    @property
    def is_up(self) -> bool:
        """Whether the party talks or listens."""
        return self.answered_at is not None and self.ended_at is None


@dataclass(frozen=True, slots=True)
class ClipState:
    """The playing of one file. `tries` counts how often the file began anew; `whole` is set if all was played."""

    audio: PlayedAudio
    tries: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    played: float = 0.0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class KeysHeard:
    """Keys that the callee pressed, as the service collected them."""

    digits: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ChimeCall:
    """A call. `transaction` is the service's id, empty until known. `heard` are the invocations that were applied.

    `hung_up` means that the hub ended the call; `late` that a limit did. `fault` is why the service could not do what
    was asked. `untold` means that a change was stored and could not be told. `version` is the optimistic lock. `hops`
    is how many hubs the order has passed.
    """

    account: str
    id: str
    kind: ChimeKind
    began_at: datetime
    command: str
    number: str
    extension: str = ""
    caller_id: str = ""
    region: str = DEFAULT_REGION
    hops: int = 0
    legs: tuple[ChimeLeg, ...] = ()
    clips: tuple[ClipState, ...] = ()
    keys: tuple[KeysHeard, ...] = ()
    success: SuccessRule | None = None
    ring_for: float = 45.0
    last_for: float = 0.0
    transaction: str = ""
    heard: tuple[str, ...] = ()
    hung_up: bool = False
    late: bool = False
    fault: str = ""
    ended_at: datetime | None = None
    disposition: Disposition | None = None
    untold: bool = False
    version: int = 1

    @property
    def channels(self) -> int:
        """The calls that the service counts: two for a call that is bridged."""
        return 2 if self.kind is ChimeKind.ORIGINATED else 1

    @property
    def answered_at(self) -> datetime | None:
        """When the callee heard the message, or the parties each other."""
        if len(self.legs) < self.channels:
            return None
        return self.legs[self.channels - 1].answered_at

    @property
    def digits(self) -> str:
        """The pressed keys."""
        return "".join(one.digits for one in self.keys)

    def with_leg(self, place: int, leg: ChimeLeg) -> ChimeCall:
        """Return the call with a leg in place of another."""
        return replace(self, legs=(*self.legs[:place], leg, *self.legs[place + 1 :]))

    def with_clip(self, place: int, clip: ClipState) -> ChimeCall:
        """Return the call with a file's state in place of another."""
        return replace(self, clips=(*self.clips[:place], clip, *self.clips[place + 1 :]))

    @property
    def clip(self) -> int | None:
        """The place of the file that is played or is next; None after the last."""
        return next((place for place, one in enumerate(self.clips) if one.ended_at is None), None)


@dataclass(frozen=True, slots=True)
class ChimeCheck:
    """A message: look whether the call has passed a limit. `looks` counts the messages of the call."""

    account: str
    call_id: str
    looks: int = 0


def call_id_of(account: str, command: str) -> str:
    """Return the call's id: the same order is the same call."""
    return hashlib.sha256(f"{NAME}\n{account}\n{command}".encode()).hexdigest()[:32]
