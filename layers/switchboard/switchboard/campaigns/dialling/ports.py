"""Ports of dialling: storage, queues, telephony, restrictions and followers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from switchboard.campaigns.dialling.state import Change, DiallingNews, DiallingState, Line
from switchboard.kernel.campaign import Execution, SubscriberRecord
from switchboard.laps import NO_LAPS, Laps


class DiallingStore(Protocol):
    """The stored dialling of each account, with executions and records of subscribers."""

    def load(self, account: str) -> DiallingState:
        """Return an account's state as of the last write; version 0 without executions for a new account."""

    def commit(self, before: int, change: Change) -> bool:
        """Write a change in one transaction. Return False and write nothing if the stored version is not `before`.

        Raises CapReached and writes nothing if a counted call would be above the cap of its telephone.
        """

    def records(self, execution: str, account: str, subscribers: Sequence[int]) -> Mapping[int, SubscriberRecord]:
        """Return stored records as of the last write, by index; subscribers without a record are absent."""

    def records_between(self, execution: str, account: str, first: int, count: int) -> Mapping[int, SubscriberRecord]:
        """Return stored records of at most `count` subscribers from `first`, by index."""

    def snapshot(self, account: str, execution: str) -> Execution | None:
        """Return an execution as of its start or its end; None if there is none."""

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[Execution], str | None]:
        """Return a page of snapshots, newest first, and the next cursor."""

    def forget(self, account: str, execution: str) -> None:
        """Remove an execution from the lists. A repeat changes nothing."""

    def watch(self, account: str, execution: str, until: datetime | None) -> None:
        """Store when the execution's workflow takes its next turn; None if the workflow has ended."""

    def overdue(self, since: datetime) -> list[Execution]:
        """Return snapshots of all accounts' executions whose next turn was due before `since`."""


class CallPlacer(Protocol):
    """Places the call of a line; see `place`."""

    def __call__(self, execution: Execution, line: Line) -> None:
        """Order the call. Raises ProviderRefused, ProviderSilent, NotSupported or another Refused."""

    def repeatable(self, account: str) -> bool:
        """Whether the account's telephony treats a repeated order as the same call."""


class Ticks(Protocol):
    """The dialling queue: a tick makes the account's conductor take turns."""

    def tick(self, account: str, name: str, laps: Laps = NO_LAPS) -> None:
        """Send a tick. `name` is the deduplication id: a second tick within five minutes is dropped."""


class Wakes(Protocol):
    """The wake-up queue: a delayed tick."""

    def wake(self, account: str, name: str, wait: float, laps: Laps) -> None:
        """Send a tick after `wait` seconds, or after the queue's longest delay if that is shorter."""


class Restrictions(Protocol):
    """Tells which numbers must not be called."""

    def blocked(self, account: str, execution: str, numbers: Sequence[str], now: datetime) -> Mapping[str, str]:
        """Return the forbidden numbers with their reasons. `do_not_call` and `not_permitted` are final."""


class DiallingFollower(Protocol):
    """A follower of dialling, called with the news after each commit. After a crash the call is repeated."""

    def __call__(self, account: str, news: Sequence[DiallingNews]) -> None: ...


class RunWorkflow(Protocol):
    """Starts parts of executions' workflows."""

    def run(self, execution: Execution, part: int, wait: float) -> None:
        """Start a part, which waits `wait` seconds first. A part that was started before is left alone."""


class NoRestrictions:
    """Port Restrictions without any restriction."""

    def blocked(
        self,
        account: str,  # noqa: ARG002
        execution: str,  # noqa: ARG002
        numbers: Sequence[str],  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> Mapping[str, str]:
        """Return an empty mapping."""
        return {}
