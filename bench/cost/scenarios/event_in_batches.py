"""An event with one healthy receiver where ten come at once: what a busy hub pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.cost.scenarios import calls
from tests.support.receiver import answering, receiving

if TYPE_CHECKING:
    from bench.cost.stage import Stage

TITLE = "The same of ten calls at once, in batches of ten"
EACH = "event"
AT_ONCE = 10  # calls


def play(stage: Stage) -> int:
    """Ten calls side by side, an event of each at a time."""
    with receiving(answering(200)) as receiver:
        calls.get_ready(stage, receiver.url)
        calls.tell(stage, AT_ONCE, calls.NAMES[0])
        stage.work()
        stage.begin()
        for name in calls.NAMES:
            for call in range(AT_ONCE):
                calls.tell(stage, call, name)
            stage.work()
    return AT_ONCE * len(calls.NAMES)
