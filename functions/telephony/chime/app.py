"""Amazon Chime's SIP media application: each event of a call, answered with the next action."""

from typing import Any

from switchboard.lambdas.chime import answer


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """Answer an event."""
    return answer(event)
