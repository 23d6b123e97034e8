"""One answered call in the words of each vendor, and what receivers of each dialect should get of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.unit.builders import SAMPLES, read, sample

# The samples of each vendor's `answered` story.
SPOKEN = {
    "vpbx": ("start_call", "local_in_call", "start_talk", "end_call"),
    "callevents": ("create_inc_call", "attempt_inc_call_begin", "attempt_inc_call_begin_second", "change_inc_call",
                   "attempt_inc_call_end", "end_inc_call"),
    "sprecord": ("incoming_call", "start_talk", "answer_elsewhere", "call_end"),
}  # fmt: skip
TIMES = frozenset(
    {"timestamp", "event_date", "StartTime", "EndTime", "StartDuration", "started_at", "answered_at", "ended_at",
     "startedAt", "finishedAt", "externalCreatedAt", "duration", "talk_duration", "wait_duration", "billsec",
     "wait_time", "Duration"}
)  # fmt: skip
LINKS = frozenset({"record", "recording"})
# What is made of a source's id.
IDS = frozenset({"call_id", "event_id", "device_id", "record_id", "SessionID", "externalId",
                 "externalCallItemId", "realtimeCallItemId", "id"})  # fmt: skip


def told_by(source: str) -> list[dict[str, Any]]:
    """The payloads of the call."""
    return [sample(f"{source}/{name}") for name in SPOKEN[source]]


def left_in(source: str, target: str) -> list[dict[str, Any]]:
    """The messages that receivers of a dialect get of it, in order."""
    steps = {step["event"]: step[target] for step in read(SAMPLES / source / "out" / "answered.json")}
    of_each = [steps[name] for name in SPOKEN[source]]
    return [body for step in of_each for body in (step if isinstance(step, list) else [step] if step else [])]


def without(names: frozenset[str], body: Any) -> Any:
    """A body without the fields of these names, however deep."""
    if isinstance(body, Mapping):
        return {name: without(names, value) for name, value in body.items() if name not in names}
    return [without(names, one) for one in body] if isinstance(body, list) else body
