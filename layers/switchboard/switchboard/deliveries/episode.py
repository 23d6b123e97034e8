"""The episode of a receiver in trouble: pure decisions about its beginning, its workflow's parts, and its end.

Each function returns the change to write. `episode` is the number that tells one trouble from the next.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from switchboard.deliveries.change import Condition, EndpointChange, Relation, RowChange, change_of
from switchboard.deliveries.endpoint import Endpoint

CALM = Condition("failing", value=False)
NO_LANES = Condition("lanes", 0)


def begin_episode(endpoint: Endpoint, at: datetime, next_at: datetime) -> EndpointChange:
    """Begin an episode, whose workflow takes its first turn at `next_at`, unless one lasts already."""
    to = {"failing": True, "failing_since": at, "next_at": next_at, "watched": True, "part": 0, "told": False}
    return EndpointChange(endpoint.key, endpoint=RowChange((CALM,), None, to, add={"episode": 1}))


def note_told(endpoint: Endpoint) -> EndpointChange:
    """Record that the operators know of the episode."""
    return change_of(endpoint.key, _same(endpoint), told=True)


def hand_on(endpoint: Endpoint, part: int, at: datetime) -> EndpointChange:
    """Let a newer part of the workflow drive the episode from `at` on. Older parts end at their next turn."""
    return change_of(endpoint.key, _same(endpoint), Condition("part", part, Relation.BELOW), part=part, next_at=at)


def end_episode(endpoint: Endpoint) -> EndpointChange:
    """End the episode of a receiver, unless a lane waits."""
    calm: dict[str, Any] = {"failing": False, "open": False, "step": 0, "failures": 0, "watched": False}
    gone = dict.fromkeys(("next_at", "failing_since", "round", "denied_since"))
    return change_of(endpoint.key, NO_LANES, _same(endpoint), **calm, **gone)


def stop_watching(endpoint: Endpoint) -> EndpointChange:
    """Take a receiver without lanes and episode out of the watch's index."""
    return change_of(endpoint.key, NO_LANES, CALM, watched=False, next_at=None)


def watch_from(endpoint: Endpoint, at: datetime) -> EndpointChange:
    """Have the watch look at a receiver without an episode again when `at` is overdue."""
    return change_of(endpoint.key, CALM, next_at=at)


def _same(endpoint: Endpoint) -> Condition:
    return Condition("episode", endpoint.episode)
