"""An account that calls through Amazon Chime, in one process: the provider, the function, the checks, and a fake."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from switchboard.aws.chime_service import SipMediaApplication
from switchboard.telephony.chime.actions import ChimeMedia
from switchboard.telephony.chime.answer import AnswerChime, ChimeNews
from switchboard.telephony.chime.check import CheckChimeCall
from switchboard.telephony.chime.model import ChimeCall, ChimeSettings
from switchboard.telephony.chime.ports import ChimeCalls
from switchboard.telephony.chime.provider import ChimeTelephony
from switchboard.telephony.model import PlaceCallRequest, PlayedAudio, SuccessKind, SuccessRule
from switchboard.telephony.progress import CallProgress
from tests.fakes.chime import APPLICATION, NUMBER, FakeChime, MemoryChecks, MemoryChimeCalls
from tests.support.builders import NOON
from tests.support.pbx import Events

ACCOUNT = "acme"
WHOLE = SuccessRule(SuccessKind.PLAYED_WHOLE)
SETTINGS = ChimeSettings((NUMBER,), {"104": "+12065550104"}, channels=10, cps=10)


class SetClock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def go(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


class ChimeWorld:
    """Everything together. `errors` are the failures that the function reported."""

    def __init__(self, clock: Any = None, calls: ChimeCalls | None = None, settings: ChimeSettings = SETTINGS) -> None:
        self.clock = clock or SetClock()
        self.calls: ChimeCalls = calls or MemoryChimeCalls()
        self.events, self.progress = Events(), list[CallProgress]()
        self.checks, self.errors = MemoryChecks(), list[Exception]()
        self.callers: list[str] = []
        self.news = ChimeNews(self.events, self.progress.append, self.clock)
        self.answer = AnswerChime(
            self.calls,
            self.news,
            lambda account: ChimeMedia("campaigns", f"audio/{account}/chime/silence.wav"),
            self.clock,
            lambda _, error: self.errors.append(error),
            self.callers.append,
        )
        self.chime = FakeChime(self.answer, self.clock)
        self.service = SipMediaApplication(self.chime.client(), APPLICATION)
        self.telephony = ChimeTelephony(self.calls, self.service, self.checks, settings, self.clock, lambda _: "US")
        self.check = CheckChimeCall(self.calls, self.service, self.checks, self.news, self.clock)

    def place(self, success: SuccessRule = WHOLE, *seconds: float, command: str = "cmd_1", **more: Any) -> ChimeCall:
        """Order a call that plays files of these lengths, and return the call."""
        audio = tuple(
            PlayedAudio(f"audio/acme/1/{place}.wav", length) for place, length in enumerate(seconds or (8.0,))
        )
        order = PlaceCallRequest(command, ACCOUNT, "+12065550199", audio, success, **more)
        return self.call(self.telephony.place(order).call_id)

    def call(self, call_id: str) -> ChimeCall:
        """Return a call as it is stored."""
        found = self.calls.get(ACCOUNT, call_id)
        assert found
        return found

    def ended(self) -> CallProgress:
        """Return the report of the call's end."""
        (end,) = [one for one in self.progress if one.stage.value == "ended"]
        return end
