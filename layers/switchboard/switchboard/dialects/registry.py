"""The dialects by name: the one list of them. A module is imported when it is first asked for.

So a function loads only its own, and what has to be known of a dialect before that stands here, in its line.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from importlib import import_module
from types import ModuleType
from typing import cast

from switchboard.dialects.model import Dialect, Renderer, Vocabulary


class Webhook(Enum):
    """Which function takes a dialect's events at `/webhooks/<name>/{source}`."""

    NONE = "none"
    SHARED = "other"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class ServedApi:
    """A vendor's API that the hub serves. Tokens that open it are of a kind of their own, the dialect's name.

    `paths` is what its paths begin with, where a part in braces fits any; what is refused there has its shape.
    `signed_tokens` are written by the dialect's `tokens.write_token`. With `workspaces` a token opens one workspace of
    its account. `echo` is the header that is answered as it came.
    """

    paths: tuple[str, ...] = ()
    signed_tokens: bool = False
    workspaces: bool = False
    echo: str = ""


@dataclass(frozen=True, slots=True)
class DialectEntry:
    """What is known of a dialect without importing it.

    `reads` and `renders` say whether events come in and go out in it, `webhook` whether they come in at a source's own
    address. With `exchange` its messages build on the answers to those before, and it takes a connector to send them.
    """

    module: str
    reads: bool = True
    webhook: Webhook = Webhook.SHARED
    renders: bool = True
    exchange: bool = False
    api: ServedApi | None = None


CATO = (
    "/api/v1/audio-files/",
    "/api/v1/subscriber-groups/",
    "/api/v1/notification-settings/",
    "/api/v1/tasks/",
    "/api/v1/task-execs/",
)
DIALECTS: dict[str, DialectEntry] = {
    "vpbx": DialectEntry(
        "switchboard.dialects.vpbx", webhook=Webhook.OWN, api=ServedApi(paths=("/api/v1/",), signed_tokens=True)
    ),
    "callevents": DialectEntry("switchboard.dialects.callevents", webhook=Webhook.OWN),
    "sprecord": DialectEntry("switchboard.dialects.sprecord", webhook=Webhook.OWN, api=ServedApi(paths=("/sys/",))),
    "kontur": DialectEntry(
        "switchboard.dialects.kontur",
        webhook=Webhook.NONE,
        exchange=True,
        api=ServedApi(paths=("/api/v1/{ws}/communications/",), workspaces=True, echo="X-XCOM-Integration-Echo"),
    ),
    "standard": DialectEntry("switchboard.dialects.standard", reads=False, webhook=Webhook.NONE),
    "cato": DialectEntry(
        "switchboard.dialects.cato", reads=False, webhook=Webhook.NONE, renders=False, api=ServedApi(paths=CATO)
    ),
}


def readers() -> tuple[str, ...]:
    """The dialects that events come in by."""
    return tuple(name for name, entry in DIALECTS.items() if entry.reads)


def renderers() -> tuple[str, ...]:
    """The dialects that events go out in."""
    return tuple(name for name, entry in DIALECTS.items() if entry.renders)


def by_webhook(*kinds: Webhook) -> tuple[str, ...]:
    """The dialects whose events come in at a source's own address; those of these kinds of function alone."""
    wanted = kinds or (Webhook.OWN, Webhook.SHARED)
    return tuple(name for name, entry in DIALECTS.items() if entry.webhook in wanted)


def by_connector() -> tuple[str, ...]:
    """The dialects that it takes a connector to send."""
    return tuple(name for name, entry in DIALECTS.items() if entry.exchange)


def apis() -> dict[str, ServedApi]:
    """The vendors' APIs that are served, by the dialects' names."""
    return {name: entry.api for name, entry in DIALECTS.items() if entry.api}


def dialect_named(name: str) -> Dialect:
    """The dialect of this name; KeyError for one that is not there."""
    return cast("Dialect", import_module(DIALECTS[name].module))


def renderer_named(name: str) -> Renderer:
    """The dialect of this name that events go out in; KeyError for one that is not there."""
    if not DIALECTS[name].renders:
        raise KeyError(name)
    return cast("Renderer", import_module(DIALECTS[name].module))


def part_of(name: str, part: str) -> ModuleType:
    """A module of the dialect's package that is not for everybody: `tokens`, `client` ..."""
    return import_module(f"{DIALECTS[name].module}.{part}")


def vocabulary_of(name: str) -> Vocabulary:
    """What can be said in a dialect; KeyError for one that is not there."""
    return renderer_named(name).VOCABULARY
