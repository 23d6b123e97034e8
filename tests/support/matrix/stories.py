"""What is played: the stories of the samples, and one event that no document names."""

from __future__ import annotations

import json
from typing import Any

from switchboard.dialects.registry import by_webhook
from switchboard.kernel.call import Kind
from tests.unit.builders import SAMPLES, TABLES, read

# The pairs that a deployed hub plays. `tests/functions/test_destinations.py` pairs every dialect in process.
SOURCES = ("vpbx", "callevents", "sprecord", "kontur")
TARGETS = (*SOURCES, "standard")
PAIRS = [(source, target) for source in SOURCES for target in TARGETS]
OF_THE_HUB = frozenset(
    kind for kind in Kind if kind.value.startswith(("recording.", "command.", "campaign.", "subscriber."))
)
"""Kinds that the hub tells by itself."""

# An event that cannot come alone is played behind the one that it needs: a call that fails was begun.
_BEFORE = {"call_failed": ["call_started"]}
PBX = "https://pbx.example.com"
"""Where the samples' recordings are."""


def stories(source: str) -> dict[str, list[dict[str, Any]]]:
    """The payloads of each story of a vendor, by its name."""
    told = {
        path.stem: [one for step in read(path) for one in _with_what_it_needs(source, step["event"])]
        for path in sorted((SAMPLES / source / "out").glob("*.json"))
    }
    if source in by_webhook():
        told["unknown"] = [read(path) for path in sorted((SAMPLES / source / "bad").glob("unknown_[eh]*.json"))]
    return told


def sayable(source: str) -> set[Kind]:
    """The kinds of event that a vendor can tell of, by its tables."""
    tables = TABLES[source]
    free = set(getattr(tables, "FREE_TYPES", {}).values())
    return set(tables.KINDS.values()) | free | ({Kind.UNKNOWN} if source in by_webhook() else set())


def _with_what_it_needs(source: str, event: str) -> list[dict[str, Any]]:
    return [read(SAMPLES / source / f"{name}.json") for name in (*_BEFORE.get(event, ()), event)]


def words(payloads: list[dict[str, Any]]) -> str:
    """Everything that was sent, as one text."""
    return json.dumps(payloads, ensure_ascii=False)
