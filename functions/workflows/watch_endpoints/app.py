"""Every few minutes: see that every failing receiver is driven by a workflow."""

from typing import Any

from switchboard.bootstrap.deliveries import watch_endpoints


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """`{"restarted": [<endpoint>]}`; `{"at_once": true}` is for a hub none of whose workflows runs any more."""
    found = watch_endpoints(at_once=bool(event.get("at_once")))
    return {"restarted": [f"{endpoint.key.account}/{endpoint.key.id}" for endpoint in found]}
