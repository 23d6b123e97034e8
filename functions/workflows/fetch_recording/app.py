"""One turn of the workflow of an expected recording: one attempt to fetch."""

from functools import partial
from typing import Any

from switchboard.bootstrap.recordings import fetch_recording
from switchboard.observability.logs import recording_tried
from switchboard.turns import next_state

MARGIN = 30.0  # seconds: a lease ends after the function that holds the lease


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Take `{"recording", "part", "turn"}`; return the same with `done` and `wait`."""
    lease = context.get_remaining_time_in_millis() / 1000 + MARGIN
    fetch = fetch_recording()
    result = fetch(event["recording"], event["part"], lease)
    recording_tried(event["recording"], done=result.done, wait=result.wait)
    return next_state(event, result, partial(fetch.hand_on, event["recording"]))
