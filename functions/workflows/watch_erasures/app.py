"""Every few minutes: restart dead workflows of erasures."""

from typing import Any

from switchboard.bootstrap.erasures import watch_erasures


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """`{"restarted": [<erasure>]}`; `{"at_once": true}` restarts all workflows."""
    return {"restarted": [erasure.id for erasure in watch_erasures(at_once=bool(event.get("at_once")))]}
