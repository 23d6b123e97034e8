"""The normal form of calls and events. Durations are whole seconds, times are aware and in UTC.

A number keeps the vendor's text beside E.164.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from switchboard.kernel.clocks import Clock


class Kind(StrEnum):
    """The type of an event in the hub's own words. Dialects translate their event names to these and back."""

    CALL_STARTED = "call.started"
    LEG_STARTED = "leg.started"  # an employee's phone is rung, or dials out
    LEG_ENDED = "leg.ended"
    CALL_ANSWERED = "call.answered"
    CALL_REDIRECTED = "call.redirected"  # another extension took the call
    CALL_ENDED = "call.ended"
    CALL_MISSED = "call.missed"
    VOICEMAIL_STARTED = "voicemail.started"
    VOICEMAIL_ENDED = "voicemail.ended"
    VOICEMAIL_LEFT = "voicemail.left"
    DIGIT_PRESSED = "digit.pressed"
    PLAYBACK_ENDED = "playback.ended"
    RECORDING_AVAILABLE = "recording.available"  # stored by the hub; `raw` describes the audio
    RECORDING_FAILED = "recording.failed"
    COMMAND_SUCCEEDED = "command.succeeded"  # the telephony carried out a command; `raw` names the command
    COMMAND_FAILED = "command.failed"
    COMMAND_UNCORRELATED = "command.uncorrelated"  # correlated with this call, and later doubted
    CAMPAIGN_STARTED = "campaign.started"  # an execution of a notification campaign; belongs to no call
    CAMPAIGN_PROGRESS = "campaign.progress"
    CAMPAIGN_FINISHED = "campaign.finished"
    SUBSCRIBER_NOTIFIED = "subscriber.notified"  # the result for one subscriber of the execution
    SUBSCRIBER_FAILED = "subscriber.failed"
    DEVICE_STARTED = "device.started"
    SMS_RECEIVED = "sms.received"
    CALLBACK = "callback"
    CUSTOM = "custom"
    UNKNOWN = "unknown"


class State(StrEnum):
    """The state of a call. A call only moves down this list."""

    NEW = "new"
    RINGING = "ringing"
    VOICEMAIL = "voicemail"
    TALKING = "talking"
    ENDED = "ended"


class Outcome(StrEnum):
    """The effect of an event on its call."""

    ADVANCED = "advanced"  # the call moved on
    MENDED = "mended"  # the first end that a source reports of a call that the hub ended as lost
    NOTED = "noted"  # the state stays; facts may have been added
    STALE = "stale"  # overtaken by a later event: stored, the state stays
    IMPOSSIBLE = "impossible"  # contradicts the known end of the call: stored, the state stays
    REPEATED = "repeated"  # tells in other words what the call already knows: stored, and told to nobody
    DUPLICATE = "duplicate"  # the log of the call already holds the event


class Direction(StrEnum):
    """The direction as the account sees the call."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"
    CALLBACK = "callback"


class Disposition(StrEnum):
    """How a call ended."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    INVALID_NUMBER = "invalid_number"
    UNAVAILABLE = "unavailable"
    CONGESTION = "congestion"
    FORBIDDEN = "forbidden"
    NO_FUNDS = "no_funds"
    BLOCKED = "blocked"
    HANGUP = "hangup"
    FAILED = "failed"
    LOST = "lost"  # no source has reported the end
    UNKNOWN = "unknown"


# The outcomes of an end that receivers are told of.
ENDED_BY = frozenset({Outcome.ADVANCED, Outcome.MENDED})
# What a source may report of a call although somebody talked.
UNANSWERED = frozenset({Disposition.NO_ANSWER, Disposition.BUSY, Disposition.CANCELLED, Disposition.REJECTED})
CLOCK_SLACK = 5  # seconds by which reported times may differ from reported durations


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number as received, and in E.164 if the numbering plans give one reading only."""

    received: str
    e164: str | None = None


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One event of a call, as one source reported the event.

    `id` is derived from source and content, so a repeat has the same id. `call_id` is empty for events of no call.
    `raw` is the vendor's payload without credentials. `reusable_ids` marks vendors that count call ids from one again.
    `hops` is how many hubs the event has passed before. `command` is the hub's command that began the call.
    """

    id: str
    account: str
    source: str
    dialect: str
    kind: Kind
    name: str
    call_id: str
    at: datetime
    received_at: datetime
    external_id: str = ""
    reusable_ids: bool = False
    direction: Direction | None = None
    caller: Number | None = None
    callee: Number | None = None
    line: Number | None = None
    trunk: str | None = None
    extension: Number | None = None
    disposition: Disposition | None = None
    cause: str | None = None
    duration: int | None = None
    talk_duration: int | None = None
    wait_duration: int | None = None
    started_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    recording: str | None = None
    voicemail: str | None = None
    voicemail_type: int | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)
    clock: Clock | None = None  # set if a time of the payload does not count
    hops: int = 0
    command: str = ""

    @property
    def lane(self) -> str:
        """The group in which order is kept: the call, or the source for events of no call."""
        return self.call_id or f"source:{self.source}"


