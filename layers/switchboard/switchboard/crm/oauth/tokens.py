"""Give the access token of a connector, and renew it when it is over or refused.

One worker at a time renews: it takes a lease by compare-and-set. A refresh token is good for one use, so the new pair
is stored before anybody uses it. A worker may die between the answer and the store. Then the next worker shows the old
refresh token again, and only the token server's `invalid_grant` makes the grant lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from switchboard.crm.oauth.decide import NextStep, leased, lost, next_step, paused
from switchboard.crm.oauth.model import NotAuthorised, OAuthGrant
from switchboard.crm.oauth.ports import OAuthGrants
from switchboard.crm.oauth.seal import GrantSecrets
from switchboard.dialects.oauth_roles import GrantRefused, OAuthModule
from switchboard.dialects.vendor_requests import SendToVendor
from switchboard.errors import Conflict, Refused, TryAgain
from switchboard.kernel.communication import Connector
from switchboard.kernel.oauth import AccessToken, TokenPair

ATTEMPTS = 5  # at a grant that other workers change
WAIT = 2.0  # seconds, for another worker's renewal
NOT_AUTHORISED = "The CRM must be authorised again: its owner opens the application, and the operator enters the code."
OVER = "The access token is over, and there is no refresh token."


@dataclass(frozen=True, slots=True)
class AccessTokens:
    """Gives access tokens. `api` makes a sender for an address, `module` is the role `oauth` of a kind of connector."""

    grants: OAuthGrants
    secrets: GrantSecrets
    api: Callable[[str], SendToVendor]
    module: Callable[[str], OAuthModule]
    clock: Callable[[], datetime]

    def __call__(self, connector: Connector, refused: AccessToken | None = None) -> AccessToken:
        """Return the access token; another than `refused`, which the CRM has just refused as over.

        Raises NotAuthorised if the CRM's owner must authorise the hub, TryAgain while a renewal is under way or fails,
        and Sealed.
        """
        account, id_ = connector.account, connector.id
        for _ in range(ATTEMPTS):
            grant, now = self.grants.get(account, id_), self.clock()
            step = next_step(grant, now, refused.pair if refused else 0)
            if grant is None or step is NextStep.GIVE_UP:
                raise NotAuthorised(NOT_AUTHORISED)
            if step is NextStep.USE:
                return self.secrets.access_token_of(grant)
            if step is NextStep.WAIT:
                raise TryAgain("Another worker renews the CRM's token.", WAIT)
            try:
                self._renew(connector, grant, step)
            except Conflict:  # another worker changed the grant: look again
                continue
        raise TryAgain("Other workers change the CRM's grant.", WAIT)

    def _renew(self, connector: Connector, grant: OAuthGrant, step: NextStep) -> None:
        if step is NextStep.LOSE:
            self.grants.save(lost(grant, self.clock(), OVER))
            return
        held = self.grants.save(leased(grant, self.clock()))
        try:
            pair = self._new_pair(connector, held)
        except GrantRefused as error:
            self.grants.save(lost(held, self.clock(), error.message))
        except Refused as error:
            self.grants.save(paused(held, self.clock(), error.message))
            raise TryAgain("The CRM's token cannot be renewed now.", WAIT) from error
        else:
            self._keep(held, pair)

    def _new_pair(self, connector: Connector, held: OAuthGrant) -> TokenPair:
        module = self.module(connector.kind)
        application, refresh_token = self.secrets.application_of(held), self.secrets.refresh_token_of(held)
        return module.pair_in(self.api(held.server)(module.by_refresh_token(application, refresh_token)))

    def _keep(self, held: OAuthGrant, pair: TokenPair) -> None:
        """Store the pair, unless a newer one is stored: then this pair's refresh token is of no more use."""
        latest: OAuthGrant | None = held
        for _ in range(ATTEMPTS):
            if latest is None or latest.pair != held.pair:
                return
            try:
                self.grants.save(self.secrets.with_pair(latest, pair, self.clock()))
            except Conflict:
                latest = self.grants.get(held.account, held.connector)
            else:
                return
        raise TryAgain("Other workers change the CRM's grant.", WAIT)
