"""An outgoing call in IS.VPBX's words."""

from typing import Any

import pytest

from switchboard.dialects.vpbx.originate import OriginateFields, in_their_words, read_originate
from switchboard.errors import Conflict, Invalid, NotFound, Refused

FIELDS = {"local_num": "104", "phone2call": "79012345600", "callerid_num": "73512250000"}


def test_the_documented_fields_are_read() -> None:
    """Of which the caller's number may be missing; others are not looked at."""
    assert read_originate({**FIELDS, "more": {}}) == OriginateFields("104", "79012345600", "73512250000")
    assert read_originate({"local_num": 104, "phone2call": 79012345600}) == OriginateFields("104", "79012345600")


@pytest.mark.parametrize("value", [None, "", " ", [], {}, True, "9" * 3000])
@pytest.mark.parametrize("field", ["local_num", "phone2call"])
def test_what_is_no_number_is_named_as_in_the_document(field: str, value: Any) -> None:
    """By the field that it stands in."""
    with pytest.raises(Invalid) as caught:
        read_originate({**FIELDS, field: value})
    assert caught.value.field == field


ERRORS: list[tuple[Refused, str | None]] = [
    (Invalid("No.", "number"), "phone2call"),
    (Invalid("No.", "caller_id"), "callerid_num"),
    (NotFound("No.", "extension"), "local_num"),
    (Conflict("No."), None),
]


@pytest.mark.parametrize(("error", "field"), ERRORS, ids=str)
def test_errors_name_the_fields_of_the_document(error: Refused, field: str | None) -> None:
    """And no others."""
    assert in_their_words(error).field == field
