"""What an event of the service changes in a call: pure. A repeated event changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from switchboard.kernel.call import Disposition
from switchboard.telephony.chime.causes import cause_of
from switchboard.telephony.chime.invocation import LEG_B, Invocation, Invoked
from switchboard.telephony.chime.model import FIRST, SECOND, TAGS, ChimeCall, ChimeKind, ChimeLeg, ClipState, KeysHeard
from switchboard.telephony.model import SuccessKind

TOLERANCE = 0.35  # seconds by which a whole file may seem shorter, measured by the hub's clock
AT_ONCE = 2.0  # seconds: a file that fails sooner was never played
MOST_TRIES = 3  # of one file
NO_LEG = -1
MOST_HEARD = 60  # ids of applied events that are kept
PLAY, COLLECT, BRIDGE = "PlayAudio", "PlayAudioAndGetDigits", "CallAndBridge"
NOT_PLAYED = "Amazon Chime could not play the message; may the service read the hub's bucket?"
NOT_UNDERSTOOD = "Amazon Chime refused the hub's answer."
NEVER_ENDED = "Amazon Chime did not tell of the call's end."
HANG_UP = "hangup"  # the argument `do` of an update


def fold(call: ChimeCall, event: Invocation, now: datetime) -> ChimeCall:
    """Return the call after an event, with the next file begun where one is due."""
    if event.id in call.heard:
        return call
    call = replace(call, heard=(*call.heard, event.id)[-MOST_HEARD:], transaction=call.transaction or event.transaction)
    if call.ended_at is None or event.kind is Invoked.HANGUP:
        change = _CHANGES.get(event.kind)
        call = change(_named(call, event), event, now) if change else call
    return begin_due(closed(call), now)


def hang_up(call: ChimeCall) -> ChimeCall:
    """Return the call as hung up by the hub."""
    return replace(call, hung_up=True)


def lose(call: ChimeCall, now: datetime) -> ChimeCall:
    """Return the call as ended without an end of the service."""
    told = "" if call.answered_at or call.hung_up else NEVER_ENDED
    legs = tuple(replace(leg, ended_at=leg.ended_at or now) for leg in call.legs)
    return closed(replace(call, legs=legs, fault=call.fault or told))


def is_confirmed(call: ChimeCall) -> bool:
    """Whether the keys of the success condition were pressed."""
    codes = call.success.digits if call.success and call.success.kind is SuccessKind.DIGITS else ()
    return any(code in call.digits for code in codes if code)


def is_finished(call: ChimeCall) -> bool:
    """Whether a placed call has nothing left to play or to wait for."""
    return bool(call.fault) or is_confirmed(call) or call.clip is None


def begin_due(call: ChimeCall, now: datetime) -> ChimeCall:
    """Return the call with the next file, or the second leg, begun: the answer to the event demands the action."""
    if call.ended_at or call.hung_up or not call.legs[FIRST].is_up:
        return call
    if call.kind is ChimeKind.ORIGINATED:
        return call if len(call.legs) > SECOND else replace(call, legs=(*call.legs, ChimeLeg(call.number)))
    place = call.clip
    if place is None or is_finished(call) or call.clips[place].started_at:
        return call
    return call.with_clip(place, replace(call.clips[place], started_at=now))


def closed(call: ChimeCall) -> ChimeCall:
    """Return the call with its end, if a leg has ended."""
    ends = [leg for leg in call.legs if leg.ended_at]
    if call.ended_at or not ends:
        return call
    first = min(ends, key=lambda leg: leg.ended_at or call.began_at)
    return replace(call, ended_at=first.ended_at, disposition=_disposition(call, first))


def _disposition(call: ChimeCall, first: ChimeLeg) -> Disposition:
    if call.answered_at:
        return Disposition.ANSWERED
    if call.late:
        return Disposition.NO_ANSWER
    if call.hung_up or first.answered_at:
        return Disposition.CANCELLED
    if call.fault:
        return Disposition.FAILED
    return cause_of(first.code, rang=first.rang_at is not None, error=first.fault)


def _named(call: ChimeCall, event: Invocation) -> ChimeCall:
    """Return the call with the service's ids of its legs."""
    for place, leg in enumerate(call.legs):
        found = event.legs.get(TAGS[place], "")
        if found and found != leg.id:
            call = call.with_leg(place, replace(leg, id=found))
    return call


def _rang(call: ChimeCall, event: Invocation, now: datetime) -> ChimeCall:
    place = _place(call, event)
    if place == NO_LEG or call.legs[place].rang_at or call.legs[place].answered_at:
        return call
    return call.with_leg(place, replace(call.legs[place], rang_at=now))


def _answered(call: ChimeCall, event: Invocation, now: datetime) -> ChimeCall:
    return _up(call, _place(call, event), now)


def _up(call: ChimeCall, place: int, now: datetime) -> ChimeCall:
    if place == NO_LEG or call.legs[place].answered_at or call.legs[place].ended_at:
        return call
    return call.with_leg(place, replace(call.legs[place], answered_at=now))


