"""A campaign on a simulated clock: how near its length is to the least possible, and what a call costs.

The conductor is the hub's own, with the telephony, the store and the queue in memory; what it asks of them is counted.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from time import perf_counter

from switchboard.campaigns.model import Limits
from tests.support.campaigns import a_profile, people
from tests.support.dialling_world import World

CHANNELS, CPS = 100, 10
SIZES = (10_000, 100_000)


def least(world: World) -> float:
    """Seconds that the calls take at least, on all channels at once."""
    return sum((call.ends - call.began).total_seconds() for call in world.trunk.placed.values()) / CHANNELS


def measure(size: int) -> dict[str, float]:
    """One wave of mixed outcomes."""
    world = World(seed=size, limits=Limits(CHANNELS, CPS))
    began, started = world.agenda.now, perf_counter()
    world.begin(people(size), settings=a_profile(attempt_count=1))
    world.run()
    if world.faults:
        raise AssertionError(world.faults[:5])
    last = max(call.ends for call in world.trunk.placed.values())
    calls, counted = len(world.trunk.placed), world.counted
    return {
        "subscribers": size,
        "calls": calls,
        "makespan": (last - began) / timedelta(seconds=1),
        "least": least(world),
        "writes": counted["rows"] / calls,
        "transactions": counted["transactions"] / calls,
        "messages": counted["sends"] / calls,
        "invocations": counted["invocations"] / calls,
        "transitions": counted["transitions"] / calls,
        "milliseconds": (perf_counter() - started) * 1000 / calls,
    }


def main() -> int:
    """Measure and print."""
    for size in SIZES:
        found = measure(size)
        over = found["makespan"] / found["least"] - 1
        print(f"{size:>7} subscribers on {CHANNELS} channels, {CPS} calls a second")
        print(f"        {found['makespan']:.0f} s, {over:.2%} above the least possible")
        print(
            f"        a call: {found['writes']:.2f} rows written in {found['transactions']:.2f} transactions,"
            f" {found['messages']:.2f} messages, {found['invocations']:.2f} invocations,"
            f" {found['transitions']:.3f} state transitions; {found['milliseconds']:.2f} ms of CPU"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
