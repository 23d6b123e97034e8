"""What routing needs from the outside."""

from __future__ import annotations

from typing import Protocol

from switchboard.calls.ports import CallFilter, Page
from switchboard.routing.model import Routing


class ResponsibleUsers(Protocol):
    """A CRM that knows who is responsible for a customer."""

    def extension_of(self, account: str, number: str) -> str | None:
        """The extension of who is responsible for the customer with this number, in E.164 where it is known."""


class Routings(Protocol):
    """The rules that each account has made."""

    def get(self, account: str) -> Routing | None: ...
    def save(self, routing: Routing) -> None: ...
    def remove(self, account: str) -> None: ...


class Calls(Protocol):
    """The calls that there were."""

    def listed(self, account: str, wanted: CallFilter, limit: int, cursor: str | None) -> Page: ...
