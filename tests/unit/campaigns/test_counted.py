"""Calls are counted as they are ordered, for the cap of calls to one number within a day."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from switchboard.campaigns.dialling.state import Line
from switchboard.campaigns.restrictions.counted import CountingPlacer
from switchboard.campaigns.restrictions.model import RestrictionSettings
from switchboard.campaigns.restrictions.restrict import Restrict
from switchboard.errors import ProviderRefused, ProviderSilent, Refusal
from switchboard.kernel.campaign import Execution
from tests.fakes.restrictions import MemoryRestrictions
from tests.support.builders import NOON
from tests.support.campaigns import an_execution, people
from tests.support.dialling_world import World
from tests.support.trunk import Fate

PHONE = "79001234567"
LINE = Line(0, "x1.0.1.0", "x1", 0, 0, PHONE, 1, NOON, NOON)


class Telephony:
    """Port CallPlacer: `answer` is raised."""

    answer: Exception | None = None

    def __call__(self, execution: Execution, line: Line) -> None:  # noqa: ARG002 - the shape of the port
        if self.answer:
            raise self.answer

    def repeatable(self, account: str) -> bool:
        return account == "acme"


def limited(rows: MemoryRestrictions) -> Restrict:
    return Restrict(rows, lambda _: RestrictionSettings("RU", "Europe/Moscow", 1))


def is_blocked(rows: MemoryRestrictions) -> bool:
    return bool(limited(rows).blocked("acme", "x1", [PHONE], NOON))


def order(rows: MemoryRestrictions, answer: Exception | None) -> None:
    telephony = Telephony()
    telephony.answer = answer
    CountingPlacer(telephony, limited(rows), lambda: NOON)(an_execution(), LINE)


def test_a_call_that_was_ordered_counts() -> None:
    """A call with an unknown result counts too."""
    rows = MemoryRestrictions()
    order(rows, None)
    assert is_blocked(rows)
    rows = MemoryRestrictions()
    with pytest.raises(ProviderSilent):
        order(rows, ProviderSilent("No answer."))
    assert is_blocked(rows)


@pytest.mark.parametrize("refusal", [Refusal.TOO_FAST, Refusal.NO_CHANNELS, Refusal.UNAVAILABLE])
def test_a_call_that_was_refused_for_now_does_not_count(refusal: Refusal) -> None:
    """Nobody's telephone rang, and it is ordered again today."""
    rows = MemoryRestrictions()
    with pytest.raises(ProviderRefused):
        order(rows, ProviderRefused("Later.", refusal))
    assert not is_blocked(rows)


def test_a_call_that_was_refused_for_good_counts() -> None:
    """As an attempt, which it is in the report as well."""
    rows = MemoryRestrictions()
    with pytest.raises(ProviderRefused):
        order(rows, ProviderRefused("No.", Refusal.FORBIDDEN))
    assert is_blocked(rows)


def test_what_cannot_be_counted_is_not_placed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The account's dialling waits."""
    rows = MemoryRestrictions()

    def fails(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(rows, "count", fails)
    with pytest.raises(ProviderRefused) as refused:
        order(rows, None)
    assert refused.value.refusal is Refusal.UNAVAILABLE


def test_everybody_is_called_once_a_day_though_the_telephony_was_busy() -> None:
    """With a cap of one call, an order is repeated after a temporary refusal."""
    rows = MemoryRestrictions()
    world = World(restrictions=limited(rows), fate=answers)
    real: Callable[[], object] = world.conduct

    def conduct() -> object:
        found = real()
        dials = CountingPlacer(world.trunk, limited(rows), world.agenda.clock)
        object.__setattr__(found.place, "placer", dials)  # type: ignore[attr-defined]
        return found

    world.conduct = conduct  # type: ignore[assignment, method-assign]
    world.mishaps.refuse = 0.4
    world.begin(people(20))
    world.run()
    assert world.report().counters.notified == len(people(20))


def answers(*_: object) -> Fate:
    return Fate(2.0, 5.0, "answered")
