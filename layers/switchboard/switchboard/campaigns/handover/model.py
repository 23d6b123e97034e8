"""How far a hand-over is: what was made there already, and what was asked for without an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from switchboard.telephony.model import AccountTelephony

START = "start"  # the last step


class Reason(StrEnum):
    """Why an execution that was handed over failed."""

    NO_CHANNELS = "no_channels"  # the other system's FAIL_NO_CHANNELS
    LOOP = "loop"  # the other system has handed it over to this account again
    INCOMPLETE = "incomplete"  # audio of the campaign is no longer kept here
    REFUSED = "refused"  # it does not take something that the campaign is made of
    FORBIDDEN = "forbidden"  # it does not accept our token
    NOT_FOUND = "not_found"  # it does not know any more what it had given an id to
    START_UNKNOWN = "start_unknown"  # its answer to the start was lost, and it does not list what runs
    NOT_HANDED_OVER = "not_handed_over"  # it was out of order too long; nobody was called
    OUT_OF_SIGHT = "out_of_sight"  # it calls, or called, and has told nothing for too long


@dataclass(frozen=True, slots=True)
class Handover:
    """An execution's way to another system. `version` counts the changes.

    `telephony` is the account's as it was at the start: ids hold at that system alone. `made` is the id there of what
    each step made, and `start`'s is that of their execution. `asked` is a step that was asked for, whose answer is not
    known; `missed` counts the looks that did not find what came of it. `failures` counts those in a row that pass by
    themselves, `failing_since` is the time of the first.
    """

    account: str
    execution: str
    telephony: AccountTelephony
    began_at: datetime
    version: int = 0
    made: Mapping[str, str] = field(default_factory=dict)
    asked: str = ""
    asked_at: datetime | None = None
    missed: int = 0
    failures: int = 0
    failing_since: datetime | None = None

    @property
    def theirs(self) -> str:
        """The id of the execution there; empty before it was started."""
        return self.made.get(START, "")

    @property
    def may_have_started(self) -> bool:
        """Whether a start was asked for whose answer is not known."""
        return self.asked == START


class GivenUpError(Exception):
    """The execution has failed, and no repeat helps."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class NotYetError(Exception):
    """The hand-over cannot go on for `after` seconds, though nothing is wrong."""

    def __init__(self, after: float) -> None:
        super().__init__("not yet")
        self.after = after


class OvertakenError(Exception):
    """Somebody else drives the execution, or it is over."""
