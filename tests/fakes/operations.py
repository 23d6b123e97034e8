"""Who hears of what an operator should know, and what drives a failing receiver, in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from switchboard.deliveries.endpoint import Endpoint


class MemoryOperations:
    """Port Operations."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, object]]] = []

    def tell(self, name: str, details: Mapping[str, object]) -> None:
        self.told.append((name, dict(details)))

    def names(self) -> list[str]:
        """What was told, in order."""
        return [name for name, _ in self.told]


@dataclass(frozen=True, slots=True)
class Started:
    """One execution."""

    endpoint: Endpoint
    part: int
    wait: float


class MemoryWorkflows:
    """Port Workflows."""

    def __init__(self) -> None:
        self.started: list[Started] = []

    def redeliver(self, endpoint: Endpoint, part: int, wait: float) -> None:
        name = (endpoint.key, endpoint.episode, part)
        if name not in {(one.endpoint.key, one.endpoint.episode, one.part) for one in self.started}:
            self.started.append(Started(endpoint, part, wait))
