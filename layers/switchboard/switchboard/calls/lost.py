"""Lost calls: calls whose end no source reports. The hub ends them by an event of its own.

An end that a source reports later replaces the hub's end.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from switchboard.kernel.call import Call, CallEvent, Disposition, Kind, State
from switchboard.kernel.news import HUB, news

# States of a call that began and has not ended. A call without a start (`new`) never rang.
OPEN = frozenset({State.RINGING, State.VOICEMAIL, State.TALKING})
# The time from the start of a call to the first look at the call.
FIRST_LOOK = timedelta(minutes=10)
# The longest time between two looks, so that a change of `lost_after` counts soon.
NEXT_LOOK = timedelta(hours=1)
KEY = "lost"


class Loss(StrEnum):
    """Why the hub ends a call; the `cause` of the hub's end."""

    SILENT = "silent"  # no event of the call came for the account's `lost_after`
    RESTARTED = "restarted"  # the source's device started after the last event of the call


def loss_of(call: Call, lost_after: timedelta, restarted_at: datetime | None, now: datetime) -> Loss | None:
    """Return why the call is lost, None for a call that lasts or has ended. `restarted_at` is of the call's source."""
    if call.state not in OPEN:
        return None
    if restarted_at is not None and heard(call) < restarted_at:
        return Loss.RESTARTED
    return Loss.SILENT if now - heard(call) >= lost_after else None


def next_look(call: Call, lost_after: timedelta, now: datetime) -> datetime:
    """Return when to look at a call again: at the end of its time, and at the latest after NEXT_LOOK."""
    over_at = heard(call) + lost_after
    return min(over_at, now + NEXT_LOOK) if over_at > now else now + NEXT_LOOK


def heard(call: Call) -> datetime:
    """Return the hub's time of the last event that a source sent of the call."""
    return call.heard_at or call.first_at


def end_of_lost(call: Call, loss: Loss, now: datetime) -> CallEvent:
    """Return the hub's end of a call. The same silence gives the same event id.

    The end has the time of the call's last event: the real end is unknown, and no duration may count the silence.
    """
    since = heard(call)
    event = news(
        Kind.CALL_ENDED,
        (call.account, call.id),
        f"{KEY}:{since.isoformat()}",
        call.last_at or call.first_at,
        {"reason": loss.value, "heard_at": since.isoformat()},
    )
    return replace(event, received_at=now, disposition=Disposition.LOST, cause=loss.value)


def is_end_of_lost(event: CallEvent) -> bool:
    """Whether the hub reports a call as lost."""
    return event.dialect == HUB and event.disposition is Disposition.LOST


def is_outdated(call: Call, event: CallEvent) -> bool:
    """Whether the call has ended, or was heard again, since the hub found the call lost."""
    return is_end_of_lost(event) and (call.state not in OPEN or event.raw.get("heard_at") != heard(call).isoformat())
