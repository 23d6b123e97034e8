"""Orders that are given side by side on the simulated clock, in one thread, so that chance can be repeated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from switchboard.campaigns.dialling.place import CallOrder, GiveOrder
from switchboard.campaigns.dialling.settle import OrderResult
from tests.support.trunk import Agenda, Killed


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Port GiveOrders. Those that are on their way together begin at the same moment; the last ends the wait for all.

    Where the process is killed in one, others may have been given or not.
    """

    agenda: Agenda
    chance: Random
    at_once: int

    def __call__(self, give: GiveOrder, orders: Sequence[CallOrder]) -> Sequence[OrderResult | None]:
        found: list[OrderResult | None] = []
        for first in range(0, len(orders), self.at_once):
            found += self._together(give, orders[first : first + self.at_once])
        return found

    def _together(self, give: GiveOrder, orders: Sequence[CallOrder]) -> Sequence[OrderResult | None]:
        began, ended = self.agenda.now, self.agenda.now
        found: dict[int, OrderResult | None] = {}
        killed: list[Killed] = []
        for place in self.chance.sample(range(len(orders)), len(orders)):
            self.agenda.now = began
            if killed and self.chance.random() < 0.5:
                continue
            try:
                found[place] = give(orders[place])
            except Killed as death:
                killed.append(death)
            ended = max(ended, self.agenda.now)
        self.agenda.now = ended
        if killed:
            raise killed[0]
        return [found[place] for place in sorted(found)]
