"""Messages in order: a missing message is waited for, unless it has expired."""

from datetime import timedelta

import pytest

from switchboard.streams.model import KEPT, StreamMessage, in_order
from tests.support.builders import NOON

SECOND = timedelta(seconds=1)


def messages(*numbers: int) -> list[StreamMessage]:
    return [
        StreamMessage(one, "{}", NOON + one * SECOND, NOON + (one - 1) * SECOND if one > 1 else None) for one in numbers
    ]


@pytest.mark.parametrize(
    ("there", "last", "given"),
    [
        ((), 0, []),
        ((1, 2, 3), 0, [1, 2, 3]),
        ((5, 6), 4, [5, 6]),
        ((2, 3), 0, []),
        ((1, 3), 0, [1]),
        ((6, 8, 9), 5, [6]),
        ((7,), 5, []),
    ],
)
def test_nothing_is_given_before_what_comes_before_it(there: tuple[int, ...], last: int, given: list[int]) -> None:
    """A later message that is visible first is held back."""
    assert [one.number for one in in_order(messages(*there), last, NOON + 10 * SECOND)] == given


def test_what_is_too_old_is_not_waited_for() -> None:
    """Messages expire after a day, in any order."""
    assert [one.number for one in in_order(messages(7, 9), 3, NOON + KEPT + 8 * SECOND)] == [7, 9]
    assert in_order(messages(9), 7, NOON + KEPT + 7 * SECOND) == []
