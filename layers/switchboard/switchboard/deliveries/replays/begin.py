"""Begin a replay, stop one, and find one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.deliveries.replays.model import ReplayFilter, ReplayRun, ReplayState
from switchboard.deliveries.replays.ports import ReplayRuns
from switchboard.errors import Conflict, NotFound

KEPT_FOR = timedelta(days=30)  # as long as a dead letter
DIGEST = 24  # hexadecimal digits
TRIES = 10


@dataclass(frozen=True, slots=True)
class ReplayRequest:
    """A request for a replay. `key` is the request's idempotency key, empty without one."""

    account: str
    wanted: ReplayFilter
    key: str = ""
    dry_run: bool = False

    def is_of(self, run: ReplayRun) -> bool:
        """Whether a replay does what the request asks for."""
        return (run.account, run.wanted, run.dry_run) == (self.account, self.wanted, self.dry_run)


@dataclass(frozen=True, slots=True)
class BeginReplay:
    """Stores a replay. The first turn follows; the watch takes the turn if the worker dies in between."""

    runs: ReplayRuns
    clock: Callable[[], datetime]
    new_id: Callable[[], str]

    def __call__(self, asked: ReplayRequest) -> ReplayRun:
        """Return the replay of a request. The same key, or the same filter while its replay runs, gives the same one.

        Raises Conflict if the key belongs to another request.
        """
        id_ = run_id(asked.account, asked.key or self.new_id())
        before = self.runs.get(id_) if asked.key else self._same(asked)
        return _checked(before, asked) if before else self._new(id_, asked)

    def _same(self, asked: ReplayRequest) -> ReplayRun | None:
        now = self.clock()
        found = None
        for run in self.runs.of_account(asked.account):
            if run.finished_at and now - run.finished_at > KEPT_FOR:
                self.runs.remove(run)
            elif run.is_running and asked.is_of(run):
                found = run
        return found

    def _new(self, id_: str, asked: ReplayRequest) -> ReplayRun:
        now = self.clock()
        run = ReplayRun(id_, asked.account, asked.wanted, now, asked.dry_run, next_at=now)
        with suppress(Conflict):
            return self.runs.save(run)
        stored = self.runs.get(id_)  # a request with the same key came first
        return _checked(stored, asked) if stored else run


def run_id(account: str, key: str) -> str:
    """Return the id of a replay, which names its account."""
    return f"{account}-{hashlib.sha256(f'{account}#{key}'.encode()).hexdigest()[:DIGEST]}"


def find_run(id_: str, runs: ReplayRuns) -> ReplayRun:
    """Return the replay. Raises NotFound."""
    run = runs.get(id_)
    if run is None:
        raise NotFound("There is no such replay.", "replay")
    return run


def stop_run(run: ReplayRun, runs: ReplayRuns, clock: Callable[[], datetime]) -> ReplayRun:
    """End a replay before its end, and return it. Queued deliveries are sent. A finished replay stays as it is.

    Raises Conflict if a turn writes its progress each time.
    """
    for _ in range(TRIES):
        if not run.is_running:
            return run
        with suppress(Conflict):
            return runs.save(run.ended(ReplayState.STOPPED, clock()))
        run = find_run(run.id, runs)
    raise Conflict("The replay changes at the same time: ask again.", "replay")


def _checked(run: ReplayRun, asked: ReplayRequest) -> ReplayRun:
    if not asked.is_of(run):
        raise Conflict("The key was used for another replay.", "idempotency_key")
    return run
