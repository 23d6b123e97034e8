"""`make bench`: measure the hub that runs on this machine; the function that delivers, audio, campaigns, chains, costs.

`python -m bench deliver`, `... own`, `... cold`, `... calls`, `... held`, `... first_ring`, `... audio`,
`... campaigns`, `... loops`, `... lists` or `... cost` runs one. What became slower is printed last. A run of all, and
one with `--write`, writes the table of `docs/performance.md`.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import first_ring, held
from bench.calls import measure
from bench.figures import PAGE, committed, noted, regressions, written
from bench.hub import Hub, NotRunning, running_hub

ROOT = Path(__file__).parents[1]


def calls() -> int:
    """Calls through the whole hub."""
    return _on_the_hub(measure)


def held_receiver() -> int:
    """A receiver that holds its socket, beside another through the whole hub."""
    return _on_the_hub(held.measure)


def first_call() -> int:
    """An emergency campaign of 1,000 people, from the file to the first call."""
    return _on_the_hub(first_ring.measure)


def _on_the_hub(benchmark: Callable[[Hub], int]) -> int:
    try:
        hub = running_hub()
    except NotRunning as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return benchmark(hub)


def deliver() -> int:
    """The function, in a process of its own: with its layers' modules, and without the speed-ups that they lack."""
    return _alone("deliver")


def own() -> int:
    """Own time of the functions on an event's way, in a process of its own."""
    return _alone("own")


def cold() -> int:
    """First requests of functions on an event's way, each in a process of its own."""
    return _alone("cold")


def audio() -> int:
    """Conversions of audio, in a process of its own, so that its children alone are counted."""
    return _alone("audio")


def _alone(name: str, *arguments: str) -> int:
    own = {"PYTHONPATH": os.pathsep.join([str(ROOT / "layers/switchboard"), str(ROOT)]), "BOTO_DISABLE_CRT": "true"}
    command = [sys.executable, "-m", f"bench.{name}", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **own}, check=False).returncode  # noqa: S603 - our own


def campaigns() -> int:
    """A campaign on a simulated clock, in a process of its own."""
    return _alone("campaigns")


def loops() -> int:
    """Chains of invocations on a simulated clock, in a process of its own."""
    return _alone("loops")


def lists() -> int:
    """Lists of 100,000 people in each format, each in a process of its own."""
    return _alone("lists")


def cost() -> int:
    """What each use of the hub costs on AWS."""
    return _alone("cost")


BENCHMARKS = {
    "calls": calls,
    "held": held_receiver,
    "first_ring": first_call,
    "deliver": deliver,
    "own": own,
    "cold": cold,
    "audio": audio,
    "campaigns": campaigns,
    "loops": loops,
    "lists": lists,
    "cost": cost,
}


def main(names: Sequence[str]) -> int:
    """Run these, or all, and say whether all went well; what follows `cost` is for that one."""
    if names and names[0] == "cost":
        return _alone("cost", *names[1:])
    write = not names or "--write" in names
    names = [name for name in names if name != "--write"]
    if unknown := set(names) - set(BENCHMARKS):
        print(f"bench: {', '.join(sorted(unknown))}? There are {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    with noted() as figures:
        failed = max([BENCHMARKS[name]() for name in names or BENCHMARKS])
    page = PAGE.read_text()
    print("\n".join(regressions(committed(page), figures)) or "slower    none")
    if write:
        PAGE.write_text(written(page, figures))
    return failed


sys.exit(main(sys.argv[1:]))
