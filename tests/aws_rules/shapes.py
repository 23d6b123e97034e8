"""What botocore's own models say of parameters: their types, lengths, patterns and values, which it leaves to AWS."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from threading import RLock
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StringShape, StructureShape

from tests.aws_rules.model import Params, Violation

Check = Callable[[str, Any], Iterator[Violation]]
CHECKED_ELSEWHERE = frozenset({"AttributeValue"})  # of DynamoDB, by its items' own rules
KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "boolean": (bool,),
    "float": (int, float),
    "double": (int, float),
    "list": (list, tuple),
    "map": (dict,),
    "structure": (dict,),
}
_compiled: dict[tuple[str, str], Check] = {}
_compiling = RLock()


def shape_violations(model: OperationModel, params: Params) -> Iterator[Violation]:
    """What forbids the parameters of an operation, by its model."""
    if model.input_shape is None:
        return
    service = model.service_model.service_name
    document = f"{service} API Reference, {model.name}"
    for found in _check_of(service, model.input_shape)(model.name, params):
        yield Violation(found.rule, document)


def _check_of(service: str, shape: Shape) -> Check:
    """The check of a shape, made once. Shapes that hold themselves find the one that is being made."""
    key = (service, shape.name)
    with _compiling:  # another thread would take the placeholder of a shape that is being made for its check
        if key not in _compiled:
            _compiled[key] = partial(_later, key)
            _compiled[key] = _made(service, shape)
        return _compiled[key]


def _later(key: tuple[str, str], place: str, value: Any) -> Iterator[Violation]:
    return _compiled[key](place, value)


def _made(service: str, shape: Shape) -> Check:
    if shape.name in CHECKED_ELSEWHERE or shape.type_name in {"blob", "timestamp"}:
        return _nothing
    if isinstance(shape, StructureShape):
        members = {name: _check_of(service, member) for name, member in shape.members.items()}
        return partial(_structure, members, frozenset(shape.required_members))
    if isinstance(shape, ListShape):
        return partial(_list, shape, _check_of(service, shape.member))
    if isinstance(shape, MapShape):
        return partial(_map, shape, _check_of(service, shape.key), _check_of(service, shape.value))
    if isinstance(shape, StringShape):
        return partial(_string, shape.metadata, frozenset(shape.enum), _pattern(shape))
    return partial(_scalar, shape)


def _pattern(shape: Shape) -> re.Pattern[str] | None:
    """The models' patterns are Java's, of which Python does not read all."""
    try:
        return re.compile(shape.metadata["pattern"])
    except (KeyError, re.error):
        return None


def _nothing(_: str, __: Any) -> Iterator[Violation]:
    return iter(())


def _structure(members: dict[str, Check], required: frozenset[str], place: str, value: Any) -> Iterator[Violation]:
    if not isinstance(value, dict):
        yield Violation(f"{place} is a structure", "")
        return
    for name in required - value.keys():
        yield Violation(f"{place} needs {name}", "")
    for name, inner in value.items():
        if name in members:
            yield from members[name](name, inner)
        else:
            yield Violation(f"{place} has no {name}", "")


def _list(shape: Shape, member: Check, place: str, value: Any) -> Iterator[Violation]:
    yield from _scalar(shape, place, value)
    if member is not _nothing and isinstance(value, list | tuple):
        for one in value:
            yield from member(place, one)


def _map(shape: Shape, key: Check, inner: Check, place: str, value: Any) -> Iterator[Violation]:
    yield from _scalar(shape, place, value)
    if isinstance(value, dict):
        for name, one in value.items():
            yield from key(f"a key of {place}", name)
            yield from inner(f"{place}.{name}", one)


def _string(
    limits: dict[str, Any], values: frozenset[str], pattern: re.Pattern[str] | None, place: str, value: Any
) -> Iterator[Violation]:
    if not isinstance(value, str):
        yield Violation(f"{place} is a string, not {type(value).__name__}", "")
        return
    if limits:
        yield from _length(limits, place, len(value))
    if pattern is not None and not pattern.fullmatch(value):
        yield Violation(f"{place} has the form {pattern.pattern}", "")
    if values and value not in values:
        yield Violation(f"{place} cannot be {value!r}", "")


def _scalar(shape: Shape, place: str, value: Any) -> Iterator[Violation]:
    kinds = KINDS.get(shape.type_name)
    if kinds and (not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds)):
        yield Violation(f"{place} is of the type {shape.type_name}, not {type(value).__name__}", "")
    elif "min" in shape.metadata or "max" in shape.metadata:
        sized = isinstance(value, list | tuple | dict)
        yield from _length(shape.metadata, place, len(value) if sized else value)


def _length(limits: dict[str, Any], place: str, size: float) -> Iterator[Violation]:
    if size < limits.get("min", size):
        yield Violation(f"{place} is at least {limits['min']}, not {size}", "")
    if size > limits.get("max", size):
        yield Violation(f"{place} is at most {limits['max']}, not {size}", "")
