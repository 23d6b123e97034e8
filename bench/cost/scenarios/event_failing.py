"""An event whose call waits: its receiver fails once for each call, and takes everything when it is tried again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bench.cost.scenarios import calls
from tests.support.receiver import Exchange, Received, answer, receiving

if TYPE_CHECKING:
    from bench.cost.stage import Stage

TITLE = "An event whose receiver fails once for each call, with a fast retry"
EACH = "event"
WARM, COUNTED = 1, 5  # calls


def play(stage: Stage) -> int:
    """Calls of four events, of which three come while the first waits."""
    seen: set[str] = set()

    def behave(exchange: Exchange, request: Received) -> bool:
        call = json.loads(request.body)["params"]["call_id"]
        exchange.send(answer(200 if call in seen else 503, b""))
        seen.add(call)
        return True

    with receiving(behave) as receiver:
        calls.get_ready(stage, receiver.url)
        for call in range(WARM + COUNTED):
            if call == WARM:
                stage.begin()
            for name in calls.NAMES:
                calls.tell(stage, call, name)
                stage.work_events()
                stage.poll("DeliveriesQueue", "workers/deliver")
            stage.work()
    return COUNTED * len(calls.NAMES)
