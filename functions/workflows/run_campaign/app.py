"""One turn in the workflow of an execution."""

from typing import Any

from switchboard.bootstrap.dialling import run_campaign


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """Take `{"account", "execution", "part", "turn"}`; return the same with `done` and `wait` in seconds."""
    following = run_campaign()(event["account"], event["execution"], event["part"], event["turn"])
    return {**event, "turn": event["turn"] + 1, "done": following.done, "wait": following.wait}
