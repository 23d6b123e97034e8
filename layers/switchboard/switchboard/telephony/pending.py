"""Commands whose provider gives no id of the call: they wait for a call that can be told to be theirs.

A call is a command's if the same extension calls the same number within the time in which the PBX can have started it,
and nothing else fits. `judge` is that rule; it depends on the calls and commands alone, however often it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from switchboard.calls.model import Number

# How long before its command a call may seem to have begun: clocks differ, and a PBX is quick.
SKEW = timedelta(seconds=10)
NATIONAL, INTERNATIONAL, LENGTH = "8", "7", 11  # two ways in which Russian PBXs begin the same eleven digits


class MatchVerdict(StrEnum):
    """What became of a waiting command."""

    WAITING = "waiting"
    MATCHED = "matched"  # `call_id` is its call
    SEVERAL_COMMANDS = "several_commands"  # the call fits others as well
    SEVERAL_CALLS = "several_calls"  # another call fits as well
    NO_CALL = "no_call"  # none came in time


@dataclass(frozen=True, slots=True)
class PendingKey:
    """Where a waiting command is found."""

    account: str
    extension: str
    asked_at: datetime
    command: str


@dataclass(frozen=True, slots=True)
class PendingCommand:
    """A command that waits until `until`. `source` is the only one that its call may come from, empty for any.

    `call_id` is the call that it was judged by, empty where there was none.
    """

    account: str
    extension: str
    command: str
    number: Number
    asked_at: datetime
    until: datetime
    source: str = ""
    verdict: MatchVerdict = MatchVerdict.WAITING
    call_id: str = ""
    judged_at: datetime | None = None

    @property
    def key(self) -> PendingKey:
        """Where it is found."""
        return PendingKey(self.account, self.extension, self.asked_at, self.command)

    @property
    def is_free(self) -> bool:
        """Whether a call may still be found for it."""
        return self.verdict in (MatchVerdict.WAITING, MatchVerdict.NO_CALL)

    def fits(self, start: CallStart) -> bool:
        """Whether this can be its call."""
        return (
            self.source in ("", start.source)
            and self.asked_at - SKEW <= start.began_at <= self.until
            and bool(_forms(self.number) & _forms(start.number))
        )


@dataclass(frozen=True, slots=True)
class CallStart:
    """The beginning of an outgoing call, by our own clock: a PBX's may be wrong by hours."""

    account: str
    call_id: str
    source: str
    extension: str
    number: Number
    began_at: datetime


class PendingCommands(Protocol):
    """Waiting commands by extension."""

    def expect(self, pending: PendingCommand) -> None:
        """Keep a new one; one that is there already stays as it is."""

    def forget(self, pending: PendingCommand) -> None: ...

    def get(self, key: PendingKey) -> PendingCommand | None: ...

    def of_extension(self, account: str, extension: str, since: datetime) -> list[PendingCommand]:
        """Those of an extension that were asked for since then, as of the last write."""

    def judged(self, changes: Sequence[tuple[PendingCommand, PendingCommand]]) -> None:
        """Write (before, after) all or none; TryAgain where one is no longer as it was before."""


def judge(waiting: Iterable[PendingCommand], start: CallStart, at: datetime) -> list[PendingCommand]:
    """What a call says of the commands that it fits: those of them that it decides, as they stand then."""
    fitting = [one for one in waiting if one.fits(start)]
    own = [one for one in fitting if one.call_id == start.call_id]
    if own:
        return own  # judged by this call before
    free = [one for one in fitting if one.is_free]
    if free:
        verdict = MatchVerdict.MATCHED if len(free) == 1 else MatchVerdict.SEVERAL_COMMANDS
        return [replace(one, verdict=verdict, call_id=start.call_id, judged_at=at) for one in free]
    return [
        replace(one, verdict=MatchVerdict.SEVERAL_CALLS, judged_at=at)
        for one in fitting
        if one.verdict in (MatchVerdict.MATCHED, MatchVerdict.SEVERAL_CALLS)
    ]


def _forms(number: Number) -> set[str]:
    """The digits that a PBX may write a number with."""
    digits = "".join(filter(str.isdigit, number.received))
    forms = {digits, (number.e164 or "").lstrip("+")}
    if len(digits) == LENGTH and digits.startswith(NATIONAL):
        forms.add(INTERNATIONAL + digits[1:])
    return forms - {""}
