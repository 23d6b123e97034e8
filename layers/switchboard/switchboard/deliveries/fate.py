"""The fate of a denied delivery: a pure decision, the same for every delivery that waits as long.

A receiver that is deployed anew, or whose credentials change, answers 401, 403 or 404 for a while. So a receiver that
took deliveries before is tried on the schedule for `final_after`, and only then its denial is final. A receiver that
never took a delivery has a wrong address or wrong credentials: its denial is final at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import takewhile

from switchboard.deliveries.endpoint import Endpoint
from switchboard.deliveries.model import DeliveryRecord
from switchboard.deliveries.retry import Verdict, is_denial


def fate_of(
    verdict: Verdict | None,
    record: DeliveryRecord,
    endpoint: Endpoint | None,
    final_after: timedelta,
    denied_before: datetime | None = None,
) -> Verdict | None:
    """Return the verdict, with REFUSED or FAILED for DENIED. The attempt is the last of the record.

    `denied_before` is since when the receiver denied the delivery before this one in the lane.
    """
    if verdict is not Verdict.DENIED:
        return verdict
    if endpoint is None or endpoint.last_success_at is None:
        return Verdict.REFUSED
    since = denied_since(record, endpoint, denied_before)
    return Verdict.REFUSED if since and record.attempts[-1].at - since >= final_after else Verdict.FAILED


def denied_since(record: DeliveryRecord, endpoint: Endpoint, denied_before: datetime | None = None) -> datetime | None:
    """Return since when a delivery waits for a receiver that denies; None if its last attempt was no denial.

    A delivery also waits while the receiver denies others, but not before the delivery was parked.
    """
    own = list(takewhile(is_denial, reversed(record.attempts[record.earlier :])))
    if not own:
        return None
    shared = min(filter(None, (endpoint.denied_since, denied_before)), default=None)
    since = min(own[-1].at, max(record.parked_at, shared)) if record.parked_at and shared else own[-1].at
    return endpoint.waiting_since(since)
