"""Calls at an Asterisk in memory: orders, a clock, and what was told."""

from __future__ import annotations

from datetime import datetime, timedelta

from switchboard.telephony.asterisk.model import AsteriskCall, call_id_of, channel_id
from switchboard.telephony.model import (
    OriginateRequest,
    PlaceCallRequest,
    PlayedAudio,
    SuccessKind,
    SuccessRule,
)
from switchboard.telephony.progress import CallProgress, Stage
from tests.support.builders import NOON
from tests.support.pbx import ACCOUNT, PbxWorld

LENGTH = 8.0
ORIGINATE = OriginateRequest("cmd_1", ACCOUNT, "104", "79012345600")
CALL = call_id_of(ACCOUNT, "cmd_1")
EXTENSION, NUMBER = channel_id(CALL, 0), channel_id(CALL, 1)


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def a_message(kind: SuccessKind = SuccessKind.PLAYED_WHOLE, command: str = "cmd_2") -> PlaceCallRequest:
    """The order of a call that plays a message."""
    audio = (PlayedAudio("audio/acme/1/a.wav", LENGTH),)
    digits = ("1",) if kind is SuccessKind.DIGITS else ()
    return PlaceCallRequest(command, ACCOUNT, "79012345601", audio, SuccessRule(kind, digits=digits), last_for=60.0)


def placed(world: PbxWorld, kind: SuccessKind = SuccessKind.PLAYED_WHOLE) -> str:
    """Place a call, and return its channel."""
    call = world.telephony.place(a_message(kind)).call_id
    world.pbx.flush()
    return channel_id(call, 0)


def ended(world: PbxWorld) -> CallProgress:
    """The only end that was told."""
    (end,) = [one for one in world.progress if one.stage is Stage.ENDED]
    return end


def originated(world: PbxWorld) -> None:
    """Start the call of `ORIGINATE`."""
    world.telephony.originate(ORIGINATE)
    world.pbx.flush()


def stored(world: PbxWorld, call_id: str = CALL) -> AsteriskCall:
    """The call as it is stored."""
    found = world.calls.get(ACCOUNT, call_id)
    assert found
    return found
