"""An event with one healthy receiver, every message handled by itself: what a quiet hub pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.cost.scenarios import calls
from tests.support.receiver import answering, receiving

if TYPE_CHECKING:
    from bench.cost.stage import Stage

TITLE = "An event with one healthy receiver"
EACH = "event"
WARM, COUNTED = 1, 5  # calls


def play(stage: Stage) -> int:
    """Calls of four events."""
    with receiving(answering(200)) as receiver:
        calls.get_ready(stage, receiver.url)
        for call in range(WARM + COUNTED):
            if call == WARM:
                stage.begin()
            for name in calls.NAMES:
                calls.tell(stage, call, name)
                stage.work()
    return COUNTED * len(calls.NAMES)
