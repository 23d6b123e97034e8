"""CPU time of the emulator's workers: one process each, told by the function's name in its command line."""

import os
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
FUNCTIONS = ("WebhooksVpbxFunction", "WorkersApplyCallEventFunction", "WorkersDeliverFunction")


def cpu_seconds() -> dict[int, tuple[str, float]]:
    """Process id -> function and CPU seconds so far, of every worker that runs now."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().decode()
            name = next((name for name in FUNCTIONS if f"-{name}-" in command), None)
            if name:
                # After the command in brackets: user and system time are fields 14 and 15 of the whole line.
                fields = (process / "stat").read_text().rpartition(")")[2].split()
                found[int(process.name)] = (name, (int(fields[11]) + int(fields[12])) / TICKS)
        except OSError:
            continue  # it ended while we looked
    return found


def spent(
    before: Mapping[int, tuple[str, float]], after: Mapping[int, tuple[str, float]]
) -> tuple[dict[str, float], Counter[str]]:
    """CPU seconds per function between two looks, and how many of its workers were started in between."""
    seconds: dict[str, float] = defaultdict(float)
    started: Counter[str] = Counter()
    for process, (name, total) in after.items():
        seconds[name] += total - before.get(process, (name, 0.0))[1]
        started[name] += process not in before
    return seconds, started
