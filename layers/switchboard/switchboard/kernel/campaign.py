"""What a campaign is made of: settings, groups of subscribers, audio, tasks; and an execution of a task.

Field names follow SP5000 CATO's document (sections 3.1 to 3.6), in Python's spelling. Durations are seconds, times
aware UTC, numbers as they are to be dialled: digits with an optional leading `+`, 2 to 15 of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum


class SuccessCondition(StrEnum):
    """When a subscriber counts as notified (section 3.3)."""

    PICKUP_PHONE = "PICKUP_PHONE"
    PICKUP_AND_LISTEN_SOME = "PICKUP_AND_LISTEN_SOME"
    PICKUP_AND_LISTEN_FULL = "PICKUP_AND_LISTEN_FULL"
    PICKUP_AND_CONFIRM = "PICKUP_AND_CONFIRM"


@dataclass(frozen=True, slots=True)
class Window:
    """The time of day in which calls may begin, in the account's zone: `since` is inside, `until` is not.

    An end before the start runs over midnight; equal ends mean no restriction.
    """

    since: time = time.min
    until: time = time.min


@dataclass(frozen=True, slots=True)
class EmailText:
    """A message by e-mail: `always`, or only to whom no call could notify."""

    subject: str
    text: str
    always: bool = False


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """How people are called. `spelling` is that of the request (`S` or `s` at the end of the durations' names).

    `confirm_codes` are what counts as a confirmation. `attempts_by_disposition` bounds the calls of one number that
    may end so (`busy`, `no_answer`, ...); a disposition that is not named is bounded by the waves alone.
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
    confirm_codes: tuple[str, ...] = ("1",)
    attempts_by_disposition: Mapping[str, int] = field(default_factory=dict)
    email: EmailText | None = None


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Somebody to be notified: the numbers are called in their order."""

    full_name: str
    phones: tuple[str, ...]
    emails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Audience:
    """Subscribers kept for reading by the page, and never changed: `size` of them, numbered from 0."""

    id: str
    size: int


@dataclass(frozen=True, slots=True)
class SubscriberGroup:
    """A named list; each change makes a new audience."""

    account: str
    id: str
    name: str
    audience: Audience
    created_at: datetime
    user_id: str = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """A list of `size` bytes that becomes a group of the same id; `kind` is its media type."""

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
    """What is to be told to whom and how. `execution` is the one that runs or ran last; `priority` 9 overtakes 0."""

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
    """Where an execution stands."""

    RUNNING = "running"
    PAUSED = "paused"  # calls that run go on, none begins
    STOPPING = "stopping"  # the last calls end
    STOPPED = "stopped"
    FINISHED = "finished"
    HANDED_OVER = "handed_over"  # another system calls, or is about to
    FAILED = "failed"  # what was handed over came to nothing, or was lost sight of: `reason` says which


OVER = frozenset({Phase.STOPPED, Phase.FINISHED, Phase.FAILED})


@dataclass(frozen=True, slots=True)
class Counters:
    """The report's numbers (section 3.6). `ringing` is what is in progress and not talking.

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
    number of the newest part of the workflow.
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


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened in a call, in the words of the report (section 3.6: `events`)."""

    at: datetime
    name: str
    status: str
    data: str | None = None


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call of a campaign. `disposition` is empty while it lasts."""

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
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class SubscriberRecord:
    """What became of a subscriber so far.

    `final` means that no further wave calls; `reason` says why, where it failed.
    """

    index: int
    notified: bool = False
    final: bool = False
    reason: str = ""
    calls: tuple[CallRecord, ...] = ()
    emailed: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an account's trunk takes: calls at once, and calls begun within any second.

    `daily` bounds the calls to one number within a day of the account's zone; 0 is any number.
    """

    channels: int = 0
    cps: int = 10
    daily: int = 0
