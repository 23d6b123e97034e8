"""Every five minutes: a ping to each connected PBX, and a look at calls that last."""

from typing import Any

from switchboard.bootstrap.asterisk import ping_pbxs


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """`{"pinged": <how many PBXs>}`."""
    return {"pinged": ping_pbxs()()}
