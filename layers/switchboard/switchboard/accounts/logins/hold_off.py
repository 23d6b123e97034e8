"""Count refused logins, and hold their sender off for longer each time.

A good token is served from any address: a wrong program behind an address locks nobody out. Nobody guesses 256 bits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from switchboard.accounts.logins.model import LONGEST, RefusedLogins, held_until, sender_of, wait_after
from switchboard.accounts.logins.ports import LoginRefusals
from switchboard.errors import HeldOff, Unauthorized
from switchboard.kernel.remembered import Remembered

REMEMBERED = 10_000
TOO_OFTEN = "Too many logins of this address were refused: wait, and send a token that is known."


@dataclass(slots=True)
class HoldOff:
    """Refuses logins. `tell` logs and counts a refusal by sender and route; `lost` takes an error of the store.

    While a sender is held off, its refusals are not written: a flood costs one write for each wait.
    """

    refusals: LoginRefusals
    tell: Callable[[str, str], None]
    lost: Callable[[Exception], None]
    clock: Callable[[], datetime]
    _until: Remembered[str, datetime] = field(init=False)

    def __post_init__(self) -> None:
        self._until = Remembered(REMEMBERED, LONGEST.total_seconds(), timer=lambda: self.clock().timestamp())

    def __call__(self, address: str, route: str, error: Unauthorized) -> None:
        """Raise `error`, or HeldOff while the sender is held off."""
        sender, now = sender_of(address), self.clock()
        self.tell(sender, route)
        until = self._until.get(sender)
        if until is None or until <= now:
            until = self._count(sender, now)
        if until is not None and until > now:
            raise HeldOff(TOO_OFTEN, ceil((until - now) / timedelta(seconds=1)))
        raise error

    def _count(self, sender: str, now: datetime) -> datetime | None:
        """Count a refusal, and return until when the refusals before it hold the sender off."""
        try:
            before = self.refusals.add(sender, now)
        except Exception as error:  # noqa: BLE001 - the login is refused all the same
            self.lost(error)
            return None
        after = RefusedLogins(before.count + 1 if before else 1, now)
        if wait_after(after.count):
            self._until[sender] = held_until(after)
        return held_until(before) if before else None
