"""Progress of a placed call: at most three reports, while it rings, at the answer and at the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Stage(StrEnum):
    """The point in a placed call that a report is about."""

    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """An event in a placed call, with the names of the campaign report (sp5000-cato, section 3.6)."""

    at: datetime
    name: str
    status: str
    data: str | None = None


@dataclass(frozen=True, slots=True)
class CallProgress:
    """A report about the call of `command`. A later report repeats everything in the reports before.

    `disposition` is empty until the end. `played` is seconds of audio; `whole` means that all audio was played.
    `digits` are the pressed keys. `steps` are all events so far. `fault` is set if the telephony could not do what was
    asked, through no fault of the callee: the reason, for the operator.
    """

    account: str
    command: str
    stage: Stage
    at: datetime
    rang_at: datetime | None = None
    answered_at: datetime | None = None
    disposition: str = ""
    played: float = 0.0
    whole: bool = False
    digits: str = ""
    steps: tuple[ProgressStep, ...] = ()
    fault: str = ""


class ProgressListener(Protocol):
    """Receives the reports about a placed call. A repeated report changes nothing."""

    def __call__(self, progress: CallProgress) -> None: ...
