"""An outgoing call in IS.VPBX's words (section 'Исходящий вызов из CRM', rulings vpbx 1 and 11)."""

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
    """Who is to be connected with whom; an empty `caller_id` is the telephony's own."""

    extension: str
    number: str
    caller_id: str = ""


def read_originate(fields: Mapping[str, Any]) -> OriginateFields:
    """`local_num`, `phone2call` and `callerid_num`, as strings or numbers; Invalid names one that is missing."""
    found = {ours: text(fields, theirs) or "" for ours, theirs in FIELDS.items()}
    for ours in ("extension", "number"):
        if not found[ours]:
            raise Invalid("It must be a number.", FIELDS[ours])
    if fields.get(FIELDS["caller_id"]) not in (None, "") and not found["caller_id"]:
        raise Invalid("It must be a number.", FIELDS["caller_id"])
    return OriginateFields(**found)


def in_their_words(error: Refused) -> Refused:
    """The error, with the name that the field has in this dialect."""
    error.field = FIELDS.get(error.field or "", error.field)
    return error
