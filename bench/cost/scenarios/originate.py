"""A call that a CRM starts: from the request to its last event, by the simulator, and nobody is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.calling import AT_ONCE, caller
from tests.support.calling import play as advance

if TYPE_CHECKING:
    from bench.cost.stage import Stage

TITLE = "A call started by a request, with all of its simulated events and no receiver"
EACH = "call"
WARM, COUNTED = 1, 3


def play(stage: Stage) -> int:
    """One after the other, each to its end."""
    auth = caller(stage, settings=AT_ONCE)
    for call in range(WARM + COUNTED):
        if call == WARM:
            stage.begin()
        order = {"local_num": "104", "phone2call": f"7901234560{call}"}  # the same number at once is a double click
        answer = stage.request("POST", "/api/v1/application/originate", order, auth)
        if answer.status != 200:  # noqa: PLR2004 - OK
            raise RuntimeError(f"answer: {answer.status}")
        advance(stage)
    return COUNTED
