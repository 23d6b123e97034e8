"""Bodies of the operator's API for connected sources, in and out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, field_validator

from switchboard.accounts.upstream.model import Imported, Upstream, Way, Wish
from switchboard.accounts.upstream.streamed.model import Bookmark
from switchboard.contracts import Body, read_body
from switchboard.subscriptions.targets import check_url

LONGEST_TOKEN = 4096 - 64  # what KMS seals
LONGEST_URL = 1024


def good_base_url(url: str) -> str:
    """Where an API may be, without a slash at its end; ValueError for anything else."""
    if "?" in url:
        raise ValueError("must be a URL without a query")
    return check_url(url).rstrip("/")


def good_token(token: str) -> str:
    """A token that a header can hold; ValueError for any other."""
    if not (token.isascii() and token.isprintable()):
        raise ValueError("must be printable ASCII")
    return token


class SpellingBody(Body):
    """Which spelling of a path of the document's is asked first."""

    events: Literal["events", "event"] = "events"
    originate: Literal["application", "aplication"] = "application"


class ConnectBody(Body):
    """A PBX to connect a source to."""

    base_url: str = Field(min_length=1, max_length=LONGEST_URL)
    token: str = Field(min_length=1, max_length=LONGEST_TOKEN)
    take_over: bool = False
    spelling: SpellingBody = SpellingBody()
    by: Way = Way.HOOK

    @field_validator("base_url")
    @classmethod
    def _good_url(cls, url: str) -> str:
        return good_base_url(url)

    @field_validator("token")
    @classmethod
    def _can_be_sent(cls, token: str) -> str:
        return good_token(token)


class CheckBody(Body):
    """How a source is checked."""

    repair: bool = True


class DisconnectBody(Body):
    """How a source is disconnected."""

    force: bool = False


def read_wish(fields: Mapping[str, Any], webhook_url: str) -> Wish:
    """What PBX a source is to be connected to."""
    body = read_body(ConnectBody, fields)
    spelling = (body.spelling.events, body.spelling.originate)
    return Wish(body.base_url, body.token, webhook_url, body.take_over, spelling, body.by)


def read_repair(fields: Mapping[str, Any]) -> bool:
    """Whether a check mends what it finds."""
    return read_body(CheckBody, fields).repair


def read_force(fields: Mapping[str, Any]) -> bool:
    """Whether a source is disconnected even where its PBX does not help."""
    return read_body(DisconnectBody, fields).force


def upstream_view(upstream: Upstream, bookmark: Bookmark | None = None) -> dict[str, Any]:
    """`{"by", "base_url", "state", "connected_at", "checked_at"}`, and by the way what it tells.

    By a hook `"webhook_url"` and `"events": {name: {"state", "reason"?}}`, by its stream `"stream"`.
    """
    common = {
        "by": upstream.by.value,
        "base_url": upstream.base_url,
        "state": upstream.state.value,
        "connected_at": upstream.connected_at,
        "checked_at": upstream.checked_at,
    }
    return {**common, **(_hook_view(upstream) if upstream.by is Way.HOOK else {"stream": _stream_view(bookmark)})}


def _hook_view(upstream: Upstream) -> dict[str, Any]:
    return {
        "webhook_url": upstream.webhook_url,
        "events": {
            name: {"state": one.state.value, **({"reason": one.reason} if one.reason else {})}
            for name, one in upstream.events.items()
        },
    }


def _stream_view(bookmark: Bookmark | None) -> dict[str, Any] | None:
    """How the reading goes; None while no run has begun it."""
    if bookmark is None or bookmark.until is None:
        return None
    return {
        "state": bookmark.state.value,
        "read_since": bookmark.since,
        "read_until": bookmark.until,
        "last_event_id": bookmark.last_id,
        "last_event_at": bookmark.last_event_at,
        "error": bookmark.error,
        "error_at": bookmark.error_at,
    }


def connected_view(upstream: Upstream, imported: Imported) -> dict[str, Any]:
    """`{"source", "upstream", "extensions": {"added": [...], "reason"?}}`."""
    reason = {"reason": imported.reason} if imported.reason else {}
    return {
        "source": upstream.source,
        "upstream": upstream_view(upstream),
        "extensions": {"added": list(imported.added), **reason},
    }
