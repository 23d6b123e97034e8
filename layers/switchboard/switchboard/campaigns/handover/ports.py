"""Ports of the hand-over: its storage, and the other system."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from switchboard.campaigns.handover.model import Handover
from switchboard.dialects.cato.client import CatoObject, TaskParts
from switchboard.dialects.cato.read_report import ExecutionReport
from switchboard.kernel.campaign import NotificationSettings, Subscriber
from switchboard.telephony.model import AccountTelephony


class Handovers(Protocol):
    """The stored hand-overs."""

    def get(self, account: str, execution: str) -> Handover | None:
        """Return the hand-over as of the last write; None if there is none."""

    def save(self, handover: Handover) -> bool:
        """Write the next version. Return False and write nothing if the stored version differs."""


class Cato(Protocol):
    """The other system. Every method raises ProviderRefused, ProviderSilent or NotFound; see its client."""

    def add_audio(self, name: str, wav: bytes) -> str: ...
    def add_group(self, name: str, subscribers: Sequence[Subscriber]) -> str: ...
    def add_settings(self, name: str, settings: NotificationSettings) -> str: ...
    def add_task(self, name: str, parts: TaskParts) -> str: ...
    def start(self, task: str) -> str: ...
    def has(self, kind: CatoObject, id_: str) -> bool: ...
    def find(self, kind: CatoObject, name: str) -> str | None: ...
    def report(self, execution: str) -> Iterator[ExecutionReport]: ...


Dial = Callable[[AccountTelephony], Cato]
"""Makes the client for an account's CATO. Raises Sealed if the token cannot be unsealed."""

ReadAudio = Callable[[str], bytes]
"""Reads a clip's WAV file by its key in the store of campaign audio. Raises NotFound if the file is gone."""
