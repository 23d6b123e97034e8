"""What the hub itself has to tell of a call: events like any other, which go the same way to the same subscribers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from switchboard.kernel.call import CallEvent, Kind

HUB = "switchboard"  # the dialect of the hub's own events
OF_CAMPAIGNS = frozenset({Kind.CAMPAIGN_STARTED, Kind.CAMPAIGN_PROGRESS, Kind.CAMPAIGN_FINISHED})
OF_SUBSCRIBERS = frozenset({Kind.SUBSCRIBER_NOTIFIED, Kind.SUBSCRIBER_FAILED})


def news(kind: Kind, of: tuple[str, str], key: str, at: datetime, details: Mapping[str, Any]) -> CallEvent:
    """An event of the hub's own, of an account's call: `of` is (account, call id).

    The same `key` of the same call is the same event, however often it is told.

    `details` travel with it as they are: `{"command_id", "action", "reason"?}` of a command,
    `{"media": "recording" | "voicemail", "content_type", "bytes", "sha256", "duration"}` of a recording.
    """
    account, call_id = of
    id_ = hashlib.sha256(f"{account}\n{call_id}\n{kind}\n{key}".encode()).hexdigest()[:32]
    return CallEvent(
        id=id_,
        account=account,
        source=HUB,
        dialect=HUB,
        kind=kind,
        name=kind.value,
        call_id=call_id,
        at=at,
        received_at=at,
        raw=details,
    )
