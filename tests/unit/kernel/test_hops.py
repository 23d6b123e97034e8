"""The count of hubs that a piece of news has passed."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from switchboard.kernel.hops import HEADER, MOST, LoopRefused, carrying, check_hops, hops_in, hops_in_hand, leaving


def test_a_header_that_is_no_number_counts_as_none() -> None:
    """Nothing that a stranger sends raises anything."""
    texts = {"": 0, "2": 2, " 3 ": 3, "-1": 0, "1.5": 0, "٣": 0, "9" * 6: 999_999, "9" * 5000: 0, "three": 0}
    assert {text: hops_in(text) for text in texts} == texts


def test_what_leaves_has_passed_one_hub_more() -> None:
    """More than the work in hand, or than the given number."""
    with carrying(2):
        assert (leaving(), leaving(0)) == ({HEADER: "3"}, {HEADER: "1"})
    assert leaving() == {HEADER: "1"}


def test_the_work_of_another_thread_has_a_count_of_its_own() -> None:
    """Workers serve several messages at once."""
    with carrying(3), ThreadPoolExecutor() as pool:
        assert pool.submit(hops_in_hand).result() == 0


def test_four_hubs_are_a_circle() -> None:
    """Three are a chain. The refusal is a 400, which no sender repeats."""
    check_hops(MOST)
    with pytest.raises(LoopRefused) as refused:
        check_hops(MOST + 1)
    assert (refused.value.status, refused.value.code) == (400, "loop")
