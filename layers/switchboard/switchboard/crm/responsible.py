"""Ask an account's CRMs for the user responsible for a customer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from switchboard.crm.ports import AccountConnectors, Links, SealedKeys
from switchboard.crm.responsible_by_rest import AskRestCrm
from switchboard.crm.told import is_rest
from switchboard.dialects.crm_roles import CrmClientModule
from switchboard.dialects.vendor_requests import SendToVendor
from switchboard.errors import SwitchboardError
from switchboard.kernel.communication import Connector
from switchboard.kernel.numbers import is_hidden
from switchboard.vault import receiver_auth


@dataclass(frozen=True, slots=True)
class AskCrms:
    """Adapter for the port `routing.ports.ResponsibleUsers`. Asks one CRM after the other until one names an extension.

    `api` sends requests to a base URL, `client` gives the client of a kind of connector. If no CRM names an extension,
    the last error of a CRM is raised.
    """

    connectors: AccountConnectors
    links: Links
    keys: SealedKeys
    api: Callable[[str], SendToVendor]
    client: Callable[[str], CrmClientModule]
    rest: Callable[[], AskRestCrm]

    def extension_of(self, account: str, number: str) -> str | None:
        """Return the responsible extension for a number; None if no CRM names one. Raises SwitchboardError."""
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

    def knows(self, connector: Connector, call_id: str) -> bool:
        """Whether the CRM was told of the call, and gave the call an id."""
        return self.links.communication_of(connector.account, connector.id, call_id) != ""

    def of_connector(self, connector: Connector, number: str, call_id: str = "") -> str | None:
        """Ask by the call if the CRM knows the call, else by the number. Return the extension; None without one."""
        if is_rest(connector.kind):
            return None if is_hidden(number) else self.rest().extension_of(connector, number)
        known = bool(call_id) and self.knows(connector, call_id)
        client = self.client(connector.kind)
        if not known and is_hidden(number):
            return None
        question = client.who_is_responsible(
            connector.workspace,
            self.keys.opened(connector.account, connector.access_key, receiver_auth(connector.id)),
            phone="" if known else number,
            external_id=call_id if known else "",
        )
        users = client.users_in(self.api(connector.base_url)(question))
        extensions = connector.extensions
        return next((extensions[user] for user in users if user in extensions), None)
