"""One turn of the workflow of an expected recording: one attempt to fetch."""

from typing import Any

from switchboard.bootstrap.recordings import fetch_recording
from switchboard.observability.logs import recording_tried

MARGIN = 30.0  # seconds: a lease ends after the function that holds the lease


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`{"recording", "part", "wait"}` in; the same with `done` and `wait` out."""
    lease = context.get_remaining_time_in_millis() / 1000 + MARGIN
    following = fetch_recording()(event["recording"], event["part"], lease)
    recording_tried(event["recording"], done=following.done, wait=following.wait)
    return {**event, "done": following.done, "wait": following.wait}
