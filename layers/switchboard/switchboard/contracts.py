"""Check request bodies with pydantic. An error names the field and never repeats the value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Annotated, Any, ClassVar, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from switchboard.errors import Invalid

FLAG_WORDS = frozenset({"true", "false", "1", "0"})
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FIRST_YEAR, LAST_YEAR = 1970, 2999  # no call, delivery or entry is outside, and no arithmetic overflows within


def _utc(at: datetime) -> datetime:
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError(f"must be a time between the years {FIRST_YEAR} and {LAST_YEAR}")
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _text(value: Any) -> Any:
    if isinstance(value, datetime) or (isinstance(value, str) and ISO_DATE.match(value.strip())):
        return value
    raise ValueError("must be a time in ISO 8601, such as 2026-03-14T12:00:00Z")


Moment = Annotated[datetime, BeforeValidator(_text), AfterValidator(_utc)]
"""A time in a query or a body, in UTC: ISO 8601, and no number. A time without a zone is in UTC."""


class Body(BaseModel):
    """A JSON object from a client. Unknown fields are ignored."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, hide_input_in_errors=True)
    # Whether a text may stand for a number or a flag: in a query, and in the bodies of vendors' clients.
    texts_count: ClassVar[bool] = True

    @field_validator("*", mode="before")
    @classmethod
    def _of_its_kind(cls, value: Any, info: ValidationInfo) -> Any:
        kind = cls.model_fields[str(info.field_name)].annotation
        _check_kind({kind, *get_args(kind)}, value, texts_count=cls.texts_count)
        return value


class OwnBody(Body):
    """A JSON object of the hub's own API. Unknown fields are refused, and the nearest known name is told."""

    model_config = ConfigDict(extra="forbid")
    texts_count: ClassVar[bool] = False


def _check_kind(kinds: set[Any], value: Any, *, texts_count: bool) -> None:
    """Raise ValueError for a number in the place of a flag, a flag in the place of a number, or a text for either."""
    numbers, flags, said = kinds & {int, float}, bool in kinds, isinstance(value, str) and not kinds & {str, Any}
    if numbers and not flags and (isinstance(value, bool) or (said and not texts_count)):
        raise ValueError("must be a number")
    if flags and not numbers and (isinstance(value, int | float | str) and not isinstance(value, bool)):
        if said and texts_count and str(value).strip().lower() in FLAG_WORDS:
            return
        raise ValueError("must be true or false")


B = TypeVar("B", bound=Body)
UNKNOWN = "extra_forbidden"  # pydantic's type of the error
LONGEST_NAME = 64  # characters of a name that a message repeats


def read_body(kind: type[B], fields: Mapping[str, Any]) -> B:
    """Return the checked body. Raises Invalid with the first wrong field, as a path: `auth.login`."""
    try:
        return kind.model_validate(dict(fields))
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        first = next((one for one in found if one["type"] == UNKNOWN), found[0])
        if first["type"] == UNKNOWN:
            raise unknown_name(first["loc"], names_of(kind)) from None
        raise Invalid(first["msg"].removeprefix("Value error, "), ".".join(map(str, first["loc"])) or None) from None


def known_part(kind: type[Body], view: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a view that a body has, too: what a change is completed with."""
    return {name: value for name, value in view.items() if name in kind.model_fields}


def check_fixed(fields: Mapping[str, Any], fixed: Mapping[str, Any]) -> None:
    """Raise Invalid if a request gives another value to a field that cannot change."""
    for name, value in fixed.items():
        if name in fields and fields[name] != value:
            raise Invalid(f"{name} cannot change.", name)


def unknown_name(place: Sequence[Any], known: Iterable[str], what: str = "field") -> Invalid:
    """Return the error for an unknown field or parameter at a place, with the nearest known name."""
    name = shown_name(str(place[-1]))
    near = get_close_matches(name, sorted(known), 1) or get_close_matches(_plain(name), sorted(known), 1)
    hint = f": did you mean '{near[0]}'?" if near else "."
    return Invalid(f"unknown {what} '{name}'{hint}", ".".join(shown_name(str(part)) for part in place))


def shown_name(name: str) -> str:
    """Return a client's name as messages repeat it: short and printable."""
    return "".join(letter if letter.isprintable() else "?" for letter in name[:LONGEST_NAME])


def names_of(kind: type[BaseModel]) -> set[str]:
    """Return the names of all fields of a body, with those of the bodies inside."""
    inner = (found for one in kind.model_fields.values() for found in _bodies_in(one.annotation))
    return set(kind.model_fields).union(*(names_of(body) for body in inner))


def _bodies_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _bodies_in(part)]


def _plain(name: str) -> str:
    """Return a name in the spelling of this API: `dryRun` is `dry_run`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").lower()
