"""Times of a call event on its way through the hub, as metrics that a log line carries.

The format is CloudWatch's embedded metric format. A line with `_aws` is a log line and a metric at once, without a
request of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from switchboard.settings import is_on

NAMESPACE = "Switchboard"
APPLIED = "event.applied_after"
DELIVERED = "delivery.delivered_after"
WHOLE = "event.delivered_after"  # from the webhook's receipt to the receiver's 2xx


def latency(until: datetime, since: Mapping[str, datetime | None]) -> Mapping[str, object]:
    """Return the fields that make a log line metrics in milliseconds: by name, the time since when. None is left out.

    The line has to hold `service`. With the parameter LatencyByAccount, the line's `account` is a dimension too.
    """
    known = {name: at for name, at in since.items() if at}
    dimensions = [["service"], *[["service", "account"]] * is_on("LATENCY_BY_ACCOUNT")]
    metric = {
        "Namespace": NAMESPACE,
        "Dimensions": dimensions,
        "Metrics": [{"Name": name, "Unit": "Milliseconds"} for name in known],
    }
    told = {"Timestamp": int(until.timestamp() * 1000), "CloudWatchMetrics": [metric]}
    return {"_aws": told, **{name: max(0, round((until - at).total_seconds() * 1000)) for name, at in known.items()}}
