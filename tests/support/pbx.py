"""An account's Asterisk in one process: the provider, the worker that hears the PBX, and a fake Asterisk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from switchboard.errors import TryAgain
from switchboard.kernel.call import CallEvent
from switchboard.telephony.asterisk.hear import HearPbx
from switchboard.telephony.asterisk.model import AsteriskSettings
from switchboard.telephony.asterisk.ports import AsteriskCalls, PbxConnection, PbxFrame
from switchboard.telephony.asterisk.provider import AsteriskTelephony
from switchboard.telephony.asterisk.switch import Switch
from switchboard.telephony.asterisk.welcome import WelcomeCaller
from switchboard.telephony.progress import CallProgress
from tests.fakes.asterisk import FakeAsterisk, MemoryAsteriskCalls, MemoryConnections

ACCOUNT, CONNECTION = "acme", "c1"


@dataclass
class Events:
    """Port EventQueue that keeps events."""

    sent: list[CallEvent] = field(default_factory=list)

    def send(self, event: CallEvent) -> None:
        if event.id not in {one.id for one in self.sent}:
            self.sent.append(event)

    def kinds(self) -> list[str]:
        """The kinds of the call's events, in the order of telling, without the hub's own."""
        return [event.kind.value for event in self.sent if event.dialect == "asterisk"]


class PbxWorld:
    """Everything together. `routes` are the extensions that callers reach, by number."""

    def __init__(self, clock: Callable[[], datetime], calls: AsteriskCalls | None = None) -> None:
        self.clock = clock
        self.connections = MemoryConnections()
        self.connections.open(PbxConnection(ACCOUNT, CONNECTION, clock()))
        self.calls = calls or MemoryAsteriskCalls()
        self.events, self.progress = Events(), list[CallProgress]()
        self.routes: dict[str, str] = {}
        self.waiting: list[str] = []
        self.pbx = FakeAsterisk(self.hear, clock)
        self.switch = Switch(
            self.connections, self.pbx, self.events, self.progress.append, lambda key: f"http://hub/{key}", clock
        )
        settings = AsteriskSettings()
        welcome = WelcomeCaller(lambda _, phone: self.routes.get(phone, ""), lambda _: "RU", lambda _: 30.0)
        self.hears = HearPbx(self.calls, self.switch, lambda _: settings, welcome, clock)
        self.telephony = AsteriskTelephony(
            self.calls, self.switch, settings, clock, lambda _: "RU", lambda _, to: len(to) <= 4
        )
        self.pbx.register()

    def hear(self, text: str, *, first_receipt: bool = True) -> None:
        """Apply a frame as the worker does; a frame that must wait is kept for later."""
        frame = PbxFrame(ACCOUNT, CONNECTION, text, self.clock())
        try:
            self.hears(frame, first_receipt=first_receipt)
        except TryAgain:
            self.waiting.append(text)
