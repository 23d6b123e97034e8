"""Refused logins in memory."""

from __future__ import annotations

from datetime import datetime

from switchboard.accounts.logins.model import RefusedLogins


class InMemoryLogins:
    """Port LoginRefusals. `writes` counts what was written."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, datetime], RefusedLogins] = {}
        self.writes = 0

    def add(self, sender: str, at: datetime) -> RefusedLogins | None:
        self.writes += 1
        key = sender, at.replace(minute=0, second=0, microsecond=0)
        before = self._known.get(key)
        self._known[key] = RefusedLogins(before.count + 1 if before else 1, at)
        return before
