"""The list of dialects, by name. A dialect's package is imported on first use, so a function loads only its own.

An entry holds the facts about a dialect that are needed before the import.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from importlib import import_module
from typing import TypeVar

from switchboard.dialects.model import Dialect, Renderer
from switchboard.subscriptions.vocabulary import Vocabulary

Role = TypeVar("Role")


class Connection(Enum):
    """How a source of a dialect is connected to its PBX. The role of the dialect's module `client` follows."""

    SUBSCRIPTIONS = "subscriptions"  # a subscription for each event: `PbxClientModule`
    HOOK = "hook"  # one webhook for all events: `HookClientModule`
    STREAM = "stream"  # the hub reads the PBX's stream of events: `StreamModule`


class Webhook(Enum):
    """The Lambda function that receives a dialect's events at `/webhooks/<name>/{source}`."""

    NONE = "none"
    SHARED = "other"
    OWN = "own"


class Exchanging(Enum):
    """How a connector tells a CRM of calls, if a message needs the answer to an earlier message."""

    NONE = "none"  # no connector: a message stands alone
    CALLBACKS = "callbacks"  # one request for each message, with a key: the modules of `crm_roles`
    REST = "rest"  # the CRM's own API, with OAuth tokens: the modules of `rest_crm`


@dataclass(frozen=True, slots=True)
class ServedApi:
    """A vendor's API that the hub serves. The dialect's name is also the kind of the tokens for this API.

    `paths` are path prefixes; a part in braces matches anything. Errors below these paths have the vendor's shape.
    With `signed_tokens` the dialect's `tokens.write_token` makes the tokens. With `workspaces` a token opens one
    workspace of its account. `echo` names a request header that the answer repeats. With `stream` the API has the
    stream of an account's events. `scopes` are the rights that a token may be limited to.
    """

    paths: tuple[str, ...] = ()
    signed_tokens: bool = False
    workspaces: bool = False
    echo: str = ""
    stream: bool = False
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordingRequests:
    """Recordings that events name by an id: the hub asks the PBX for each file's link, by the module `recording`.

    A reference is `<dialect>:<id>`. The first question is asked `ready_after` seconds after the event.
    """

    ready_after: float = 0.0


@dataclass(frozen=True, slots=True)
class DialectEntry:
    """The facts about a dialect that are known without importing the dialect.

    `reads`: the hub receives events in the dialect; `renders`: the hub sends events in the dialect. `webhook` says
    which function receives events at a source's own address. `exchange` says how a connector sends messages that need
    the answers to earlier messages. With `hooks` a CRM posts its own events to its connector's address.
    `connects` says how the hub connects a source to its PBX. `recordings` is set if a
    file's link must be asked for. `signs` names the keys of the vendor's own signature, which the dialect's module
    `signature` checks: `key`, `secret` or both. With `appends_path` the vendor appends the path of an event to the
    address. `credentials` is the scheme of the credentials that the hub makes for a source: `none` if the vendor's PBX
    can show none. `body_field` is the field of a token of the scheme `body`. `steered`: the PBX sends a caller where
    the answer to an event says, so the dialect has a module `answer`. `form`: the hub sends its messages as forms.
    With `plays_links` a REST CRM is given links that open recordings without a token.
    `echoes` is the query parameter of a GET by which the vendor checks an address; its value is the answer.
    """

    module: str
    reads: bool = True
    webhook: Webhook = Webhook.SHARED
    renders: bool = True
    exchange: Exchanging = Exchanging.NONE
    hooks: bool = False
    api: ServedApi | None = None
    connects: tuple[Connection, ...] = ()
    recordings: RecordingRequests | None = None
    signs: tuple[str, ...] = ()
    appends_path: bool = False
    echoes: str = ""
    credentials: str = "basic"
    body_field: str = "token"
    steered: bool = False
    form: bool = False
    plays_links: bool = False


