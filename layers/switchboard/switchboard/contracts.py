"""Bodies from the outside, checked by pydantic; what is wrong is told by the field's name and never by its value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from switchboard.errors import Invalid


class Body(BaseModel):
    """A JSON object that a client sends; fields we do not know are ignored."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, hide_input_in_errors=True)


B = TypeVar("B", bound=Body)


def read_body(kind: type[B], fields: Mapping[str, Any]) -> B:
    """The checked body; Invalid names the first field that is wrong."""
    try:
        return kind.model_validate(dict(fields))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise Invalid(first["msg"].removeprefix("Value error, "), ".".join(map(str, first["loc"])) or None) from None
