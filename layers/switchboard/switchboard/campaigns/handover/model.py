"""The state of a hand-over: objects made at the other system, and the request without a known answer."""

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
    INCOMPLETE = "incomplete"  # the hub no longer has the campaign's audio
    REFUSED = "refused"  # the other system refused a part of the campaign
    FORBIDDEN = "forbidden"  # the other system does not accept the token
    NOT_FOUND = "not_found"  # the other system no longer knows an object that it had given an id
    START_UNKNOWN = "start_unknown"  # the answer to the start was lost, and the other system lists no executions
    NOT_HANDED_OVER = "not_handed_over"  # the other system was out of order too long; nobody was called
    OUT_OF_SIGHT = "out_of_sight"  # the campaign was started, and no report came for too long


@dataclass(frozen=True, slots=True)
class Handover:
    """The hand-over of an execution to another system. `version` is the optimistic lock.

    `telephony` is the account's choice at the start; the ids in `made` belong to that system. `made` maps the key of a
    step to the id of the object there; `start` maps to the execution there. `asked` is the step that was requested
    without a known answer. `missed` counts the looks that did not find that step's object. After the start, `missed`
    counts the looks in a row that did not find the execution. `failures` counts passing failures in a row since
    `failing_since`.
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
        """The id of the execution at the other system; empty before its start."""
        return self.made.get(START, "")

    @property
    def may_have_started(self) -> bool:
        """Whether a start was requested without a known answer."""
        return self.asked == START


class GivenUpError(Exception):
    """The execution has failed for good."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class NotYetError(Exception):
    """The hand-over cannot go on for `after` seconds, though nothing is wrong."""

    def __init__(self, after: float) -> None:
        super().__init__("not yet")
        self.after = after


class OvertakenError(Exception):
    """Another worker drives the execution, or the execution is over."""
