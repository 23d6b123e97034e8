"""A telephony tells us, as it would a CRM, what becomes of a call."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from switchboard.accounts.model import Source
from switchboard.calls.model import CallEvent
from switchboard.calls.ports import EventQueue
from switchboard.crm.model import Communication, Workspace
from switchboard.crm.ports import Communications, Users
from switchboard.dialects.model import Arrival


class Wire(Protocol):
    """The CRM's dialect, as far as its callbacks go."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a constant of a module
        """What the dialect is called."""

    def check(self, callback: str, body: Mapping[str, Any]) -> None:
        """Raise Refused for a body that cannot be read."""

    def ids_of(self, body: Mapping[str, Any]) -> tuple[str, str]:
        """The CRM's id and the telephony's, as the body has them; empty where it has none."""

    def opened(self, communication: Communication, body: Mapping[str, Any]) -> Communication:
        """A new communication with what the first message tells of it."""

    def opens(self, callback: str) -> bool:
        """Whether a message may be the first of its communication."""

    def registers(self, callback: str) -> bool:
        """Whether a message tells the whole of a call that is over."""

    def ends(self, callback: str) -> bool:
        """Whether a message is the last of its communication but for its recordings."""

    def unknown(self, id_: str) -> Exception:
        """The error for a communication that is not there."""

    def event(self, arrival: Arrival, callback: str, external_id: str, users: Mapping[str, str]) -> CallEvent:
        """The event that a message is."""


@dataclass(frozen=True, slots=True)
class ReceiveCallback:
    """Every message is an event of the account's. It is in the queue before anything is answered.

    A repeat is the same event. A call that is registered, and was told of to its end, gets nothing from that.
    """

    communications: Communications
    users: Users
    queue: EventQueue
    wire: Wire
    clock: Callable[[], datetime]

    def __call__(self, workspace: Workspace, callback: str, body: Mapping[str, Any]) -> Communication:
        """The communication that the message is of; Refused for a message that cannot be read, or of no known one."""
        self.wire.check(callback, body)
        found = self._find(workspace, body)
        if found is None:
            found = self._open(workspace, callback, body)
        elif self.wire.registers(callback) and found.finished_at:
            return found
        self._tell(workspace, callback, body, found)
        return found

    def _find(self, workspace: Workspace, body: Mapping[str, Any]) -> Communication | None:
        id_, external_id = self.wire.ids_of(body)
        by_id = self.communications.of_id(workspace, id_) if id_ else None
        if by_id is not None or not external_id:
            return by_id
        return self.communications.of_external_id(workspace, bare_id(workspace, external_id))

    def _open(self, workspace: Workspace, callback: str, body: Mapping[str, Any]) -> Communication:
        id_, external_id = self.wire.ids_of(body)
        if not self.wire.opens(callback):
            raise self.wire.unknown(id_ or external_id)
        new = _new(workspace, id_, bare_id(workspace, external_id), self.clock())
        live = not self.wire.registers(callback)
        return self.communications.add(self.wire.opened(replace(new, live=live), body))

    def _tell(self, workspace: Workspace, callback: str, body: Mapping[str, Any], found: Communication) -> None:
        now = self.clock()
        arrival = Arrival(source_of(self.wire.NAME, workspace, now), body, now)
        users = self.users.extensions(workspace.account)
        self.queue.send(self.wire.event(arrival, callback, found.external_id, users))
        if self.wire.ends(callback) and found.finished_at is None:
            self.communications.save(replace(found, finished_at=now, updated_at=now))


def source_of(dialect: str, workspace: Workspace, now: datetime) -> Source:
    """What events of a workspace come from: the same whichever key opened it."""
    return Source(f"{dialect}:{workspace.name}", workspace.account, dialect, workspace.integration, now)


def bare_id(workspace: Workspace, external_id: str) -> str:
    """The telephony's id without the integration's name."""
    return external_id.removeprefix(f"{workspace.integration}/") if workspace.integration else external_id


def _new(workspace: Workspace, id_: str, external_id: str, now: datetime) -> Communication:
    """An id that is asked for is taken; else it follows from the telephony's, so that a repeat makes no second one."""
    digest = hashlib.sha256(f"{workspace.account}\n{workspace.name}\n{external_id}".encode()).hexdigest()
    return Communication(
        account=workspace.account,
        workspace=workspace.name,
        id=id_ or str(UUID(digest[:32])),
        external_id=external_id,
        created_at=now,
        updated_at=now,
    )
