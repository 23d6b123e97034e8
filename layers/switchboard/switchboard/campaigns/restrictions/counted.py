"""Count calls before placing them, for the daily cap of calls to one number."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from switchboard.campaigns.dialling.backoff import PASSING
from switchboard.campaigns.dialling.ports import CallPlacer
from switchboard.campaigns.dialling.state import Line
from switchboard.campaigns.restrictions.restrict import Restrict
from switchboard.errors import ProviderRefused, Refusal
from switchboard.kernel.campaign import Execution


@dataclass(frozen=True, slots=True)
class CountingPlacer:
    """Port CallPlacer: counts a call, then places the call by another CallPlacer.

    A repeated order has the same id, which counts once. After a temporary refusal the count is taken
    back, or the cap would forbid the next order of the same call.
    """

    placer: CallPlacer
    restrict: Restrict
    clock: Callable[[], datetime]

    def __call__(self, execution: Execution, line: Line) -> None:
        """Count and order the call. Raises ProviderRefused (UNAVAILABLE) if counting fails: dialling backs off."""
        account, calls, now = execution.account, [(line.call, line.number)], self.clock()
        try:
            self.restrict.count(account, calls, now)
        except Exception as error:
            raise ProviderRefused("Calls cannot be counted now.", Refusal.UNAVAILABLE) from error
        try:
            self.placer(execution, line)
        except ProviderRefused as refused:
            if refused.refusal in PASSING:
                with suppress(Exception):  # report the refusal, not a failure to uncount
                    self.restrict.uncount(account, calls, now)
            raise

    def repeatable(self, account: str) -> bool:
        """Return the answer of the other CallPlacer."""
        return self.placer.repeatable(account)
