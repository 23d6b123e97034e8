"""How `make fuzz` divides its time."""

from hypothesis import settings

from tests.support.fuzz import LARGEST, round_of, share_of


def test_every_test_gets_an_equal_share_of_all_workers_time() -> None:
    """Ten minutes of two processes are twelve seconds for each of a hundred tests."""
    assert share_of(items=100, minutes=10, workers=2) == 12
    assert share_of(items=0, minutes=1, workers=1) == 60


def test_a_round_has_as_many_examples_as_fit_into_what_is_left() -> None:
    """By the speed so far: at least one, and no more than the largest round."""
    assert round_of(examples=10, seconds=2.0, left=8.0) == 40
    assert round_of(examples=10, seconds=5.0, left=0.1) == 1
    assert round_of(examples=10, seconds=0.0, left=60.0) == LARGEST


def test_the_fast_run_tries_the_same_examples_every_time() -> None:
    """Nothing is remembered of earlier runs, and no time limit fails a slow machine."""
    now = settings()
    assert (now.derandomize, now.database, now.deadline) == (True, None, None)
