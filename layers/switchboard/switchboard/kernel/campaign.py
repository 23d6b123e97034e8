"""The model of campaigns: settings, groups of subscribers, audio, tasks and executions.

Field names follow SP5000 CATO's document (sections 3.1 to 3.6), in Python's spelling. Durations are in seconds, times
aware and in UTC. A number is 2 to 15 digits with an optional leading `+`, as dialled; an extension may follow: `x102`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from enum import StrEnum

from switchboard.kernel.numbers import DEFAULT_REGION


class SuccessCondition(StrEnum):
    """When a subscriber counts as notified (section 3.3)."""

    PICKUP_PHONE = "PICKUP_PHONE"
    PICKUP_AND_LISTEN_SOME = "PICKUP_AND_LISTEN_SOME"
    PICKUP_AND_LISTEN_FULL = "PICKUP_AND_LISTEN_FULL"
    PICKUP_AND_CONFIRM = "PICKUP_AND_CONFIRM"


@dataclass(frozen=True, slots=True)
class Window:
    """The time of day in which calls may begin, in the account's zone, from `since` inclusive to `until` exclusive.

    An end before the start runs over midnight; equal ends mean no restriction.
    """

    since: time = time.min
    until: time = time.min


@dataclass(frozen=True, slots=True)
class EmailText:
    """The text of an e-mail: to everybody if `always`, else to subscribers whom no call could notify."""

    subject: str
    text: str
    always: bool = False


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """How people are called. `spelling` has the last letters of the four durations' names in the request (`S` or `s`).

    One letter stands for all four. `restrictions` are the hours and minutes of the window as the request gave them.
    `confirm_codes` are the digits that confirm. `attempts_by_disposition` bounds the calls to one number that end with
    a disposition (`busy`, `no_answer` …); other dispositions are bounded by the waves only.
    """

    account: str
    id: str
    name: str
    attempt_count: int
    attempt_delay: int
    condition: SuccessCondition
    success_playback: int
    max_call_duration: int
    max_answer_delay: int
    window: Window = Window()
    user_id: str = ""
    spelling: str = "S"
    restrictions: Mapping[str, int] | None = None
    confirm_codes: tuple[str, ...] = ("1",)
    attempts_by_disposition: Mapping[str, int] = field(default_factory=dict)
    email: EmailText | None = None


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A person to notify; the numbers are called in order."""

    full_name: str
    phones: tuple[str, ...]
    emails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Audience:
    """A stored, unchangeable list of `size` subscribers, numbered from 0 and read by the page."""

    id: str
    size: int


@dataclass(frozen=True, slots=True)
class SubscriberGroup:
    """A named list of subscribers; each new list is a new audience."""

    account: str
    id: str
    name: str
    audience: Audience
    created_at: datetime
    user_id: str = ""


@dataclass(frozen=True, slots=True)
class ListUpload:
    """An expected list of `size` bytes, which becomes a group with the same id; `kind` is the media type."""

    account: str
    id: str
    name: str
    user_id: str
    size: int
    kind: str
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Clip:
    """A piece of audio as a provider plays it: the key of its WAV in the store of campaign audio, and its length."""

    key: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Task:
    """The definition of a campaign. `execution` is the id of the last execution; `priority` 9 is before 0."""

    account: str
    id: str
    name: str
    settings: str
    files: tuple[str, ...]
    groups: tuple[str, ...]
    created_at: datetime
    user_id: str = ""
    priority: int = 5
    execution: str = ""


class Phase(StrEnum):
    """The phase of an execution."""

    RUNNING = "running"
    PAUSED = "paused"  # running calls continue, no call begins
    STOPPING = "stopping"  # until the last calls end
    STOPPED = "stopped"
    FINISHED = "finished"
    HANDED_OVER = "handed_over"  # another system calls, or is about to
    FAILED = "failed"  # a hand-over failed: see `reason`


OVER = frozenset({Phase.STOPPED, Phase.FINISHED, Phase.FAILED})


@dataclass(frozen=True, slots=True)
class Counters:
    """The report's numbers (section 3.6). The report's `ringing` is `in_progress` less `talking`.

    not_yet + notified + failed = total, and succeeded + failed_calls + in_progress = calls, at every moment.
    """

    total: int = 0
    not_yet: int = 0
    notified: int = 0
    failed: int = 0
    calls: int = 0
    succeeded: int = 0
    failed_calls: int = 0
    in_progress: int = 0
    talking: int = 0
    delayed: int = 0


@dataclass(frozen=True, slots=True)
class Execution:
    """A started task: a snapshot of the task's resources, and the progress.

    `wave` is the current wave, 0 before the first. `cursor` is the index of the wave's next subscriber. `ready` are
    subscribers with another number to dial in this wave, as (subscriber, position of the number). `wave_at` is the
    earliest start of the next wave, set at the end of a wave.

    `retriable` counts failed subscribers whom a further wave may call. `refusals` counts final refusals of the
    telephony in a row. `reason` says why the hub paused the execution, or why the execution failed. `part` is the
    number of the newest part of the workflow. `region` is the plan by which two spellings are one telephone.
    """

    account: str
    id: str
    task: str
    name: str
    settings: NotificationSettings
    clips: tuple[Clip, ...]
    audience: Audience
    timezone: str
    started_at: datetime
    priority: int = 5
    phase: Phase = Phase.RUNNING
    wave: int = 0
    wave_at: datetime | None = None
    cursor: int = 0
    ready: tuple[tuple[int, int], ...] = ()
    counters: Counters = Counters()
    finished_at: datetime | None = None
    retriable: int = 0
    refusals: int = 0
    reason: str = ""
    part: int = 0
    region: str = DEFAULT_REGION


@dataclass(frozen=True, slots=True)
class CallStep:
    """One event within a call, in the words of the report (section 3.6: `events`)."""

    at: datetime
    name: str
    status: str
    data: str | None = None


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call of a campaign. `disposition` is empty while the call lasts. `heard` means that all audio was played."""

    id: str
    number: str
    wave: int
    started_at: datetime
    rang_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    success: bool = False
    delayed: bool = False
    disposition: str = ""
    digits: str = ""
    steps: tuple[CallStep, ...] = ()
    heard: bool = False


@dataclass(frozen=True, slots=True)
class SubscriberRecord:
    """A subscriber's result so far.

    `final` means that no further wave calls; `reason` says why the subscriber failed.
    """

    index: int
    notified: bool = False
    final: bool = False
    reason: str = ""
    calls: tuple[CallRecord, ...] = ()
    emailed: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """An account's limits: calls at once (`channels`), and calls begun within any second (`cps`).

    `daily` bounds the calls to one number within a day of the account's zone; 0 means no bound.
    """

    channels: int = 0
    cps: int = 10
    daily: int = 0

    def within(self, quota: Limits) -> Limits:
        """Return the limits with no more channels and calls a second than the quota."""
        return replace(self, channels=min(self.channels, quota.channels), cps=min(self.cps, quota.cps))
