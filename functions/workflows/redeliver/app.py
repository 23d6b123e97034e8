"""The workflow of a failing receiver: one turn, and how long to wait for the next."""

from typing import Any

from switchboard.bootstrap.deliveries import redeliver
from switchboard.deliveries.endpoint import EndpointKey
from switchboard.lambdas.workflows import following_turn


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """`{"account", "endpoint", "episode", "part", "turn"}` in; the same with `done` and `wait` out."""
    key = EndpointKey(event["account"], event["endpoint"])
    return following_turn(event, key, redeliver()(key, event["episode"], event["part"]))
