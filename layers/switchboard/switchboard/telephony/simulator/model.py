"""What the simulator knows: its settings, what happens when, and the calls that it has.

Times of steps are seconds of simulated time after the start of the call; `speed` of these pass in a second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from switchboard.calls.model import Disposition, Kind
from switchboard.telephony.model import Action

NAME = "simulator"  # of the provider, and of dialect and source of its events


@dataclass(frozen=True, slots=True)
class SimulatorSettings:
    """How long it rings and how long people talk (seconds), how fast time passes, and what the lines take."""

    ring: float = 5.0
    talk: float = 20.0
    speed: float = 1.0
    channels: int = 10
    cps: int = 10
    caller_id: str = ""


@dataclass(frozen=True, slots=True)
class ScriptStep:
    """One thing that happens. `told` is whether the hub hears of it: an end may stay untold."""

    at: float
    kind: Kind
    extension: str = ""
    disposition: Disposition | None = None
    duration: int | None = None
    talk: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    told: bool = True


@dataclass(frozen=True, slots=True)
class SimulatedCall:
    """A call that the simulator plays: `steps`, of which the first `done` have happened; the last is its end.

    `holder` is the extension that is busy with it, empty where none is. `version` counts the changes.
    """

    account: str
    id: str
    command: str
    action: Action
    number: str
    caller_id: str
    began_at: datetime
    speed: float
    steps: tuple[ScriptStep, ...]
    holder: str = ""
    done: int = 0
    version: int = 1

    @property
    def ended(self) -> bool:
        """Whether the last of it has happened."""
        return self.done >= len(self.steps)


@dataclass(frozen=True, slots=True)
class Advance:
    """A message: play the call on from the step at `place`. `sent_at` tells how long the call may yet be coming.

    What happened is told from the step at `since` on: whoever sends this knows that all before that was told.
    """

    account: str
    call_id: str
    place: int
    since: int
    sent_at: datetime
