"""Request and response bodies of the operator's API for do-not-call lists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from switchboard.campaigns.restrictions.model import DoNotCallEntry
from switchboard.campaigns.restrictions.rules import entry_key, sorted_entries
from switchboard.contracts import Moment, OwnBody, read_body
from switchboard.errors import Invalid, NotFound
from switchboard.kernel.plain_text import unquoted

MOST = 5000
Text = Annotated[str, Field(max_length=64)]


class RestrictionBody(OwnBody):
    """The reason of an entry, and its end; an entry without `until` never ends."""

    reason: str = Field(default="", max_length=200)
    until: Moment | None = None


class EntryBody(RestrictionBody):
    """An entry with its number."""

    number: Text


class EntriesBody(OwnBody):
    """The entries of one request, 1 to MOST."""

    entries: list[EntryBody] = Field(min_length=1, max_length=MOST)


def read_entry(account: str, region: str, number: str, fields: Mapping[str, Any], now: datetime) -> DoNotCallEntry:
    """Return the entry for a number in the path. Raises Invalid for a wrong number or body."""
    body = read_body(RestrictionBody, fields)
    return DoNotCallEntry(account, _key(unquoted(number, "number"), region, "number"), now, body.reason, body.until)


def read_entries(account: str, region: str, fields: Mapping[str, Any], now: datetime) -> list[DoNotCallEntry]:
    """Return entries sorted by key; the last entry of a key wins. Raises Invalid, e.g. for `entries.7.number`."""
    body = read_body(EntriesBody, fields)
    return sorted_entries(
        entry_of(account, region, one, now, f"entries.{place}.number") for place, one in enumerate(body.entries)
    )


def entry_of(account: str, region: str, body: EntryBody, now: datetime, field: str) -> DoNotCallEntry:
    """Return the entry of a body. Raises Invalid with the name of the field for a wrong number."""
    return DoNotCallEntry(account, _key(body.number, region, field), now, body.reason, body.until)


def written_key(number: str, region: str) -> str:
    """Return the key of a number in the path. Raises NotFound for text that is not a number."""
    try:
        return entry_key(unquoted(number, "number"), region)
    except ValueError:
        raise NotFound("There is no such entry.", "number") from None


def check_cursor(cursor: str | None) -> str | None:
    """Return the cursor, the last key of a page. Raises Invalid for any other text."""
    digits = (cursor or "0").removesuffix("*")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len("9" * 15)):
        raise Invalid("This is not a cursor of this list.", "cursor")
    return cursor


def entry_view(entry: DoNotCallEntry) -> dict[str, Any]:
    """Return `{"number", "reason", "until", "added_at"}`; `number` is the entry's key."""
    return {"number": entry.key, "reason": entry.reason, "until": entry.until, "added_at": entry.added_at}


def _key(number: str, region: str, field: str) -> str:
    try:
        return entry_key(number, region)
    except ValueError as error:
        raise Invalid(str(error), field) from None
