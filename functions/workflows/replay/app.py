"""One turn in the workflow of a replay: as many pages as the time allows."""

from functools import partial
from typing import Any

from switchboard.bootstrap.replays import replay_turn
from switchboard.lambdas.remaining import out_of_time
from switchboard.turns import next_state

RESERVE = 60.0  # seconds that one page may take, with the SDK's retries


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take `{"replay", "part", "turn"}`; return the same with `done` and `wait`."""
    turn = replay_turn()
    result = turn(event["replay"], event["part"], out_of_time(context, RESERVE))
    return next_state(event, result, partial(turn.hand_on, event["replay"]))
