from typing import Any

import pytest

from switchboard.deliveries.model import DeliveryState
from switchboard.deliveries.retry import RetryRule, Verdict, judge
from tests.support.builders import an_attempt

RULE = RetryRule(schedule=(1, 5, 15), fast_attempts=5)
DELIVERED, DEAD = Verdict(DeliveryState.DELIVERED), Verdict(DeliveryState.DEAD)
NO_ANSWER: dict[str, Any] = {"status": None, "error": "timeout"}


def again(seconds: float) -> Verdict:
    return Verdict(DeliveryState.PENDING, seconds)


@pytest.mark.parametrize(
    ("outcome", "attempts", "verdict"),
    [
        ({"status": 200}, 1, DELIVERED),
        ({"status": 204}, 1, DELIVERED),
        ({"status": 299}, 5, DELIVERED),
        ({"status": 200}, 9, DELIVERED),
        ({"status": 500}, 1, again(1)),
        ({"status": 500}, 2, again(5)),
        ({"status": 500}, 3, again(15)),
        ({"status": 500}, 4, again(15)),
        ({"status": 500}, 5, DEAD),
        ({"status": 500}, 6, DEAD),
        ({"status": 199}, 1, again(1)),
        ({"status": 301}, 1, again(1)),
        ({"status": 304}, 1, again(1)),
        ({"status": 400}, 1, again(1)),
        ({"status": 429}, 1, again(1)),
        (NO_ANSWER, 1, again(1)),
        (NO_ANSWER, 5, DEAD),
    ],
)
def test_what_follows_an_attempt(outcome: dict[str, Any], attempts: int, verdict: Verdict) -> None:
    """Any 2xx is the end; all else is tried again on schedule until the attempts are used up."""
    assert judge(an_attempt(**outcome), attempts, RULE) == verdict


def test_a_single_attempt_is_not_followed_by_another() -> None:
    """With one attempt allowed the first failure is final."""
    assert judge(an_attempt(500), 1, RetryRule((1,), 1)) == DEAD
