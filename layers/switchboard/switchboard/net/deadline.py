"""Deadlines: times in seconds on the monotonic clock."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from time import monotonic
from typing import TypeVar

T = TypeVar("T")

CONNECT_TIMEOUT = 3.0  # for the name, the connection and TLS together
LONGEST_TIMEOUT = 30.0  # for all of a request


def seconds_left(deadline: float) -> float:
    """Return the seconds until the deadline. Raises TimeoutError after it."""
    seconds = deadline - monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


def run_by_deadline(exchange: Callable[[], T], deadline: float, forget: Callable[[T], object]) -> T:
    """Run an exchange in a thread and return its result. Raises TimeoutError, or the error of the exchange.

    A socket's own time-out would start again with every received byte. `forget` receives a late result, to close it.
    """
    end: Future[T] = Future()
    seconds = seconds_left(deadline)
    Thread(target=_end, args=(exchange, end), daemon=True, name="exchange").start()
    try:
        return end.result(seconds)
    except TimeoutError:
        end.add_done_callback(lambda late: None if late.exception() else forget(late.result()))
        raise


def _end(exchange: Callable[[], T], end: Future[T]) -> None:
    try:
        result = exchange()
    except Exception as error:  # noqa: BLE001 - raised again in the waiting thread
        end.set_exception(error)
    else:
        end.set_result(result)
