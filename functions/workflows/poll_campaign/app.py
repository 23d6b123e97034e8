"""One turn in the workflow of a handed-over execution."""

from functools import partial
from typing import Any

from switchboard.bootstrap.handover import poll_campaign
from switchboard.turns import next_state


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """Take `{"account", "execution", "part", "turn"}`; return the same with `done` and `wait`."""
    account, execution = event["account"], event["execution"]
    poll = poll_campaign()
    result = poll(account, execution, event["part"])
    return next_state(event, result, partial(poll.hand_on, account, execution))
