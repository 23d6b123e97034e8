"""Request bodies: settings (sp5000-cato, section 3.3), tasks (section 3.4), and the hub's additions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, model_validator

from switchboard.contracts import Body, read_body
from switchboard.dialects.cato.render import DURATIONS
from switchboard.kernel.call import Disposition
from switchboard.kernel.campaign import EmailText, ListUpload, NotificationSettings, SuccessCondition, Task, Window
from switchboard.kernel.plain_text import plain_name

DAY = 86_400
WEEK = 7 * DAY
HOURS = 24
# Ceilings of the hub; the document has none.
MOST_WAVES, LONGEST_AUDIO, LONGEST_CALL, LONGEST_RINGING = 100, 3600, 7200, 600  # waves; then seconds
MOST_FILES, MOST_GROUPS = 50, 50
LONGEST_NAME = 255
LONGEST_TEXT = 100_000
LARGEST_LIST = 64_000_000
# The suffix of durations in the document's table, and in its examples by a scanning error (ruling cato 2).
TABLE, EXAMPLE = "S", "s"
DISPOSITIONS = frozenset({*(one.value for one in Disposition), "unreachable", "failed", "lost"})


def _no_truth(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("must be a whole number")  # noqa: TRY004 - pydantic reports a ValueError
    return value


def _as_list(value: Any) -> Any:
    """Turn a string into a list of one, an empty string into an empty list (ruling cato 4)."""
    return ([value] if value.strip() else []) if isinstance(value, str) else value


def _or_empty(value: Any) -> Any:
    return "" if value is None else plain_name(value)


Whole = Annotated[int, BeforeValidator(_no_truth)]


def _up_to(most: int) -> AfterValidator:
    """Check a ceiling of the hub, which the document does not have; the error names the ceiling."""

    def check(value: int) -> int:
        if value > most:
            raise ValueError(f"must be at most {most}: the document has no limit, this hub does")
        return value

    return AfterValidator(check)


Name = Annotated[str, BeforeValidator(plain_name), Field(min_length=1, max_length=LONGEST_NAME)]
Id = Annotated[str, Field(min_length=1, max_length=100)]
Code = Annotated[str, Field(pattern=r"^[0-9*#]{1,10}$")]
Ids = Annotated[list[Id], BeforeValidator(_as_list)]
UserId = Annotated[str, BeforeValidator(_or_empty), Field(max_length=LONGEST_NAME)]


def _either(name: str) -> AliasChoices:
    return AliasChoices(name + TABLE, name + EXAMPLE)


class RestrictionsBody(Body):
    """The hours in which calls may start: `from` included, `till` excluded. 24:00 means midnight."""

    fromHour: Whole = Field(default=0, ge=0, le=23)  # noqa: N815 - the wire's name
    fromMin: Whole = Field(default=0, ge=0, le=59)  # noqa: N815
    tillHour: Whole = Field(default=0, ge=0, le=HOURS)  # noqa: N815
    tillMin: Whole = Field(default=0, ge=0, le=59)  # noqa: N815

    @model_validator(mode="after")
    def _within_a_day(self) -> RestrictionsBody:
        if self.tillHour == HOURS and self.tillMin:
            raise ValueError("must end by 24:00")
        return self


class EmailBody(Body):
    """The e-mail to a subscriber."""

    subject: str = Field(min_length=1, max_length=LONGEST_NAME)
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    always: bool = False


class SettingsBody(Body):
    """Notification settings. Delays and durations are seconds."""

    name: Name
    attempt_count: Annotated[Whole, _up_to(MOST_WAVES)] = Field(validation_alias="attemptCount", ge=1)
    attempt_delay: Annotated[Whole, _up_to(WEEK)] = Field(default=0, validation_alias=_either("attemptDelay"), ge=0)
    condition: SuccessCondition = Field(validation_alias="successCondition")
    playback: Annotated[Whole, _up_to(LONGEST_AUDIO)] = Field(
        default=0, validation_alias=_either("successPlaybackDuration"), ge=0
    )
    call: Annotated[Whole, _up_to(LONGEST_CALL)] = Field(validation_alias=_either("maxCallDuration"), ge=1)
    answer: Annotated[Whole, _up_to(LONGEST_RINGING)] = Field(validation_alias=_either("maxAnswerDelay"), ge=0)
    window: RestrictionsBody | None = Field(default=None, validation_alias="timeRestrictions")
    user_id: UserId = Field(default="", validation_alias="userId")
    codes: Annotated[list[Code], BeforeValidator(_as_list)] = Field(
        default_factory=lambda: ["1"], validation_alias="confirmCodes", min_length=1, max_length=20
    )
    attempts: dict[str, Annotated[Whole, Field(ge=1, le=100)]] = Field(
        default_factory=dict, validation_alias="attemptsByDisposition"
    )
    email: EmailBody | None = None

    @model_validator(mode="after")
    def _can_succeed(self) -> SettingsBody:
        if self.condition is SuccessCondition.PICKUP_AND_LISTEN_SOME and self.playback > self.call:
            raise ValueError("successPlaybackDurationS must not be longer than maxCallDurationS")
        if self.attempts.keys() - DISPOSITIONS:
            raise ValueError(f"attemptsByDisposition knows {', '.join(sorted(DISPOSITIONS))}")
        return self


class TaskBody(Body):
    """A task: audio files for groups of subscribers."""

    name: Name
    settings: Id
    files: Ids = Field(min_length=1, max_length=MOST_FILES)
    groups: Ids = Field(min_length=1, max_length=MOST_GROUPS)
    user_id: UserId = Field(default="", validation_alias="userId")
    priority: Whole = Field(default=5, ge=0, le=9)


ListKind = Literal[
    "application/json",
    "text/csv",
    "text/plain",
    "text/vcard",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.ms-excel",
    "application/octet-stream",
]


class ListUploadBody(Body):
    """A list of subscribers to be uploaded to a presigned address."""

    name: Name
    size: Whole = Field(ge=1, le=LARGEST_LIST)
    kind: ListKind = Field(default="application/json", validation_alias="contentType")
    encoding: Annotated[str, Field(max_length=20)] = ""
    user_id: UserId = Field(default="", validation_alias="userId")


def read_settings(account: str, id_: str, fields: Mapping[str, Any]) -> NotificationSettings:
    """Return an account's settings. Raises Invalid with the wrong field."""
    body = read_body(SettingsBody, fields)
    return NotificationSettings(
        account=account,
        id=id_,
        name=body.name,
        attempt_count=body.attempt_count,
        attempt_delay=body.attempt_delay,
        condition=body.condition,
        success_playback=body.playback,
        max_call_duration=body.call,
        max_answer_delay=body.answer,
        window=_window(body.window),
        user_id=body.user_id,
        spelling=_spelling(fields),
        restrictions=_restrictions(body.window, fields),
        confirm_codes=tuple(body.codes),
        attempts_by_disposition=body.attempts,
        email=EmailText(**body.email.model_dump()) if body.email else None,
    )


