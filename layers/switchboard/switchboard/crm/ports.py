"""What CRMs' side needs from the outside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from switchboard.crm.model import Asked, Communication, Connector, UploadedFile, Workspace


class Communications(Protocol):
    """Communications of a workspace by the CRM's id and by the telephony's. Reads see every write before them."""

    def of_id(self, workspace: Workspace, id_: str) -> Communication | None: ...
    def of_external_id(self, workspace: Workspace, external_id: str) -> Communication | None: ...

    def add(self, communication: Communication) -> Communication:
        """Keep a new one; where either of its ids is taken, the one that has it."""

    def save(self, communication: Communication) -> None:
        """Replace one."""


class Users(Protocol):
    """Who is who."""

    def extensions(self, account: str) -> Mapping[str, str]:
        """The account's extensions by the CRM's ids of their users."""


class ResponsibleUsers(Protocol):
    """Who should take a caller."""

    def extension_of(self, account: str, number: str) -> str | None:
        """The extension that a number is to be connected to, None where there is no rule for it."""


class Connectors(Protocol):
    """The CRMs that accounts are connected to."""

    def add(self, connector: Connector) -> None: ...
    def get(self, account: str, connector_id: str) -> Connector | None: ...
    def save(self, connector: Connector) -> None: ...
    def remove(self, account: str, connector_id: str) -> bool: ...
    def of_account(self, account: str) -> list[Connector]: ...


class Links(Protocol):
    """Which of a CRM's communications is which call, by the connector's account and id; and what a CRM asked for."""

    def communication_of(self, account: str, connector: str, call_id: str) -> str:
        """The CRM's id of a call, empty where it is not known."""

    def call_of(self, account: str, connector: str, communication_id: str) -> str:
        """The call that the CRM knows by an id, empty where it is not known."""

    def link(self, account: str, connector: str, call_id: str, communication_id: str) -> None:
        """Keep that they are one; the last word holds."""

    def unlink(self, account: str, connector: str, call_id: str) -> None:
        """Forget the CRM's id of a call, which the CRM does not know itself, and that it had the whole of it."""

    def note_registered(self, account: str, connector: str, call_id: str, at: datetime) -> None:
        """Keep that the CRM has the whole of a call."""

    def registered(self, account: str, connector: str, call_id: str) -> bool: ...

    def file_of(self, account: str, connector: str, call_id: str) -> UploadedFile | None:
        """The recording of a call that the CRM was given last."""

    def keep_file(self, account: str, connector: str, call_id: str, file: UploadedFile) -> None:
        """Keep it; the last one holds."""

    def claim_redirect(self, account: str, call_id: str) -> bool:
        """Whether this is the first time that a call is to be put through."""

    def ask(self, asked: Asked) -> Asked:
        """Keep what was asked for; where it was before, what is kept of that."""

    def asked(self, account: str, connector: str, number: str, since: datetime) -> list[Asked]:
        """What was asked for of a number (digits) since then, the first first."""

    def claim(self, asked: Asked, call_id: str) -> bool:
        """Whether it became this call; one that became another one did not."""


class Keys(Protocol):
    """What accounts keep sealed."""

    def opened(self, account: str, sealed: str) -> str:
        """The secret; Sealed where it cannot be opened."""
