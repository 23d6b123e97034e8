"""The answer to `NOTIFY_START` redirects the caller to an extension (user-api-v1, `lib/Webhook/Request.php`)."""

from __future__ import annotations

import json

from switchboard.dialects.model import Reply
from switchboard.dialects.reading import text
from switchboard.dialects.zadarma.tables import START
from switchboard.kernel.call import CallEvent

RETURN_AFTER = 15  # seconds without an answer after which the PBX goes on with its own scenario


def asks_about(event: CallEvent) -> str | None:
    """Return the caller's number as received, maybe empty; None for any event but `NOTIFY_START`."""
    return (text(event.raw, "caller_id") or "") if event.name == START else None


def steering(event: CallEvent, extension: str) -> Reply:  # noqa: ARG001 - the role's
    """Return the answer that redirects the call; without an extension an empty object, which changes nothing."""
    told = {"redirect": extension, "return_timeout": RETURN_AFTER} if extension else {}
    return Reply(json.dumps(told), "application/json")