@dataclass(frozen=True, slots=True)
class Fact:
    """One value known of a call, with the event that reported the value."""

    value: Any
    kind: Kind
    at: datetime
    event_id: str


@dataclass(frozen=True, slots=True)
class Leg:
    """An extension that took part in a call, with the times of its last ring, first answer and last end."""

    number: Number
    rung_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """The state of a call: a fold over the set of its events, in any order of arrival.

    `version` counts the events applied. `successor` is the id of the call that took over this id, if the vendor
    reused the id. `legs` are the extensions that took part, by the digits of their numbers. `seen` names the
    transitions that were reported. `last_at` is the time of the last event that a source sent, and `heard_at` the hub's
    time of that event. `hops` is the most hubs that an event has passed, `kept_days` the days of a long recording.

    `told` and `groups` are no part of the fold. `told` is the status of each leg as the order of arrival has shown the
    leg. `groups` maps each receiver of the events to a group of the queue, which a call keeps to its end.
    """

    account: str
    id: str
    source: str
    dialect: str
    external_id: str
    first_at: datetime
    state: State = State.NEW
    version: int = 0
    facts: Mapping[str, Fact] = field(default_factory=dict)
    last_at: datetime | None = None
    successor: str = ""
    legs: Mapping[str, Leg] = field(default_factory=dict)
    seen: tuple[str, ...] = ()
    heard_at: datetime | None = None
    told: Mapping[str, str] = field(default_factory=dict, compare=False)
    groups: Mapping[str, str] = field(default_factory=dict)
    hops: int = 0
    kept_days: int = 0

    def known(self, name: str) -> Any:
        """Return the value of a fact, or None if no event has reported the fact."""
        fact = self.facts.get(name)
        return fact.value if fact else None

    @property
    def answered(self) -> bool:
        """Whether somebody talked to the caller."""
        if self.known("answered_at") is not None:
            return True
        return self.known("disposition") is Disposition.ANSWERED or bool(self.known("talk_duration"))

    @property
    def disposition(self) -> Disposition | None:
        """How the call ended, as reported; a call with an answer and a talk was answered."""
        return self.agreed(self.known("disposition"))

    @property
    def is_lost(self) -> bool:
        """Whether the hub ended the call, and no source has reported the end."""
        fact = self.facts.get("ended_at")
        return fact is not None and fact.kind is Kind.UNKNOWN

    def agreed(self, told: Disposition | None) -> Disposition | None:
        """Return a reported disposition if it agrees with the rest of the call: ANSWERED after an answer and a talk."""
        if told is Disposition.LOST and not self.is_lost:
            told = None
        talked = self.known("answered_at") is not None and self.talk_duration
        return Disposition.ANSWERED if told in UNANSWERED and talked else told

    @property
    def talk_duration(self) -> int | None:
        """Seconds of conversation: as reported, else the duration without the wait; None if unknown."""
        if (told := self.known("talk_duration")) is not None:
            return self._possible(int(told))
        if self.state is State.ENDED and not self.answered:
            return 0
        if (whole := self._told_or_between("duration", "started_at", "ended_at")) is not None:
            return max(0, whole - (self._told_or_between("wait_duration", "started_at", "answered_at") or 0))
        return _seconds_between(self.known("answered_at"), self.known("ended_at"))

    @property
    def duration(self) -> int | None:
        """Seconds from the first ring to the end."""
        if (told := self.known("duration")) is not None:
            return self._possible(max(int(told), self.known("talk_duration") or 0))
        reckoned = _seconds_between(self.known("started_at"), self.known("ended_at"))
        return self.talk_duration if reckoned is None else max(reckoned, self.talk_duration or 0)

    @property
    def wait_duration(self) -> int | None:
        """Seconds that the caller waited, whether or not the call was answered."""
        told = self.known("wait_duration")
        if self.duration is not None and self.talk_duration is not None:
            rest = max(0, self.duration - self.talk_duration)
            return rest if told is None else min(int(told), rest)
        if told is not None:
            return self._possible(int(told))
        return _seconds_between(self.known("started_at"), self.known("answered_at"))

    def _possible(self, told: int) -> int:
        """Return a reported duration, at most the time from the start to the end.

        Times within some seconds of each other are times of receipt, and say nothing about the duration.
        """
        most = _seconds_between(self.known("started_at"), self.known("ended_at"))
        return most if most is not None and CLOCK_SLACK < most < told - CLOCK_SLACK else told

    def _told_or_between(self, name: str, start: str, end: str) -> int | None:
        if (told := self.known(name)) is not None:
            return self._possible(int(told))
        return _seconds_between(self.known(start), self.known(end))


@dataclass(frozen=True, slots=True)
class AppliedEvent:
    """An event, its outcome, and its call after and `before` the event. Both calls are None for events of no call."""

    event: CallEvent
    call: Call | None
    outcome: Outcome
    before: Call | None = None


def _seconds_between(start: datetime | None, end: datetime | None) -> int | None:
    return None if start is None or end is None else max(0, round((end - start).total_seconds()))
