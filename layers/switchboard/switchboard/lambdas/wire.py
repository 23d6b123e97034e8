"""The facts of a request that its sender cannot word freely."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchboard.accounts.wire_checks import WireFacts


def wire_of(event: Mapping[str, Any], raw: bytes) -> WireFacts:
    """Return the facts of an event of API Gateway. `raw` is what a signature covers.

    The address is that of the connection to API Gateway. Headers such as X-Forwarded-For, which a client can set, count
    for nothing.
    """
    identity = (event.get("requestContext") or {}).get("identity") or {}
    headers = {name.lower(): str(value) for name, value in (event.get("headers") or {}).items()}
    return WireFacts(raw, headers, str(identity.get("sourceIp") or ""))
