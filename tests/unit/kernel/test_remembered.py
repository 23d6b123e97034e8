"""The cache that threads share."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from switchboard.kernel.remembered import Remembered


def test_an_entry_is_kept_for_its_time() -> None:
    """From its writing on; without a time it has no end."""
    now = [0.0]
    known, for_ever = Remembered[str, int](10, 30, lambda: now[0]), Remembered[str, int](10)
    known["a"] = for_ever["a"] = 1
    now[0] = 29.9
    assert (known.get("a"), list(known), len(known)) == (1, ["a"], 1)
    now[0] = 30
    assert (known.get("a"), for_ever.get("a")) == (None, 1)
    with pytest.raises(KeyError):
        known["a"]


def test_the_entries_that_were_used_last_are_kept() -> None:
    """No more than `most`."""
    known = Remembered[int, int](2)
    known[1], known[2] = 1, 2
    assert known.setdefault(1, 9) == 1
    known[3] = 3
    assert sorted(known) == [1, 3]
    assert known.pop(2, 0) == 0


def test_threads_break_nothing() -> None:
    """Entries that end while others are written and read raise nothing."""
    ticks = iter(range(10**9))
    known = Remembered[int, int](5, 3, lambda: float(next(ticks)))

    def work(seed: int) -> int:
        for number in range(2000):
            key = (seed + number) % 9
            known.setdefault(key, number)
            known.get(key)
            known.pop((key + 1) % 9, None)
            list(known)
        return seed

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == list(range(8))
