"""One turn in the workflow of an execution."""

from functools import partial
from typing import Any

from switchboard.bootstrap.dialling import run_campaign
from switchboard.turns import next_state


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """Take `{"account", "execution", "part", "turn"}`; return the same with `done` and `wait`."""
    account, execution = event["account"], event["execution"]
    run = run_campaign()
    result = run(account, execution, event["part"], event["turn"])
    return next_state(event, result, partial(run.hand_on, account, execution))
