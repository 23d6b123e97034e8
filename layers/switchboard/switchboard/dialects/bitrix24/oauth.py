"""Bitrix24's token server (settings/oauth): GET requests whose query holds the application's secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchboard.dialects.oauth_roles import GrantRefused
from switchboard.dialects.reading import text, whole
from switchboard.dialects.vendor_requests import OK, VendorAnswer, VendorRequest, not_understood, refusal_of
from switchboard.kernel.oauth import OAuthApplication, TokenPair

PATH = "/oauth/token/"
# Both are in the vendor's documents: the Russian ones name the first, the English ones the second.
SERVERS = ("https://oauth.bitrix24.tech", "https://oauth.bitrix.info")
FINAL = frozenset({"invalid_grant", "PORTAL_DELETED", "wrong_client", "invalid_client"})


def token_server(base_url: str) -> str:  # noqa: ARG001 - one server serves all portals
    """Return the address of the token server. The setting `token_server` replaces it."""
    return SERVERS[0]


def by_code(application: OAuthApplication, code: str) -> VendorRequest:
    """Build the request for the first pair. A code lives 30 seconds."""
    return _request(application, {"grant_type": "authorization_code", "code": code})


def by_refresh_token(application: OAuthApplication, refresh_token: str) -> VendorRequest:
    """Build the request for the next pair. A refresh token lives 180 days and is good for one use."""
    return _request(application, {"grant_type": "refresh_token", "refresh_token": refresh_token})


def pair_in(answer: VendorAnswer) -> TokenPair:
    """Return the pair. Raises GrantRefused for a grant that is lost, and ProviderRefused for any other failure."""
    body: Mapping[str, Any] = answer.body if isinstance(answer.body, Mapping) else {}
    if text(body, "error") in FINAL:
        raise GrantRefused("The portal does not accept the application's refresh token: install the application again.")
    if answer.status not in OK:
        raise refusal_of(answer)
    access, refresh = text(body, "access_token"), text(body, "refresh_token")
    if not access or not refresh:
        raise not_understood()
    endpoint = (text(body, "client_endpoint") or "").rstrip("/")
    return TokenPair(access, refresh, whole(body, "expires_in") or 3600, endpoint, text(body, "member_id") or "")


def _request(application: OAuthApplication, grant: Mapping[str, str]) -> VendorRequest:
    own = {"client_id": application.client_id, "client_secret": application.client_secret}
    return VendorRequest("GET", (PATH,), query={**own, **grant})
