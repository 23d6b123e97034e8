"""Every minute: queue the events that the queue of events refused before."""

from typing import Any

from switchboard.bootstrap.spill import drain_spilled
from switchboard.lambdas.remaining import out_of_time

RESERVE = 10.0  # seconds


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """`{"lanes": 1, "late": 0, "more": false}`: queued calls, calls that wait for long, and whether time ran out."""
    drained = drain_spilled()(out_of_time(context, RESERVE))
    return {"lanes": drained.lanes, "late": drained.late, "more": drained.more}
