"""The rate that the hub accepts is what its conductor can do, where each request takes its time on paper."""

from __future__ import annotations

from bench.campaigns import pace
from switchboard.campaigns.dialling.bounds import MOST_CPS
from switchboard.campaigns.dialling.place import AT_ONCE


def test_a_conductor_begins_as_many_calls_a_second_as_an_account_may_ask_for() -> None:
    """It loses a twentieth, because a call counts from when its order was answered; more it would lose to its work."""
    assert pace(MOST_CPS, 0.03, AT_ONCE) > 0.9 * MOST_CPS
    assert pace(MOST_CPS, 0.03, 1) < 0.7 * MOST_CPS
