"""Match calls to commands, for providers that return no call id.

Every step is idempotent: the verdict is written first, then the command, then the event is sent. If a worker dies
between two steps, the event's repeat or the message at the end of the window completes them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from switchboard.calls.ports import EventQueue
from switchboard.kernel.call import AppliedEvent, Direction, Kind
from switchboard.kernel.news import news
from switchboard.kernel.numbers import extension_key
from switchboard.telephony.model import Command, CommandState
from switchboard.telephony.outcome import is_surely_not_done
from switchboard.telephony.pending import CallStart, MatchVerdict, PendingCommand, PendingCommands, PendingKey, judge
from switchboard.telephony.ports import Commands
from switchboard.telephony.registry import is_searched

STARTS = (Kind.CALL_STARTED, Kind.LEG_STARTED)

Retract = Callable[[Command], object]
"""Marks a command that was reported as succeeded as uncorrelated."""


@dataclass(frozen=True, slots=True)
class CorrelateCalls:
    """A follower of every event. The start of an outgoing call of such a provider costs one read, other events none."""

    pending: PendingCommands
    commands: Callable[[], Commands]
    retract: Retract
    events: Callable[[], EventQueue]
    clock: Callable[[], datetime]
    window: timedelta  # the time for a call to start after its command

    def __call__(self, applied: AppliedEvent) -> None:
        """Match a starting call to the waiting commands. Raises TryAgain if another worker judges at the same time."""
        start = start_of(applied)
        if start is None:
            return
        waiting = self.pending.of_extension(start.account, start.extension, start.began_at - self.window)
        if len(waiting) > 1:
            waiting = [one for one in waiting if not self._is_over(one)]
        if not waiting:
            return
        judged = judge(waiting, start, self.clock())
        before = {one.command: one for one in waiting}
        changes = [(before[one.command], one) for one in judged if one != before[one.command]]
        if changes:
            self.pending.judged(changes)
        for one in judged:
            self._finish(one)

    def settle(self, key: PendingKey) -> PendingCommand | None:
        """End a command's wait and return its pending row; None if the command was never sent."""
        found = self.pending.get(key)
        if found is None:
            return None
        if found.verdict is MatchVerdict.WAITING:
            over = replace(found, verdict=MatchVerdict.NO_CALL, judged_at=self.clock())
            self.pending.judged([(found, over)])
            found = over
        self._finish(found)
        return found

    def _finish(self, judged: PendingCommand) -> None:
        commands = self.commands()
        command = commands.get(judged.account, judged.command)
        if command is None or judged.judged_at is None or is_surely_not_done(command):
            return
        if judged.verdict is MatchVerdict.MATCHED:
            commands.settle(_succeeded(command, judged))
            self._tell(Kind.COMMAND_SUCCEEDED, judged, judged.judged_at, {})
            return
        kept = commands.settle(_uncorrelated(command, judged))
        if kept.state is CommandState.SUCCEEDED:
            self.retract(_uncorrelated(kept, judged))
        if judged.call_id:
            self._tell(Kind.COMMAND_UNCORRELATED, judged, judged.judged_at, {"reason": judged.verdict.value})

    def _is_over(self, waiting: PendingCommand) -> bool:
        """Whether the command was refused, so that no call can be its own."""
        command = self.commands().get(waiting.account, waiting.command)
        return command is not None and is_surely_not_done(command)

    def _tell(self, kind: Kind, judged: PendingCommand, at: datetime, more: dict[str, Any]) -> None:
        details = {"command_id": judged.command, "action": "originate", **more}
        self.events().send(news(kind, (judged.account, judged.call_id), judged.command, at, details))


def start_of(applied: AppliedEvent) -> CallStart | None:
    """Return the start of an outgoing call with known extension and number; None for any other event."""
    event, call = applied.event, applied.call
    if not is_searched(event.dialect) or event.kind not in STARTS or call is None:
        return None
    direction = event.direction or call.known("direction")
    extension, number = event.extension or call.known("extension"), event.callee or call.known("callee")
    if direction is not Direction.OUTGOING or extension is None or number is None:
        return None
    # The PBX's clock gives the leg's delay after its call; the hub's clock gives the time of receipt.
    began_at = event.received_at - max(event.at - call.first_at, timedelta())
    return CallStart(
        event.account, call.id, event.source, extension_key(extension.received), number, began_at, event.command
    )


def _succeeded(command: Command, judged: PendingCommand) -> Command:
    return replace(
        command, state=CommandState.SUCCEEDED, call_id=judged.call_id, reason="", finished_at=judged.judged_at
    )


def _uncorrelated(command: Command, judged: PendingCommand) -> Command:
    return replace(
        command,
        state=CommandState.UNCORRELATED,
        call_id="",
        reason=judged.verdict.value,
        finished_at=judged.judged_at,
    )
