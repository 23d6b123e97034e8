"""Port of refused logins."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from switchboard.accounts.logins.model import RefusedLogins


class LoginRefusals(Protocol):
    """Counts of refused logins by sender and hour."""

    def add(self, sender: str, at: datetime) -> RefusedLogins | None:
        """Count a refused login. Return the refusals of its hour before this one; None for the first."""
