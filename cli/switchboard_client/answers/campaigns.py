"""Answers of the API of campaigns (SP5000 CATO). Times are in milliseconds since 1970, lengths in seconds."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from switchboard_client.answers.tables import RowProblem, TableColumn, TableRead


class AudioAdded(TypedDict):
    """An audio file, with the documented fields alone."""

    id: str
    name: str
    url: str
    userId: str


class ReadAs(TypedDict):
    """The format that the bytes were read as."""

    type: str
    codec: str
    rate: int
    channels: int


class Level(TypedDict):
    """Peak and loudness."""

    peakDb: float | None
    loudnessLufs: float | None


class Levels(TypedDict):
    """Levels before and after the treatment."""

    before: Level
    after: Level
    clippedPlaces: int
    silenceStartS: float
    silenceEndS: float


class AudioFile(AudioAdded):
    """An audio file. `readAs` and `levels` are null for files of earlier releases."""

    durationS: float
    sourceType: str
    readAs: ReadAs | None
    levels: Levels | None
    warnings: list[str]
    sizes: dict[str, int]
    createdAt: int


class UploadRequest(TypedDict):
    """The request that uploads the bytes to a presigned address."""

    method: Literal["PUT"]
    url: str
    headers: dict[str, str]


class CompleteRequest(TypedDict):
    """The request that completes an upload."""

    method: Literal["POST"]
    url: str


class UploadBegun(TypedDict):
    """An upload: send the bytes by `upload`, then send `complete`."""

    id: str
    name: str
    userId: str
    upload: UploadRequest
    complete: CompleteRequest


class Subscriber(TypedDict):
    """A person of a list."""

    fullName: str
    phones: list[str]
    emails: list[str]


class Group(TableRead):
    """A list of subscribers. After an upload the counts of rows are there, and what the list was read as."""

    id: str
    name: str
    url: str
    userId: str
    subscriberCount: int
    kept: NotRequired[int]


class ListPreview(TypedDict):
    """What a list is read as, and what its rows would become. Nothing is kept."""

    rows: int
    kept: int
    duplicates: int
    skipped: int
    extensions: int
    problems: list[RowProblem]
    format: NotRequired[str]
    encoding: NotRequired[str]
    delimiter: NotRequired[str]
    headings: NotRequired[int]
    sheet: NotRequired[str]
    columns: NotRequired[list[TableColumn]]


class TimeRestrictions(TypedDict, total=False):
    """The hours in which calls may start."""

    fromHour: int
    fromMin: int
    tillHour: int
    tillMin: int


class SettingsEmail(TypedDict):
    """The e-mail to a subscriber."""

    subject: str
    text: str
    always: bool


class NotificationSettings(TypedDict):
    """Notification settings. Each duration has the spelling of its request: `…S` or `…s`."""

    id: str
    name: str
    attemptCount: int
    attemptDelayS: NotRequired[int]
    attemptDelays: NotRequired[int]
    successCondition: str
    successPlaybackDurationS: NotRequired[int]
    successPlaybackDurations: NotRequired[int]
    maxCallDurationS: NotRequired[int]
    maxCallDurations: NotRequired[int]
    maxAnswerDelayS: NotRequired[int]
    maxAnswerDelays: NotRequired[int]
    timeRestrictions: NotRequired[TimeRestrictions]
    userId: str
    confirmCodes: NotRequired[list[str]]
    attemptsByDisposition: NotRequired[dict[str, int]]
    email: NotRequired[SettingsEmail]


class Task(TypedDict):
    """A task: audio files for groups of subscribers."""

    id: str
    name: str
    settings: str
    files: list[str]
    groups: list[str]
    userId: str
    priority: NotRequired[int]


class Started(TypedDict):
    """The result of a start. Without channels there is no execution."""

    taskExecId: str
    result: Literal["SUCCESS", "FAIL_NO_CHANNELS"]


class Launched(Started):
    """A campaign that one request made and started. `repeated`: the key was there, and nobody is called again."""

    taskId: str
    repeated: bool
    rehearsal: bool
    subscriberCount: NotRequired[int]
    duplicates: NotRequired[int]
    skipped: NotRequired[int]


class Report(TypedDict):
    """The progress of an execution."""

    name: str
    subscriberCount: int
    subscriberNotYetNotified: int
    subscriberNotified: int
    subscriberFailed: int
    callsTotal: int
    callsSucceeded: int
    callsFailed: int
    callsInProgress: int
    callsDelayed: int
    callsRinging: int
    callsTalking: int
    waveCurrent: int
    waveTotal: int
    activePhase: bool


class Execution(TypedDict):
    """An execution without its subscribers. `waitingFor` says why nobody is called."""

    id: str
    report: Report
    taskId: str
    state: str
    waitingFor: NotRequired[str]
    waitingUntil: NotRequired[int | None]
    reason: str | None
    startedAt: int | None
    finishedAt: int | None


class CalledEvent(TypedDict):
    """A step of a call of a campaign."""

    time: int | None
    name: str
    status: str
    data: Any


class CalledCall(TypedDict):
    """A call of a campaign. With `?details=true` wave, disposition, digits and result are there."""

    csId: str
    callStart: int | None
    callRingStart: int | None
    callTalkingStart: int | None
    callEnd: int | None
    success: bool
    delayed: bool
    events: list[CalledEvent]
    wave: NotRequired[int]
    disposition: NotRequired[str | None]
    digits: NotRequired[str | None]
    result: NotRequired[str | None]


class CalledPhone(TypedDict):
    """A number of a subscriber, and the calls to the number."""

    number: str
    calls: list[CalledCall]


class Outcome(TypedDict):
    """A subscriber with all calls. With `?details=true` the reason is there."""

    notified: bool
    subscriber: Subscriber
    phones: list[CalledPhone]
    reason: NotRequired[str | None]
    emailed: NotRequired[Any]


class ExecutionPage(TypedDict):
    """A page of a report. `cursor` is there if more subscribers follow."""

    id: str
    report: Report
    subscribers: list[Outcome]
    cursor: NotRequired[str]
    taskId: NotRequired[str]
    state: NotRequired[str]
    waitingFor: NotRequired[str]
    waitingUntil: NotRequired[int | None]
    reason: NotRequired[str | None]
    startedAt: NotRequired[int | None]
    finishedAt: NotRequired[int | None]
