"""One turn of the workflow of an endpoint's episode."""

from functools import partial
from typing import Any

from switchboard.bootstrap.deliveries import redeliver
from switchboard.deliveries.endpoint import EndpointKey
from switchboard.turns import next_state


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """Take `{"account", "endpoint", "episode", "part", "turn"}`; return the same with `done` and `wait`."""
    key = EndpointKey(event["account"], event["endpoint"])
    one_turn = redeliver()
    result = one_turn(key, event["episode"], event["part"])
    return next_state(event, result, partial(one_turn.hand_on, key, event["episode"]))
