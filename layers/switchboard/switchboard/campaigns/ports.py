"""What campaigns need from the outside, where more than one part of them needs it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from switchboard.campaigns.model import (
    Audience,
    CallRecord,
    Execution,
    Limits,
    Phase,
    Subscriber,
    SubscriberRecord,
    Task,
)

PAGE = 500  # subscribers of an audience that are kept and read together


class Audiences(Protocol):
    """Lists of subscribers, written once and read by the page."""

    def save(self, account: str, id_: str, subscribers: Iterable[Subscriber]) -> Audience: ...

    def page(self, account: str, audience: Audience, number: int) -> Sequence[Subscriber]:
        """Subscribers `number * PAGE` and on, at most PAGE of them; empty behind the last."""


class Executions(Protocol):
    """Executions of tasks, as those see them who start, steer and report."""

    def begin(self, task: Task, execution: Execution) -> Execution:
        """Keep a new execution, make it the task's, and have it dialled.

        Where the task has one that is not over, that one is given and nothing is kept.
        """

    def get(self, account: str, id_: str) -> Execution | None: ...

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[Execution], str | None]:
        """Newest first, a page at a time."""

    def steer(self, account: str, id_: str, phase: Phase) -> Execution:
        """Pause, resume or stop: NotFound, or Conflict where it is over."""

    def records(self, execution: Execution, first: int, count: int) -> Sequence[SubscriberRecord]:
        """What became of the subscribers from `first` on, in their order; those never called are left out."""

    def running(self, execution: Execution) -> Sequence[tuple[int, CallRecord]]:
        """The calls that last, each with its subscriber's index."""

    def limits(self, account: str) -> Limits | None:
        """None where nobody set any."""

    def limit(self, account: str, limits: Limits) -> None: ...


class Wake(Protocol):
    """Has an account's dialling looked after: soon, by whoever holds it."""

    def __call__(self, account: str) -> None: ...
