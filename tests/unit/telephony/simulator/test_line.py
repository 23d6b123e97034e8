"""What the simulator's line takes."""

import pytest

from switchboard.errors import ProviderRefused, Refusal
from switchboard.telephony.line import ChannelUse, take_channel
from switchboard.telephony.simulator.model import SimulatorSettings

SETTINGS = SimulatorSettings(channels=2, cps=3)


def test_a_channel_is_taken() -> None:
    """And the time is noted."""
    assert take_channel(ChannelUse(1, (100,), 4), 200, SETTINGS) == ChannelUse(2, (100, 200), 5)


def test_without_a_channel_the_call_is_refused() -> None:
    """However slowly calls are started."""
    with pytest.raises(ProviderRefused) as caught:
        take_channel(ChannelUse(2), 10_000, SETTINGS)
    assert caught.value.refusal is Refusal.NO_CHANNELS


def test_calls_of_the_last_second_count() -> None:
    """Those before it are forgotten."""
    line = ChannelUse(0, (0, 500, 900), 3)
    with pytest.raises(ProviderRefused) as caught:
        take_channel(line, 999, SETTINGS)
    assert caught.value.refusal is Refusal.TOO_FAST
    assert take_channel(line, 1000, SETTINGS).begun == (500, 900, 1000)


def test_no_more_times_are_kept_than_count() -> None:
    """The row does not grow."""
    line = ChannelUse()
    for second in range(100):
        line = take_channel(ChannelUse(0, line.begun, line.version), second * 400, SETTINGS)
    assert len(line.begun) <= SETTINGS.cps
