"""Seal and open the secrets of grants."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.crm.oauth.model import OAuthGrant
from switchboard.crm.ports import SealedKeys
from switchboard.errors import ProviderRefused
from switchboard.kernel.oauth import AccessToken, OAuthApplication, TokenPair
from switchboard.vault import Vault, oauth_access, oauth_client, oauth_refresh

LONGEST = 4096  # bytes that the vault seals


@dataclass(frozen=True, slots=True)
class GrantSecrets:
    """Seals for the vault's places. `keys` remembers what was opened."""

    vault: Vault
    keys: SealedKeys

    def application_of(self, grant: OAuthGrant) -> OAuthApplication:
        """Return the application with its secret. Raises Sealed."""
        secret = self.keys.opened(grant.account, grant.client_secret, oauth_client(grant.connector))
        return OAuthApplication(grant.client_id, secret, grant.redirect_uri)

    def access_token_of(self, grant: OAuthGrant) -> AccessToken:
        """Return the access token. Raises Sealed."""
        text = self.keys.opened(grant.account, grant.access_token, oauth_access(grant.connector))
        return AccessToken(text, grant.pair, grant.endpoint)

    def refresh_token_of(self, grant: OAuthGrant) -> str:
        """Return the refresh token, which no cache keeps: each refresh token works once. Raises Sealed."""
        return self.vault.open(grant.account, grant.refresh_token, oauth_refresh(grant.connector))

    def with_application(self, grant: OAuthGrant, application: OAuthApplication) -> OAuthGrant:
        """Return the grant with another application. An empty secret keeps the stored one."""
        sealed = grant.client_secret
        if application.client_secret:
            sealed = self.vault.seal(grant.account, application.client_secret, oauth_client(grant.connector))
        return replace(
            grant, client_id=application.client_id, client_secret=sealed, redirect_uri=application.redirect_uri
        )

    def with_pair(self, grant: OAuthGrant, pair: TokenPair, now: datetime) -> OAuthGrant:
        """Return the grant with a new pair. Raises ProviderRefused for a token that is too long to be sealed."""
        if max(len(pair.access_token.encode()), len(pair.refresh_token.encode())) > LONGEST:
            raise ProviderRefused(f"The CRM's token is longer than {LONGEST} bytes, and cannot be kept.")
        refresh = pair.refresh_token
        return replace(
            grant,
            access_token=self.vault.seal(grant.account, pair.access_token, oauth_access(grant.connector)),
            refresh_token=self.vault.seal(grant.account, refresh, oauth_refresh(grant.connector)) if refresh else "",
            expires_at=None if pair.expires_in is None else now + timedelta(seconds=pair.expires_in),
            pair=grant.pair + 1,
            authorised_at=grant.authorised_at or now,
            renewed_at=now,
            lost_at=None,
            renewing_until=None,
            trouble="",
            endpoint=pair.endpoint or grant.endpoint,
            tenant=pair.tenant or grant.tenant,
        )
