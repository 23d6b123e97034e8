"""Check request bodies with pydantic. An error names the field and never repeats the value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from switchboard.errors import Invalid

FIRST_YEAR, LAST_YEAR = 1970, 2999  # no call, delivery or entry is outside, and no arithmetic overflows within


def _utc(at: datetime) -> datetime:
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError(f"must be a time between the years {FIRST_YEAR} and {LAST_YEAR}")
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(_utc)]
"""A time in a query or a body, in UTC. A time without a zone is in UTC."""


class Body(BaseModel):
    """A JSON object from a client. Unknown fields are ignored."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, hide_input_in_errors=True)


B = TypeVar("B", bound=Body)


def read_body(kind: type[B], fields: Mapping[str, Any]) -> B:
    """Return the checked body. Raises Invalid with the first wrong field, as a path: `auth.login`."""
    try:
        return kind.model_validate(dict(fields))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise Invalid(first["msg"].removeprefix("Value error, "), ".".join(map(str, first["loc"])) or None) from None
