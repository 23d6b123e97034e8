"""amoCRM's OAuth 2.0 tokens: JSON bodies, and the account's own address as the token server."""

from __future__ import annotations

from collections.abc import Mapping

from switchboard.dialects.oauth_roles import GrantRefused
from switchboard.dialects.reading import text, whole
from switchboard.dialects.vendor_requests import (
    BAD_REQUEST,
    OK,
    UNAUTHORIZED,
    VendorAnswer,
    VendorRequest,
    not_understood,
    refusal_of,
)
from switchboard.kernel.oauth import OAuthApplication, TokenPair

PATH = "/oauth2/access_token"
# `hint` of an error says what is wrong with the grant; errors of the application have none of these words.
OVER = ("revoked", "decrypt", "expired", "authorization code")


def token_server(base_url: str) -> str:
    """Return the account's own address."""
    return base_url


def by_code(application: OAuthApplication, code: str) -> VendorRequest:
    """Build the request for the first pair. A code lasts 20 minutes."""
    return _request(application, {"grant_type": "authorization_code", "code": code})


def by_refresh_token(application: OAuthApplication, refresh_token: str) -> VendorRequest:
    """Build the request for the next pair. A refresh token is good for one use."""
    return _request(application, {"grant_type": "refresh_token", "refresh_token": refresh_token})


def pair_in(answer: VendorAnswer) -> TokenPair:
    """Return the pair. Raises GrantRefused for a code or token that is used or over, and ProviderRefused."""
    body = answer.body if isinstance(answer.body, Mapping) else {}
    if answer.status in (BAD_REQUEST, UNAUTHORIZED) and _is_over(body):
        raise GrantRefused("amoCRM does not accept the code or the refresh token: it is used, revoked or over.")
    if answer.status not in OK:
        raise refusal_of(answer)
    access, refresh = body.get("access_token"), body.get("refresh_token")
    if not (isinstance(access, str) and access and isinstance(refresh, str) and refresh):
        raise not_understood()
    return TokenPair(access, refresh, whole(body, "expires_in"))


def _is_over(body: Mapping[str, object]) -> bool:
    if text(body, "error") == "invalid_grant":
        return True
    hint = (text(body, "hint") or "").lower()
    return any(word in hint for word in OVER)


def _request(application: OAuthApplication, grant: Mapping[str, str]) -> VendorRequest:
    body = {
        "client_id": application.client_id,
        "client_secret": application.client_secret,
        **grant,
        "redirect_uri": application.redirect_uri,
    }
    return VendorRequest("POST", (PATH,), json=body)
