"""Every few minutes: restart lost retry messages and dead workflows of receivers."""

from typing import Any

from switchboard.bootstrap.deliveries import watch_endpoints


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """`{"restarted": [<endpoint>]}`; `{"at_once": true}` restarts all workflows."""
    found = watch_endpoints(at_once=bool(event.get("at_once")))
    return {"restarted": [f"{endpoint.key.account}/{endpoint.key.id}" for endpoint in found]}
