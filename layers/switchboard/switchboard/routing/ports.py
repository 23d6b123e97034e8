"""Ports of routing: CRMs, the rules of accounts, and past calls."""

from __future__ import annotations

from typing import Protocol

from switchboard.calls.ports import CallFilter, Page
from switchboard.routing.model import Routing


class ResponsibleUsers(Protocol):
    """A CRM that names the user responsible for a customer."""

    def extension_of(self, account: str, number: str) -> str | None:
        """Return the responsible user's extension; None if the CRM names nobody. `number` is in E.164 if possible."""


class Routings(Protocol):
    """Repository of the routing rules, by account."""

    def get(self, account: str) -> Routing | None: ...
    def save(self, routing: Routing) -> None: ...
    def remove(self, account: str) -> None: ...


class PastCalls(Protocol):
    """Reads past calls."""

    def listed(self, account: str, wanted: CallFilter, limit: int, cursor: str | None) -> Page: ...
