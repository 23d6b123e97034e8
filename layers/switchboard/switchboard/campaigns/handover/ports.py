"""What handing over needs from the outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from switchboard.campaigns.handover.model import Handover
from switchboard.dialects.cato.client import CatoObject, TaskParts
from switchboard.dialects.cato.read_report import ExecutionReport
from switchboard.kernel.campaign import NotificationSettings, Subscriber
from switchboard.telephony.model import AccountTelephony


class Handovers(Protocol):
    """How far each hand-over is."""

    def get(self, account: str, execution: str) -> Handover | None:
        """As of the last write."""

    def save(self, handover: Handover) -> bool:
        """Write it, of the next version; False, and nothing is written, where the version kept is another."""


class Cato(Protocol):
    """The other system; every method raises ProviderRefused, ProviderSilent or NotFound: see its client."""

    def add_audio(self, name: str, wav: bytes) -> str: ...
    def add_group(self, name: str, subscribers: Sequence[Subscriber]) -> str: ...
    def add_settings(self, name: str, settings: NotificationSettings) -> str: ...
    def add_task(self, name: str, parts: TaskParts) -> str: ...
    def start(self, task: str) -> str: ...
    def has(self, kind: CatoObject, id_: str) -> bool: ...
    def find(self, kind: CatoObject, name: str) -> str | None: ...
    def report(self, execution: str) -> Iterator[ExecutionReport]: ...


Dial = Callable[[AccountTelephony], Cato]
"""Who asks the other system that an account named; Sealed where its token does not open."""

ReadAudio = Callable[[str], bytes]
"""A clip's WAV file, by its key in the store of campaign audio; NotFound where it is gone."""
