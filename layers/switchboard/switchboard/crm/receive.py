"""Receive a telephony's callbacks about calls, as a CRM would."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from switchboard.accounts.model import Source
from switchboard.calls.doubtful_times import with_checked_times
from switchboard.calls.ports import EventQueue
from switchboard.crm.ports import Communications, Users
from switchboard.dialects.crm_roles import CallbackModule
from switchboard.dialects.model import Arrival
from switchboard.kernel.communication import Communication, Workspace
from switchboard.kernel.hops import hops_in_hand

# How long before the hub heard of a call the call may lie. A call is registered afterwards, too.
HISTORY = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class ReceiveCallback:
    """Turns each callback into a call event. The event is queued before the callback is answered.

    A repeat yields the same event. Registering a call whose end was reported already has no effect.
    """

    communications: Communications
    users: Users
    queue: EventQueue
    dialect: CallbackModule
    clock: Callable[[], datetime]
    region_of: Callable[[str], str]

    def __call__(self, workspace: Workspace, callback: str, body: Mapping[str, Any]) -> Communication:
        """Return the communication of the callback. Raises Refused for an invalid body or an unknown communication."""
        self.dialect.check(callback, body)
        found = self._find(workspace, body)
        if found is None:
            found = self._open(workspace, callback, body)
        elif self.dialect.registers(callback) and found.finished_at:
            return found
        self._queue_event(workspace, callback, body, found)
        return found

    def _find(self, workspace: Workspace, body: Mapping[str, Any]) -> Communication | None:
        id_, external_id = self.dialect.ids_of(body)
        by_id = self.communications.of_id(workspace, id_) if id_ else None
        if by_id is not None or not external_id:
            return by_id
        return self.communications.of_external_id(workspace, bare_id(workspace, external_id))

    def _open(self, workspace: Workspace, callback: str, body: Mapping[str, Any]) -> Communication:
        id_, external_id = self.dialect.ids_of(body)
        if not self.dialect.opens(callback):
            raise self.dialect.unknown(id_ or external_id)
        new = _new(workspace, id_, bare_id(workspace, external_id), self.clock())
        live = not self.dialect.registers(callback)
        return self.communications.add(self.dialect.opened(replace(new, live=live), body))

    def _queue_event(self, workspace: Workspace, callback: str, body: Mapping[str, Any], found: Communication) -> None:
        now = self.clock()
        arrival = Arrival(source_of(self.dialect.NAME, workspace, now, self.region_of(workspace.account)), body, now)
        users = self.users.extensions(workspace.account)
        event = self.dialect.event(arrival, callback, found.external_id, users)
        self.queue.send(replace(with_checked_times(event, found.created_at - HISTORY), hops=hops_in_hand()))
        if self.dialect.ends(callback) and found.finished_at is None:
            self.communications.save(replace(found, finished_at=now, updated_at=now))


def source_of(dialect: str, workspace: Workspace, now: datetime, region: str) -> Source:
    """Return the source of a workspace's events. All keys of the workspace share one source."""
    id_ = source_id(dialect, workspace)
    return Source(id_, workspace.account, dialect, workspace.integration, now, region=region)


def source_id(dialect: str, workspace: Workspace) -> str:
    """Return the id of the source of a workspace's events."""
    return f"{dialect}:{workspace.name}"


def bare_id(workspace: Workspace, external_id: str) -> str:
    """Return the telephony's id without the integration's name, whose letter case does not matter."""
    prefix = f"{workspace.integration}/"
    named = workspace.integration and external_id[: len(prefix)].casefold() == prefix.casefold()
    return external_id[len(prefix) :] if named else external_id


def _new(workspace: Workspace, id_: str, external_id: str, now: datetime) -> Communication:
    """Return a new communication. A missing id is derived from the telephony's id, so that a repeat has the same id."""
    digest = hashlib.sha256(f"{workspace.account}\n{workspace.name}\n{external_id}".encode()).hexdigest()
    return Communication(
        account=workspace.account,
        workspace=workspace.name,
        id=id_ or str(UUID(digest[:32])),
        external_id=external_id,
        created_at=now,
        updated_at=now,
    )
