"""Every few minutes: tell of sources that have sent nothing for their `silent_after`."""

from typing import Any

from switchboard.bootstrap.activity import check_silences


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """`{"silent": <how many sources>}`."""
    return {"silent": len(check_silences()())}
