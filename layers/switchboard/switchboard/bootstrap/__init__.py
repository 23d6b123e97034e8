"""The composition root: builds the adapters and the use cases.

`adapters` is the table of adapters. Every other module builds the use cases of one room. Nothing runs at import. A
factory imports the modules of its own use case, so a function loads its own part only.
"""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the time, aware and in UTC."""
    return read_clock()


def read_clock() -> datetime:
    """Read the machine's clock. Tests replace this function, because other modules hold `now` by its name."""
    return datetime.now(UTC)
