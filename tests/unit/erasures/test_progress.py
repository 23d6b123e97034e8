"""How an erasure goes on after a page."""

from dataclasses import replace
from datetime import datetime, timedelta

from switchboard.erasures.model import Erasure, ErasureState, Finding
from switchboard.erasures.progress import AGAIN_AFTER, MOST_SWEEPS, QUIET_AFTER, after_page, first_turn_at
from tests.support.builders import NOON

PLACES = 2
LATER = NOON + QUIET_AFTER
NOTHING = Finding({})


def swept(erasure: Erasure, now: datetime, *findings: Finding) -> Erasure:
    for finding in findings:
        erasure = after_page(erasure, finding, PLACES, now)
    return erasure


def test_a_page_moves_the_cursor_and_a_place_ends_without_one() -> None:
    """Counts add up by kind."""
    first = swept(Erasure("e", "acme", NOON), NOON, Finding({"calls": 2}, "next"))
    second = swept(first, NOON, Finding({"calls": 1, "events": 3}))
    assert (first.place, first.cursor, first.found) == (0, "next", 2)
    assert (second.place, second.cursor, second.erased) == (1, "", {"calls": 3, "events": 3})


def test_an_account_ends_after_a_late_sweep_that_finds_nothing() -> None:
    """A sweep before the queues are quiet is never the last, and one that found something is followed by another."""
    early = swept(Erasure("e", "acme", NOON), NOON, NOTHING, NOTHING)
    assert (early.state, early.sweep, early.next_at) == (ErasureState.RUNNING, 2, LATER)
    found = swept(early, LATER, Finding({"calls": 1}), NOTHING)
    assert (found.state, found.sweep, found.next_at) == (ErasureState.RUNNING, 3, LATER + AGAIN_AFTER)
    last = swept(found, LATER, NOTHING, NOTHING)
    assert (last.state, last.left) == (ErasureState.CLOSING, 0)


def test_a_number_that_is_in_use_ends_after_ten_sweeps() -> None:
    """The report says what the last sweep found, and the number is dropped."""
    busy = Erasure("e", "acme", NOON, "+79161234567", "…67", sweep=MOST_SWEEPS, sources=("s",))
    ended = swept(busy, LATER, Finding({"calls": 1}), NOTHING)
    assert (ended.state, ended.left, ended.number, ended.shown) == (ErasureState.DONE, 1, "", "…67")
    assert swept(replace(busy, sweep=MOST_SWEEPS - 1), LATER, Finding({"calls": 1}), NOTHING).number


def test_a_dry_run_of_a_number_counts_at_its_second_look() -> None:
    """The first look collects the calls. An account's dry run needs one look."""
    number = Erasure("e", "acme", NOON, "+79161234567", "…67", dry_run=True)
    first = swept(number, NOON, Finding({"calls": 1}), NOTHING)
    assert (first.state, first.erased) == (ErasureState.RUNNING, {})
    second = swept(first, NOON, Finding({"calls": 2}), NOTHING)
    assert (second.state, second.erased, second.left) == (ErasureState.DONE, {"calls": 2}, 0)
    assert swept(Erasure("e", "acme", NOON, dry_run=True), NOON, NOTHING, NOTHING).state is ErasureState.DONE


def test_an_account_is_closed_before_the_first_sweep() -> None:
    """Functions remember for half a minute who may come in."""
    assert first_turn_at(Erasure("e", "acme", NOON)) == NOON + timedelta(minutes=1)
    assert first_turn_at(Erasure("e", "acme", NOON, dry_run=True)) == NOON
