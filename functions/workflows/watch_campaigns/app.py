"""Every few minutes: see that every execution is driven by a workflow."""

from typing import Any

from switchboard.bootstrap.dialling import watch_campaigns


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """`{"restarted": [<execution>]}`; `{"at_once": true}` is for a hub none of whose workflows runs any more."""
    found = watch_campaigns(at_once=bool(event.get("at_once")))
    return {"restarted": [f"{execution.account}/{execution.id}" for execution in found]}
