"""A CRM is asked who is responsible for a customer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from switchboard.crm.model import Connector
from switchboard.crm.ports import Keys, Links
from switchboard.dialects.vendor_requests import SendToVendor, VendorAnswer, VendorRequest
from switchboard.errors import SwitchboardError


class Wire(Protocol):
    """The CRM's dialect, as far as this question goes."""

    def who_is_responsible(self, workspace: str, key: str, *, phone: str, external_id: str) -> VendorRequest: ...
    def users_in(self, answer: VendorAnswer) -> Sequence[str]:
        """The CRM's ids of users, none where nobody is responsible; Refused for what is no answer to it."""


class OfAccount(Protocol):
    """The CRMs that an account is connected to."""

    def of_account(self, account: str) -> list[Connector]: ...


@dataclass(frozen=True, slots=True)
class AskCrms:
    """Port ResponsibleUsers of the routing: each CRM of an account in turn, until one names somebody with an extension.

    `api` leads to the API at an address. One that is silent or refuses is as good as one that does not know; its error
    is raised where no other knows.
    """

    connectors: OfAccount
    links: Links
    keys: Keys
    api: Callable[[str], SendToVendor]
    wire: Wire

    def extension_of(self, account: str, number: str) -> str | None:
        """By the number alone."""
        trouble: SwitchboardError | None = None
        for connector in self.connectors.of_account(account):
            try:
                found = self.of_connector(connector, number)
            except SwitchboardError as error:
                trouble = error
                continue
            if found:
                return found
        if trouble:
            raise trouble
        return None

    def of_connector(self, connector: Connector, number: str, call_id: str = "") -> str | None:
        """By the call where the CRM was told of it, else by the number."""
        known = bool(call_id) and self.links.communication_of(connector.account, connector.id, call_id) != ""
        question = self.wire.who_is_responsible(
            connector.workspace,
            self.keys.opened(connector.account, connector.access_key),
            phone="" if known else number,
            external_id=call_id if known else "",
        )
        users = self.wire.users_in(self.api(connector.base_url)(question))
        extensions = connector.extensions
        return next((extensions[user] for user in users if user in extensions), None)
