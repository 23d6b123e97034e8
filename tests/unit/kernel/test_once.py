"""A value that several threads ask for."""

from threading import Barrier

import pytest

from switchboard.kernel.once import Once
from tests.support.threads import at_once


def test_threads_that_ask_together_read_once() -> None:
    """Each key is read by one of them."""
    read: list[str] = []
    together = Barrier(4)
    once = Once[str, str](lambda key: read.append(key) or key.upper())  # type: ignore[func-returns-value]

    def ask(key: str) -> str:
        together.wait(10)
        return once(key)

    assert at_once([lambda key=key: ask(key) for key in "aabb"]) == ["A", "A", "B", "B"]  # type: ignore[misc]
    assert sorted(read) == ["a", "b"]


def test_a_failed_read_is_made_again() -> None:
    """The failure is the answer of that read alone."""
    answers = iter([ValueError("away"), "good"])

    def read(_: str) -> str:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    once = Once(read)
    with pytest.raises(ValueError, match="away"):
        once("a")
    assert once("a") == "good"
