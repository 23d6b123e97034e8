"""Every few minutes: restart dead workflows of expected recordings."""

from typing import Any

from switchboard.bootstrap.recordings import watch_recordings


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """`{"restarted": [<recording>]}`; `{"at_once": true}` restarts all workflows."""
    found = watch_recordings(at_once=bool(event.get("at_once")))
    return {"restarted": [recording.id for recording in found]}
