"""Ports of an Asterisk's telephony: calls, connections, the way to a connection, and the queue of what was heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from switchboard.telephony.asterisk.model import AsteriskCall


@dataclass(frozen=True, slots=True)
class PbxConnection:
    """The connection of an account's PBX. `application` is empty until the PBX has registered it.

    `version`, `endpoints` (such as `PJSIP/trunk online`) and `behind` (seconds) are of the last check, at `checked_at`.

    `skew` is how many seconds the PBX's clock is behind the hub's. `replaced` counts the connections that a later one
    replaced while they were open. `heard_at` is the time of the last sign of life.
    """

    account: str
    id: str
    opened_at: datetime
    application: str = ""
    asterisk_id: str = ""
    skew: float = 0.0
    replaced: int = 0
    heard_at: datetime | None = None
    version: str = ""
    endpoints: tuple[str, ...] = ()
    behind: float = 0.0
    checked_at: datetime | None = None

    @property
    def is_ready(self) -> bool:
        """Whether requests can be sent."""
        return bool(self.application)


@dataclass(frozen=True, slots=True)
class PbxFrame:
    """One frame that a PBX sent over a connection."""

    account: str
    connection: str
    text: str
    received_at: datetime


class PbxConnections(Protocol):
    """The open connection of each account's PBX. A later connection replaces an earlier one."""

    def open(self, connection: PbxConnection) -> PbxConnection | None:
        """Store the connection as the account's, and return the connection that it replaces."""

    def of(self, account: str) -> PbxConnection | None: ...

    def account_of(self, connection: str) -> str:
        """Return the account of a connection; empty for an unknown connection."""

    def change(self, connection: PbxConnection) -> bool:
        """Write facts of a connection. Return False and write nothing if another connection has replaced it."""

    def close(self, account: str, connection: str) -> None:
        """Remove the connection, unless a later one has replaced it."""

    def all(self) -> list[PbxConnection]:
        """Return the open connections of all accounts."""


class AsteriskCalls(Protocol):
    """The calls at the Asterisks of accounts."""

    def claim(self, call: AsteriskCall) -> bool:
        """Insert a call. Return False if the call exists: this is the claim that nobody is called again."""

    def forget(self, call: AsteriskCall) -> None:
        """Remove a call whose order surely reached no PBX, so that the same order may be given again."""

    def get(self, account: str, call_id: str) -> AsteriskCall | None:
        """Return the call, read consistently."""

    def change(self, before: AsteriskCall, after: AsteriskCall) -> AsteriskCall | None:
        """Write a changed call and return the stored call; None if the call is no longer as `before`."""

    def open_calls(self, account: str) -> Sequence[str]:
        """Return the ids of the calls that have not ended."""


class PbxLink(Protocol):
    """The way to a connection."""

    def post(self, connection: str, frame: str) -> bool:
        """Send a frame. Return False if the connection has gone.

        Raises ProviderSilent if the frame may have arrived.
        """


class PbxFrames(Protocol):
    """The queue of frames, in order within a call."""

    def send(self, frame: PbxFrame, group: str) -> None: ...
