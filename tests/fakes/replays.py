"""Replays in memory."""

from __future__ import annotations

from dataclasses import replace

from switchboard.deliveries.replays.model import ReplayRun
from switchboard.errors import Conflict


class MemoryReplayRuns:
    """Port ReplayRuns."""

    def __init__(self) -> None:
        self._rows: dict[str, ReplayRun] = {}

    def get(self, run_id: str) -> ReplayRun | None:
        return self._rows.get(run_id)

    def of_account(self, account: str) -> list[ReplayRun]:
        return [run for run in self._rows.values() if run.account == account]

    def running(self) -> list[ReplayRun]:
        return [run for run in self._rows.values() if run.is_running]

    def save(self, run: ReplayRun) -> ReplayRun:
        stored = self._rows.get(run.id)
        if (stored.version if stored else 0) != run.version:
            raise Conflict("Another request changed this replay.", "id")
        self._rows[run.id] = replace(run, version=run.version + 1)
        return self._rows[run.id]

    def remove(self, run: ReplayRun) -> None:
        self._rows.pop(run.id, None)


class MemoryReplayWorkflows:
    """Port ReplayWorkflows."""

    def __init__(self) -> None:
        self.started: list[tuple[str, int, float]] = []

    def replay(self, run_id: str, part: int, wait: float) -> None:
        if (run_id, part) not in {one[:2] for one in self.started}:
            self.started.append((run_id, part, wait))
