"""What a call that was placed comes to: told twice at most, when it is answered and when it has ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Stage(StrEnum):
    """How far a placed call is."""

    ANSWERED = "answered"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """Something that happened in a call, in the words of the campaigns' report."""

    at: datetime
    name: str
    status: str
    data: str | None = None


@dataclass(frozen=True, slots=True)
class CallProgress:
    """How far the call of `command` is; an end tells all that the answer told.

    `disposition` is empty until the end. `played` is seconds of audio, `whole` says that all of it was played, `digits`
    is what was pressed. `steps` are all that happened so far.
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


class ProgressListener(Protocol):
    """Whoever had a call placed hears of it; twice the same says nothing new."""

    def __call__(self, progress: CallProgress) -> None: ...
