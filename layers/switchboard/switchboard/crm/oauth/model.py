"""A grant: what a CRM's owner allowed the hub, with the tokens of the moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from switchboard.errors import Refused


class GrantState(StrEnum):
    """What the operator sees of a grant."""

    WAITING = "waiting"  # the application is known, and nobody has authorised it yet
    AUTHORISED = "authorised"
    LOST = "authorise_again"  # the CRM's owner must authorise the application again


class NotAuthorised(Refused):
    """The connector has no grant, or the grant is lost: the CRM's owner must authorise the application."""

    status, reason, code = 409, "Conflict", "not_authorised"


@dataclass(frozen=True, slots=True)
class OAuthGrant:
    """The grant of a connector. Both tokens and the client secret are sealed, each for its own place.

    `server` is the address of the token server. `endpoint` is the address of the API that the tokens open, and the
    tokens go to no other address. `pair` numbers the pairs of tokens, and is 0 before the first pair.
    `expires_at` is None if the CRM did not tell. `renewing_until` is the lease of the worker that renews the pair.
    `trouble` is the last failure of a renewal, in the hub's words, and empty after a success.
    """

    account: str
    connector: str
    client_id: str
    client_secret: str
    redirect_uri: str
    server: str
    access_token: str = ""
    refresh_token: str = ""
    expires_at: datetime | None = None
    pair: int = 0
    authorised_at: datetime | None = None
    renewed_at: datetime | None = None
    lost_at: datetime | None = None
    renewing_until: datetime | None = None
    trouble: str = ""
    endpoint: str = ""
    tenant: str = ""
    version: int = 0

    @property
    def state(self) -> GrantState:
        """The state that the operator sees."""
        if self.lost_at:
            return GrantState.LOST
        return GrantState.AUTHORISED if self.access_token else GrantState.WAITING
