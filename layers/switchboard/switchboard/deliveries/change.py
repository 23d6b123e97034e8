"""A change of a receiver: the conditions on stored rows, and the writes of one transaction.

`breaker`, `episode` and `parking` decide changes. An adapter writes a change whole, or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from switchboard.deliveries.endpoint import Endpoint, EndpointKey, Place
from switchboard.deliveries.model import DeliveryRecord


class Relation(StrEnum):
    """How a stored field compares with the value of a condition."""

    EQUAL = "="
    AT_LEAST = ">="
    BELOW = "<"


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on a stored field. A missing field counts as zero, false or None."""

    field: str
    value: Any
    relation: Relation = Relation.EQUAL

    def holds(self, stored: Any) -> bool:
        """Whether the condition holds for a stored value."""
        if self.relation is Relation.EQUAL:
            return bool((stored or None) == (self.value or None))
        found = stored or 0
        return bool(found >= self.value if self.relation is Relation.AT_LEAST else found < self.value)


@dataclass(frozen=True, slots=True)
class RowChange:
    """The change of one row, whose fields are those of `Endpoint` or `Lane`.

    `exists` tells whether the row must exist; None allows both. `to` sets fields, None clears a field. `default` sets
    a field only if the row has no value. `add` adds to counters. `removed` removes the row.
    """

    when: tuple[Condition, ...] = ()
    exists: bool | None = True
    to: Mapping[str, Any] = field(default_factory=dict)
    default: Mapping[str, Any] = field(default_factory=dict)
    add: Mapping[str, int] = field(default_factory=dict)
    removed: bool = False


@dataclass(frozen=True, slots=True)
class EndpointChange:
    """The writes of one transaction at a receiver. If a condition fails, nothing is written.

    `subject` names the lane. `record` replaces the record of a delivery. A delivery enters a place that is free, and
    leaves a place that is taken.
    """

    key: EndpointKey
    subject: str = ""
    endpoint: RowChange | None = None
    lane: RowChange | None = None
    record: DeliveryRecord | None = None
    enters: Place | None = None
    leaves: Place | None = None

    def applied_to(self, endpoint: Endpoint) -> Endpoint:
        """Return a receiver with the fields that this change sets."""
        return replace(endpoint, **self.endpoint.to) if self.endpoint else endpoint


def change_of(key: EndpointKey, *when: Condition, **to: Any) -> EndpointChange:
    """Return the change of a receiver's own row, which exists."""
    return EndpointChange(key, endpoint=RowChange(when, to=to))
