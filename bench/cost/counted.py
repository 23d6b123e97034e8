"""The counted requests, and their price in dollars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.cost import prices


@dataclass(slots=True)
class Counted:
    """Everything that is paid for, of some uses of the hub."""

    requests: Counter[str] = field(default_factory=Counter)  # "dynamodb.PutItem"
    writes: Counter[str] = field(default_factory=Counter)  # units by table, or table/index
    reads: dict[str, float] = field(default_factory=dict)  # the same
    rows: Counter[str] = field(default_factory=Counter)  # items written, by table
    invocations: Counter[str] = field(default_factory=Counter)  # by folder
    gb_seconds: float = 0.0
    gateway: int = 0
    fifo: int = 0  # requests to SQS's FIFO queues, those of pollers included
    standard: int = 0
    transitions: int = 0
    log_bytes: int = 0

    def read(self, place: str, units: float) -> None:
        """Add to the read units of a table or index."""
        self.reads[place] = self.reads.get(place, 0.0) + units


def bill(counted: Counted) -> dict[str, float]:
    """Dollars by kind of charge."""
    return {
        "write units": sum(counted.writes.values()) * prices.WRITE_UNIT,
        "read units": sum(counted.reads.values()) * prices.READ_UNIT,
        "API Gateway": counted.gateway * prices.GATEWAY_REQUEST,
        "Lambda": sum(counted.invocations.values()) * prices.INVOCATION + counted.gb_seconds * prices.GB_SECOND,
        "SQS": counted.fifo * prices.SQS_FIFO_REQUEST + counted.standard * prices.SQS_REQUEST,
        "Step Functions": counted.transitions * prices.TRANSITION,
        "logs": counted.log_bytes * prices.LOG_BYTE,
        "other requests": sum(number * _price(name) for name, number in counted.requests.items()),
    }


def _price(name: str) -> float:
    return prices.REQUESTS.get(name, prices.REQUESTS.get(name.partition(".")[0], 0.0))


def dollars(counted: Counted) -> float:
    """All of it."""
    return sum(bill(counted).values())


def as_json(counted: Counted, times: int) -> Mapping[str, Any]:
    """One use's share, to be held against another day's."""

    def each(found: Mapping[str, float]) -> dict[str, float]:
        return {name: round(number / times, 3) for name, number in sorted(found.items())}

    return {
        "requests": each(counted.requests),
        "writes": each(counted.writes),
        "reads": each(counted.reads),
        "rows": each(counted.rows),
        "invocations": each(counted.invocations),
        "sums": each(
            {
                "write_units": sum(counted.writes.values()),
                "read_units": sum(counted.reads.values()),
                "rows": sum(counted.rows.values()),
                "gb_seconds": counted.gb_seconds,
                "gateway": counted.gateway,
                "sqs": counted.fifo + counted.standard,
                "transitions": counted.transitions,
                "log_bytes": counted.log_bytes,
            }
        ),
        "dollars_per_million": each({name: sum_ * prices.MILLION for name, sum_ in bill(counted).items()}),
        "total_per_million": round(dollars(counted) * prices.MILLION / times, 2),
    }
