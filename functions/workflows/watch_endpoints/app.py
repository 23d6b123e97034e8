"""Every few minutes: restart lost retry messages, and dead workflows of receivers and replays."""

from typing import Any

from switchboard.bootstrap.deliveries import watch_endpoints
from switchboard.bootstrap.replays import watch_replays


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """`{"restarted": [<endpoint>], "replays": [<replay>]}`; `{"at_once": true}` restarts all workflows."""
    at_once = bool(event.get("at_once"))
    found, runs = watch_endpoints(at_once=at_once), watch_replays(at_once=at_once)
    return {
        "restarted": [f"{endpoint.key.account}/{endpoint.key.id}" for endpoint in found],
        "replays": [run.id for run in runs],
    }
