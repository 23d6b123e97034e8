"""The scheduled watch over campaigns: start a new workflow for every overdue execution."""

from typing import Any

from switchboard.bootstrap.dialling import watch_campaigns


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """Return `{"restarted": [<execution>]}`. With `{"at_once": true}` every active execution counts as overdue."""
    found = watch_campaigns(at_once=bool(event.get("at_once")))
    return {"restarted": [f"{execution.account}/{execution.id}" for execution in found]}
