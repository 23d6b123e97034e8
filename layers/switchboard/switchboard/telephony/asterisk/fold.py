"""What a message of Asterisk changes in a call: pure, and the same in any order of arrival and with any repeats."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from switchboard.kernel.call import Disposition
from switchboard.telephony.asterisk.ari import (
    AriMessage,
    ChannelDestroyed,
    DialProgress,
    DtmfReceived,
    PlaybackFinished,
    PlaybackStarted,
    RestResponse,
    StasisStart,
)
from switchboard.telephony.asterisk.causes import disposition_of
from switchboard.telephony.asterisk.model import (
    AsteriskCall,
    CallKind,
    ChannelLeg,
    PlaybackState,
    PressedKey,
    channel_id,
)
from switchboard.telephony.asterisk.outage import CHECK, LOOK, unsure, was_lost, without

TOLERANCE = 0.35  # seconds by which a whole file may seem shorter: packets, and the time until Asterisk reports
MOST_TRIES = 3  # of one file: two channels that fetch a file at once can make one of them fail
NOT_PLAYED = "The PBX could not play the message; is the hub's address reachable from the PBX?"
NOT_CALLED = "The PBX refused the call: "
TAKEN = 409  # the channel exists
GONE = 404
REFUSED = 400


def fold(call: AsteriskCall, message: AriMessage, now: datetime) -> AsteriskCall:
    """Return the call after a message. `now` stands in for the time of an answer without one."""
    change = _CHANGES.get(type(message))
    return _closed(change(call, message, now)) if change else call


def hang_up(call: AsteriskCall, now: datetime) -> AsteriskCall:
    """Return the call as hung up by the hub. A call without a channel at the PBX ends at once."""
    hung = replace(call, hung_up=True)
    return hung if any(leg.ended_at is None for leg in hung.legs) else replace(hung, ended_at=now)


def redirect(call: AsteriskCall, to: str, *, extension: bool) -> AsteriskCall:
    """Return the call with a new leg, which takes over the extension's leg after its answer."""
    leg = ChannelLeg(channel_id(call.id, len(call.legs)), to, extension=extension, replaces=call.kept)
    return replace(call, legs=(*call.legs, leg))


def _started(call: AsteriskCall, heard: Any, _: datetime) -> AsteriskCall:
    start: StasisStart = heard
    return _answered(call, call.leg_of(start.channel), start.at)


def _answered(call: AsteriskCall, place: int | None, at: datetime) -> AsteriskCall:
    """Note an answer. The extension's answer adds the leg of the number; a redirect's answer takes over."""
    if place is None or call.legs[place].answered_at or call.legs[place].ended_at:
        return call
    leg = replace(call.legs[place], answered_at=at, known=True)
    call = call.with_leg(place, leg)
    if call.kind is CallKind.ORIGINATED and call.other is None and not call.hung_up:
        number = ChannelLeg(channel_id(call.id, 1), call.number)
        return replace(call, legs=(*call.legs, number), other=1)
    return replace(call, kept=place) if leg.replaces is not None and call.ended_at is None else call


def _dialled(call: AsteriskCall, heard: Any, _: datetime) -> AsteriskCall:
    dial: DialProgress = heard
    place = call.leg_of(dial.channel)
    if place is None:
        return call
    leg = replace(call.legs[place], known=True)
    if not dial.status:
        return call.with_leg(place, leg)
    rang_at = leg.rang_at or (dial.at if dial.status == "RINGING" else None)
    dialled = leg.dialled if dial.status in ("RINGING", "PROGRESS", "PROCEEDING") else dial.status
    return call.with_leg(place, replace(leg, rang_at=rang_at, dialled=dialled))


def _destroyed(call: AsteriskCall, heard: Any, _: datetime) -> AsteriskCall:
    end: ChannelDestroyed = heard
    return _ended(call, call.leg_of(end.channel), end.at, end.cause, end.sip)


def _ended(call: AsteriskCall, place: int | None, at: datetime, cause: int = 0, sip: int = 0) -> AsteriskCall:
    """Note the end of a leg. A file that was being played was heard until now."""
    if place is None or call.legs[place].ended_at:
        return call
    call = call.with_leg(place, replace(call.legs[place], ended_at=at, cause=cause, sip=sip))
    return replace(call, playbacks=tuple(_cut_off(one, at) for one in call.playbacks))


def _cut_off(playback: PlaybackState, at: datetime) -> PlaybackState:
    if playback.ended_at or playback.started_at is None:
        return playback
    return _heard(playback, at)


def _heard(playback: PlaybackState, at: datetime) -> PlaybackState:
    """Return the playback as ended at a time."""
    began = playback.started_at or at
    elapsed = max(0.0, (at - began).total_seconds())
    whole = elapsed + TOLERANCE >= playback.audio.seconds
    played = playback.audio.seconds if whole else round(max(elapsed, playback.played), 3)
    return replace(playback, ended_at=at, played=played, whole=whole)


def _playback_started(call: AsteriskCall, heard: Any, _: datetime) -> AsteriskCall:
    started: PlaybackStarted = heard
    place = playback_place(call, started.playback)
    if place is None or call.playbacks[place].ended_at:
        return call
    return _with_playback(call, place, replace(call.playbacks[place], started_at=started.at, played=0.0))


