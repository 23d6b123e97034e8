"""The workflow of an execution that another system calls: one turn, and how long to wait for the next."""

from typing import Any

from switchboard.bootstrap.handover import poll_campaign


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """`{"account", "execution", "part", "turn"}` in; the same with `done` and `wait` out."""
    following = poll_campaign()(event["account"], event["execution"], event["part"], event["turn"])
    return {**event, "turn": event["turn"] + 1, "done": following.done, "wait": following.wait}
