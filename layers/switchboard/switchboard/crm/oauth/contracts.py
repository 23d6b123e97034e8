"""Bodies of the operator's API for the grants of connectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field, field_validator

from switchboard.contracts import OwnBody, read_body
from switchboard.crm.oauth.model import OAuthGrant
from switchboard.errors import Invalid
from switchboard.kernel.oauth import TokenPair
from switchboard.kernel.strong_keys import WEAK, is_strong

PRINTABLE = r"^[!-~]*$"
LONGEST, LONGEST_LIFE = 4096, 10 * 366 * 86400  # characters of a token; seconds


class AuthorisationBody(OwnBody):
    """The code that the CRM shows to its owner, or tokens that the owner copied from the CRM.

    `expires_in` is in seconds. A token without `refresh_token` cannot be renewed. `hook_secret` is what the CRM's own
    requests to the hub show, such as a widget's. An empty `hook_secret` keeps the stored one.
    """

    code: str = Field(default="", max_length=LONGEST, pattern=PRINTABLE)
    access_token: str = Field(default="", max_length=LONGEST, pattern=PRINTABLE)
    refresh_token: str = Field(default="", max_length=LONGEST, pattern=PRINTABLE)
    expires_in: int | None = Field(default=None, ge=1, le=LONGEST_LIFE)
    hook_secret: str = Field(default="", max_length=200, pattern=PRINTABLE)

    @field_validator("hook_secret")
    @classmethod
    def _cannot_be_guessed(cls, secret: str) -> str:
        if secret and not is_strong(secret):
            raise ValueError(WEAK)
        return secret


def read_authorisation(fields: Mapping[str, Any]) -> tuple[str | TokenPair | None, str]:
    """Return the code or the pair of tokens, and the secret of the CRM's own requests.

    Raises Invalid for a body with code and tokens, or with nothing.
    """
    body = read_body(AuthorisationBody, fields)
    if (body.code and body.access_token) or not (body.code or body.access_token or body.hook_secret):
        raise Invalid("Send the code that the CRM shows, or an access_token.", "code")
    if body.access_token:
        return TokenPair(body.access_token, body.refresh_token, body.expires_in), body.hook_secret
    return body.code or None, body.hook_secret


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
