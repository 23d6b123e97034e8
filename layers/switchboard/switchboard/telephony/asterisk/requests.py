"""The requests that a call's state demands of Asterisk: pure. A request has a name, and is sent once for each call.

Asterisk answers the requests of a connection one after the other, and sets a variable of a channel that plays only
after the playback. So a limit is set before the first file, or after the last: no request waits for a channel.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from switchboard.telephony.asterisk.ari import FILTERED
from switchboard.telephony.asterisk.fold import playback_name
from switchboard.telephony.asterisk.model import AsteriskCall, AsteriskSettings, CallKind, ChannelLeg
from switchboard.telephony.asterisk.outage import LOOK
from switchboard.telephony.model import SuccessKind

WAIT_FOR_DIGITS = 5  # seconds after the last file
SETUP, PING = "setup", "ping"

MediaUrl = Callable[[str], str]
"""Returns the address, for the PBX, of an audio file by its key."""


@dataclass(frozen=True, slots=True)
class AriRequest:
    """A request of ARI. `name` is unique within its call."""

    name: str
    method: str
    uri: str
    body: Mapping[str, Any] = field(default_factory=dict)

    def frame(self, owner: str) -> str:
        """Return the request as a frame of the WebSocket. `owner` is the call's id."""
        ids = f"sb-{owner}:{self.name}"
        fields = {"type": "RESTRequest", "transaction_id": ids, "request_id": ids, "method": self.method}
        fields["uri"] = self.uri
        if self.body:
            fields |= {"content_type": "application/json", "message_body": json.dumps(self.body)}
        return json.dumps(fields)


@dataclass(frozen=True, slots=True)
class Line:
    """What requests need beside the call: the account's settings, the ARI application, and addresses of audio."""

    settings: AsteriskSettings
    application: str
    media: MediaUrl


def owner_of(request_id: str) -> str:
    """Return the call's id in a request id; empty for a request of another kind."""
    head, colon, _ = request_id.partition(":")
    return head.removeprefix("sb-") if colon and head.startswith("sb-") else ""


def due(call: AsteriskCall, line: Line) -> list[AriRequest]:
    """Return the requests that the call's state demands and that were not sent."""
    demanded = _placed(call, line) if call.kind is CallKind.PLACED else _connected(call, line)
    return [request for request in demanded if request.name not in call.asked]


def filter_events(application: str) -> AriRequest:
    """Return the request that has Asterisk send nothing but the events that the hub needs."""
    allowed = [{"type": name} for name in FILTERED]
    return AriRequest(SETUP, "PUT", f"applications/{application}/eventFilter", {"allowed": allowed})


def look_at(call: AsteriskCall, name: str = LOOK) -> list[AriRequest]:
    """Return the requests that ask whether the call's channels still exist."""
    open_legs = [(place, leg) for place, leg in enumerate(call.legs) if leg.ended_at is None]
    return [AriRequest(f"{name}{place}", "GET", f"channels/{leg.channel}") for place, leg in open_legs]


def _placed(call: AsteriskCall, line: Line) -> Iterator[AriRequest]:
    leg = call.legs[0]
    yield _dial(call, 0, line)
    if leg.ended_at:
        return
    if call.hung_up or (leg.is_up and _is_over(call)):
        yield _hang_up(call, 0)
    elif leg.is_up:
        yield _limit("limit", leg, call.last_for)
        yield from _play(call, leg, line)


def _is_over(call: AsteriskCall) -> bool:
    """Whether nothing is left to hear or to wait for."""
    if call.fault or _is_confirmed(call):
        return True
    heard = all(one.ended_at for one in call.playbacks)
    return heard and not _waits_for_digits(call)


def _waits_for_digits(call: AsteriskCall) -> bool:
    return call.success is not None and call.success.kind is SuccessKind.DIGITS


def _is_confirmed(call: AsteriskCall) -> bool:
    codes = call.success.digits if call.success and _waits_for_digits(call) else ()
    return any(code in call.digits for code in codes if code)


def _play(call: AsteriskCall, leg: ChannelLeg, line: Line) -> Iterator[AriRequest]:
    """Yield the next file, and after the last file the limit for the keys."""
    place = next((place for place, one in enumerate(call.playbacks) if not one.ended_at), None)
    if place is None:
        yield _limit("wait", leg, WAIT_FOR_DIGITS)
        return
    playback = call.playbacks[place]
    name = playback_name(place, playback.tries)
    uri = f"channels/{leg.channel}/play/sb-{call.id}-{name}"
    yield AriRequest(name, "POST", uri, {"media": f"sound:{line.media(playback.audio.key)}"})