CATO = (
    "/api/v1/audio-files/",
    "/api/v1/subscriber-groups/",
    "/api/v1/notification-settings/",
    "/api/v1/tasks/",
    "/api/v1/task-execs/",
    "/api/v1/campaigns/",
)
DIALECTS: dict[str, DialectEntry] = {
    "vpbx": DialectEntry(
        "switchboard.dialects.vpbx",
        webhook=Webhook.OWN,
        api=ServedApi(paths=("/api/v1/",), signed_tokens=True),
        connects=(Connection.SUBSCRIPTIONS,),
    ),
    "callevents": DialectEntry("switchboard.dialects.callevents", webhook=Webhook.OWN),
    "sprecord": DialectEntry(
        "switchboard.dialects.sprecord",
        webhook=Webhook.OWN,
        api=ServedApi(paths=("/sys/",), stream=True),
        connects=(Connection.HOOK, Connection.STREAM),
        credentials="none",
    ),
    "kontur": DialectEntry(
        "switchboard.dialects.kontur",
        webhook=Webhook.NONE,
        exchange=Exchanging.CALLBACKS,
        api=ServedApi(
            paths=("/api/v1/{ws}/communications/", "/api/v1/{ws}/files/"),
            workspaces=True,
            echo="X-XCOM-Integration-Echo",
        ),
    ),
    "megafon": DialectEntry(
        "switchboard.dialects.megafon",
        api=ServedApi(paths=("/sys/crm_api.wcgp/", "/crmapi/v1/")),
        credentials="body",
        body_field="crm_token",
        steered=True,
        form=True,
    ),
    "mango": DialectEntry(
        "switchboard.dialects.mango",
        renders=False,
        recordings=RecordingRequests(),
        signs=("key", "secret"),
        appends_path=True,
    ),
    "standard": DialectEntry("switchboard.dialects.standard", reads=False, webhook=Webhook.NONE),
    "cato": DialectEntry(
        "switchboard.dialects.cato",
        reads=False,
        webhook=Webhook.NONE,
        renders=False,
        api=ServedApi(paths=CATO, scopes=("read", "start")),
    ),
    "bitrix24": DialectEntry(
        "switchboard.dialects.bitrix24", reads=False, webhook=Webhook.NONE, exchange=Exchanging.REST, hooks=True
    ),
    "amocrm": DialectEntry(
        "switchboard.dialects.amocrm",
        reads=False,
        webhook=Webhook.NONE,
        exchange=Exchanging.REST,
        hooks=True,
        plays_links=True,
    ),
    "zadarma": DialectEntry(
        "switchboard.dialects.zadarma",
        connects=(Connection.HOOK,),
        recordings=RecordingRequests(ready_after=40),
        signs=("secret",),
        echoes="zd_echo",
        credentials="none",
        steered=True,
        form=True,
    ),
}


def readers() -> tuple[str, ...]:
    """Return the names of the dialects that the hub receives events in."""
    return tuple(name for name, entry in DIALECTS.items() if entry.reads)


def renderers() -> tuple[str, ...]:
    """Return the names of the dialects that the hub sends events in."""
    return tuple(name for name, entry in DIALECTS.items() if entry.renders)


def by_webhook(*kinds: Webhook) -> tuple[str, ...]:
    """Return the dialects whose events arrive at a source's own address; with `kinds` only those of these functions."""
    wanted = kinds or (Webhook.OWN, Webhook.SHARED)
    return tuple(name for name, entry in DIALECTS.items() if entry.webhook in wanted)


def by_connector(*kinds: Exchanging) -> tuple[str, ...]:
    """Return the names of the dialects that only a connector can send; with `kinds` only those of these kinds."""
    wanted = kinds or (Exchanging.CALLBACKS, Exchanging.REST)
    return tuple(name for name, entry in DIALECTS.items() if entry.exchange in wanted)


def apis() -> dict[str, ServedApi]:
    """Return the vendors' APIs that the hub serves, by dialect."""
    return {name: entry.api for name, entry in DIALECTS.items() if entry.api}


def streamed() -> str:
    """Return the dialect of the accounts' streams: the only served API that has a stream."""
    (name,) = (name for name, api in apis().items() if api.stream)
    return name


def connections() -> dict[str, tuple[Connection, ...]]:
    """Return how sources are connected to their PBXs, by dialect."""
    return {name: entry.connects for name, entry in DIALECTS.items() if entry.connects}


def requested_recordings() -> dict[str, RecordingRequests]:
    """Return the dialects whose recordings are asked for at the PBX; their names are the schemes of references."""
    return {name: entry.recordings for name, entry in DIALECTS.items() if entry.recordings}


def signed() -> dict[str, tuple[str, ...]]:
    """Return the names of the keys of a vendor's own signature, by dialect."""
    return {name: entry.signs for name, entry in DIALECTS.items() if entry.signs}


def dialect_named(name: str) -> Dialect:
    """Return the dialect's package. Raises KeyError for an unknown name."""
    return _fitting(DIALECTS[name].module, Dialect)


def renderer_named(name: str) -> Renderer:
    """Return the dialect's package. Raises KeyError for an unknown name and for a dialect that is not sent."""
    if not DIALECTS[name].renders:
        raise KeyError(name)
    return _fitting(DIALECTS[name].module, Renderer)


def part_of(name: str, part: str, role: type[Role]) -> Role:
    """Return an optional module of the dialect's package, such as `client`, as the protocol of its role.

    Raises KeyError for an unknown dialect, TypeError if the module lacks a member of the protocol.
    """
    return _fitting(f"{DIALECTS[name].module}.{part}", role)


def vocabulary_of(name: str) -> Vocabulary:
    """Return the vocabulary of a dialect that the hub sends. Raises KeyError for any other name."""
    return renderer_named(name).VOCABULARY


def _fitting(path: str, role: type[Role]) -> Role:
    module = import_module(path)
    if not isinstance(module, role):
        raise TypeError(f"{path} does not fit {role.__name__}")
    return module
