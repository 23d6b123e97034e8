"""Read what Asterisk sends over the WebSocket: events of ARI, and answers to REST requests.

Sources: the event models of Asterisk 22 (`rest-api/api-docs/events.json`) and its page "ARI REST over WebSocket". Field
names and orders are those that Asterisk 22.10 sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

FILTERED = (
    "RESTResponse",
    "StasisStart",
    "Dial",
    "ChannelDestroyed",
    "PlaybackStarted",
    "PlaybackFinished",
    "ChannelDtmfReceived",
)
"""The events that the hub needs. Without `RESTResponse` in the filter no answer arrives."""


@dataclass(frozen=True, slots=True)
class ApplicationRegistered:
    """A connection is ready: Asterisk has sent the events that it held back, and takes requests."""

    application: str
    asterisk_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StasisStart:
    """A channel entered the application: an ordered call was answered, or a caller came from the dialplan.

    `dialled` is the extension of the dialplan, `state` is `Up` for an answered channel.
    """

    channel: str
    at: datetime
    state: str = ""
    caller: str = ""
    dialled: str = ""


@dataclass(frozen=True, slots=True)
class DialProgress:
    """Progress of dialling `channel`. `status` is empty at the start, then RINGING, ANSWER, BUSY, NOANSWER, ..."""

    channel: str
    at: datetime
    status: str


@dataclass(frozen=True, slots=True)
class ChannelDestroyed:
    """A channel has ended. `cause` is of Q.850, `sip` the SIP code or 0."""

    channel: str
    at: datetime
    cause: int = 0
    sip: int = 0


@dataclass(frozen=True, slots=True)
class PlaybackStarted:
    """A playback began. Asterisk reports this before it fetches the file."""

    playback: str
    channel: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PlaybackFinished:
    """A playback ended. `done` is false for a missing file, and for a caller who hung up."""

    playback: str
    channel: str
    at: datetime
    done: bool


@dataclass(frozen=True, slots=True)
class DtmfReceived:
    """A key was pressed: 0-9, A-D, `*` or `#`."""

    channel: str
    at: datetime
    digit: str


@dataclass(frozen=True, slots=True)
class RestResponse:
    """The answer to the request `request`. `body` is JSON, or empty."""

    request: str
    status: int
    body: str = ""
    at: datetime | None = None


AriMessage = (
    ApplicationRegistered
    | StasisStart
    | DialProgress
    | ChannelDestroyed
    | PlaybackStarted
    | PlaybackFinished
    | DtmfReceived
    | RestResponse
)


def read_message(text: str, skew: timedelta = timedelta()) -> AriMessage | None:
    """Return the message in a frame; None for a frame that the hub does not know or cannot read.

    `skew` is added to Asterisk's times: how far its clock is behind the hub's.
    """
    try:
        fields = json.loads(text)
        reader = READERS.get(fields["type"])
        return reader(fields, skew) if reader else None
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return None


def stamp_of(text: str) -> datetime:
    """Return a time of Asterisk, such as `2026-11-30T13:53:20.840+0300`, in UTC. Raises ValueError."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("The time has no zone.")
    return at.astimezone(UTC)


def channel_named(message: AriMessage) -> str:
    """Return the channel that an event is about; empty for an answer and a registration."""
    return getattr(message, "channel", "")


def _registered(fields: Mapping[str, Any], skew: timedelta) -> AriMessage:
    return ApplicationRegistered(fields["application"], fields.get("asterisk_id", ""), _at(fields, skew))


def _stasis_start(fields: Mapping[str, Any], skew: timedelta) -> AriMessage:
    channel = fields["channel"]
    caller, dialplan = channel.get("caller") or {}, channel.get("dialplan") or {}
    return StasisStart(
        channel["id"],
        _at(fields, skew),
        channel.get("state", ""),
        str(caller.get("number", "")),
        str(dialplan.get("exten", "")),
    )


def _dial(fields: Mapping[str, Any], skew: timedelta) -> AriMessage:
    return DialProgress(fields["peer"]["id"], _at(fields, skew), str(fields.get("dialstatus", "")))


def _destroyed(fields: Mapping[str, Any], skew: timedelta) -> AriMessage:
    cause, sip = int(fields.get("cause") or 0), int(fields.get("tech_cause") or 0)
    return ChannelDestroyed(fields["channel"]["id"], _at(fields, skew), cause, sip)


def _playback_started(fields: Mapping[str, Any], skew: timedelta) -> AriMessage:
    playback = fields["playback"]
    return PlaybackStarted(playback["id"], _target(playback), _at(fields, skew))


def _playback_finished(fields: Mapping[str, Any], skew: timedelta) -> AriMessage:
    playback = fields["playback"]
    return PlaybackFinished(playback["id"], _target(playback), _at(fields, skew), playback.get("state") == "done")


def _digit(fields: Mapping[str, Any], skew: timedelta) -> AriMessage:
    return DtmfReceived(fields["channel"]["id"], _at(fields, skew), str(fields["digit"]))


def _response(fields: Mapping[str, Any], skew: timedelta) -> AriMessage:
    at = _at(fields, skew) if fields.get("timestamp") else None
    return RestResponse(
        str(fields.get("request_id", "")), int(fields["status_code"]), fields.get("message_body", "") or "", at
    )


def _target(playback: Mapping[str, Any]) -> str:
    return str(playback["target_uri"]).removeprefix("channel:")


def _at(fields: Mapping[str, Any], skew: timedelta) -> datetime:
    return stamp_of(fields["timestamp"]) + skew


READERS: dict[str, Callable[[Mapping[str, Any], timedelta], AriMessage]] = {
    "ApplicationRegistered": _registered,
    "StasisStart": _stasis_start,
    "Dial": _dial,
    "ChannelDestroyed": _destroyed,
    "PlaybackStarted": _playback_started,
    "PlaybackFinished": _playback_finished,
    "ChannelDtmfReceived": _digit,
    "RESTResponse": _response,
}
