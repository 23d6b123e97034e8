"""Every few minutes: restart dead workflows of executions."""

from typing import Any

from switchboard.bootstrap.dialling import watch_campaigns


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """`{"restarted": [<execution>]}`; `{"at_once": true}` restarts all workflows."""
    found = watch_campaigns(at_once=bool(event.get("at_once")))
    return {"restarted": [f"{execution.account}/{execution.id}" for execution in found]}
