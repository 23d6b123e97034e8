"""The workflow of a failing receiver: one turn, and how long to wait for the next."""

from typing import Any

from switchboard import bootstrap
from switchboard.deliveries.endpoint import EndpointKey
from switchboard.lambdas.remaining import out_of_time
from switchboard.lambdas.workflows import following_turn

RESERVE = 35.0  # seconds: the longest time-out of a receiver, and our own reading and writing


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`{"account", "endpoint", "episode", "part", "turn"}` in; the same with `done` and `wait` out."""
    key = EndpointKey(event["account"], event["endpoint"])
    following = bootstrap.redeliver()(key, event["episode"], out_of_time(context, RESERVE), part=event["part"])
    return following_turn(event, key, following)
