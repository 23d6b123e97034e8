"""Groups of subscribers: `[{"fullName", "phones", "emails"}]` (sp5000-cato, section 3.2; ruling cato 3)."""

from __future__ import annotations

from typing import Any

from switchboard.kernel.campaign import ListUpload, Subscriber, SubscriberGroup
from switchboard.kernel.subscriber_list import GatheredList

GROUPS = "/api/v1/subscriber-groups"


def subscriber_view(subscriber: Subscriber) -> dict[str, Any]:
    """Return a subscriber; `phones` and `emails` are always lists."""
    return {
        "fullName": subscriber.full_name,
        "phones": list(subscriber.phones),
        "emails": list(subscriber.emails),
    }


def group_view(group: SubscriberGroup, base_url: str, gathered: GatheredList | None = None) -> dict[str, Any]:
    """Return the documented fields and the size; after an upload also the counts of rows."""
    shown = {
        "id": group.id,
        "name": group.name,
        "url": f"{base_url}{GROUPS}/{group.id}/content",
        "userId": group.user_id,
        "subscriberCount": group.audience.size,
    }
    return shown if gathered is None else {**shown, **gathered.counts}


def upload_view(upload: ListUpload, link: str, base_url: str) -> dict[str, Any]:
    """Return the request that uploads the list, and the request that completes the upload."""
    headers = {"Content-Type": upload.kind, "Content-Length": str(upload.size)}
    return {
        "id": upload.id,
        "name": upload.name,
        "userId": upload.user_id,
        "upload": {"method": "PUT", "url": link, "headers": headers},
        "complete": {"method": "POST", "url": f"{base_url}{GROUPS}/uploads/{upload.id}"},
    }
