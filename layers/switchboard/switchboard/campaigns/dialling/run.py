"""A turn of an execution's workflow: send the account's conductor a tick, and return the wait for the next turn."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.campaigns.dialling.backoff import waits
from switchboard.campaigns.dialling.conduct import Conduct
from switchboard.campaigns.dialling.desk import ExecutionDesk
from switchboard.campaigns.dialling.ports import DiallingStore, Ticks
from switchboard.campaigns.dialling.state import DiallingState
from switchboard.campaigns.dialling.windows import opens_at
from switchboard.kernel.campaign import Execution, Phase
from switchboard.turns import DONE, TurnResult

POLL = 15.0  # seconds between two turns while calls last
SHORTEST, LONGEST = 1.0, 3600.0
PAUSED = 600.0  # resuming starts a new part
SUSPENDED = 60.0
UNHEARD = timedelta(seconds=5)  # after a call's deadline: the conductor seems to be dead
UNPLACED = timedelta(seconds=20)  # after a claim: the claiming worker is dead


@dataclass(frozen=True, slots=True)
class RunCampaign:
    """The use case of the workflow. The turn conducts by itself only if the account's conductor seems dead."""

    store: DiallingStore
    queue: Ticks
    conduct: Conduct
    desk: ExecutionDesk
    clock: Callable[[], datetime]

    def __call__(self, account: str, id_: str, part: int, turn: int) -> TurnResult:
        """Take turn number `turn` of this part. The work is done if a newer part drives the execution."""
        state = self.store.load(account)
        execution = state.executions.get(id_)
        if execution is None and state.dialler.news:
            # The worker that ended the execution died before it told the followers.
            self.queue.tick(account, f"news.{state.dialler.version}")
        if execution is None or execution.part > part:
            return DONE
        self._look(state, f"run.{id_}.{part}.{turn}")
        wait = math.ceil(self._wait(state, execution))
        self.store.watch(account, id_, self.clock() + timedelta(seconds=wait))
        return TurnResult(done=False, wait=wait)

    def hand_on(self, account: str, id_: str, part: int, wait: float) -> None:
        """Have a newer part drive the execution, its first turn after `wait` seconds."""
        execution = self.store.load(account).executions.get(id_)
        if execution is not None:
            self.desk.hand_on(execution, part, wait)

    def _look(self, state: DiallingState, name: str) -> None:
        """Send the conductor a tick; if its overdue work shows a dead worker, conduct here."""
        if self._is_left(state):
            self.conduct(state.dialler.account)
        else:
            self.queue.tick(state.dialler.account, name)

    def _is_left(self, state: DiallingState) -> bool:
        now = self.clock()
        if any(line.deadline < now - UNHEARD for line in state.lines.values()):
            return True
        unplaced = [state.lines[channel] for channel in state.dialler.unplaced if channel in state.lines]
        return not waits(state.dialler, now) and any(line.claimed_at < now - UNPLACED for line in unplaced)

    def _wait(self, state: DiallingState, execution: Execution) -> float:
        if any(line.execution == execution.id for line in state.lines.values()):
            return POLL
        if self.conduct.is_suspended(execution.account):
            return SUSPENDED
        if execution.phase is not Phase.RUNNING:
            return PAUSED if execution.phase is Phase.PAUSED else POLL
        now = self.clock()
        window, timezone = execution.settings.window, execution.timezone
        opening = opens_at(window, timezone, max(execution.wave_at or now, now))
        seconds = (opening - now).total_seconds()
        return min(max(SHORTEST, seconds), LONGEST) if seconds > 0 else POLL
