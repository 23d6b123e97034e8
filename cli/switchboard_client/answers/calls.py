"""Answers about calls, commands and recordings."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from switchboard_client.answers.deliveries import Delivery, LastAnswer

CallState = Literal["new", "ringing", "voicemail", "talking", "ended"]
Direction = Literal["incoming", "outgoing", "callback"]
CommandState = Literal["accepted", "sent", "succeeded", "failed", "uncorrelated"]
CommandAction = Literal["originate", "place", "redirect", "hangup"]
RecordingState = Literal["expected", "available", "dead", "deleted"]
Reach = Literal[
    "delivered", "waiting", "paused", "held", "suspended", "dead", "cancelled", "disabled", "made_later", "filtered",
    "not_then", "other_events", "no_message",
]  # fmt: skip


class Number(TypedDict):
    """A number as received, and in E.164. `hidden` is there for a withheld number."""

    received: str
    e164: str | None
    hidden: NotRequired[bool]


class Leg(TypedDict):
    """An extension that took part in a call."""

    extension: Number | None
    rung_at: str | None
    answered_at: str | None
    ended_at: str | None


class Call(TypedDict):
    """The state of a call. Durations are in seconds."""

    id: str
    account: str
    source: str
    dialect: str
    external_id: str
    state: CallState
    direction: Direction | None
    trunk: str | None
    disposition: str | None
    cause: str | None
    recording: str | None
    voicemail: str | None
    voicemail_type: str | None
    caller: Number | None
    callee: Number | None
    line: Number | None
    extension: Number | None
    started_at: str | None
    answered_at: str | None
    ended_at: str | None
    answered: bool | None
    duration: float | None
    talk_duration: float | None
    wait_duration: float | None
    legs: list[Leg]
    first_event_at: str
    last_event_at: str
    events_count: int


class CallPage(TypedDict):
    """A page of calls, newest first."""

    calls: list[Call]
    cursor: str | None


class TimelineEntry(TypedDict):
    """An event of a call. `outcome` is the effect on the call."""

    at: str
    kind: str
    name: str
    outcome: str
    extension: Number | None


class EventClock(TypedDict):
    """The time that a wrong clock told, and the time that counts instead."""

    told: str
    used: str
    reason: str


class ReceivedEvent(TimelineEntry):
    """An event as received. `raw` is the vendor's payload without credentials."""

    id: str
    source: str
    dialect: str
    received_at: str
    clock: EventClock | None
    raw: dict[str, Any]


class Recording(TypedDict):
    """A recording. The fields about the bytes are null until the bytes are stored."""

    id: str
    account: str
    call_id: str
    media: Literal["recording", "voicemail"]
    source: str
    state: RecordingState
    attempts: int
    reason: str | None
    next_attempt_at: str | None
    content_type: str | None
    bytes: int | None
    sha256: str | None
    duration: float | None
    incomplete: bool | None
    created_at: str
    finished_at: str | None


class RecordingPage(TypedDict):
    """A page of recordings, newest first."""

    recordings: list[Recording]
    cursor: str | None


class CallFile(Call):
    """A call with its timeline, its events as received, its deliveries and its recordings."""

    timeline: list[TimelineEntry]
    events: list[ReceivedEvent]
    deliveries: list[Delivery]
    recordings: list[Recording]


class LineDestination(TypedDict):
    """The destination of a line. `removed` is there for a destination that is gone."""

    id: int
    name: NotRequired[str]
    dialect: NotRequired[str]
    url: NotRequired[str]
    removed: NotRequired[bool]


class Line(TypedDict):
    """How far the events of a call came at a destination. `says` is the sentence for a reader."""

    destination: LineDestination
    result: Reach
    says: str
    detail: str | None
    at: str | None
    since: str | None
    next_attempt_at: str | None
    last_answer: LastAnswer | None
    delivery: str | None
    endpoint: str | None
    deliveries: dict[str, int]


class ExplainedCall(Call):
    """A call with a line for each destination of the account."""

    destinations: list[Line]


class LastRefused(TypedDict):
    """The last refused request of a source."""

    at: str
    status: int | None
    reason: str


class ExplainedSource(TypedDict):
    """What a source was refused in the time in question."""

    id: str
    name: str
    dialect: str
    refused: dict[str, int]
    last_refused: LastRefused | None
    says: str


class Explanation(TypedDict):
    """Why a call did or did not reach the account's destinations."""

    account: str
    timezone: str
    since: str
    until: str
    says: str
    calls: list[ExplainedCall]
    more: bool
    sources: list[ExplainedSource]


class Command(TypedDict):
    """A request to the account's telephony. Empty fields are left out."""

    id: str
    account: str
    action: CommandAction
    provider: str
    created_at: str
    state: CommandState
    call_id: NotRequired[str]
    extension: NotRequired[str]
    number: NotRequired[str]
    caller_id: NotRequired[str]
    reason: NotRequired[str]
    finished_at: NotRequired[str]


class CommandAccepted(TypedDict):
    """The accepted command."""

    command: Command


class CommandPage(TypedDict):
    """A page of commands, newest first."""

    commands: list[Command]
    cursor: str | None
