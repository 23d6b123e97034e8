"""Port of refused logins."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from switchboard.accounts.logins.model import RefusedLogins


class LoginRefusals(Protocol):
    """Counts of refused logins by sender and hour. `add` counts one, and returns what was counted before it."""

    def add(self, sender: str, at: datetime) -> RefusedLogins | None: ...
