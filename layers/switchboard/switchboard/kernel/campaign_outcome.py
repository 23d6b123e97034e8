"""Results of campaigns: a subscriber's outcome in plain words, what an execution waits for, and a dry run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from switchboard.kernel.call import Disposition
from switchboard.kernel.campaign import (
    CallRecord,
    Limits,
    NotificationSettings,
    Subscriber,
    SubscriberRecord,
    SuccessCondition,
)

# What an answered call came to. Every other call came to its disposition.
NOTIFIED = "notified"
HUNG_UP_EARLY = "hung_up_early"  # before enough of the message was played
NO_CODE = "no_code"  # no key was pressed
WRONG_CODE = "wrong_code"


class Reached(IntEnum):
    """How far the message got. Only CONFIRMED tells a person from an answering machine."""

    NOBODY = 0  # the call was not answered
    PICKED_UP = 1
    HEARD = 2  # the message was played as far as the condition asks, or whole
    CONFIRMED = 3  # the condition asks for a key, and the key was pressed

    @property
    def word(self) -> str:
        """The word in reports."""
        return self.name.lower()


HEARING = (SuccessCondition.PICKUP_AND_LISTEN_SOME, SuccessCondition.PICKUP_AND_LISTEN_FULL)


@dataclass(frozen=True, slots=True)
class SubscriberOutcome:
    """A subscriber with its record; calls in progress are last in the record."""

    subscriber: Subscriber
    record: SubscriberRecord


def result_of(settings: NotificationSettings, call: CallRecord) -> str:
    """Return what a call came to; empty while the call lasts."""
    if call.success:
        return NOTIFIED
    if call.disposition != Disposition.ANSWERED:
        return call.disposition
    if settings.condition is SuccessCondition.PICKUP_AND_CONFIRM:
        return WRONG_CODE if call.digits else NO_CODE
    return HUNG_UP_EARLY


def reached_by(settings: NotificationSettings, call: CallRecord) -> Reached:
    """Return how far the message got in a call."""
    if call.success and settings.condition is SuccessCondition.PICKUP_AND_CONFIRM:
        return Reached.CONFIRMED
    if call.heard or (call.success and settings.condition in HEARING):
        return Reached.HEARD
    is_answered = call.answered_at is not None or call.disposition == Disposition.ANSWERED
    return Reached.PICKED_UP if is_answered else Reached.NOBODY


def reason_of(settings: NotificationSettings, record: SubscriberRecord) -> str:
    """Return why a subscriber was not notified: `answered` becomes what the last answered call came to."""
    answered = [call for call in record.calls if call.disposition == Disposition.ANSWERED]
    if record.reason == Disposition.ANSWERED and answered:
        return result_of(settings, answered[-1])
    return record.reason


@dataclass(frozen=True, slots=True)
class Waiting:
    """Why an execution calls nobody now, and until when; None if no time is known."""

    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """The number of calls, and the end of the last call."""

    calls: int
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class DryRun:
    """The result of a dry run. `skipped` counts subscribers by reason. Without channels there are no times.

    `first` are the first calls, as subscriber and number. `examples` are some of the skipped by reason.
    """

    size: int
    called: int
    skipped: dict[str, int]
    limits: Limits
    can_start: bool
    now: datetime
    begins_at: datetime | None = None
    shortest: Forecast | None = None
    longest: Forecast | None = None
    first: Sequence[tuple[Subscriber, str]] = ()
    examples: Mapping[str, Sequence[Subscriber]] = field(default_factory=dict)
