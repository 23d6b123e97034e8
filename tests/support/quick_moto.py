"""Shortcuts in moto, whose answers stay the same. moto's own ways take most of the time of the tests of functions."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from moto.core import responses, serialize, utils
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.sqs import models as queues

SCALARS = frozenset({"S", "N", "BOOL"})
"""The types of DynamoDB whose values need no conversion."""


def install(patch: pytest.MonkeyPatch) -> None:
    """Put the shortcuts in place of moto's own ways."""
    _remember_names(patch)
    _read_fields_directly(patch)
    _answer_scalars_as_they_are(patch)
    _compare_scalars_as_they_are(patch)
    _copy_rows_for_transactions(patch)
    _read_the_time_directly(patch)


def _remember_names(patch: pytest.MonkeyPatch) -> None:
    """Compute each name once: moto computes names anew for each request and each field."""
    in_snake_case = cache(utils.camelcase_to_underscores)
    patch.setattr(responses, "camelcase_to_underscores", in_snake_case)
    patch.setattr(queues, "camelcase_to_underscores", in_snake_case)
    patch.setattr(responses, "method_names_from_class", cache(utils.method_names_from_class))


def _read_fields_directly(patch: pytest.MonkeyPatch) -> None:
    """Read a dictionary's field by its name, and compute the field's other names once for all dictionaries."""
    pick, known = serialize.AttributePicker.__call__, {}

    def picked(picker: serialize.AttributePicker, context: serialize.AttributePickerContext) -> Any:
        fields = context.obj
        if type(fields) is not dict or picker.response_transformers:
            return pick(picker, context)
        if context.key in fields:
            return fields[context.key]
        shape = (id(context.shape), context.key, type(picker))
        if shape not in known:
            # The context stays in memory, so no other shape gets its id.
            known[shape] = (context, tuple(picker.get_possible_keys(context)))
        names: Iterator[str] = (name for name in known[shape][1] if name in fields)
        return fields.get(next(names, ""))

    patch.setattr(serialize.AttributePicker, "__call__", picked)


def _answer_scalars_as_they_are(patch: pytest.MonkeyPatch) -> None:
    """Copy a scalar attribute into DynamoDB's answer, without a look for each of the ten types."""
    walk = serialize.BaseJSONSerializer._serialize_type_structure

    def whole(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.name == "AttributeValue" and type(value) is dict and value.keys() <= SCALARS:
            serialized[key] = value
        else:
            walk(self, serialized, value, shape, key)

    patch.setattr(serialize.BaseJSONSerializer, "_serialize_type_structure", whole)


def _compare_scalars_as_they_are(patch: pytest.MonkeyPatch) -> None:
    """Compare texts without a look for the other types."""
    own: Any = DynamoType.cast_value
    patch.setattr(DynamoType, "cast_value", property(lambda self: self.value if self.type == "S" else own.fget(self)))


def _copy_rows_for_transactions(patch: pytest.MonkeyPatch) -> None:
    """Share the scalars of a table with the copy that a cancelled transaction returns to."""

    def copied_table(table: Table, memo: dict[int, Any]) -> Table:
        twin, ranged = copy.copy(table), table.range_key_attr is not None
        copies: Any = copy.copy(table.items)
        for key, rows in table.items.items():
            copies[key] = {end: _copied(row) for end, row in rows.items()} if ranged else _copied(rows)
        twin.items = copies
        return twin

    patch.setattr(Table, "__deepcopy__", copied_table, raising=False)


def _copied(row: Any) -> Any:
    twin: Any = Item.__new__(Item)
    twin.hash_key, twin.range_key = row.hash_key, row.range_key
    twin.attrs = LimitedSizeDict.__new__(LimitedSizeDict)
    for name, value in row.attrs.items():
        dict.__setitem__(twin.attrs, name, value if value.type in SCALARS else copy.deepcopy(value))
    return twin


def _read_the_time_directly(patch: pytest.MonkeyPatch) -> None:
    """Return the clock's time without two dates in between: each look at a queue asks for the time of each message."""
    of_date = utils.unix_time

    def unix_time(at: datetime | None = None) -> float:
        return of_date(at) if at else time.time()

    patch.setattr(utils, "unix_time", unix_time)
