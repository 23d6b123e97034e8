"""A sender that reaches nobody and answers what it was told to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from switchboard.deliveries.model import Attempt, PreparedRequest

Said = int | str | Attempt
"""A status, the name of an error, or the whole attempt."""


@dataclass(slots=True)
class MemorySender:
    """Port Sender; `answer` says what comes of a request."""

    answer: Callable[[PreparedRequest], Said] = lambda _: 200
    sent: list[PreparedRequest] = field(default_factory=list)

    def send(self, request: PreparedRequest, at: datetime) -> Attempt:
        self.sent.append(request)
        said = self.answer(request)
        if isinstance(said, str):
            return Attempt(at, 0, error=said)
        return Attempt(at, 0, status=said) if isinstance(said, int) else said
