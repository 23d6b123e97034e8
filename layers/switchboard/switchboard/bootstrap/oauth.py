"""OAuth tokens of connectors: their store, and the use cases that give, renew and accept them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import Adapter, adapter, connector_rows, vault
from switchboard.bootstrap.network import vendor_api
from switchboard.bootstrap.subscriptions import credential_opener
from switchboard.dialects.oauth_roles import OAuthModule
from switchboard.dialects.registry import part_of

if TYPE_CHECKING:
    from switchboard.aws.oauth_grants import OAuthGrantRows
    from switchboard.crm.oauth.authorise import AuthoriseConnector
    from switchboard.crm.oauth.seal import GrantSecrets
    from switchboard.crm.oauth.tokens import AccessTokens

oauth_grants: Adapter[OAuthGrantRows] = adapter("aws.oauth_grants.OAuthGrantRows", connector_rows)


@cache
def access_tokens() -> AccessTokens:
    """Return what gives the access token of a connector, and renews the token."""
    from switchboard.crm.oauth.tokens import AccessTokens

    return AccessTokens(oauth_grants(), _secrets(), vendor_api().at, _oauth_of, now)


@cache
def authorise_connector() -> AuthoriseConnector:
    """Return what keeps the application and the first tokens of a connector."""
    from switchboard.crm.oauth.authorise import AuthoriseConnector

    return AuthoriseConnector(oauth_grants(), _secrets(), vendor_api().at, _oauth_of, now)


def _oauth_of(kind: str) -> OAuthModule:
    return part_of(kind, "oauth", OAuthModule)


def _secrets() -> GrantSecrets:
    from switchboard.crm.oauth.seal import GrantSecrets

    return GrantSecrets(vault(), credential_opener())