def _playback_finished(call: AsteriskCall, heard: Any, _: datetime) -> AsteriskCall:
    """Note the end of a playback. A file that was not played whole is tried again while the channel is up.

    Asterisk reports the same for a missing file, and for a caller who hung up: then the channel's end follows at once.
    """
    finished: PlaybackFinished = heard
    place = playback_place(call, finished.playback)
    if place is None or call.playbacks[place].ended_at or call.ended_at:
        return call
    before = call.playbacks[place]
    after = _heard(before, finished.at)
    if finished.done and after.whole:
        return _with_playback(call, place, after)
    after = replace(after, whole=False, played=min(after.played, before.audio.seconds))
    if before.tries + 1 < MOST_TRIES:
        again = replace(after, tries=before.tries + 1, started_at=None, ended_at=None)
        return _with_playback(call, place, again)
    return replace(_with_playback(call, place, after), fault=NOT_PLAYED)


def playback_name(place: int, tries: int) -> str:
    """Return the name of the request that plays a file: `play0`, then `play0r1`."""
    return f"play{place}r{tries}" if tries else f"play{place}"


def playback_place(call: AsteriskCall, playback: str) -> int | None:
    """Return the place of the file that a playback plays; None for an earlier try."""
    names = {f"sb-{call.id}-{playback_name(place, one.tries)}": place for place, one in enumerate(call.playbacks)}
    return names.get(playback)


def _with_playback(call: AsteriskCall, place: int, playback: PlaybackState) -> AsteriskCall:
    return replace(call, playbacks=(*call.playbacks[:place], playback, *call.playbacks[place + 1 :]))


def _pressed(call: AsteriskCall, heard: Any, _: datetime) -> AsteriskCall:
    pressed: DtmfReceived = heard
    key = PressedKey(pressed.digit, pressed.at)
    if key in call.keys or call.leg_of(pressed.channel) is None:
        return call
    return replace(call, keys=tuple(sorted((*call.keys, key), key=lambda one: one.at)))


def _responded(call: AsteriskCall, heard: Any, now: datetime) -> AsteriskCall:
    response: RestResponse = heard
    name = response.request.partition(":")[2]
    what, place = name.rstrip("0123456789"), _place_in(name)
    if place is None or place >= len(call.legs):
        return call
    at = response.at or now
    if what == "dial":
        return _dial_answered(call, place, response, at)
    if what == "watch" and response.status >= REFUSED:  # the caller has hung up
        return _ended(call, place, at)
    if what in ("hangup", LOOK, CHECK) and response.status == GONE:
        lost = what == LOOK and was_lost(call, place, at)
        return without(call, {f"dial{place}"}) if lost else _ended(call, place, at)
    if what in (LOOK, CHECK) and _state_in(response.body) == "Up":
        return _answered(unsure(call, at) if what == LOOK else call, place, at)
    return call


def _dial_answered(call: AsteriskCall, place: int, response: RestResponse, at: datetime) -> AsteriskCall:
    if response.status >= REFUSED and response.status != TAKEN:
        return _refused(call, place, response, at)
    return call.with_leg(place, replace(call.legs[place], known=True))


def _refused(call: AsteriskCall, place: int, response: RestResponse, at: datetime) -> AsteriskCall:
    leg = call.legs[place]
    if leg.rang or leg.ended_at:
        return call
    call = call.with_leg(place, replace(leg, dialled="CHANUNAVAIL"))
    return replace(_ended(call, place, at), fault=NOT_CALLED + _reason_in(response.body))


def _place_in(name: str) -> int | None:
    digits = name[len(name.rstrip("0123456789")) :]
    return int(digits) if digits else None


def _reason_in(body: str) -> str:
    fields = _object(body)
    return str(fields.get("error") or fields.get("message") or "it gave no reason")[:100]


def _state_in(body: str) -> str:
    return str(_object(body).get("state", ""))


def _object(body: str) -> dict[str, Any]:
    try:
        found = json.loads(body) if body else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _closed(call: AsteriskCall) -> AsteriskCall:
    """Return the call with its end, if a leg that counts has ended."""
    if call.ended_at:
        return call
    ends = [leg for leg in _counting(call) if leg.ended_at]
    if not ends:
        return call
    first = min(ends, key=lambda leg: leg.ended_at or call.began_at)
    ended_at = max(first.ended_at or call.began_at, call.began_at)
    return replace(call, ended_at=ended_at, disposition=_disposition(call, first))


def _counting(call: AsteriskCall) -> list[ChannelLeg]:
    """Return the legs without which there is no call."""
    places = [call.kept] if call.other is None else [call.kept, call.other]
    return [call.legs[place] for place in places if place < len(call.legs)]


def _disposition(call: AsteriskCall, first: ChannelLeg) -> Disposition:
    if call.answered_at:
        return Disposition.ANSWERED
    if call.hung_up or first.answered_at or _is_caller(call, first):
        return Disposition.CANCELLED
    return disposition_of(first.cause, first.sip, rang=first.rang, dialled=first.dialled)


def _is_caller(call: AsteriskCall, leg: ChannelLeg) -> bool:
    return call.kind is CallKind.INBOUND and leg.channel == call.legs[0].channel


_CHANGES: dict[type[Any], Callable[[AsteriskCall, Any, datetime], AsteriskCall]] = {
    StasisStart: _started,
    DialProgress: _dialled,
    ChannelDestroyed: _destroyed,
    PlaybackStarted: _playback_started,
    PlaybackFinished: _playback_finished,
    DtmfReceived: _pressed,
    RestResponse: _responded,
}
