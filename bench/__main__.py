"""`make bench`: measure the hub that runs on this machine, the function that delivers, and a campaign by themselves.

`python -m bench deliver`, `python -m bench calls` or `python -m bench campaigns` runs one of them.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.calls import measure
from bench.hub import NotRunning, running_hub

ROOT = Path(__file__).parents[1]


def calls() -> int:
    """Calls through the whole hub."""
    try:
        hub = running_hub()
    except NotRunning as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return measure(hub)


def deliver() -> int:
    """The function, in a process of its own: with its layers' modules, and without the speed-ups that they lack."""
    own = {"PYTHONPATH": os.pathsep.join([str(ROOT / "layers/switchboard"), str(ROOT)]), "BOTO_DISABLE_CRT": "true"}
    command = [sys.executable, "-m", "bench.deliver"]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **own}, check=False).returncode  # noqa: S603 - our own


def campaigns() -> int:
    """A campaign on a simulated clock; it needs the tests' own world."""
    from bench.campaigns import main as measure_campaigns  # noqa: PLC0415 - it stands on the tests

    return measure_campaigns()


BENCHMARKS = {"calls": calls, "deliver": deliver, "campaigns": campaigns}


def main(names: Sequence[str]) -> int:
    """Run these, or all, and say whether all went well."""
    if unknown := set(names) - set(BENCHMARKS):
        print(f"bench: {', '.join(sorted(unknown))}? There are {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    return max([BENCHMARKS[name]() for name in names or BENCHMARKS])


sys.exit(main(sys.argv[1:]))
