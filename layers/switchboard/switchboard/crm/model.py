"""Communications, as a CRM keeps them, and the CRMs that an account is connected to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where a telephony's messages belong: a workspace of an account, and the integration that speaks.

    `integration` is the name before the slash in an external id.
    """

    account: str
    name: str
    integration: str = ""


@dataclass(frozen=True, slots=True)
class Communication:
    """A call as the CRM's side knows it.

    `id` is the CRM's, `external_id` the telephony's without the integration's name. `live` is one that was told of
    while it went on; `finished_at` is when its end was told.
    """

    account: str
    workspace: str
    id: str
    external_id: str
    created_at: datetime
    updated_at: datetime
    live: bool = False
    finished_at: datetime | None = None
    direction: str = ""
    client_phone: str = ""
    line_phone: str = ""


@dataclass(frozen=True, slots=True)
class User:
    """Who of the CRM's is at which extension."""

    crm_user: str
    extension: str


@dataclass(frozen=True, slots=True)
class Files:
    """Where a CRM takes recordings: `path` below its address, of which `{workspace}` is filled in; empty for nowhere.

    `field` names the file in the form, `id` its id in the answer; `largest` is in bytes.
    """

    path: str = ""
    field: str = "file"
    id: str = "fileId"
    largest: int = 100_000_000


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A recording that a CRM was given: its own id of it, and the leg of the call that it is of.

    `told` is when the CRM was told what call it belongs to.
    """

    id: str
    name: str
    content_type: str
    size: int
    sha256: str
    leg: str
    at: datetime
    told: datetime | None = None


@dataclass(frozen=True, slots=True)
class Connector:
    """A CRM that an account is connected to, of which we are the telephony.

    `base_url` has no slash at its end. `access_key` is sealed; the CRM shows the same key to us, of which `key_token`
    is the token's id. `integration` is our name with the CRM, `line` the number that calls are told under where none is
    known. `subscription` is the number of what its messages are sent by, and the connector's own `id`. With
    `redirect_inbound` calls that come in are put through to whom the CRM names.
    """

    account: str
    id: str
    kind: str
    name: str
    base_url: str
    workspace: str  # the CRM's name of it
    access_key: str
    created_at: datetime
    integration: str = ""
    line: str = ""
    users: tuple[User, ...] = ()
    subscription: int = 0
    key_token: str = ""
    files: Files = Files()
    redirect_inbound: bool = False

    @property
    def crm_users(self) -> dict[str, str]:
        """The CRM's ids of users by their extensions; of two at one extension the first is called."""
        return {user.extension: user.crm_user for user in reversed(self.users)}

    @property
    def extensions(self) -> dict[str, str]:
        """Extensions by the CRM's ids of their users."""
        return {user.crm_user: user.extension for user in self.users}


@dataclass(frozen=True, slots=True)
class Asked:
    """A call that a CRM asked for: the CRM's id of it, and whom to connect to which number.

    `call_id` is the hub's call that it became, empty until that is known.
    """

    account: str
    connector: str
    communication_id: str
    extension: str
    number: str
    at: datetime
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class Redirect:
    """A call that came in at a time, and may be put through to whom its CRM names."""

    account: str
    call_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CallWish:
    """What a CRM's user asks for, who is known by the CRM's id; the number is another user's where it is empty."""

    communication_id: str
    user: str
    client: str
    other_user: str


@dataclass(frozen=True, slots=True)
class HangUpWish:
    """Which call is to end: by the CRM's id, or by that of a leg."""

    communication_id: str
    leg: str


@dataclass(frozen=True, slots=True)
class ConnectorWish:
    """What an operator asks for. An empty `access_key` leaves the old one in place."""

    account: str
    kind: str
    name: str
    base_url: str
    workspace: str
    access_key: str
    integration: str
    line: str
    users: tuple[User, ...]
    files: Files
    redirect_inbound: bool = False
