"""An Asterisk in memory, for the tests of its calls."""

import pytest

from tests.support.pbx import PbxWorld
from tests.unit.telephony.asterisk_calls import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> PbxWorld:
    return PbxWorld(clock)
