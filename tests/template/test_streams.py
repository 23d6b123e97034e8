from typing import Any

from switchboard.streams.read import LEASE

HALF_A_MINUTE = 30


def test_a_place_is_free_within_half_a_minute_of_a_client_that_has_gone(template: dict[str, Any]) -> None:
    """On AWS a connection goes on until its time is over, whoever has gone; one that dies gives its lease up."""
    assert template["Parameters"]["StreamSeconds"]["Default"] < HALF_A_MINUTE
    assert LEASE.total_seconds() < HALF_A_MINUTE
