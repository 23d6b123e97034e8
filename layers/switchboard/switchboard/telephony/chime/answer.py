"""What the service's event does: the state of a call changes, the change is told, and the answer has the next action.

Nothing slow happens before the answer: two rows are read at most, one is written, and queues are told. Nothing is
raised: an error would end the call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from switchboard.calls.ports import EventQueue
from switchboard.errors import TryAgain
from switchboard.telephony.chime.actions import UNAVAILABLE, Action, ChimeMedia, due, hang_up, pause, response
from switchboard.telephony.chime.events import news_between
from switchboard.telephony.chime.fold import fold
from switchboard.telephony.chime.invocation import Invocation, Invoked, read_invocation
from switchboard.telephony.chime.model import FIRST, SECOND, TAGS, ChimeCall
from switchboard.telephony.chime.ports import ChimeCalls
from switchboard.telephony.chime.progress import report_between
from switchboard.telephony.progress import ProgressListener

ATTEMPTS = 4
UNHEARD = frozenset({Invoked.OUTBOUND, Invoked.RINGING, Invoked.INTERRUPTED})  # the service ignores these answers
LAST = 900  # invocations of a call; the service allows 1,000


@dataclass(frozen=True, slots=True)
class ChimeNews:
    """Tells what changed in a call."""

    events: EventQueue
    placed: ProgressListener
    clock: Callable[[], datetime]

    def tell(self, before: ChimeCall | None, after: ChimeCall) -> None:
        """Send the events and the report of a change. `before` is None to tell all again."""
        for event in news_between(before, after, self.clock()):
            self.events.send(event)
        if progress := report_between(before, after):
            self.placed(progress)


@dataclass(frozen=True, slots=True)
class AnswerChime:
    """The use case behind the SIP media application's function.

    `media` returns where an account's audio is. `failed` receives errors, `refused_caller` the transactions of callers.
    """

    calls: ChimeCalls
    news: ChimeNews
    media: Callable[[str], ChimeMedia]
    clock: Callable[[], datetime]
    failed: Callable[[str, Exception], None]
    refused_caller: Callable[[str], None]

    def __call__(self, event: Any) -> dict[str, Any]:
        """Return the answer. Nothing is raised."""
        found = read_invocation(event)
        try:
            return self._answer(found)
        except Exception as error:  # noqa: BLE001 - an error would end the call
            self.failed(found.transaction, error)
            return _later(found)

    def _answer(self, event: Invocation) -> dict[str, Any]:
        if event.kind is Invoked.INBOUND:
            self.refused_caller(event.transaction)
            return response([hang_up(FIRST, UNAVAILABLE)])
        for _ in range(ATTEMPTS):
            before = self._call_of(event)
            if before is None:
                return response(_end_of_nobody(event))
            after = fold(before, event, self.clock())
            kept = before if after == before else self.calls.change(before, after)
            if kept is not None:
                self._tell(before, kept, is_new=kept is not before)
                return self._next(kept, event)
        raise TryAgain("The call changes too fast.", after=1.0)

    def _call_of(self, event: Invocation) -> ChimeCall | None:
        """Return the event's call: by what the event carries, else by the row of its transaction."""
        names = event.arguments if "call" in event.arguments else event.attributes
        if not names.get("call"):
            linked = self.calls.linked(event.transaction)
            names = {"account": linked[0], "call": linked[1]} if linked else {}
        elif event.kind is Invoked.OUTBOUND:
            self.calls.link(event.transaction, names.get("account", ""), names["call"])
        call = self.calls.get(names["account"], names["call"]) if names.get("account") else None
        is_same = call is not None and call.transaction in ("", event.transaction)
        return call if is_same else None

    def _tell(self, before: ChimeCall, kept: ChimeCall, *, is_new: bool) -> None:
        """Tell a change. What cannot be told is marked, and told with the next event or by the check."""
        started = before.transaction != "" and bool(before.heard)
        try:
            self.news.tell(before if is_new and started and not before.untold else None, kept)
        except Exception as error:  # noqa: BLE001 - the answer goes on
            self.failed(kept.transaction, error)
            self.calls.change(kept, replace(kept, untold=True))
            return
        if kept.untold:
            self.calls.change(kept, replace(kept, untold=False))

    def _next(self, call: ChimeCall, event: Invocation) -> dict[str, Any]:
        """Return the answer. A repeat of an older event must not begin again what goes on."""
        names = {"account": call.account, "call": call.id}
        if event.kind in UNHEARD:
            return response([], names)
        if call.heard[-1:] != (event.id,):
            return response(None, names)
        return response(due(call, self.media(call.account), event.up), names)


def _later(event: Invocation) -> dict[str, Any]:
    """Return the answer of a hub that cannot decide: a pause, after whose end the service asks again."""
    waits = event.kind not in (*UNHEARD, Invoked.HANGUP, Invoked.UNKNOWN) and event.sequence < LAST
    return response([pause()] if waits else None)


def _end_of_nobody(event: Invocation) -> list[Action]:
    """Return the actions for a call of nobody: no leg may stay, since the service bills each."""
    if event.kind in UNHEARD:
        return []
    places = [place for place in (FIRST, SECOND) if TAGS[place] in event.up]
    return [hang_up(place) for place in places]
