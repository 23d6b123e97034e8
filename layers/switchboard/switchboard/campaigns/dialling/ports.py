"""What dialling needs from the outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from switchboard.campaigns.dialling.state import Change, Line, News, State
from switchboard.kernel.campaign import Execution, SubscriberRecord
from switchboard.laps import NO_LAPS, Laps


class DiallingStore(Protocol):
    """The dialling of each account, and what is kept of its executions."""

    def load(self, account: str) -> State:
        """All of it as of the last write; of an account that never dialled, an empty one of version 0."""

    def commit(self, before: int, change: Change) -> bool:
        """Write a change in one transaction; False, and nothing is written, where the version is not `before`."""

    def records(self, execution: str, account: str, subscribers: Sequence[int]) -> Mapping[int, SubscriberRecord]:
        """What is kept of these subscribers, as of the last write; those without are left out."""

    def records_between(self, execution: str, account: str, first: int, count: int) -> Mapping[int, SubscriberRecord]:
        """What is kept of the subscribers `first` and on, `count` of them at most; those without are left out."""

    def snapshot(self, account: str, execution: str) -> Execution | None:
        """An execution as it was begun, or as it ended."""

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[Execution], str | None]:
        """Snapshots, newest first, a page at a time."""

    def forget(self, account: str, execution: str) -> None:
        """Show an execution no more; a second time changes nothing."""

    def watch(self, account: str, execution: str, until: datetime | None) -> None:
        """Note when the workflow of an execution takes its next turn; None where it takes none."""

    def overdue(self, since: datetime) -> list[Execution]:
        """Snapshots of all accounts whose workflow should have taken a turn before that."""


class Dials(Protocol):
    """Places the call of a line, and says what became of the order: see `place`."""

    def __call__(self, execution: Execution, line: Line) -> None:
        """ProviderRefused, ProviderSilent, NotSupported or another Refused where it was not placed."""

    def repeatable(self, account: str) -> bool:
        """Whether the same order twice is one call there."""


class Ticks(Protocol):
    """Has an account's conductor take a turn, soon."""

    def tick(self, account: str, name: str, laps: Laps = NO_LAPS) -> None:
        """Two of the same name within five minutes are one."""


class Wakes(Protocol):
    """Has an account's conductor take a turn when time has come."""

    def wake(self, account: str, name: str, wait: float, laps: Laps) -> None:
        """After `wait` seconds, at most as many as a queue can hold a message back."""


class Restrictions(Protocol):
    """Numbers that may not be dialled."""

    def blocked(self, account: str, execution: str, numbers: Sequence[str], now: datetime) -> Mapping[str, str]:
        """Those that may not be dialled now, each with the reason: `do_not_call` is for good, others may pass."""


class Told(Protocol):
    """A follower, told after each commit what it brought; after a crash it is told again, so a repeat says nothing."""

    def __call__(self, account: str, news: Sequence[News]) -> None: ...


class RunWorkflow(Protocol):
    """Starts the workflows of executions."""

    def run(self, execution: Execution, part: int, wait: float) -> None:
        """Start a part, to begin after `wait` seconds; one that was started before is left alone."""


class NoRestrictions:
    """Everybody may be called."""

    def blocked(
        self,
        account: str,  # noqa: ARG002
        execution: str,  # noqa: ARG002
        numbers: Sequence[str],  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> Mapping[str, str]:
        """Nobody."""
        return {}
