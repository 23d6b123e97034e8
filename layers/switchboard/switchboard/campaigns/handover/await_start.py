"""Wait a little for the other system's answer to a start, so that the answer of a start can pass it on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from switchboard.campaigns.handover.model import Reason
from switchboard.campaigns.handover.ports import Handovers
from switchboard.campaigns.ports import Executions
from switchboard.kernel.campaign import Phase

LOOKS, BETWEEN = 30, 0.5  # 15 s in all; the gateway waits 29 s for an answer


@dataclass(frozen=True, slots=True)
class AwaitStart:
    """Reads an execution that is handed over until its fate is known. `pause` sleeps for seconds."""

    executions: Executions
    handovers: Handovers
    pause: Callable[[float], None]

    def __call__(self, account: str, id_: str | None) -> str | None:
        """Return the execution's id; None if the other system has no channels for the execution.

        An execution that the hub dials itself is not waited for. A hand-over that takes longer than 15 s counts as
        started: its report tells a later refusal.
        """
        if id_ is None:
            return None
        for _ in range(LOOKS):
            if self._known(account, id_):
                break
            self.pause(BETWEEN)
        return None if self._refused(account, id_) else id_

    def _known(self, account: str, id_: str) -> bool:
        execution = self.executions.get(account, id_)
        if execution is None or execution.phase is not Phase.HANDED_OVER:
            return True
        handover = self.handovers.get(account, id_)
        return handover is not None and bool(handover.theirs)

    def _refused(self, account: str, id_: str) -> bool:
        execution = self.executions.get(account, id_)
        return execution is not None and (execution.phase, execution.reason) == (Phase.FAILED, Reason.NO_CHANNELS)
