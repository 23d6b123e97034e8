"""The port for sealing secrets."""

from __future__ import annotations

from typing import Protocol


class Vault(Protocol):
    """Seals (encrypts) secrets. A secret sealed for one account and place opens for no other account or place.

    A place says what the secret is for, and in which row: `receiver/3/auth`. A secret sealed without a place, as by an
    earlier release, opens for each place of its account.
    """

    def seal(self, account: str, secret: str, place: str = "") -> str:
        """Return the sealed secret, as text for a table."""

    def open(self, account: str, sealed: str, place: str = "") -> str:
        """Return the secret in plain text. Raises Sealed if it cannot be opened, or not for this account and place."""


# The places of an account's secrets. The ids of sources can be replaced, so a source's places have no row.
TELEPHONY = "telephony/secret"
UPSTREAM_TOKEN, UPSTREAM_LOGIN = "upstream/token", "upstream/login"
SOURCE_SIGNATURE = "source/hmac"


def receiver_auth(subscription: int | str) -> str:
    """Return the place of a receiver's credentials. A connector and its destination have one id, and one key."""
    return f"receiver/{subscription}/auth"


def receiver_signing(subscription: int) -> str:
    """Return the place of a receiver's signing secrets, new and old."""
    return f"receiver/{subscription}/secret"


def oauth_client(connector: str) -> str:
    """Return the place of the client secret of a connector's OAuth application."""
    return f"oauth/{connector}/client"


def oauth_access(connector: str) -> str:
    """Return the place of a connector's access token."""
    return f"oauth/{connector}/access"


def oauth_refresh(connector: str) -> str:
    """Return the place of a connector's refresh token."""
    return f"oauth/{connector}/refresh"
