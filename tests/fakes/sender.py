"""A sender that reaches nobody and answers what it was told to."""

from __future__ import annotations

from datetime import datetime

from switchboard.deliveries.model import Attempt, Request


class MemorySender:
    """Port Sender; `answers` are statuses, or names of errors, by URL."""

    def __init__(self, answers: dict[str, int | str] | None = None) -> None:
        self.answers = answers or {}
        self.sent: list[Request] = []

    def send(self, request: Request, at: datetime) -> Attempt:
        self.sent.append(request)
        answer = self.answers.get(request.url, 200)
        if isinstance(answer, str):
            return Attempt(at, 0, error=answer)
        return Attempt(at, 0, status=answer)