def _limit(name: str, leg: ChannelLeg, seconds: float) -> AriRequest:
    """Have Asterisk itself end the channel after so many seconds from now."""
    value = str(max(1, round(seconds)))
    return AriRequest(
        name, "POST", f"channels/{leg.channel}/variable", {"variable": "TIMEOUT(absolute)", "value": value}
    )


def _connected(call: AsteriskCall, line: Line) -> Iterator[AriRequest]:
    """Yield the requests of a call between an extension and a number or caller."""
    own = [place for place, leg in enumerate(call.legs) if not (call.kind is CallKind.INBOUND and place == 0)]
    if call.kind is CallKind.INBOUND and not (call.hung_up or call.ended_at):
        yield _watch(call.legs[0], line)
    yield from (_dial(call, place, line) for place in own)
    if call.hung_up or call.ended_at:
        yield from _end(call)
        return
    if call.other is not None:
        yield from _join(call)


def _watch(caller: ChannelLeg, line: Line) -> AriRequest:
    """Have Asterisk send the end of a caller's channel: a channel that leaves the application is heard of no more."""
    source = {"eventSource": f"channel:{caller.channel}"}
    return AriRequest("watch0", "POST", f"applications/{line.application}/subscription", source)


def _join(call: AsteriskCall) -> Iterator[AriRequest]:
    """Have the first party hear the ringing, and connect the parties when both have answered."""
    kept, other = call.legs[call.kept], call.legs[call.other or 0]
    waiting = call.legs[0]
    if not (kept.is_up and other.is_up):
        if waiting.is_up or call.kind is CallKind.INBOUND:
            yield AriRequest("ring", "POST", f"channels/{waiting.channel}/ring")
        return
    bridge = f"sb-{call.id}"
    yield AriRequest("unring", "DELETE", f"channels/{waiting.channel}/ring")
    if call.kind is CallKind.INBOUND:
        yield AriRequest("answer", "POST", f"channels/{waiting.channel}/answer")
    yield AriRequest("bridge", "POST", f"bridges/{bridge}", {"type": "mixing"})
    channels = [kept.channel, other.channel] if kept.replaces is None else [kept.channel]
    yield AriRequest(f"join{call.kept}x", "POST", f"bridges/{bridge}/addChannel", {"channel": channels})
    if kept.replaces is not None and call.legs[kept.replaces].ended_at is None:
        yield _hang_up(call, kept.replaces)


def _end(call: AsteriskCall) -> Iterator[AriRequest]:
    """Hang up what lasts. A caller without an answer goes on in the dialplan."""
    for place, leg in enumerate(call.legs):
        if leg.ended_at:
            continue
        if call.kind is CallKind.INBOUND and place == 0 and not call.answered_at and not call.hung_up:
            yield AriRequest("continue", "POST", f"channels/{leg.channel}/continue")
        else:
            yield _hang_up(call, place)
    if "bridge" in call.asked:
        yield AriRequest("unbridge", "DELETE", f"bridges/sb-{call.id}")


def _hang_up(call: AsteriskCall, place: int) -> AriRequest:
    return AriRequest(f"hangup{place}", "DELETE", f"channels/{call.legs[place].channel}")


def _dial(call: AsteriskCall, place: int, line: Line) -> AriRequest:
    leg = call.legs[place]
    pattern = line.settings.phone if leg.extension else line.settings.trunk
    body: dict[str, Any] = {
        "endpoint": pattern.format(extension=leg.party, number=leg.party.removeprefix("+")),
        "app": line.application,
        "channelId": leg.channel,
        "timeout": max(1, round(call.ring_for)),
    }
    if shown := _shown_to(call, leg):
        body["callerId"] = shown
    return AriRequest(f"dial{place}", "POST", "channels", body)


def _shown_to(call: AsteriskCall, leg: ChannelLeg) -> str:
    """Return the number that a party sees: an extension sees the other party."""
    if leg.extension:
        return call.number if call.kind is CallKind.ORIGINATED else call.caller_id
    return call.caller_id
