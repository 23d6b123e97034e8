"""Answers about sources, connectors, telephony, routing, and the limits of campaigns."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from switchboard_client.answers.calls import ReceivedEvent

UpstreamState = Literal["connecting", "connected", "partial", "unreachable", "forbidden", "unchecked"]
RefusalReason = Literal["credentials", "unreadable", "too_large", "loop", "suspended", "too_many", "failed"]


class SourceSignature(TypedDict):
    """The signature of the raw body that a source sends."""

    header: str
    algorithm: str
    prefix: str
    encoding: str


class SourceAuth(TypedDict):
    """What the hub expects of a source's requests, without secrets."""

    type: Literal["none", "basic", "bearer", "body", "signature"]
    field: NotRequired[str]
    hmac: NotRequired[SourceSignature]
    addresses: NotRequired[list[str]]


class FormerUrl(TypedDict):
    """A former address of a source's webhook, and the time until which the address is served."""

    webhook_url: str
    until: str | None


class Source(TypedDict):
    """A PBX of an account. The PBX posts its events to `webhook_url`."""

    id: str
    account: str
    dialect: str
    name: str
    created_at: str
    auth: SourceAuth
    region: str
    timezone: str
    verification: str
    silent_after: int
    recording_url: str
    history_days: int
    webhook_url: str
    former_urls: list[FormerUrl]


class SourceMade(Source):
    """A source. The secrets are there if the hub made them, and only this answer shows them."""

    password: NotRequired[str]
    token: NotRequired[str]
    value: NotRequired[str]
    hmac_secret: NotRequired[str]
    secrets: NotRequired[dict[str, str]]


class HourlyEvents(TypedDict):
    """The events of one hour."""

    hour: str
    events: int


class SourceActivity(TypedDict):
    """The events of the last 24 hours, newest first, and counts of the last 7 days."""

    last_event_at: str | None
    silent_since: str | None
    events_by_hour: list[HourlyEvents]
    refused: dict[str, int]
    unknown_names: dict[str, int]
    doubtful_clocks: dict[str, int]


class ListedSource(Source):
    """A source in a list, with its activity unless `?activity=false`."""

    activity: NotRequired[SourceActivity]


class SourcePage(TypedDict):
    """A page of sources."""

    sources: list[ListedSource]
    cursor: str | None


class UpstreamEvent(TypedDict):
    """The hub's subscription to one event of the PBX."""

    state: Literal["subscribed", "asked", "missing", "taken", "refused"]
    reason: NotRequired[str]


class UpstreamStream(TypedDict):
    """How far the stream of the PBX is read."""

    state: str
    read_since: str | None
    read_until: str | None
    last_event_id: str | int | None
    last_event_at: str | None
    error: str | None
    error_at: str | None


class Upstream(TypedDict):
    """The connection of a source to its PBX, by a webhook or by a stream."""

    by: Literal["hook", "stream"]
    base_url: str
    state: UpstreamState
    connected_at: str | None
    checked_at: str | None
    webhook_url: NotRequired[str]
    events: NotRequired[dict[str, UpstreamEvent]]
    stream: NotRequired[UpstreamStream | None]


class SourceShown(Source):
    """A source with its upstream, if the source is connected, and its activity."""

    upstream: Upstream | None
    activity: SourceActivity


class ImportedExtensions(TypedDict):
    """The extensions that were copied from the PBX. `reason` says why none could be read."""

    added: list[str]
    reason: NotRequired[str]


class SourceConnected(TypedDict):
    """A source that is connected to its PBX."""

    source: str
    upstream: Upstream
    extensions: ImportedExtensions


class SourceChecked(TypedDict):
    """A source whose upstream was checked."""

    source: str
    upstream: Upstream


class SourceEvents(TypedDict):
    """A page of events of a source that belong to no call, newest first."""

    events: list[ReceivedEvent]
    cursor: str | None


class Refused(TypedDict):
    """A refused request of a source. `status` is null for an event of a stream."""

    at: str
    status: int | None
    reason: RefusalReason
    content_type: str
    size: int
    body: str


class RefusedPage(TypedDict):
    """The last refused requests of a source, newest first."""

    refused: list[Refused]
    cursor: str | None


class ConnectorUser(TypedDict):
    """A user of the CRM, and the user's extension."""

    crm_user: str
    extension: str


class Connector(TypedDict):
    """The connection to a workspace of a CRM, without the access key."""

    id: str
    account: str
    kind: str
    name: str
    base_url: str
    workspace: str
    integration: str
    vats_phone: str
    users: list[ConnectorUser]
    files_path: str
    files_field: str
    files_id: str
    files_largest: int
    redirect_inbound: bool
    subscription: int
    created_at: str | None


class ConnectorPage(TypedDict):
    """A page of connectors."""

    connectors: list[Connector]
    cursor: str | None


class Authorisation(TypedDict):
    """Whether a CRM's owner has authorised a connector, without the tokens. `trouble` is the last failed renewal."""

    connector: str
    state: Literal["waiting", "authorised", "authorise_again"]
    client_id: str
    redirect_uri: str
    token_server: str
    tenant: str
    authorised_at: str | None
    renewed_at: str | None
    expires_at: str | None
    lost_at: str | None
    trouble: str
