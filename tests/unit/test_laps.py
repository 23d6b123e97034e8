"""How long a message may go round: the one rule of all circles."""

import pytest

from switchboard.laps import DIALLING, LANE, NO_LAPS, SIMULATED_CALL, TRY, Circle, Laps

ROUND = Circle("round", 3)


def laps_until_the_end(marks: list[str]) -> int:
    """How many messages are sent while the work stands at these marks, one after the other."""
    laps = NO_LAPS
    for sent, mark in enumerate(marks):
        laps = laps.after(mark)
        if ROUND.ends(laps):
            return sent
    return len(marks)


def test_a_message_goes_round_for_ever_with_progress() -> None:
    """Each lap that finds another mark begins the count anew."""
    assert laps_until_the_end([str(place) for place in range(1000)]) == 1000


def test_a_message_without_progress_ends_after_the_laps_of_its_circle() -> None:
    """The first lap tells the mark, and as many as are allowed may find the same."""
    assert laps_until_the_end(["stuck"] * 1000) == 1 + ROUND.most_idle


def test_progress_in_between_begins_the_count_anew() -> None:
    """Only laps in a row count."""
    assert laps_until_the_end([*["a"] * 4, *["b"] * 4, *["c"] * 1000]) == 12


@pytest.mark.parametrize("circle", [DIALLING, LANE, SIMULATED_CALL, TRY], ids=lambda one: one.name)
def test_a_message_of_before_begins_its_count_now(circle: Circle) -> None:
    """One that was sent without a count is not stopped, however long its circle is."""
    assert not circle.ends(Laps())
    assert not circle.ends(Laps().after("far"))
