"""A system that runs whole campaigns: objects, report, and the protocol of a client."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from switchboard.kernel.campaign import CallRecord, Counters, NotificationSettings, Subscriber


class CampaignObject(StrEnum):
    """The kinds of objects in such a system; the values are their names in paths."""

    AUDIO = "audio-files"
    GROUP = "subscriber-groups"
    SETTINGS = "notification-settings"
    TASK = "tasks"
    EXECUTION = "task-execs"


@dataclass(frozen=True, slots=True)
class TaskParts:
    """The system's ids of the parts of a task."""

    settings: str
    files: Sequence[str]
    groups: Sequence[str]


@dataclass(frozen=True, slots=True)
class SubscriberReport:
    """A subscriber's part of a report. The calls have no ids yet; the mirror of the campaign assigns them."""

    full_name: str
    phones: tuple[str, ...]
    notified: bool
    calls: tuple[CallRecord, ...]


@dataclass(frozen=True, slots=True)
class ExecutionReport:
    """A report or a page of a report; `cursor` is the query value for the next page."""

    counters: Counters
    wave: int
    is_active: bool
    subscribers: tuple[SubscriberReport, ...]
    cursor: str = ""


class CampaignSystem(Protocol):
    """One user of such a system. Every method raises ProviderRefused, ProviderSilent or NotFound."""

    def add_audio(self, name: str, wav: bytes) -> str: ...
    def add_group(self, name: str, subscribers: Sequence[Subscriber]) -> str: ...
    def add_settings(self, name: str, settings: NotificationSettings) -> str: ...
    def add_task(self, name: str, parts: TaskParts) -> str: ...
    def start(self, task: str) -> str: ...
    def has(self, kind: CampaignObject, id_: str) -> bool: ...
    def find(self, kind: CampaignObject, name: str) -> str | None: ...
    def report(self, execution: str) -> Iterator[ExecutionReport]: ...
