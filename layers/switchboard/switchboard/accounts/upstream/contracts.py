"""Request and response bodies of the operator's API for upstreams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, field_validator

from switchboard.accounts.upstream.model import ConnectRequest, EventTransport, ImportedExtensions, Upstream
from switchboard.accounts.upstream.streamed.model import Bookmark
from switchboard.contracts import OwnBody, read_body
from switchboard.kernel.targets import check_url

LONGEST_TOKEN = 4096 - 64  # what KMS seals
LONGEST_URL = 1024


def good_base_url(url: str) -> str:
    """Return the base URL of an API without a slash at its end. Raises ValueError for a URL that is not allowed."""
    if "?" in url:
        raise ValueError("must be a URL without a query")
    return check_url(url).rstrip("/")


def good_token(token: str) -> str:
    """Return the token if an HTTP header can hold it. Raises ValueError."""
    if not (token.isascii() and token.isprintable()):
        raise ValueError("must be printable ASCII")
    return token


class SpellingBody(OwnBody):
    """The spelling of two paths that the client tries first. The vendor's document spells each path in two ways."""

    events: Literal["events", "event"] = "events"
    originate: Literal["application", "aplication"] = "application"


class ConnectBody(OwnBody):
    """Body of the request that connects a source to its PBX."""

    base_url: str = Field(min_length=1, max_length=LONGEST_URL)
    token: str = Field(min_length=1, max_length=LONGEST_TOKEN)
    take_over: bool = False
    spelling: SpellingBody = SpellingBody()
    by: EventTransport = EventTransport.HOOK

    @field_validator("base_url")
    @classmethod
    def _good_url(cls, url: str) -> str:
        return good_base_url(url)

    @field_validator("token")
    @classmethod
    def _can_be_sent(cls, token: str) -> str:
        return good_token(token)


class CheckBody(OwnBody):
    """Body of the request to check an upstream. With `repair`, missing subscriptions are made."""

    repair: bool = True


class DisconnectBody(OwnBody):
    """Body of the request to disconnect a source. With `force`, errors of the PBX are ignored."""

    force: bool = False


def read_connect_request(fields: Mapping[str, Any], webhook_url: str) -> ConnectRequest:
    """Return the request to connect a source. Raises Invalid."""
    body = read_body(ConnectBody, fields)
    spelling = (body.spelling.events, body.spelling.originate)
    return ConnectRequest(body.base_url, body.token, webhook_url, body.take_over, spelling, body.by)


def read_repair(fields: Mapping[str, Any]) -> bool:
    """Return the field `repair` of a request to check. Raises Invalid."""
    return read_body(CheckBody, fields).repair


def read_force(fields: Mapping[str, Any]) -> bool:
    """Return the field `force` of a request to disconnect. Raises Invalid."""
    return read_body(DisconnectBody, fields).force


def upstream_view(upstream: Upstream, bookmark: Bookmark | None = None) -> dict[str, Any]:
    """Return `{"by", "base_url", "state", "connected_at", "checked_at"}` and the fields of the transport.

    A webhook adds `"webhook_url"` and `"events": {name: {"state", "reason"?}}`; a stream adds `"stream"`.
    """
    common = {
        "by": upstream.by.value,
        "base_url": upstream.base_url,
        "state": upstream.state.value,
        "connected_at": upstream.connected_at,
        "checked_at": upstream.checked_at,
    }
    return {
        **common,
        **(_hook_view(upstream) if upstream.by is EventTransport.HOOK else {"stream": _stream_view(bookmark)}),
    }


def _hook_view(upstream: Upstream) -> dict[str, Any]:
    return {
        "webhook_url": upstream.webhook_url,
        "events": {
            name: {"state": one.state.value, **({"reason": one.reason} if one.reason else {})}
            for name, one in upstream.events.items()
        },
    }


def _stream_view(bookmark: Bookmark | None) -> dict[str, Any] | None:
    """Return the progress of reading the stream; None before the first run has read the stream."""
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


def connected_view(upstream: Upstream, imported: ImportedExtensions) -> dict[str, Any]:
    """Return `{"source", "upstream", "extensions": {"added": [...], "reason"?}}`."""
    reason = {"reason": imported.reason} if imported.reason else {}
    return {
        "source": upstream.source,
        "upstream": upstream_view(upstream),
        "extensions": {"added": list(imported.added), **reason},
    }
