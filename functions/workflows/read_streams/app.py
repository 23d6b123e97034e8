"""Every minute: read the streams of sources whose PBX cannot reach the hub, until the next run takes over."""

from typing import Any

from switchboard.bootstrap import now
from switchboard.bootstrap.listening import read_streams
from switchboard.lambdas.remaining import out_of_time, within

RESERVE = 30.0  # seconds: more than opening a connection or queueing an event takes


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`{"read": <how many streams>}`; `{"seconds": 10}` makes the run shorter."""
    is_over = out_of_time(context, RESERVE)
    return {"read": read_streams()(within(event.get("seconds"), now, is_over))}
