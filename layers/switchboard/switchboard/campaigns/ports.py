"""Ports that several parts of campaigns use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from switchboard.kernel.campaign import (
    Audience,
    CallRecord,
    Clip,
    Execution,
    Limits,
    ListUpload,
    Phase,
    Subscriber,
    SubscriberRecord,
    Task,
)
from switchboard.kernel.campaign_outcome import Waiting

PAGE = 500  # subscribers of an audience that are stored and read together

R = TypeVar("R")


class Resources(Protocol[R]):
    """The stored resources of one kind: settings, groups or tasks."""

    def get(self, account: str, id_: str) -> R | None: ...

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[R], str | None]:
        """Return a page of an account's resources by id, and the next cursor."""

    def save(self, resource: R) -> None:
        """Insert or replace a resource."""

    def remove(self, account: str, id_: str, now: datetime) -> bool:
        """Delete a resource; return whether there was one. Raises Conflict if the resource is held at `now`."""


class Holds(Protocol):
    """Holds protect the resources of a beginning execution from removal."""

    def hold(self, account: str, keys: Sequence[tuple[str, str]], until: datetime) -> None:
        """Hold resources, each as (kind, id). Raises Conflict if one no longer exists."""

    def held(self, account: str, kind: str, id_: str, now: datetime) -> bool:
        """Whether the resource is held at `now`."""


class Clips(Protocol):
    """Reads audio files as clips; None if the account has no file of this id."""

    def __call__(self, account: str, id_: str) -> Clip | None: ...


class Uploads(Protocol):
    """Lists above the gateway's limit, which clients put into the store by a presigned URL."""

    def expect(self, upload: ListUpload) -> str:
        """Store the expected upload for a day; return a presigned URL, valid for 15 minutes."""

    def expected(self, account: str, id_: str) -> ListUpload | None: ...

    def read(self, upload: ListUpload) -> bytes | None:
        """Return the uploaded bytes; None before the client has uploaded the list."""

    def remove(self, upload: ListUpload) -> None:
        """Delete the uploaded bytes. A repeat changes nothing."""


class CampaignStorage(Protocol):
    """The stored bytes of each account, and its limit."""

    def check_room(self, account: str, size: int) -> None:
        """Raise TooMany if the account has no room for `size` further bytes."""

    def hold(self, account: str, object_id: str, size: int) -> None:
        """Count the bytes of an object until its deletion. A repeat changes nothing."""

    def free(self, account: str, object_id: str) -> None:
        """Count the bytes of a deleted object no longer. A repeat changes nothing."""


class Audiences(Protocol):
    """Lists of subscribers, written once and read by the page."""

    def save(self, account: str, id_: str, subscribers: Iterable[Subscriber]) -> Audience: ...

    def page(self, account: str, audience: Audience, number: int) -> Sequence[Subscriber]:
        """Return at most PAGE subscribers from index `number * PAGE`; empty after the last."""

    def whole(self, account: str, audience: Audience) -> Iterable[Subscriber]:
        """Return all subscribers, read in one request. Raises NotFound if the list is gone."""

    def link(self, account: str, audience: Audience, *, compressed: bool) -> str:
        """Return a presigned URL of the list as JSON, valid for some minutes; `compressed` by gzip, or as it is."""

    def remove(self, account: str, id_: str) -> None:
        """Delete the list. A repeat changes nothing."""


class Executions(Protocol):
    """Executions of tasks, for starting, steering and reporting."""

    def begin(self, task: Task, execution: Execution) -> Execution:
        """Store a new execution and have it dialled.

        If the task has an execution that is not over, return that execution and store nothing.
        """

    def look_after(self, execution: Execution) -> None:
        """Have an active execution dialled: its starter may have died before."""

    def get(self, account: str, id_: str) -> Execution | None: ...

    def active(self, account: str) -> Sequence[Execution]:
        """Return the executions that are not over."""

    def listed(self, account: str, limit: int, cursor: str | None) -> tuple[list[Execution], str | None]:
        """Return a page, newest first, and the next cursor."""

    def forget(self, execution: Execution) -> None:
        """Remove an execution from the lists."""

    def steer(self, account: str, id_: str, phase: Phase) -> Execution:
        """Pause, resume or stop. Raises NotFound, Conflict if the execution is over, NotSupported if handed over."""

    def records(self, execution: Execution, first: int, count: int) -> Sequence[SubscriberRecord]:
        """Return the records of `count` subscribers from `first` in order; without a record absent."""

    def running(self, execution: Execution) -> Sequence[tuple[int, CallRecord]]:
        """Return the calls in progress, each with its subscriber's index."""

    def waits(self, account: str) -> Mapping[str, Waiting]:
        """Return what running executions wait for, by id; executions that call are absent."""

    def limits(self, account: str) -> Limits | None:
        """Return the account's limits; None if the operator has set none."""

    def limit(self, account: str, limits: Limits) -> None: ...


class Wake(Protocol):
    """Makes an account's conductor take a turn soon."""

    def __call__(self, account: str) -> None: ...