def _succeeded(call: ChimeCall, event: Invocation, now: datetime) -> ChimeCall:
    """Note an action's success. An action shows that the first leg was answered, even if its event was lost."""
    call = _up(call, FIRST, now)
    if event.action == BRIDGE and len(call.legs) > SECOND:
        return _up(call, SECOND, now)
    if event.action in (PLAY, COLLECT):
        return _heard(_keyed(call, event, now), event, now)
    return call


def _failed(call: ChimeCall, event: Invocation, now: datetime) -> ChimeCall:
    """Note an action's failure. Without keys, PlayAudioAndGetDigits fails too: the callee did not confirm."""
    call = _up(call, FIRST, now)
    if event.action == BRIDGE and len(call.legs) > SECOND:
        return call.with_leg(SECOND, replace(call.legs[SECOND], ended_at=now, fault=event.error or "CallNotAnswered"))
    if event.action == PLAY:
        return replace(_cut(call, event, now), fault=NOT_PLAYED)
    if event.action == COLLECT:
        return _not_confirmed(_keyed(call, event, now), event, now)
    return call


def _not_confirmed(call: ChimeCall, event: Invocation, now: datetime) -> ChimeCall:
    """Note a file after which no key of the condition came. A file that failed at once was never played."""
    place = _clip(call, event)
    if place is None:
        return call
    clip = call.clips[place]
    elapsed = (now - (clip.started_at or now)).total_seconds()
    if event.error and not event.digits and elapsed < min(AT_ONCE, clip.audio.seconds / 2):
        return replace(_cut(call, event, now), fault=NOT_PLAYED)
    return _heard(call, event, now)


def _heard(call: ChimeCall, event: Invocation, now: datetime) -> ChimeCall:
    """Note the end of a file. A file that ended too soon is played again, at most twice."""
    place = _clip(call, event)
    if place is None:
        return call
    clip = _ended(call.clips[place], now)
    if clip.whole or is_confirmed(call):
        return call.with_clip(place, clip)
    if clip.tries + 1 < MOST_TRIES:
        return call.with_clip(place, replace(clip, tries=clip.tries + 1, started_at=None, ended_at=None))
    fault = "" if call.keys else NOT_PLAYED
    return replace(call.with_clip(place, clip), fault=call.fault or fault)


def _ended(clip: ClipState, now: datetime) -> ClipState:
    elapsed = max(0.0, (now - (clip.started_at or now)).total_seconds())
    whole = elapsed + TOLERANCE >= clip.audio.seconds
    played = clip.audio.seconds if whole else max(round(elapsed, 3), clip.played)
    return replace(clip, ended_at=now, played=played, whole=whole)


def _cut(call: ChimeCall, event: Invocation, now: datetime) -> ChimeCall:
    """Note the end of a file that did not come to its end."""
    place = _clip(call, event)
    if place is None or call.clips[place].started_at is None:
        return call
    clip = _ended(call.clips[place], now)
    return call.with_clip(place, replace(clip, whole=False, played=min(clip.played, clip.audio.seconds)))


def _keyed(call: ChimeCall, event: Invocation, now: datetime) -> ChimeCall:
    return replace(call, keys=(*call.keys, KeysHeard(event.digits, now))) if event.digits else call


def _hung(call: ChimeCall, event: Invocation, now: datetime) -> ChimeCall:
    """Note the end of a leg. A file that was being played was heard until now."""
    place = _place(call, event)
    if place == NO_LEG or call.legs[place].ended_at:
        return call
    return _cut(call.with_leg(place, replace(call.legs[place], ended_at=now, code=event.code)), event, now)


def _updated(call: ChimeCall, event: Invocation, _: datetime) -> ChimeCall:
    return hang_up(call) if event.arguments.get("do") == HANG_UP else call


def _invalid(call: ChimeCall, _: Invocation, __: datetime) -> ChimeCall:
    return replace(call, fault=call.fault or NOT_UNDERSTOOD)


def _place(call: ChimeCall, event: Invocation) -> int:
    """Return the place of the leg that an event is about; -1 for a leg that the call does not have."""
    place = SECOND if event.leg == LEG_B else FIRST
    return place if place < len(call.legs) else NO_LEG


def _clip(call: ChimeCall, event: Invocation) -> int | None:
    """Return the place of the file that an event is about: the one being played, if the event names no other file."""
    place = call.clip
    if place is None or (event.key and event.key != call.clips[place].audio.key):
        return None
    return place


_CHANGES: dict[Invoked, Callable[[ChimeCall, Invocation, datetime], ChimeCall]] = {
    Invoked.RINGING: _rang,
    Invoked.ANSWERED: _answered,
    Invoked.SUCCESSFUL: _succeeded,
    Invoked.FAILED: _failed,
    Invoked.INTERRUPTED: _cut,
    Invoked.DIGITS: _keyed,
    Invoked.HANGUP: _hung,
    Invoked.UPDATE: _updated,
    Invoked.INVALID: _invalid,
}
