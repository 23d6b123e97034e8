"""OAuth 2.0 (RFC 6749): what the owner of a CRM registers, and what a token server gives."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class OAuthApplication:
    """An application as it is registered in a CRM. `redirect_uri` is the address that was registered with it."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str = ""


@dataclass(frozen=True, slots=True)
class TokenPair:
    """An access token and the refresh token for the next one.

    `expires_in` is in seconds; None if the token server does not tell. Without a `refresh_token` the pair cannot be
    renewed. `endpoint` is the address of the API that the access token opens; empty for the connector's own address.
    `tenant` is the CRM's lasting id of the customer, if the CRM has one.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_in: int | None = None
    endpoint: str = ""
    tenant: str = ""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """An access token in use. `pair` numbers the pairs of a grant from 1: a newer pair has a higher number.

    `endpoint` is the address of the API that the token opens. The token goes to no other address.
    """

    text: str = field(repr=False)
    pair: int
    endpoint: str
