"""Every few minutes: end the calls of which no event has come for the `lost_after` of their account."""

from typing import Any

from switchboard.bootstrap.open_calls import expire_overdue_calls
from switchboard.lambdas.remaining import out_of_time

RESERVE = 10.0  # seconds


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """`{"lost": 1, "lasting": 2, "more": false}`; `more` says that time ran out; the next run continues."""
    swept = expire_overdue_calls()(out_of_time(context, RESERVE))
    return {"lost": swept.lost, "lasting": swept.lasting, "more": swept.more}
