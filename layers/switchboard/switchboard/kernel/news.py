"""Events that the hub itself reports. Subscribers receive them like the events of a source."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from switchboard.kernel.call import CallEvent, Kind
from switchboard.kernel.hops import hops_in_hand

HUB = "switchboard"  # the dialect of the hub's own events
OF_CAMPAIGNS = frozenset({Kind.CAMPAIGN_STARTED, Kind.CAMPAIGN_PROGRESS, Kind.CAMPAIGN_FINISHED})
OF_SUBSCRIBERS = frozenset({Kind.SUBSCRIBER_NOTIFIED, Kind.SUBSCRIBER_FAILED})


def news(kind: Kind, of: tuple[str, str], key: str, at: datetime, details: Mapping[str, Any]) -> CallEvent:
    """Return an event of the hub about a call. `of` is (account, call id).

    `key` is the idempotency key: the same kind, call and key give the same event id.

    `details` become the event's `raw`: `{"command_id", "action", "reason"?}` for a command,
    `{"media": "recording" | "voicemail", "content_type", "bytes", "sha256", "duration", "days"?}` for a recording.
    `days` is how long a recording is kept that outlives its call.
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
        hops=hops_in_hand(),
    )
