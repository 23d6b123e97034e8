"""Kills worker processes of one emulator, at random, with SIGKILL."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Self

FUNCTIONS = (
    "WorkersApplyCallEventFunction",
    "WorkersDeliverFunction",
    "WorkersRetryLaneFunction",
    "WorkflowsRedeliverFunction",
)
TICKS = os.sysconf("SC_CLK_TCK")
USER, SYSTEM = 11, 12  # places of the times in a process's `stat`, counted after its name


@dataclass(slots=True)
class Injector:
    """As a context: kills until it is left. `home` is the directory of the emulator whose workers it may kill.

    `functions` are the logical ids of the functions to kill.
    """

    home: Path
    chance: Random
    shortest: float
    longest: float
    functions: tuple[str, ...] = FUNCTIONS
    kills: list[tuple[float, str]] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        seen: dict[int, int] = {}
        while not self._over.wait(self.chance.uniform(self.shortest, self.longest)):
            found = {process: (function, _ticks(process)) for process, function in workers(self.home, self.functions)}
            # One that has done nothing since the last look is idle: nothing is interrupted there.
            busy = [process for process, (_, ticks) in found.items() if ticks > seen.get(process, 0)]
            seen = {process: ticks for process, (_, ticks) in found.items()}
            if busy:
                victim = self.chance.choice(busy)
                with suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
                    self.kills.append((time.time(), found[victim][0]))


def workers(home: Path, functions: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Process and function of every worker that runs in this directory and may be killed."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (process / "cmdline").read_bytes().decode(errors="replace")
            name = next((name for name in functions if f"-{name}-" in command), None)
            if name and f"{home}/" in command:
                yield int(process.name), name


def _ticks(process: int) -> int:
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[USER]) + int(fields[SYSTEM])
