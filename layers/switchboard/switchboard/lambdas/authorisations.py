"""The authorisations of connectors: shown, and taken from the operator."""

from __future__ import annotations

from switchboard.bootstrap.adapters import connectors
from switchboard.bootstrap.oauth import authorise_connector, oauth_grants
from switchboard.crm.connect import keep_hook_secret
from switchboard.crm.oauth.model import OAuthGrant
from switchboard.errors import Conflict
from switchboard.kernel.communication import Connector
from switchboard.kernel.oauth import TokenPair


def grant_of(connector: Connector) -> OAuthGrant:
    """Return the connector's grant. Raises Conflict for a connector with an access key."""
    grant = oauth_grants().get(connector.account, connector.id)
    if grant is None:
        raise Conflict("This CRM is opened by an access key: there is nothing to authorise.", "connector")
    return grant


def take_authorisation(connector: Connector, given: tuple[str | TokenPair | None, str]) -> OAuthGrant:
    """Exchange a code or keep a pair, and keep the secret of the CRM's own requests. Return the grant."""
    grant, (code_or_pair, secret) = grant_of(connector), given
    if secret:
        keep_hook_secret(connector, secret, connectors())
    if isinstance(code_or_pair, str):
        return authorise_connector().by_code(connector, code_or_pair)
    return authorise_connector().keep(connector, code_or_pair) if code_or_pair else grant
