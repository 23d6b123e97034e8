"""An event of an account at whose stream somebody listens, and which nobody is sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bench.cost.scenarios import calls
from switchboard.aws.streams_table import StreamsTable

if TYPE_CHECKING:
    from bench.cost.stage import Stage

TITLE = "An event without receivers, of an account whose stream is listened to"
EACH = "event"
WARM, COUNTED = 1, 5  # calls


def play(stage: Stage) -> int:
    """Calls of four events."""
    stage.account()
    stage.source(calls.SOURCE)
    now = datetime.now(UTC)
    StreamsTable(stage.stack.dynamodb, stage.stack.table("StreamsTable")).write_until(
        "acme", now, now + timedelta(days=1)
    )
    for call in range(WARM + COUNTED):
        if call == WARM:
            stage.begin()
        for name in calls.NAMES:
            calls.tell(stage, call, name)
            stage.work()
    return COUNTED * len(calls.NAMES)
