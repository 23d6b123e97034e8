"""Commands whose provider returns no call id: they wait for a matching call.

A call matches a command if the same extension calls the same number within the command's window. The match must be the
only one. `judge` is this rule, a pure function: a repeated judgement gives the same verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from switchboard.kernel.call import Number
from switchboard.kernel.numbers import digits_of

# A call may seem to start this long before its command: clocks differ, and a PBX is quick.
SKEW = timedelta(seconds=10)
NATIONAL, INTERNATIONAL, LENGTH = "8", "7", 11  # Russian PBXs write the same eleven digits with either first digit


class MatchVerdict(StrEnum):
    """The verdict on a waiting command."""

    WAITING = "waiting"
    MATCHED = "matched"  # with the call `call_id`
    SEVERAL_COMMANDS = "several_commands"  # the call also fits other commands
    SEVERAL_CALLS = "several_calls"  # another call also fits the command
    NO_CALL = "no_call"  # no call came within the window


@dataclass(frozen=True, slots=True)
class PendingKey:
    """The key of a waiting command."""

    account: str
    extension: str
    asked_at: datetime
    command: str


@dataclass(frozen=True, slots=True)
class PendingCommand:
    """A command that waits for its call until `until`.

    `source` is the only source that the call may come from, empty for any source. `call_id` is the call that decided
    the verdict, or empty. `is_told`: the provider's answer named the call, so no other call can be the command's.
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
    is_told: bool = False

    @property
    def key(self) -> PendingKey:
        return PendingKey(self.account, self.extension, self.asked_at, self.command)

    @property
    def is_free(self) -> bool:
        """Whether a call may still match the command."""
        return self.verdict in (MatchVerdict.WAITING, MatchVerdict.NO_CALL)

    def fits(self, start: CallStart) -> bool:
        """Whether the call may be the command's: the id of the command agrees, else source, time and number."""
        if start.command:
            return start.command == self.command
        return (
            self.source in ("", start.source)
            and self.asked_at - SKEW <= start.began_at <= self.until
            and bool(_forms(self.number) & _forms(start.number))
        )


@dataclass(frozen=True, slots=True)
class CallStart:
    """The start of an outgoing call. `began_at` is on the hub's clock: a PBX's clock may be wrong by hours.

    `command` is the id of its command, if the vendor repeats the id: then no other command can be the call's.
    """

    account: str
    call_id: str
    source: str
    extension: str
    number: Number
    began_at: datetime
    command: str = ""


class PendingCommands(Protocol):
    """The table of waiting commands, by extension."""

    def expect(self, pending: PendingCommand) -> None:
        """Insert if absent; do not overwrite."""

    def forget(self, pending: PendingCommand) -> None: ...

    def get(self, key: PendingKey) -> PendingCommand | None: ...

    def of_extension(self, account: str, extension: str, since: datetime) -> list[PendingCommand]:
        """Return the commands of an extension sent since `since`, read consistently."""

    def judged(self, changes: Sequence[tuple[PendingCommand, PendingCommand]]) -> None:
        """Write pairs (before, after), all or nothing. Raises TryAgain if a row is no longer as before."""


def judge(waiting: Iterable[PendingCommand], start: CallStart, at: datetime) -> list[PendingCommand]:
    """Return the commands that the call decides, with their new verdicts."""
    fitting = [one for one in waiting if one.fits(start)]
    own = [one for one in fitting if one.call_id == start.call_id]
    if own:
        return own  # this call was judged before
    free = [one for one in fitting if one.is_free]
    if free:
        verdict = MatchVerdict.MATCHED if len(free) == 1 else MatchVerdict.SEVERAL_COMMANDS
        return [replace(one, verdict=verdict, call_id=start.call_id, judged_at=at) for one in free]
    return [
        replace(one, verdict=MatchVerdict.SEVERAL_CALLS, judged_at=at)
        for one in fitting
        if one.verdict in (MatchVerdict.MATCHED, MatchVerdict.SEVERAL_CALLS) and not one.is_told
    ]


def _forms(number: Number) -> set[str]:
    """Return the digit strings that a PBX may write for a number."""
    digits = digits_of(Number(number.received))
    forms = {digits, (number.e164 or "").lstrip("+")}
    if len(digits) == LENGTH and digits.startswith(NATIONAL):
        forms.add(INTERNATIONAL + digits[1:])
    return forms - {""}
