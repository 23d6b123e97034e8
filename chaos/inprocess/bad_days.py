"""The plan of outages: each service, out of order in each way, for each time; alone, and two at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from chaos.inprocess.faults import Odds
from chaos.inprocess.outages import SERVICES, Ailment, Outage
from chaos.inprocess.run import run
from chaos.report import Figures

LENGTHS = (1.0, 30.0, 180.0, 1800.0)  # seconds
BEGIN = 20.0  # seconds: in the midst of the first calls
CALM = Odds(kill=0, fail=0, abort=0, double=0)

Plan = tuple[Outage, ...]


def alone() -> Iterator[Plan]:
    """Yield a plan for each service, ailment and length."""
    for service in SERVICES:
        for ailment in Ailment:
            for length in LENGTHS:
                yield (Outage(service, ailment, BEGIN, BEGIN + length),)


def together() -> Iterator[Plan]:
    """Yield a plan for each pair of services, of which the second falls ill while the first is."""
    for place, (first, second) in enumerate(combinations(SERVICES, 2)):
        ailments = list(Ailment)
        ailment, other = ailments[place % len(ailments)], ailments[(place + 1) % len(ailments)]
        yield Outage(first, ailment, BEGIN, BEGIN + 180), Outage(second, other, BEGIN + 60, BEGIN + 600)


def lived_through(plan: Plan, seed: int, calls: int) -> Figures:
    """Return the figures of calls during the outages of a plan."""
    return run(seed, calls, CALM, plan)


def named(plan: Plan) -> str:
    """Return the plan in words."""
    return ", ".join(f"{one.service} {one.ailment} for {one.end - one.begin:.0f} s" for one in plan)


def line(plan: Plan, figures: Figures) -> str:
    """Return a row of the table."""
    wrong = len(figures.lost) + len(figures.disordered) + len(figures.complaints)
    return (
        f"{named(plan):70} out {figures.events_out}/{figures.events_in}, lost {len(figures.lost)}, out of order "
        f"{len(figures.disordered)}, repeats {figures.repeats}, caught up after {figures.drained_after:.0f} s"
        + (f", {wrong} faults" if wrong else "")
    )
