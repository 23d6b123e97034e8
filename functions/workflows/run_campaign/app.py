"""The workflow of an execution: one turn, and how long to wait for the next."""

from typing import Any

from switchboard.bootstrap.dialling import run_campaign


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """`{"account", "execution", "part", "turn"}` in; the same with `done` and `wait` out."""
    following = run_campaign()(event["account"], event["execution"], event["part"], event["turn"])
    return {**event, "turn": event["turn"] + 1, "done": following.done, "wait": following.wait}
