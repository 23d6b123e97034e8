"""Every few minutes: see that every recording that is waited for is driven by a workflow."""

from typing import Any

from switchboard.bootstrap.recordings import watch_recordings


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """`{"restarted": [<recording>]}`; `{"at_once": true}` is for a hub none of whose workflows runs any more."""
    found = watch_recordings(at_once=bool(event.get("at_once")))
    return {"restarted": [recording.id for recording in found]}
