"""Exchanges that end in time, or do not."""

from queue import SimpleQueue
from threading import Event
from time import monotonic

import pytest

from switchboard.net.deadline import run_by_deadline


def nothing(_: object) -> None:
    """Forget it."""


def fails() -> str:
    raise KeyError("it")


def test_what_comes_in_time_is_had() -> None:
    """And nothing of it is forgotten."""
    assert run_by_deadline(lambda: "it", monotonic() + 10, nothing) == "it"


def test_a_failure_is_had_as_well() -> None:
    """Where somebody waits for it."""
    with pytest.raises(KeyError, match="it"):
        run_by_deadline(fails, monotonic() + 10, nothing)


def test_what_comes_too_late_is_put_away() -> None:
    """So that no connection stays open for it."""
    over = Event()
    forgotten: SimpleQueue[bool] = SimpleQueue()
    with pytest.raises(TimeoutError):
        run_by_deadline(lambda: over.wait(10), monotonic() + 0.01, forgotten.put)
    over.set()
    assert forgotten.get(timeout=10)


def test_nothing_is_begun_when_the_time_is_over() -> None:
    """It could not be had any more."""
    begun: list[bool] = []
    with pytest.raises(TimeoutError):
        run_by_deadline(lambda: begun.append(True), monotonic(), nothing)
    assert begun == []
