"""Ports of replays: their repository and their workflow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from switchboard.deliveries.model import Delivery
from switchboard.deliveries.replays.model import ReplayRun


class ReplayRuns(Protocol):
    """Repository of replays."""

    def get(self, run_id: str) -> ReplayRun | None: ...

    def of_account(self, account: str) -> list[ReplayRun]:
        """Return the replays of an account, in no order."""

    def running(self) -> list[ReplayRun]:
        """Return the unfinished replays of all accounts."""

    def save(self, run: ReplayRun) -> ReplayRun:
        """Write the next version by compare-and-set, and return it. Raises Conflict if the version is out of date."""

    def remove(self, run: ReplayRun) -> None:
        """Remove a replay. A repeat changes nothing."""


class ReplayWorkflows(Protocol):
    """Starts the workflow of a replay, to begin after `wait` seconds. Starting a part twice starts one execution."""

    def replay(self, run_id: str, part: int, wait: float) -> None: ...


class PacedQueue(Protocol):
    """The queue of deliveries, which tells how long it is."""

    def send(self, deliveries: Sequence[Delivery]) -> None: ...

    def waiting(self) -> int:
        """Return about how many messages wait in the queue."""


class EndingAccounts(Protocol):
    """Knows whose messages are dropped."""

    def is_ending(self, account_id: str) -> bool:
        """Whether the account is being deleted."""
