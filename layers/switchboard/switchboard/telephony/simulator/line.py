"""What the simulator's line takes: so many calls at a time, and so many begun in any second."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.errors import ProviderRefused, Refusal
from switchboard.telephony.simulator.model import SimulatorSettings

SECOND = 1000  # milliseconds


@dataclass(frozen=True, slots=True)
class ChannelUse:
    """One account's line: its calls, when the latest began (milliseconds of the epoch), and a count of changes."""

    used: int = 0
    begun: tuple[int, ...] = ()
    version: int = 0


def take_channel(line: ChannelUse, now: int, settings: SimulatorSettings) -> ChannelUse:
    """The line with one call more; ProviderRefused where that is one too many, or too soon."""
    if line.used >= settings.channels:
        raise ProviderRefused("All channels of the telephony are taken.", Refusal.NO_CHANNELS)
    recent = tuple(at for at in line.begun if now - at < SECOND)
    if len(recent) >= settings.cps:
        raise ProviderRefused("Calls are started faster than the telephony takes them.", Refusal.TOO_FAST)
    return ChannelUse(line.used + 1, (*recent, now), line.version + 1)