def read_task(account: str, id_: str, fields: Mapping[str, Any], now: datetime) -> Task:
    """Return an account's task. Raises Invalid with the wrong field."""
    body = read_body(TaskBody, fields)
    return Task(
        account=account,
        id=id_,
        name=body.name,
        settings=body.settings,
        files=tuple(body.files),
        groups=tuple(body.groups),
        created_at=now,
        user_id=body.user_id,
        priority=body.priority,
    )


def read_upload(account: str, user_id: str, fields: Mapping[str, Any]) -> ListUpload:
    """Return an upload without an id. `userId` defaults to the token's. Raises Invalid with the wrong field."""
    body = read_body(ListUploadBody, fields)
    return ListUpload(account, "", body.name, body.user_id or user_id, body.size, body.kind, body.encoding)


def _window(body: RestrictionsBody | None) -> Window:
    if body is None:
        return Window()
    return Window(time(body.fromHour, body.fromMin), time(body.tillHour % HOURS, body.tillMin))


def _restrictions(body: RestrictionsBody | None, fields: Mapping[str, Any]) -> dict[str, int] | None:
    """Return the given hours and minutes in the order of the request; None without restrictions."""
    if body is None:
        return None
    return {name: getattr(body, name) for name in fields["timeRestrictions"] if name in RestrictionsBody.model_fields}


def _spelling(fields: Mapping[str, Any]) -> str:
    """Return the last letter of each duration's name, of names that are absent the table's."""
    return "".join(EXAMPLE if name + EXAMPLE in fields and name + TABLE not in fields else TABLE for name in DURATIONS)
