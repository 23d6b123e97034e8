"""One turn in the workflow of an erasure: as many pages as the time allows."""

from functools import partial
from typing import Any

from switchboard.bootstrap.erasures import erase_turn
from switchboard.lambdas.remaining import out_of_time
from switchboard.turns import next_state

RESERVE = 30.0  # seconds that one page may take


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take `{"erasure", "part", "turn"}`; return the same with `done` and `wait`."""
    turn = erase_turn()
    result = turn(event["erasure"], event["part"], out_of_time(context, RESERVE))
    return next_state(event, result, partial(turn.hand_on, event["erasure"]))
