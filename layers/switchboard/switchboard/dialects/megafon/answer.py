"""The answer to `contact`: the PBX rings the employee whom the answer names as responsible."""

from __future__ import annotations

import json

from switchboard.dialects.megafon.tables import CONTACT
from switchboard.dialects.model import Reply
from switchboard.dialects.reading import text
from switchboard.kernel.call import CallEvent

JSON = "application/json"


def asks_about(event: CallEvent) -> str | None:
    """Return the client's number of a `contact`; None for any other command."""
    return (text(event.raw, "phone") or "") if event.name == CONTACT else None


def steering(event: CallEvent, extension: str) -> Reply:  # noqa: ARG001 - the role's
    """Return `{"responsible": extension}`, or `{}`, which leaves the call to the PBX."""
    return Reply(json.dumps({"responsible": extension} if extension else {}), JSON)
