"""The role of a CRM's dialect whose API takes OAuth 2.0 tokens: the requests to the token server, and its answers."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from switchboard.dialects.vendor_requests import VendorAnswer, VendorRequest
from switchboard.errors import ProviderRefused
from switchboard.kernel.oauth import OAuthApplication, TokenPair


class GrantRefused(ProviderRefused):
    """The token server does not accept the code or the refresh token, and never will (`invalid_grant`)."""


@runtime_checkable
class OAuthModule(Protocol):
    """Module `oauth`: how a CRM gives tokens."""

    def token_server(self, base_url: str) -> str:
        """Return the address of the token server for the CRM at `base_url`."""

    def by_code(self, application: OAuthApplication, code: str) -> VendorRequest:
        """Build the request for the first pair; `code` is the authorisation code."""

    def by_refresh_token(self, application: OAuthApplication, refresh_token: str) -> VendorRequest:
        """Build the request for the next pair."""

    def pair_in(self, answer: VendorAnswer) -> TokenPair:
        """Return the pair in an answer. Raises GrantRefused, or ProviderRefused if a repeat may succeed."""
