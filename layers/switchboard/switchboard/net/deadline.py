"""Seconds, and moments on the monotonic clock by which something has to be done."""

from __future__ import annotations

from time import monotonic

CONNECT_TIMEOUT = 3.0  # for the name, the connection and TLS together
LONGEST_TIMEOUT = 30.0  # for all of a request


def left(deadline: float) -> float:
    """Seconds until then; TimeoutError where there are none."""
    seconds = deadline - monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds
