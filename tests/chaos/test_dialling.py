"""A campaign on the hub's own table, its conductors killed before and after every request, and rivals in between."""

from __future__ import annotations

import pytest

from switchboard.aws.dialling_table import DiallingTable
from switchboard.kernel.campaign import Limits, Phase
from tests.support.campaigns import a_profile, people
from tests.support.dialling_world import World
from tests.support.stack import Stack
from tests.support.trunk import Mishaps

EVERYTHING = Mishaps(kill=0.05, repeat=0.2, late=0.2, lost=0.1, refuse=0.1, silent=0.05, rival=0.05)


@pytest.mark.parametrize("telephony", ["knows a repeat", "knows none"])
@pytest.mark.parametrize("seed", range(3))
def test_a_campaign_survives_its_conductors(stack: Stack, seed: int, telephony: str) -> None:
    """Nobody is called twice for an attempt, and the report adds up, whatever is killed where."""
    table = DiallingTable(stack.dynamodb, stack.table("DiallingTable"), stack.table("RestrictionsTable"))
    world = World(seed, Limits(4, 3), EVERYTHING, kept=table, is_repeatable=telephony == "knows a repeat")
    world.begin(people(15, 2), "x1", settings=a_profile(attempts_by_disposition={"busy": 1}))
    world.begin(people(6, 2, first=50), "x2", priority=9)
    world.run()
    assert world.faults == []
    for id_, size in (("x1", 15), ("x2", 6)):
        found = world.report(id_)
        kept = world.desk.records(found, 0, size)
        assert (found.phase, found.counters.not_yet, len(kept)) == (Phase.FINISHED, 0, size)
        assert sum(len(record.calls) for record in kept) == found.counters.calls
    killed = sum(count for name, count in world.counted.items() if name.startswith("killed"))
    assert killed > 0
