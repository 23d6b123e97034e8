"""The turn of an execution's workflow: have its account's conductor look, and say when to look again."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.campaigns.dialling.backoff import waits
from switchboard.campaigns.dialling.conduct import Conduct
from switchboard.campaigns.dialling.desk import ExecutionDesk
from switchboard.campaigns.dialling.ports import DiallingStore, Ticks
from switchboard.campaigns.dialling.state import State
from switchboard.campaigns.dialling.windows import opens_at
from switchboard.kernel.campaign import Execution, Phase
from switchboard.turns import DONE, TurnResult

POLL = 15.0  # seconds between two looks while calls last
SHORTEST, LONGEST = 1.0, 3600.0
PAUSED = 600.0  # resuming starts a new part
UNHEARD = timedelta(seconds=5)  # after which a conductor does not seem to take its turns
UNPLACED = timedelta(seconds=20)  # after which whoever claimed a call does not place it any more


@dataclass(frozen=True, slots=True)
class RunCampaign:
    """The use case. Nothing is dialled here, but where the account's conductor takes no turns."""

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
            # Whoever ended it was cut off before followers were told.
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

    def _look(self, state: State, name: str) -> None:
        """Ask the conductor; where what it should have done is not done, its worker was killed: do it."""
        if self._is_left(state):
            self.conduct(state.dialler.account)
        else:
            self.queue.tick(state.dialler.account, name)

    def _is_left(self, state: State) -> bool:
        now = self.clock()
        if any(line.deadline < now - UNHEARD for line in state.lines.values()):
            return True
        unplaced = [state.lines[channel] for channel in state.dialler.unplaced if channel in state.lines]
        return not waits(state.dialler, now) and any(line.claimed_at < now - UNPLACED for line in unplaced)

    def _wait(self, state: State, execution: Execution) -> float:
        if any(line.execution == execution.id for line in state.lines.values()):
            return POLL
        if execution.phase is not Phase.RUNNING:
            return PAUSED if execution.phase is Phase.PAUSED else POLL
        now = self.clock()
        window, timezone = execution.settings.window, execution.timezone
        opening = opens_at(window, timezone, max(execution.wave_at or now, now))
        seconds = (opening - now).total_seconds()
        return min(max(SHORTEST, seconds), LONGEST) if seconds > 0 else POLL
