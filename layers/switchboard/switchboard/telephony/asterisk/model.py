"""A call at an Asterisk: its channels, playbacks and pressed keys, as far as the hub knows.

Times are aware and in UTC, of Asterisk's clock brought to the hub's. Durations are seconds.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from switchboard.kernel.call import Disposition
from switchboard.kernel.numbers import DEFAULT_REGION
from switchboard.telephony.model import PlayedAudio, SuccessRule

NAME = "asterisk"  # of the provider, and of the dialect and source of its events
_OWN = re.compile(r"sb-([0-9a-f]{32})-([0-9]{1,3})")


class CallKind(StrEnum):
    """Who began the call."""

    ORIGINATED = "originated"  # the hub: an extension, then a number
    PLACED = "placed"  # the hub: a number that hears audio
    INBOUND = "inbound"  # a caller whom the dialplan sent into the application


@dataclass(frozen=True, slots=True)
class AsteriskSettings:
    """An account's settings. `{number}` and `{extension}` stand for the digits in the names of endpoints."""

    trunk: str = "PJSIP/{number}@trunk"
    phone: str = "PJSIP/{extension}"
    caller_id: str = ""
    ring_for: float = 60.0


@dataclass(frozen=True, slots=True)
class ChannelLeg:
    """One channel of a call. `party` is the extension or number. `dialled` is the last status of its `Dial` events.

    `replaces` is the place of the leg that this leg takes over after its answer. `known` means that the PBX has spoken
    of the channel: the order to dial has arrived there.
    """

    channel: str
    party: str
    extension: bool = False
    replaces: int | None = None
    rang_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    cause: int = 0
    sip: int = 0
    dialled: str = ""
    known: bool = False

    @property
    def is_up(self) -> bool:
        """Whether the party talks or listens."""
        return self.answered_at is not None and self.ended_at is None

    @property
    def rang(self) -> bool:
        """Whether the party's phone rang."""
        return self.rang_at is not None or self.answered_at is not None


@dataclass(frozen=True, slots=True)
class PlaybackState:
    """The playing of one audio file. `tries` counts how often it began anew; `whole` is set if all was played."""

    audio: PlayedAudio
    tries: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    played: float = 0.0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class PressedKey:
    """A key of the telephone, 0-9, `*` or `#`, and when its press ended."""

    digit: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AsteriskCall:
    """A call. `asked` are the names of the requests that were sent. `version` is the optimistic lock.

    `kept` and `other` are the places of the legs that talk: the extension, and the number or caller. `fault` is why the
    PBX could not do what was asked. `hung_up` means that the hub ended the call. `heard` means that the PBX has
    spoken of the call, and that its start was told. `hops` is how many hubs the order has
    passed.
    """

    account: str
    id: str
    kind: CallKind
    began_at: datetime
    command: str = ""
    number: str = ""
    extension: str = ""
    caller_id: str = ""
    region: str = DEFAULT_REGION
    hops: int = 0
    legs: tuple[ChannelLeg, ...] = ()
    kept: int = 0
    other: int | None = None
    playbacks: tuple[PlaybackState, ...] = ()
    keys: tuple[PressedKey, ...] = ()
    success: SuccessRule | None = None
    ring_for: float = 60.0
    last_for: float = 0.0
    asked: tuple[str, ...] = ()
    hung_up: bool = False
    heard: bool = False
    fault: str = ""
    ended_at: datetime | None = None
    disposition: Disposition | None = None
    version: int = 1

    @property
    def answered_at(self) -> datetime | None:
        """When the parties could hear each other, or the callee the message."""
        times = [leg.answered_at for leg in self.talking if leg.answered_at]
        needed = 1 if self.kind is CallKind.PLACED else 2
        return max(times) if len(times) == needed else None

    @property
    def is_over(self) -> bool:
        """Whether the call has ended, and each channel that the hub made."""
        return self.ended_at is not None and all(leg.ended_at for leg in self.legs if is_own(leg.channel))

    @property
    def talking(self) -> tuple[ChannelLeg, ...]:
        """The first two legs, in the order of their places; redirects do not change when the call was answered."""
        return self.legs[:1] if self.kind is CallKind.PLACED else self.legs[:2]

    @property
    def digits(self) -> str:
        """The pressed keys."""
        return "".join(key.digit for key in self.keys)

    def leg_of(self, channel: str) -> int | None:
        """Return the place of a channel's leg."""
        return next((place for place, leg in enumerate(self.legs) if leg.channel == channel), None)

    def with_leg(self, place: int, leg: ChannelLeg) -> AsteriskCall:
        """Return the call with a leg in place of another."""
        return replace(self, legs=(*self.legs[:place], leg, *self.legs[place + 1 :]))


def call_id_of(account: str, command: str) -> str:
    """Return the call's id: the same order is the same call."""
    return hashlib.sha256(f"{NAME}\n{account}\n{command}".encode()).hexdigest()[:32]


def channel_id(call_id: str, place: int) -> str:
    """Return the id of a leg's channel. Asterisk refuses a second channel with this id."""
    return f"sb-{call_id}-{place}"


def call_of_channel(account: str, channel: str) -> str:
    """Return the id of the call that a channel belongs to: one of the hub's own, or a caller's."""
    own = _OWN.fullmatch(channel)
    return own[1] if own else call_id_of(account, f"channel {channel}")


def is_own(channel: str) -> bool:
    """Whether the hub made the channel."""
    return _OWN.fullmatch(channel) is not None
