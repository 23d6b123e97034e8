"""Check request bodies with pydantic. An error names the field and never repeats the value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from switchboard.errors import Invalid


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
