"""What campaigns need from the outside, where more than one part of them needs it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from switchboard.kernel.campaign import (
    Audience,
    CallRecord,
    Clip,
    Execution,
    Limits,
    Phase,
    Subscriber,
    SubscriberRecord,
    Task,
    Upload,
)

PAGE = 500  # subscribers of an audience that are kept and read together

R = TypeVar("R")


class Resources(Protocol[R]):
    """One kind of what an account prepares for its campaigns: settings, groups or tasks."""

    def get(self, account: str, id_: str) -> R | None: ...

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[R], str | None]:
        """An account's, by id, a page at a time."""

    def save(self, resource: R) -> None:
        """Keep a new one, or another version."""

    def remove(self, account: str, id_: str, now: datetime) -> bool:
        """Whether there was one; Conflict where it is held at `now`."""


class Holds(Protocol):
    """Keeps what a start is about to use from being removed before the start is done."""

    def hold(self, account: str, keys: Sequence[tuple[str, str]], until: datetime) -> None:
        """Hold resources, each as (kind, id); Conflict where one is not there any more."""

    def held(self, account: str, kind: str, id_: str, now: datetime) -> bool:
        """Whether somebody holds one now."""


class Clips(Protocol):
    """An audio file as campaigns play it, None where the account has none of this id."""

    def __call__(self, account: str, id_: str) -> Clip | None: ...


class Uploads(Protocol):
    """Lists that clients put into the store themselves, because they are larger than the gateway lets through."""

    def expect(self, upload: Upload) -> str:
        """Keep what is to come for a day, and give the address that anybody may put it to for a quarter of an hour."""

    def expected(self, account: str, id_: str) -> Upload | None: ...

    def read(self, upload: Upload) -> bytes | None:
        """What was put there; None where nothing was."""

    def remove(self, upload: Upload) -> None:
        """Forget what was put there; a second time changes nothing."""


class Audiences(Protocol):
    """Lists of subscribers, written once and read by the page."""

    def save(self, account: str, id_: str, subscribers: Iterable[Subscriber]) -> Audience: ...

    def page(self, account: str, audience: Audience, number: int) -> Sequence[Subscriber]:
        """Subscribers `number * PAGE` and on, at most PAGE of them; empty behind the last."""

    def whole(self, account: str, audience: Audience) -> Iterable[Subscriber]:
        """All of them, read at once."""

    def link(self, account: str, audience: Audience) -> str:
        """An address that anybody can read them at for some minutes, as JSON."""

    def remove(self, account: str, id_: str) -> None:
        """Forget them; a second time changes nothing."""


class Executions(Protocol):
    """Executions of tasks, as those see them who start, steer and report."""

    def begin(self, task: Task, execution: Execution) -> Execution:
        """Keep a new execution, make it the task's, and have it dialled.

        Where the task has one that is not over, that one is given and nothing is kept.
        """

    def look_after(self, execution: Execution) -> None:
        """Have one dialled that is not over: whoever began it may have been cut off before that."""

    def get(self, account: str, id_: str) -> Execution | None: ...

    def active(self, account: str) -> Sequence[Execution]:
        """Those that are not over."""

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[Execution], str | None]:
        """Newest first, a page at a time."""

    def forget(self, execution: Execution) -> None:
        """Show it no more."""

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
