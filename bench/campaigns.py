"""A campaign on a simulated clock: its length beside the least possible length, and the cost of a call.

The conductor is the hub's own; telephony, store and queue are in memory. Requests are counted, and rows are weighed
as DynamoDB weighs them. Then each request is given a computed time, which limits the rate of calls.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from time import perf_counter
from typing import Any

from bench.scales import WeighedDialling
from switchboard.campaigns.dialling.place import AT_ONCE
from switchboard.campaigns.dialling.state import Change, DiallingState
from switchboard.kernel.campaign import Limits
from switchboard.laps import NO_LAPS, Laps
from switchboard.telephony.progress import CallProgress, ProgressStep, Stage
from tests.support.campaigns import a_profile, people
from tests.support.dialling_world import World
from tests.support.trunk import Fate

CHANNELS, CPS = 100, 10
SIZES = (10_000,)
TRUNKS = (Limits(10, 5), Limits(40, 10), Limits(1000, 50))
SECOND = timedelta(seconds=1)

# Seconds on paper: nothing was timed on AWS.
HAND_OVER = 0.025  # from one batch of a group to the next: SQS's poller, and Lambda
READ, WRITE, TRANSACTION = 0.008, 0.010, 0.020
ORDERS = {"an order takes 30 ms": 0.03, "an order takes 200 ms": 0.2}
RATES = (10, 30, 50, 100)


class Telling(World):
    """A world whose telephony tells the steps of calls, as the simulator does."""

    def progress(self, told: CallProgress, wait: float) -> None:
        moments = [ProgressStep(told.rang_at or told.at, "Trying", "TRYING")]
        if told.answered_at:
            moments.append(ProgressStep(told.answered_at, "Talking", "TALKING"))
        if told.stage is Stage.ENDED:
            moments.append(ProgressStep(told.at, "AUDIO_DATA_FINISHED", "PLAYED", "campaigns/acme/flood.wav"))
            moments.append(ProgressStep(told.at, "CallEnded", "ENDED", told.disposition))
        super().progress(replace(told, steps=tuple(moments)), wait)


class OnPaper(World):
    """A world in which a conductor's requests take their time."""

    def load(self, account: str) -> DiallingState:
        self.agenda.pass_time(READ)
        return super().load(account)

    def commit(self, before: int, change: Change) -> bool:
        alone = not (change.records or change.begun or change.over)
        self.agenda.pass_time(WRITE if alone else TRANSACTION)
        return super().commit(before, change)

    def _conduct(self, heard: Sequence[CallProgress], laps: Laps = NO_LAPS) -> None:
        self.agenda.pass_time(HAND_OVER)
        super()._conduct(heard, laps)


def short(number: str, wave: int, chance: Random) -> Fate:  # noqa: ARG001 - a fate's shape
    """Half answer, and nobody stays on the line for long."""
    return Fate(4.0, 6.0, "answered") if chance.random() < 0.5 else Fate(5.0, 0.0, "busy")  # noqa: PLR2004 - half


def least(world: World, channels: int) -> float:
    """Seconds that the calls take at least, on all channels at once."""
    return sum((call.ends - call.began).total_seconds() for call in world.trunk.placed.values()) / channels


def measure(size: int, limits: Limits) -> dict[str, float]:
    """One wave of mixed outcomes."""
    kept = WeighedDialling()
    world, started = Telling(seed=size, limits=limits, kept=kept), perf_counter()
    began = world.agenda.now
    world.begin(people(size), settings=a_profile(attempt_count=1))
    _finish(world)
    last = max(call.ends for call in world.trunk.placed.values())
    calls, counted, weighed = len(world.trunk.placed), world.counted, kept.scales.weighed
    return {
        "makespan": (last - began) / SECOND,
        "least": least(world, limits.channels),
        "rows": weighed["rows"] / calls,
        "units": weighed["units"] / calls,
        "transactions": weighed["transactions"] / calls,
        "plain": weighed["plain writes"] / calls,
        "messages": counted["sends"] / calls,
        "invocations": counted["invocations"] / calls,
        "transitions": counted["transitions"] / calls,
        "state": kept.scales.heaviest["dialler state"],
        "milliseconds": (perf_counter() - started) * 1000 / calls,
    }


def pace(cps: int, latency: float, at_once: int) -> float:
    """Calls that one conductor begins in a second, on a trunk that would take as many as `cps`."""
    trunk: dict[str, Any] = {"fate": short, "latency": latency, "at_once": at_once}
    world = OnPaper(1, Limits(1000, cps), **trunk)
    world.begin(people(40 * cps), settings=a_profile(attempt_count=1))
    _finish(world)
    begun = sorted(call.began for call in world.trunk.placed.values())
    middle = begun[len(begun) // 4 : -len(begun) // 4]  # without the first, whose calls have not ended, and the last
    return (len(middle) - 1) / ((middle[-1] - middle[0]) / SECOND)


def _finish(world: World) -> None:
    world.run()
    if world.faults:
        raise AssertionError(world.faults[:5])


def _print(size: int, limits: Limits) -> None:
    found = measure(size, limits)
    print(f"{size:>7} subscribers on {limits.channels} channels, {limits.cps} calls a second")
    print(f"        {found['makespan']:.0f} s, {found['makespan'] / found['least'] - 1:.2%} above the least possible")
    print(
        f"        a call: {found['rows']:.2f} rows of {found['units']:.2f} write units in {found['transactions']:.2f}"
        f" transactions and {found['plain']:.2f} plain writes, {found['messages']:.2f} messages,"
        f" {found['invocations']:.2f} invocations, {found['transitions']:.3f} state transitions;"
        f" {found['milliseconds']:.2f} ms of CPU; the dialler's row has {found['state']:.0f} bytes at most"
    )


def main() -> int:
    """Measure and print."""
    for size in SIZES:
        _print(size, Limits(CHANNELS, CPS))
    for limits in TRUNKS:
        _print(limits.channels * 20, limits)
    for words, latency in ORDERS.items():
        for at_once in (1, AT_ONCE):
            found = ", ".join(f"{cps}: {pace(cps, latency, at_once):.1f}" for cps in RATES)
            print(f"calls a second on paper, {words}, {at_once} at once, of a trunk of {found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
