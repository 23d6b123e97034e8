"""Bodies of the operator's API for the grants of connectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from switchboard.contracts import OwnBody, read_body
from switchboard.crm.oauth.model import OAuthGrant
from switchboard.errors import Invalid
from switchboard.kernel.oauth import TokenPair

PRINTABLE = r"^[!-~]*$"
LONGEST, LONGEST_LIFE = 4096, 10 * 366 * 86400  # characters of a token; seconds


class AuthorisationBody(OwnBody):
    """The code that the CRM shows to its owner, or tokens that the owner copied from the CRM.

    `expires_in` is in seconds. A token without `refresh_token` cannot be renewed.
    """

    code: str = Field(default="", max_length=LONGEST, pattern=PRINTABLE)
    access_token: str = Field(default="", max_length=LONGEST, pattern=PRINTABLE)
    refresh_token: str = Field(default="", max_length=LONGEST, pattern=PRINTABLE)
    expires_in: int | None = Field(default=None, ge=1, le=LONGEST_LIFE)


def read_authorisation(fields: Mapping[str, Any]) -> str | TokenPair:
    """Return the code, or the pair of tokens. Raises Invalid unless the body has one of both."""
    body = read_body(AuthorisationBody, fields)
    if bool(body.code) == bool(body.access_token):
        raise Invalid("Send the code that the CRM shows, or an access_token.", "code")
    if body.code:
        return body.code
    return TokenPair(body.access_token, body.refresh_token, body.expires_in)


def grant_view(grant: OAuthGrant) -> dict[str, Any]:
    """Return the grant without its secrets."""
    return {
        "connector": grant.connector,
        "state": grant.state,
        "client_id": grant.client_id,
        "redirect_uri": grant.redirect_uri,
        "token_server": grant.server,
        "tenant": grant.tenant,
        "authorised_at": grant.authorised_at,
        "renewed_at": grant.renewed_at,
        "expires_at": grant.expires_at,
        "lost_at": grant.lost_at,
        "trouble": grant.trouble,
    }
