"""Answers about the dry run of a campaign."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class Forecast(TypedDict):
    """How long calling takes."""

    calls: int
    seconds: int
    finishesAt: int


class RehearsedNumber(TypedDict):
    """A person who would be called."""

    fullName: str
    number: str


class SkippedExample(TypedDict):
    """A person who would not be called."""

    fullName: str
    phones: list[str]


class Skipped(TypedDict):
    """The persons who would not be called for one reason."""

    reason: str
    count: int
    examples: list[SkippedExample]


class DryRun(TypedDict):
    """The forecast of a start, without any call."""

    result: Literal["SUCCESS", "FAIL_NO_CHANNELS"]
    subscriberCount: int
    wouldBeCalled: int
    first: list[RehearsedNumber]
    skipped: list[Skipped]
    channels: int
    callsPerSecond: int
    startsAt: int | None
    ifAllAnswer: Forecast | None
    ifNobodyAnswers: Forecast | None
