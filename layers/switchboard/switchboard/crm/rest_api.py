"""Send requests to a CRM's REST API: with the connector's token, at the CRM's pace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from switchboard.crm.ports import Paces
from switchboard.deliveries.retry import Unsent, Verdict
from switchboard.dialects.rest_crm import RestCrmModule, Wait
from switchboard.dialects.vendor_requests import SendToVendor, VendorAnswer, VendorRequest
from switchboard.errors import ProviderRefused, Refused, Sealed, TryAgain
from switchboard.kernel.communication import Connector
from switchboard.kernel.oauth import AccessToken

LONGEST_PAUSE = 20.0  # seconds that a message may stay in its queue for a limit of the CRM


class GivesAccessTokens(Protocol):
    """Gives the access token of a connector; another than `refused`. Raises Refused, TryAgain or Sealed."""

    def __call__(self, connector: Connector, refused: AccessToken | None = None) -> AccessToken: ...


@dataclass(frozen=True, slots=True)
class RestApi:
    """Opens a connector's API. `api` makes a sender for an address and a time in seconds."""

    tokens: GivesAccessTokens
    paces: Paces
    api: Callable[[str, float], SendToVendor]
    client: Callable[[str], RestCrmModule]
    clock: Callable[[], datetime]

    def within(self, connector: Connector, seconds: float) -> SendToVendor:
        """Return a sender for requests that take at most so many seconds together.

        The sender raises Unsent without a token, and for a limit that lasts. It raises TryAgain for a limit that ends
        within seconds. ProviderRefused and ProviderSilent are those of any sender.
        """
        return _Asked(self, connector, seconds)

    def paused(self, wait: Wait) -> Exception:
        """Return the error for a limit of the CRM. Neither counts as a failure of the receiver."""
        if wait.seconds <= LONGEST_PAUSE:
            return TryAgain(f"The CRM allows no request now: {wait.reason}.", wait.seconds)
        return Unsent(wait.reason, Verdict.FAILED, str(round(wait.seconds)))


@dataclass(slots=True)
class _Asked:
    """One connector's sender; the token is read before the first request."""

    api: RestApi
    connector: Connector
    seconds: float
    _token: AccessToken | None = None
    _send: SendToVendor | None = None

    def __call__(self, request: VendorRequest) -> VendorAnswer:
        client = self.api.client(self.connector.kind)
        token, answer = self._once(client, request, None)
        if client.denies_token(answer):
            _, answer = self._once(client, request, token)
            if client.denies_token(answer):
                raise Unsent("token_denied", Verdict.FAILED)
        return answer

    def _once(
        self, client: RestCrmModule, request: VendorRequest, refused: AccessToken | None
    ) -> tuple[AccessToken, VendorAnswer]:
        token = self._token_but(refused)
        if wait := self.api.paces.take(self.connector.account, self.connector.id, client.PACE):
            raise self.api.paused(Wait("pace", wait))
        answer = self._sender(token)(client.authorised(request, token.text))
        if setback := client.setback(answer, self.api.clock().timestamp()):
            raise self.api.paused(setback)
        return token, answer

    def _token_but(self, refused: AccessToken | None) -> AccessToken:
        if self._token is None or self._token == refused:
            try:
                self._token, self._send = self.api.tokens(self.connector, refused), None
            except Sealed:
                raise Unsent("key_sealed", Verdict.FAILED) from None
            except ProviderRefused:
                raise
            except Refused as error:
                raise Unsent(error.code, Verdict.FAILED) from error
        return self._token

    def _sender(self, token: AccessToken) -> SendToVendor:
        if self._send is None:
            self._send = self.api.api(token.endpoint or self.connector.base_url, self.seconds)
        return self._send
