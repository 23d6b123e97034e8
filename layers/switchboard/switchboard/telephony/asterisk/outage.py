"""What a connection that ended may have lost: requests that were under way, and are sent again. Pure.

Asterisk keeps its events during an outage, and sends them before it registers again. Only what was under way at the
moment of the cut is lost. So a request counts as lost if it is young and nothing that it causes was heard.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime, timedelta

from switchboard.telephony.asterisk.model import AsteriskCall, CallKind

LOST_WITHIN = timedelta(seconds=30)  # of its sending: no telephone rings unheard of for so long
LOOK = "look"  # the request for a channel after a reconnect
CHECK = "check"  # the same request from time to time, for a call that lasts


def was_lost(call: AsteriskCall, place: int, at: datetime) -> bool:
    """Whether the order to dial a leg was lost, so that the telephone has not rung. Asterisk has no such channel."""
    asked_at = call.began_at if place == 0 else call.legs[0].answered_at if place == call.other else None
    if call.legs[place].known or call.hung_up or call.ended_at or asked_at is None:
        return False
    return at - asked_at < LOST_WITHIN


def unsure(call: AsteriskCall, at: datetime) -> AsteriskCall:
    """Return a call with a channel that is up, without the requests that may have been lost."""
    names = set(call.asked)
    hanging_up = {name for name in names if name.startswith("hangup")}
    return without(call, hanging_up | (_of_message(call) if call.kind is CallKind.PLACED else _of_bridge(call, at)))


def without(call: AsteriskCall, names: AbstractSet[str]) -> AsteriskCall:
    """Return the call as if these requests had not been sent."""
    return replace(call, asked=tuple(name for name in call.asked if name not in names))


def _of_message(call: AsteriskCall) -> set[str]:
    """Return the requests of a message that does not play. The limit of a channel that plays must not be set."""
    playing = next((one for one in call.playbacks if not one.ended_at), None)
    if playing is not None and playing.started_at:
        return set()
    return {name for name in call.asked if not name.startswith("dial")}


def _of_bridge(call: AsteriskCall, at: datetime) -> set[str]:
    """Return the requests that join parties of whom one has just answered. Joining them again later is heard."""
    answers = [leg.answered_at for leg in call.legs if leg.answered_at]
    if not answers or at - max(answers) > LOST_WITHIN:
        return set()
    return {name for name in call.asked if not name.startswith("dial")}
