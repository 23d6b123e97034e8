"""Ask a CRM with a REST API for the user responsible for a customer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from switchboard.crm.rest_api import RestApi
from switchboard.deliveries.retry import Unsent
from switchboard.dialects.rest_crm import RestCrmModule
from switchboard.errors import ProviderRefused, Refusal
from switchboard.kernel.communication import Connector


@dataclass(frozen=True, slots=True)
class AskRestCrm:
    """Asks within `seconds`, which is how long a caller waits."""

    api: Callable[[], RestApi]
    client: Callable[[str], RestCrmModule]
    seconds: float

    def extension_of(self, connector: Connector, number: str) -> str | None:
        """Return the extension of the first responsible user who is not known to be away; None without one.

        The connector's own list of users comes before the CRM's extension. Raises SwitchboardError.
        """
        client = self.client(connector.kind)
        try:
            answer = self.api().within(connector, self.seconds)(client.who_is_responsible(number))
        except Unsent as unsent:
            raise ProviderRefused(f"The CRM cannot be asked: {unsent.reason}.", Refusal.UNAVAILABLE) from unsent
        own, there = (
            connector.extensions,
            (one for one in client.responsible_in(answer, number) if one.at_work is not False),
        )
        return next((found for one in there if (found := own.get(one.user) or one.extension)), None)
