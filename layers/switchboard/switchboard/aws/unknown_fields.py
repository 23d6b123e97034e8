"""Carry the fields of a later release through this one.

During a deployment, and after a roll-back, a reader meets rows and messages with fields that it does not know. The
model of such a text has a class of its own. This is a subclass of the model's class, and holds the unknown fields.
`dataclasses.replace` makes an object of the same class, so a changed model still holds the fields. Writing adds the
fields again, at their place within the model's parts. An unchanged model is written as the text that was read, so a
condition on a row's text holds. A model is equal to another whatever the unknown fields are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

REST, READ, BESIDE = "_unknown_fields", "_read", "_unknown_attributes"
VERSION_FIELD = "v"

_made: list[bool] = []  # not empty once this process read a field that it does not know


def with_unknown_fields(model: Any, document: Any, version: int) -> Any:
    """Return the model with the fields of the document that the model's class lacks.

    `document` is the JSON document of the model. `version` is that of this release; a higher one counts as a field.
    """
    if is_dataclass(model) and isinstance(document, dict):
        return _of_fields(model, document, version)
    if isinstance(model, dict) and isinstance(document, dict):
        return {name: with_unknown_fields(part, document.get(name), version) for name, part in model.items()}
    if type(model) in {list, tuple} and isinstance(document, list):
        return type(model)(
            with_unknown_fields(part, text, version) for part, text in zip(model, document, strict=False)
        )
    return model


def remembering(model: Any, text: bytes) -> Any:
    """Return the model, whose unchanged writing is this text. A model without unknown fields gets a class for this."""
    if not is_dataclass(model):
        return model
    kept = model if hasattr(type(model), REST) else _carried(model, vars_of(model), {})
    setattr(type(kept), READ, (kept, text))
    return kept


def text_as_read(value: Any) -> bytes | None:
    """Return the text from which an unchanged model was read."""
    read: tuple[Any, bytes] | None = getattr(type(value), READ, None)
    return read[1] if read and vars_of(read[0]) == vars_of(value) else None


def with_attributes(model: Any, attributes: Mapping[str, Any]) -> Any:
    """Return the model with attributes of its row that this release does not know; a changed model keeps them."""
    if not attributes:
        return model
    kept = _carried(model, vars_of(model), getattr(type(model), REST, {}))
    setattr(type(kept), BESIDE, dict(attributes))
    return kept


def attributes_of(model: Any) -> Mapping[str, Any]:
    """Return the attributes of the model's row that this release does not know."""
    found: Mapping[str, Any] = getattr(type(model), BESIDE, {})
    return found


def vars_of(model: Any) -> dict[str, Any]:
    """Return the fields of a model."""
    return {name: getattr(model, name) for name in _names(model)}


def _of_fields(model: Any, document: dict[str, Any], version: int) -> Any:
    names = _names(model)
    parts = {name: with_unknown_fields(getattr(model, name), document.get(name), version) for name in names}
    rest = {name: value for name, value in document.items() if name not in names}
    if VERSION_FIELD in rest and rest[VERSION_FIELD] <= version:
        del rest[VERSION_FIELD]
    if not rest and not any(map(_carries, parts.values())):
        return model
    return _carried(model, parts, rest)


def _carried(model: Any, parts: dict[str, Any], rest: dict[str, Any]) -> Any:
    kind = _carrying(type(model), rest)
    return kind(**{one.name: parts[one.name] for one in fields(model) if one.init})


def written_with_unknown_fields(value: Any) -> Any:
    """Return dicts and lists with all fields for JSON. A value without unknown fields is returned as it is.

    Before the first unknown field there is nothing to look for.
    """
    if not _made:
        return value
    return _plain(value) if _carries(value) or _carries_in_a_part(value) else value


def _carries_in_a_part(value: Any) -> bool:
    """Whether a model was put together of parts that were read."""
    return is_dataclass(value) and any(hasattr(type(getattr(value, one)), REST) for one in _names(value))


def _names(model: Any) -> list[str]:
    return list(type(model).__dataclass_fields__)  # `fields` does the same, six times as slowly


def _carries(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_carries, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_carries, value))
    return hasattr(type(value), REST)


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        known = {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        rest = {name: part for name, part in getattr(value, REST, {}).items() if name not in known}
        version = {VERSION_FIELD: rest.pop(VERSION_FIELD)} if VERSION_FIELD in rest else {}
        return {**known, **rest, **version}
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


def _carrying(kind: type[Any], rest: dict[str, Any]) -> type[Any]:
    _made[:] = [True]

    def is_equal(one: Any, other: object) -> Any:
        if not isinstance(other, kind):
            return NotImplemented
        return all(getattr(one, part.name) == getattr(other, part.name) for part in fields(one) if part.compare)

    held = {REST: rest, "__eq__": is_equal, "__hash__": kind.__hash__, "__module__": kind.__module__, "__slots__": ()}
    return type(kind.__name__, (kind,), held)
