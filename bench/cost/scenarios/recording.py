"""A recording: the event that names it, two looks in vain, the download, and the news of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.cost.scenarios import calls
from tests.support.audio import mp3_of
from tests.support.receiver import Exchange, Received, answer, receiving

if TYPE_CHECKING:
    from bench.cost.stage import Stage

TITLE = "A recording that is there at the third look, with the two events that speak of it"
EACH = "recording"
SECONDS, COUNTED, IN_VAIN = 60, 3, 2


def play(stage: Stage) -> int:
    """The ends of calls, which name what the vendor does not have yet."""
    audio, asked = mp3_of(SECONDS), 0

    def behave(exchange: Exchange, _: Received) -> bool:
        nonlocal asked
        asked += 1
        exchange.send(answer(404, b"not yet") if asked <= IN_VAIN * COUNTED else answer(200, audio))
        return True

    with receiving(behave) as vendor:
        stage.account()
        stage.source(calls.SOURCE)
        calls.tell(stage, COUNTED, calls.NAMES[0])
        stage.work()
        stage.begin()
        for call in range(COUNTED):
            ended = calls.event(call, "end.call")
            ended["params"]["record"] = f"{vendor.url}/record/{call}"
            stage.request("POST", f"/webhooks/vpbx/{calls.SOURCE}", ended)
            stage.work()
        for _ in range(IN_VAIN + 1):
            stage.fetches()
        stage.work()
    return COUNTED
