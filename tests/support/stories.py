"""One answered call in the words of each vendor, and what receivers of each dialect should get of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from switchboard.dialects.registry import by_webhook
from tests.unit.builders import SAMPLES, read, sample, written_out


def answered(source: str) -> Path:
    """The story of that call."""
    return SAMPLES / source / "out" / "answered.json"


SPOKEN = {name: tuple(step["event"] for step in read(answered(name))) for name in by_webhook()}
"""Its samples in order, of each vendor whose events come in at a source's own address."""
TIMES = frozenset(
    {"timestamp", "event_date", "StartTime", "EndTime", "StartDuration", "started_at", "answered_at", "ended_at",
     "startedAt", "finishedAt", "externalCreatedAt", "duration", "talk_duration", "wait_duration", "billsec",
     "wait_time", "Duration", "start"}
)  # fmt: skip
LINKS = frozenset({"record", "recording", "link"})
# What is made of a source's id.
IDS = frozenset({"call_id", "callid", "event_id", "device_id", "record_id", "SessionID", "externalId",
                 "externalCallItemId", "realtimeCallItemId", "id"})  # fmt: skip


def told_by(source: str) -> list[dict[str, Any]]:
    """The payloads of the call."""
    return [sample(f"{source}/{name}") for name in SPOKEN[source]]


def left_in(source: str, target: str) -> list[dict[str, Any]]:
    """The messages that receivers of a dialect get of it, in order."""
    of_each = written_out(answered(source), target) or []
    return [body for step in of_each for body in (step if isinstance(step, list) else [step] if step else [])]


# Times, and what is made of a source's id, whatever their fields are called.
UNSTEADY = re.compile(r"\d{4}-\d\d-\d\d[ T].*|.*[0-9a-f]{32}.*")


def read_message(body: str | bytes) -> dict[str, Any]:
    """The fields of a message as it was sent: of a JSON object, or of a form, whose values are texts."""
    text = body if isinstance(body, str) else body.decode()
    found: dict[str, Any] = json.loads(text) if text.startswith("{") else dict(parse_qsl(text, keep_blank_values=True))
    return found


def without(names: frozenset[str], body: Any) -> Any:
    """A body without the fields of these names, however deep, and without what another run has another value of.

    That is times, ids, and with them durations: numbers to the digit are for the samples' own tests.
    """
    if isinstance(body, Mapping):
        return {name: without(names, value) for name, value in body.items() if name not in names}
    if isinstance(body, list):
        return [without(names, one) for one in body]
    is_number = isinstance(body, int | float) and not isinstance(body, bool)
    return ... if is_number or (isinstance(body, str) and UNSTEADY.fullmatch(body)) else body
