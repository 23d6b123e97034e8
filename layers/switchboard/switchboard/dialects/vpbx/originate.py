"""The order for an outgoing call in IS.VPBX's API (is-vpbx-openapi, 'Исходящий вызов из CRM'; rulings vpbx 1, 11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from switchboard.dialects.reading import text
from switchboard.errors import Invalid, Refused

STARTED = {"name": "200 OK", "message": "Originate Success"}
FIELDS = {"extension": "local_num", "number": "phone2call", "caller_id": "callerid_num"}


@dataclass(frozen=True, slots=True)
class OriginateFields:
    """The fields of an order. An empty `caller_id` means the telephony's default."""

    extension: str
    number: str
    caller_id: str = ""


def read_originate(fields: Mapping[str, Any]) -> OriginateFields:
    """Read `local_num`, `phone2call` and `callerid_num`, strings or JSON numbers. Raises Invalid with the field."""
    found = {ours: text(fields, theirs) or "" for ours, theirs in FIELDS.items()}
    for ours in ("extension", "number"):
        if not found[ours]:
            raise Invalid("It must be a number.", FIELDS[ours])
    if fields.get(FIELDS["caller_id"]) not in (None, "") and not found["caller_id"]:
        raise Invalid("It must be a number.", FIELDS["caller_id"])
    return OriginateFields(**found)


def in_their_words(error: Refused) -> Refused:
    """Return the same error with IS.VPBX's name for its field."""
    error.field = FIELDS.get(error.field or "", error.field)
    return error
