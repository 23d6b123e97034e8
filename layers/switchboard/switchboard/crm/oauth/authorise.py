"""Authorise a connector's application: the first pair of tokens, and the pair after a lost grant."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.crm.oauth.model import OAuthGrant
from switchboard.crm.oauth.ports import OAuthGrants
from switchboard.crm.oauth.seal import GrantSecrets
from switchboard.dialects.oauth_roles import OAuthModule
from switchboard.dialects.vendor_requests import SendToVendor
from switchboard.errors import Conflict, Invalid
from switchboard.kernel.communication import Connector
from switchboard.kernel.oauth import OAuthApplication, TokenPair

ATTEMPTS = 5
NO_APPLICATION = "The connector has no application yet: set client_id and client_secret."


@dataclass(frozen=True, slots=True)
class AuthoriseConnector:
    """Keeps the application and the pairs of a connector. A worker that renews at the same time loses."""

    grants: OAuthGrants
    secrets: GrantSecrets
    api: Callable[[str], SendToVendor]
    module: Callable[[str], OAuthModule]
    clock: Callable[[], datetime]

    def register(self, connector: Connector, application: OAuthApplication, server: str = "") -> OAuthGrant:
        """Store the application, and return the grant. `server` replaces the kind's usual token server.

        An empty client secret keeps the stored secret. Raises Invalid without a secret, also if the application or its
        server is another: the stored secret never goes to another address. Another application ends the tokens.
        """
        at = server or self.module(connector.kind).token_server(connector.base_url)

        def changed(grant: OAuthGrant | None) -> OAuthGrant:
            if grant and (grant.client_id, grant.server) == (application.client_id, at):
                return self.secrets.with_application(grant, application)
            if not application.client_secret:
                raise Invalid("client_secret is missing.", "client_secret")
            new = OAuthGrant(connector.account, connector.id, "", "", "", at)
            new = replace(new, version=grant.version, pair=grant.pair) if grant else new
            return self.secrets.with_application(new, application)

        return self._saved(connector, changed)

    def by_code(self, connector: Connector, code: str) -> OAuthGrant:
        """Exchange an authorisation code for the first pair, and store the pair.

        Raises Conflict without an application, GrantRefused for a code that is over or used, and ProviderRefused or
        ProviderSilent if the token server fails.
        """
        grant = self.grants.get(connector.account, connector.id)
        if grant is None:
            raise Conflict(NO_APPLICATION, "client_id")
        module = self.module(connector.kind)
        question = module.by_code(self.secrets.application_of(grant), code)
        return self.keep(connector, module.pair_in(self.api(grant.server)(question)))

    def keep(self, connector: Connector, pair: TokenPair) -> OAuthGrant:
        """Store a pair that the CRM gave, in place of any other. Raises Conflict without an application."""

        def changed(grant: OAuthGrant | None) -> OAuthGrant:
            if grant is None:
                raise Conflict(NO_APPLICATION, "client_id")
            new = self.secrets.with_pair(replace(grant, endpoint=connector.base_url), pair, self.clock())
            return replace(new, authorised_at=self.clock())

        return self._saved(connector, changed)

    def withdraw(self, connector: Connector) -> None:
        """Remove the grant. A repeat changes nothing."""
        self.grants.remove(connector.account, connector.id)

    def _saved(self, connector: Connector, change: Callable[[OAuthGrant | None], OAuthGrant]) -> OAuthGrant:
        for _ in range(ATTEMPTS):
            following = change(self.grants.get(connector.account, connector.id))
            with suppress(Conflict):
                return self.grants.save(following)
        raise Conflict("Other requests change this grant: repeat the request.", "client_id")
