"""Ports of CRMs: communications, users, connectors, links, and keys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from switchboard.dialects.rest_crm import Pace
from switchboard.kernel.communication import Communication, Connector, CrmCallRequest, UploadedFile, Workspace
from switchboard.kernel.oauth import OAuthApplication


class Communications(Protocol):
    """Repository of communications. Reads are strongly consistent."""

    def of_id(self, workspace: Workspace, id_: str) -> Communication | None: ...
    def of_external_id(self, workspace: Workspace, external_id: str) -> Communication | None: ...

    def add(self, communication: Communication) -> Communication:
        """Insert if both ids are free; return the stored communication, be it new or old."""

    def save(self, communication: Communication) -> None:
        """Replace the stored communication."""


class Users(Protocol):
    """The users of an account's CRMs."""

    def extensions(self, account: str) -> Mapping[str, str]:
        """Return CRM's id of a user → extension, of all connectors of the account."""


class AccountConnectors(Protocol):
    """Reads the connectors of an account."""

    def of_account(self, account: str) -> list[Connector]: ...


class Connectors(AccountConnectors, Protocol):
    """Repository of connectors. `remove` returns False for an unknown connector."""

    def add(self, connector: Connector) -> None: ...
    def get(self, account: str, connector_id: str) -> Connector | None: ...
    def save(self, connector: Connector) -> None: ...
    def remove(self, account: str, connector_id: str) -> bool: ...


class Links(Protocol):
    """Repository of links between calls and a CRM's communications, and of the calls that CRMs requested."""

    def communication_of(self, account: str, connector: str, call_id: str) -> str:
        """Return the CRM's id of a call; empty if unknown."""

    def call_of(self, account: str, connector: str, communication_id: str) -> str:
        """Return the call with the CRM's id; empty if unknown."""

    def link(self, account: str, connector: str, call_id: str, communication_id: str) -> None:
        """Link a call with the CRM's id. A later link replaces an earlier one."""

    def unlink(self, account: str, connector: str, call_id: str) -> None:
        """Delete the link of a call, and the mark of `note_registered`. For an id that the CRM does not know."""

    def note_registered(self, account: str, connector: str, call_id: str, at: datetime) -> None:
        """Mark the call as completely reported to the CRM."""

    def registered(self, account: str, connector: str, call_id: str) -> bool: ...

    def file_of(self, account: str, connector: str, call_id: str) -> UploadedFile | None:
        """Return the recording of the call that was last uploaded to the CRM."""

    def keep_file(self, account: str, connector: str, call_id: str, file: UploadedFile) -> None:
        """Store the uploaded recording of a call. A later one replaces an earlier one."""

    def facts_of(self, account: str, connector: str, call_id: str) -> dict[str, str]:
        """Return the facts of a call that earlier messages to the CRM left; empty without any."""

    def keep_facts(self, account: str, connector: str, call_id: str, facts: Mapping[str, str]) -> None:
        """Replace the facts of a call."""

    def claim_redirect(self, account: str, call_id: str) -> bool:
        """Claim the redirection of a call. Returns False if the call was claimed before."""

    def add_request(self, request: CrmCallRequest) -> CrmCallRequest:
        """Insert if absent; return the stored request."""

    def requests(self, account: str, connector: str, number: str, since: datetime) -> list[CrmCallRequest]:
        """Return the requests for a number (digits) since a time, oldest first."""

    def claim(self, request: CrmCallRequest, call_id: str) -> bool:
        """Bind the request to a call, compare-and-set. Returns False if the request is bound to another call."""


class Applications(Protocol):
    """The OAuth applications of connectors."""

    def register(self, connector: Connector, application: OAuthApplication, server: str = "") -> object:
        """Store the application. An empty secret keeps the stored one. `server` is the token server. Raises Invalid."""

    def withdraw(self, connector: Connector) -> None:
        """Remove application and tokens. A repeat changes nothing."""


class Paces(Protocol):
    """Leaky buckets, one for each connector. The workers of a fleet share a bucket."""

    def take(self, account: str, connector: str, pace: Pace) -> float:
        """Count a request, and return 0. If the bucket is full, count nothing, and return the wait in seconds."""


class SealedKeys(Protocol):
    """Opens the sealed secrets of accounts."""

    def opened(self, account: str, sealed: str, place: str) -> str:
        """Return the secret in plain text. Raises Sealed if the vault cannot open the secret."""
