"""A request to AWS, what is known of what it is made to, and a rule's finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Params = Mapping[str, Any]
Attributes = tuple[tuple[str, str], ...]
"""Names and types (S, N, B) of a key's attributes, the partition key first."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A request, or an answer, that AWS would refuse or change. `document` is the page of AWS that says so."""

    rule: str
    document: str


@dataclass(frozen=True, slots=True)
class Table:
    """The keys of a table and of its global secondary indexes, by name."""

    key: Attributes
    indexes: Mapping[str, Attributes] = field(default_factory=dict)


@dataclass(slots=True)
class Facts:
    """What requests are made to.

    The tables by name, the queues that derive deduplication ids from bodies, and sizes of parts by upload and number.
    """

    tables: dict[str, Table] = field(default_factory=dict)
    by_content: set[str] = field(default_factory=set)
    parts: dict[str, dict[int, int]] = field(default_factory=dict)

    def learn(self, operation: str, params: Params) -> None:
        """Note a table or a queue that is being made."""
        if operation == "CreateTable":
            self.tables[params["TableName"]] = table_of(params)
        elif params.get("Attributes", {}).get("ContentBasedDeduplication") == "true":
            self.by_content.add(params["QueueName"])


def table_of(params: Params) -> Table:
    """The keys that a table is made with, by a request or by the template."""
    types = {one["AttributeName"]: one["AttributeType"] for one in params["AttributeDefinitions"]}
    indexes = params.get("GlobalSecondaryIndexes", [])
    return Table(_key(params, types), {one["IndexName"]: _key(one, types) for one in indexes})


def _key(of: Params, types: Mapping[str, str]) -> Attributes:
    schema = sorted(of["KeySchema"], key=lambda one: str(one["KeyType"]))  # HASH comes before RANGE
    return tuple((one["AttributeName"], types[one["AttributeName"]]) for one in schema)


Rule = Callable[[Params, Facts], Iterable[Violation]]
