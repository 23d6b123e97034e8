"""How long chains of invocations grow, with Lambda's loop detection as the template configures it, and switched on.

Conductor, lanes and drains are the hub's own; store, queues and receivers are in memory, on a simulated clock.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from time import perf_counter

from chaos.lineage import LoopDetection, allowed
from switchboard.kernel.campaign import Limits
from tests.support.campaigns import a_profile, people
from tests.support.dialling_world import World as Dialling
from tests.unit.deliveries.world import World as Deliveries

PEOPLE, CHANNELS, CPS = 10_000, 4, 5
WAITING = 5_000  # deliveries of one lane


def campaign(loops: LoopDetection) -> str:
    """Call everybody once; how many calls were made, and how many people were never heard of again."""
    world = Dialling(limits=Limits(CHANNELS, CPS))
    world.loops = loops
    world.begin(people(PEOPLE), settings=a_profile(attempt_count=1))
    world.run()
    told = world.report().counters
    return f"{told.calls} calls, {told.notified} notified, {len(world.stops)} loops stopped by the hub"


def drain(loops: LoopDetection) -> str:
    """Send what waits for a receiver that is back, until all is sent or the chain is cut."""
    world = Deliveries(schedule=(5.0, 30.0, 120.0, 3600.0))
    world.loops, world.answer = loops, lambda _: 500
    world.happen(*range(1, WAITING + 1))
    world.run(until=lambda: not world.messages)
    world.answer = lambda _: 200
    world.run(until=lambda: bool(loops.refused))
    return f"{len(world.taken())} of {WAITING} deliveries sent, {len(world.stops)} loops stopped by the hub"


def main(names: Sequence[str] = ()) -> int:
    """Measure and print."""
    for how, functions in (("as the template allows", allowed()), ("with RecursiveLoop: Terminate", frozenset[str]())):
        for name, work in (("campaign", campaign), ("drain", drain)):
            if names and name not in names:
                continue
            loops, began = LoopDetection(functions), perf_counter()
            print(f"{name} {how}: {work(loops)} ({perf_counter() - began:.0f} s)")
            print("".join(f"    {line}\n" for line in loops.lines()), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
