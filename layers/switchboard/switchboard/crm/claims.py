"""Find the request of a CRM that a call results from."""

from __future__ import annotations

from datetime import datetime, timedelta

from switchboard.crm.ports import Links
from switchboard.kernel.communication import CrmCallRequest

# A request belongs to a call that begins this long after the request, or this long before (by the hub's clock).
ASKED_BEFORE, ASKED_AFTER = timedelta(minutes=2), timedelta(seconds=5)


def claim_request(
    links: Links, place: tuple[str, str, str], number: str, extension: str, begun_at: datetime
) -> CrmCallRequest | None:
    """Claim the oldest recent request that fits the call, and return it; None if none fits.

    `place` has account, connector and call. `number` is the callee's digits; `extension` is empty if unknown.
    """
    account, connector, call_id = place
    for request in links.requests(account, connector, number, begun_at - ASKED_BEFORE) if number else ():
        if _can_be(request, call_id, extension, begun_at) and links.claim(request, call_id):
            return request
    return None


def _can_be(request: CrmCallRequest, call_id: str, extension: str, begun_at: datetime) -> bool:
    same_call = request.call_id in ("", call_id)
    same_user = "" in (extension, request.extension) or extension == request.extension
    return same_call and same_user and request.at <= begun_at + ASKED_AFTER
