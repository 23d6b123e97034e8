"""Try a connector's key when the connector is made: a mistyped key would make every message a dead letter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from switchboard.dialects.crm_roles import CrmClientModule
from switchboard.dialects.vendor_requests import SendToVendor
from switchboard.errors import Invalid, SwitchboardError
from switchboard.kernel.communication import ConnectorRequest

NO_CALL = "key-check"  # the id of a call that never was


@dataclass(frozen=True, slots=True)
class CheckKey:
    """Ask the CRM a question that changes nothing. `api` makes a sender for a base URL."""

    api: Callable[[str], SendToVendor]
    client: Callable[[str], CrmClientModule]

    def __call__(self, request: ConnectorRequest) -> None:
        """Raise Invalid if the CRM denies the key. A CRM that cannot be asked now is no reason to refuse the key."""
        client = self.client(request.kind)
        question = client.who_is_responsible(request.workspace, request.access_key, phone="", external_id=NO_CALL)
        try:
            answer = self.api(request.base_url)(question)
        except SwitchboardError:
            return
        if client.denies_key(answer):
            text = f"The CRM does not accept the access_key ({answer.status}): copy the key of this workspace again."
            raise Invalid(text, "access_key")
