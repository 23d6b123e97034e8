"""The ports of crm in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from threading import Lock

from switchboard.crm.file_ports import FormUpload, UploadAnswer
from switchboard.dialects.rest_crm import Pace
from switchboard.errors import Conflict
from switchboard.kernel.communication import Communication, Connector, CrmCallRequest, UploadedFile, Workspace
from switchboard.kernel.ids import plain_id

Place = tuple[str, str]


class MemoryCommunications:
    """Port Communications."""

    def __init__(self) -> None:
        self._by_id: dict[tuple[str, str, str], Communication] = {}
        self._by_external_id: dict[tuple[str, str, str], str] = {}
        self._lock = Lock()

    def of_id(self, workspace: Workspace, id_: str) -> Communication | None:
        return self._by_id.get((workspace.account, workspace.name, plain_id(id_)))

    def of_external_id(self, workspace: Workspace, external_id: str) -> Communication | None:
        id_ = self._by_external_id.get((workspace.account, workspace.name, plain_id(external_id)))
        return self.of_id(workspace, id_) if id_ else None

    def add(self, communication: Communication) -> Communication:
        place = (communication.account, communication.workspace)
        workspace = Workspace(*place)
        with self._lock:
            known = self.of_external_id(workspace, communication.external_id) or self.of_id(workspace, communication.id)
            if known is not None:
                return known
            self._by_external_id[*place, plain_id(communication.external_id)] = communication.id
            self._by_id[*place, plain_id(communication.id)] = communication
            return communication

    def save(self, communication: Communication) -> None:
        self._by_id[communication.account, communication.workspace, plain_id(communication.id)] = communication


class MemoryConnectors:
    """Ports Connectors and Users."""

    def __init__(self) -> None:
        self._rows: dict[Place, Connector] = {}

    def add(self, connector: Connector) -> None:
        if (connector.account, connector.id) in self._rows:
            raise Conflict("This id is taken: choose another.", "id")
        self._rows[connector.account, connector.id] = connector

    def get(self, account: str, connector_id: str) -> Connector | None:
        return self._rows.get((account, connector_id))

    def save(self, connector: Connector) -> None:
        if (connector.account, connector.id) not in self._rows:
            raise Conflict("It was removed in the meantime.", "id")
        self._rows[connector.account, connector.id] = connector

    def remove(self, account: str, connector_id: str) -> bool:
        return self._rows.pop((account, connector_id), None) is not None

    def of_account(self, account: str) -> list[Connector]:
        own = [connector for connector in self._rows.values() if connector.account == account]
        return sorted(own, key=lambda connector: connector.created_at)

    def extensions(self, account: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for connector in reversed(self.of_account(account)):
            found |= connector.extensions
        return found


class MemoryLinks:
    """Port Links."""

    def __init__(self) -> None:
        self._communications: dict[tuple[str, str, str], str] = {}
        self._calls: dict[tuple[str, str, str], str] = {}
        self._registered: set[tuple[str, str, str]] = set()
        self._asked: dict[tuple[str, str, str], CrmCallRequest] = {}
        self._files: dict[tuple[str, str, str], UploadedFile] = {}
        self._redirects: set[tuple[str, str]] = set()
        self._facts: dict[tuple[str, str, str], dict[str, str]] = {}
        self._lock = Lock()

    def communication_of(self, account: str, connector: str, call_id: str) -> str:
        return self._communications.get((account, connector, call_id), "")

    def call_of(self, account: str, connector: str, communication_id: str) -> str:
        return self._calls.get((account, connector, plain_id(communication_id)), "")

    def link(self, account: str, connector: str, call_id: str, communication_id: str) -> None:
        self._calls[account, connector, plain_id(communication_id)] = call_id
        self._communications[account, connector, call_id] = communication_id

    def unlink(self, account: str, connector: str, call_id: str) -> None:
        self._communications.pop((account, connector, call_id), None)
        self._registered.discard((account, connector, call_id))

    def note_registered(self, account: str, connector: str, call_id: str, at: datetime) -> None:  # noqa: ARG002
        self._registered.add((account, connector, call_id))

    def registered(self, account: str, connector: str, call_id: str) -> bool:
        return (account, connector, call_id) in self._registered

    def file_of(self, account: str, connector: str, call_id: str) -> UploadedFile | None:
        return self._files.get((account, connector, call_id))

    def keep_file(self, account: str, connector: str, call_id: str, file: UploadedFile) -> None:
        self._files[account, connector, call_id] = file

    def facts_of(self, account: str, connector: str, call_id: str) -> dict[str, str]:
        return dict(self._facts.get((account, connector, call_id), {}))

    def keep_facts(self, account: str, connector: str, call_id: str, facts: Mapping[str, str]) -> None:
        self._facts[account, connector, call_id] = dict(facts)

    def claim_redirect(self, account: str, call_id: str) -> bool:
        with self._lock:
            first = (account, call_id) not in self._redirects
            self._redirects.add((account, call_id))
            return first

    def add_request(self, asked: CrmCallRequest) -> CrmCallRequest:
        with self._lock:
            return self._asked.setdefault((asked.account, asked.connector, plain_id(asked.communication_id)), asked)

    def requests(self, account: str, connector: str, number: str, since: datetime) -> list[CrmCallRequest]:
        found = [
            one
            for one in self._asked.values()
            if (one.account, one.connector) == (account, connector) and one.key == number and one.at >= since
        ]
        return sorted(found, key=lambda one: one.at)

    def claim(self, asked: CrmCallRequest, call_id: str) -> bool:
        with self._lock:
            key = (asked.account, asked.connector, plain_id(asked.communication_id))
            if self._asked[key].call_id not in ("", call_id):
                return False
            self._asked[key] = replace(self._asked[key], call_id=call_id)
            return True


class MemoryPaces:
    """Port Paces."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._full_until: dict[tuple[str, str], float] = {}
        self._lock = Lock()

    def take(self, account: str, connector: str, pace: Pace) -> float:
        now, each = self._clock().timestamp(), 1 / pace.per_second
        with self._lock:
            full = max(now, self._full_until.get((account, connector), now))
            if full > now + each * (pace.burst - 1):
                return each
            self._full_until[account, connector] = full + each
            return 0.0


class MemoryUploads:
    """Port FormSender. Every upload gets `answer`; a word is the reason of a missing answer. `taken` are the files."""

    def __init__(self, answer: UploadAnswer | str | None = None) -> None:
        self.answer = answer or UploadAnswer(200, '{"fileId":"f-1"}')
        self.taken: list[tuple[FormUpload, bytes]] = []

    def send(self, upload: FormUpload) -> UploadAnswer:
        self.taken.append((upload, b"".join(upload.chunks)))
        return UploadAnswer(None, error=self.answer) if isinstance(self.answer, str) else self.answer
