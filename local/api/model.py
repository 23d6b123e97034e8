"""The words of the tables of operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Content:
    """A body of another media type than JSON, or JSON of a given schema."""

    media: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string", "format": "binary"})


@dataclass(frozen=True, slots=True)
class Part:
    """A body of a model of which every field may be absent: the absent fields keep their values."""

    model: type
    more: Mapping[str, type] = field(default_factory=dict)  # further fields


@dataclass(frozen=True, slots=True)
class Listed:
    """A JSON array of a type."""

    of: type


@dataclass(frozen=True, slots=True)
class Operation:
    """What a route takes and answers, beside what its path tells.

    `answers` are by status; None is an answer without a body. `query` is a model of parameters, or schemas by name.
    `needed` names the parameters of the query that a request cannot leave out. `optional` is a body that may be absent.
    """

    answers: Mapping[int, Any]
    body: Any = None
    query: Sequence[type | Mapping[str, Any]] = ()
    needed: Sequence[str] = ()
    optional: bool = False
    refusals: Sequence[int] = ()


def ok(answer: Any, **more: Any) -> Operation:
    """Return an operation that answers 200."""
    return Operation({200: answer}, **more)


def gone(**more: Any) -> Operation:
    """Return an operation that answers 204 without a body."""
    return Operation({204: None}, **more)
