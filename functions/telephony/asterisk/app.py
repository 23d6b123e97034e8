"""The WebSocket gateway of PBXs: $connect, $default and $disconnect."""

from typing import Any

from switchboard.lambdas.pbx import connect, disconnect, receive

ROUTES = {"$connect": connect, "$disconnect": disconnect}


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """Answer with a status alone: a body would go to the PBX."""
    return ROUTES.get(event["requestContext"]["routeKey"], receive)(event)
