"""Calls are counted before they are placed, for the cap of calls to one number within a day."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from switchboard.campaigns.dialling.backoff import PASSING
from switchboard.campaigns.dialling.ports import Dials
from switchboard.campaigns.dialling.state import Line
from switchboard.campaigns.restrictions.restrict import Restrict
from switchboard.errors import ProviderRefused, Refusal
from switchboard.kernel.campaign import Execution


@dataclass(frozen=True, slots=True)
class CountedDials:
    """Port Dials, by another one. A call that is ordered again has the same id, and counts once.

    What the telephony does not take for now is no call, and is taken off again: its next order would be over the cap.
    """

    dials: Dials
    restrict: Restrict
    clock: Callable[[], datetime]

    def __call__(self, execution: Execution, line: Line) -> None:
        """What cannot be counted is not placed now: dialling backs off, as from a telephony that is out of order."""
        account, calls, now = execution.account, [(line.call, line.number)], self.clock()
        try:
            self.restrict.count(account, calls, now)
        except Exception as error:
            raise ProviderRefused("Calls cannot be counted now.", Refusal.UNAVAILABLE) from error
        try:
            self.dials(execution, line)
        except ProviderRefused as refused:
            if refused.refusal in PASSING:
                with suppress(Exception):  # the refusal is what has to be told
                    self.restrict.uncount(account, calls, now)
            raise

    def repeatable(self, account: str) -> bool:
        """As the other has it."""
        return self.dials.repeatable(account)
