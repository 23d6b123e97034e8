"""What CRMs' side needs from the outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from switchboard.crm.model import Communication, Workspace


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
