"""The tables and indexes of template.yaml, as `units` needs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.cost.units import Index, Table
from local.bundle import load_template


def tables() -> dict[str, Table]:
    """Every table of the template by its logical id."""
    found = load_template()["Resources"].items()
    return {name: table_of(name, one["Properties"]) for name, one in found if one["Type"] == "AWS::DynamoDB::Table"}


def table_of(name: str, properties: Mapping[str, Any]) -> Table:
    """A table by what the template says of it."""
    indexes = properties.get("GlobalSecondaryIndexes", [])
    return Table(name, _key(properties), tuple(_index(one) for one in indexes))


def _index(properties: Mapping[str, Any]) -> Index:
    projection = properties["Projection"]
    included = tuple(projection.get("NonKeyAttributes", ()))
    return Index(properties["IndexName"], _key(properties), projection["ProjectionType"], included)


def _key(properties: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(part["AttributeName"] for part in properties["KeySchema"])
