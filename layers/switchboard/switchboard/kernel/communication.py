"""Communications (calls as a CRM records them), connectors to CRMs, and the commands of CRMs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from switchboard.kernel.oauth import OAuthApplication


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace of an account, and the integration that sends messages to the workspace.

    `integration` is the prefix of external ids, before the slash.
    """

    account: str
    name: str
    integration: str = ""


@dataclass(frozen=True, slots=True)
class Communication:
    """A call in the records of a CRM.

    `id` is the CRM's id. `external_id` is the telephony's id without the integration's name. `live` means that the call
    was reported while it went on. `finished_at` is when the end was reported.
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
    """A user of the CRM, and the user's extension."""

    crm_user: str
    extension: str


@dataclass(frozen=True, slots=True)
class UploadSettings:
    """How recordings are uploaded to a CRM.

    `path` is relative to the CRM's address; `{workspace}` is replaced. An empty `path` means no uploads. `field` is the
    name of the file in the form, `id` the field of the file's id in the answer. `largest` is in bytes.
    """

    path: str = ""
    field: str = "file"
    id: str = "fileId"
    largest: int = 100_000_000


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A recording that was uploaded to a CRM. `id` is the CRM's id of the file, `leg` the recorded call leg.

    `told` is when the CRM was told which call the file belongs to.
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
    """A connection of an account to a CRM. For the CRM, the hub is the telephony.

    `base_url` has no slash at its end. `access_key` is sealed; the CRM shows the same key to the hub, and `key_token`
    is the id of that token. `integration` is the hub's name in the CRM. `line` is the line number that is reported if
    the number of a call's line is unknown. `subscription` is the number of the subscription that sends the messages;
    the connector's `id` has the same value. With `redirect_inbound`, an incoming call is redirected to the user whom
    the CRM names. `settings` are those of the kind; a kind with OAuth has no `access_key`.
    `hook_digest` is the digest of the secret in the CRM's own events.
    """

    account: str
    id: str
    kind: str
    name: str
    base_url: str
    workspace: str  # the name of the workspace in the CRM
    access_key: str
    created_at: datetime
    integration: str = ""
    line: str = ""
    users: tuple[User, ...] = ()
    subscription: int = 0
    key_token: str = ""
    files: UploadSettings = UploadSettings()
    redirect_inbound: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)
    hook_digest: str = ""

    @property
    def crm_users(self) -> dict[str, str]:
        """Extension → CRM's id of the user. Of two users with one extension the first counts."""
        return {user.extension: user.crm_user for user in reversed(self.users)}

    @property
    def extensions(self) -> dict[str, str]:
        """CRM's id of the user → extension."""
        return {user.crm_user: user.extension for user in self.users}


@dataclass(frozen=True, slots=True)
class CrmCallRequest:
    """A call that a CRM requested: connect `extension` to `number`. `communication_id` is the CRM's id of the call.

    `call_id` is the hub's call that resulted, empty until the call is known. `key` is the number as calls are found by
    the number: the digits of E.164, by the account's region. `user` is the CRM's id of the calling user; without an
    `extension` the worker asks the CRM for the user's.
    `hops` is how many hubs the request has passed before this hub.
    """

    account: str
    connector: str
    communication_id: str
    extension: str
    number: str
    at: datetime
    call_id: str = ""
    key: str = ""
    hops: int = 0
    user: str = ""


@dataclass(frozen=True, slots=True)
class RedirectRequest:
    """An incoming call that is to be redirected to the user whom the CRM names.

    The request comes again while CRMs do not know the call yet: `is_repeat`. `asked` has the connectors that were asked
    by the call.
    """

    account: str
    call_id: str
    at: datetime
    is_repeat: bool = False
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallCommand:
    """A CRM's command to start a call. `user` is the CRM's id of the calling user.

    The called party is `client`, a number; if that is empty, `other_user`, a CRM's id of a user.
    """

    communication_id: str
    user: str
    client: str
    other_user: str


@dataclass(frozen=True, slots=True)
class HangUpCommand:
    """A CRM's command to end a call. The call is given by the CRM's id or by a call leg."""

    communication_id: str
    leg: str


@dataclass(frozen=True, slots=True)
class ConnectorRequest:
    """An operator's request for a connector. An empty `access_key` or client secret keeps the stored one.

    `application` is the OAuth application of a kind with OAuth, as registered in the CRM; None for any other kind.
    """

    account: str
    kind: str
    name: str
    base_url: str
    workspace: str
    access_key: str
    integration: str
    line: str
    users: tuple[User, ...]
    files: UploadSettings
    redirect_inbound: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)
    application: OAuthApplication | None = None
