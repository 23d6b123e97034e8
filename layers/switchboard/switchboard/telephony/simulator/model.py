"""The simulator's settings, the steps of a call, and the simulated calls.

Times of steps are simulated seconds after the start of the call; `speed` simulated seconds pass in a real second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from switchboard.kernel.call import Disposition, Kind
from switchboard.kernel.numbers import DEFAULT_REGION
from switchboard.laps import NO_LAPS, Laps
from switchboard.telephony.model import Action

NAME = "simulator"  # of the provider, and of the dialect and source of its events


@dataclass(frozen=True, slots=True)
class SimulatorSettings:
    """Ringing and talking in simulated seconds, the speed of time, and the limits of the line."""

    ring: float = 5.0
    talk: float = 20.0
    speed: float = 1.0
    channels: int = 10
    cps: int = 10
    caller_id: str = ""


@dataclass(frozen=True, slots=True)
class ScriptStep:
    """One step of a call. `told` is whether the step is reported: the end of some calls is not."""

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
    """A simulated call. The first `done` of the `steps` have happened; the last step is the end of the call.

    `holder` is the extension that is busy with the call, or empty. `version` is the optimistic lock.
    `region` is the numbering plan of national numbers.
    `hops` is how many hubs the request for the call has passed.
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
    region: str = DEFAULT_REGION
    hops: int = 0

    @property
    def ended(self) -> bool:
        """Whether the last step has happened."""
        return self.done >= len(self.steps)


@dataclass(frozen=True, slots=True)
class Advance:
    """A message: continue the call from the step at index `place`.

    Steps from index `since` on are reported; all earlier steps were reported before the message was sent. `sent_at`
    limits the wait for a call that is not yet stored.
    """

    account: str
    call_id: str
    place: int
    since: int
    sent_at: datetime
    laps: Laps = NO_LAPS
