"""Client of an integration that speaks Kontur.CRM's protocol: the system calls CALL and HANGUP ('Системные вызовы').

The hub is the CRM. Each answer must repeat the echo, which proves that the integration answered and no other server.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from switchboard.dialects.kontur.client import ACCESS_KEY
from switchboard.dialects.vendor_requests import CONFLICT, OK, SendToVendor, VendorAnswer, VendorRequest, refusal_of
from switchboard.errors import NotSupported, ProviderRefused, ProviderSilent, Refusal

ECHO = "X-XCOM-Integration-Echo"
COMMUNICATIONS = "/api/v1/{}/communications"


@dataclass(frozen=True, slots=True)
class KonturIntegration:
    """One workspace's integration. Every method raises NotSupported, ProviderRefused or ProviderSilent."""

    ask: SendToVendor
    workspace: str
    key: str
    new_echo: Callable[[], str]

    def call(self, communication: str, user: str, other_user: str, number: str) -> None:
        """Ask for a call. An internal call names the called user too."""
        told = {"communicationId": communication, "fromUserId": user, "toUserId": other_user, "clientPhone": number}
        self._send(("call",), {name: value for name, value in told.items() if value})

    def hang_up(self, communication: str, leg: str, user: str) -> None:
        """Ask for the end of a call. The path without the communication is the document's other spelling."""
        told = {"realtimeCallItemId": leg, "userId": user}
        paths = (f"{quote(communication, safe='')}/hangup", "hangup")
        self._send(paths, {name: value for name, value in told.items() if value})

    def _send(self, paths: tuple[str, ...], body: dict[str, Any]) -> None:
        echo, root = self.new_echo(), COMMUNICATIONS.format(quote(self.workspace, safe=""))
        headers = {ACCESS_KEY: self.key, ECHO: echo}
        _check(self.ask(VendorRequest("POST", tuple(f"{root}/{path}" for path in paths), headers, json=body)), echo)


def open_client(ask: SendToVendor, workspace: str, key: str, new_echo: Callable[[], str]) -> KonturIntegration:
    """Return a client; `new_echo` makes a value that nobody can guess, for one request."""
    return KonturIntegration(ask, workspace, key, new_echo)


def _check(answer: VendorAnswer, echo: str) -> None:
    """Accept any 2xx with the echo. A 2xx without the echo proves nothing: the call may have been started."""
    if answer.status in OK:
        if answer.headers.get(ECHO, "").strip() != echo:
            raise ProviderSilent("The answer does not repeat the echo: another server may have answered.")
        return
    if answer.status != CONFLICT:
        raise refusal_of(answer)
    if isinstance(answer.body, dict) and answer.body.get("status") == "notSupported":
        raise NotSupported("The integration does not support this.")
    raise ProviderRefused("The integration refused (409).", Refusal.REJECTED)
