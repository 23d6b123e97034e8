"""Request and response bodies of the operator's API for do-not-call lists."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from switchboard.campaigns.restrictions.model import DoNotCallEntry
from switchboard.campaigns.restrictions.rules import entry_key, sorted_entries
from switchboard.contracts import Body, Moment, read_body
from switchboard.errors import Invalid, NotFound
from switchboard.kernel.plain_text import unquoted

MOST = 5000
LATEST_YEAR = 2999
COLUMNS = ("number", "reason", "until")
Text = Annotated[str, Field(max_length=64)]


class RestrictionBody(Body):
    """The reason of an entry, and its end; an entry without `until` never ends."""

    reason: str = Field(default="", max_length=200)
    until: Moment | None = None


class EntryBody(RestrictionBody):
    """An entry with its number."""

    number: Text


class EntriesBody(Body):
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
        DoNotCallEntry(account, _key(one.number, region, f"entries.{place}.number"), now, one.reason, one.until)
        for place, one in enumerate(body.entries)
    )


def rows_of(text: str) -> dict[str, Any]:
    """Convert a CSV table (number, reason, until; by comma, semicolon or tab) to the equivalent JSON body.

    The first row may name the columns, in any order.
    """
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(map(str.strip, row))]
    except csv.Error:
        raise Invalid("This is not a table.", "entries") from None
    names = [cell.strip().lower() for cell in rows[0]] if rows else []
    columns, rows = (names, rows[1:]) if "number" in names else (list(COLUMNS), rows)
    return {"entries": [_fields(columns, row) for row in rows]}


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


def _fields(columns: list[str], row: list[str]) -> dict[str, str]:
    cells = {name: cell.strip() for name, cell in zip(columns, row, strict=False)}
    return {name: cell for name, cell in cells.items() if cell or name == "number"}


def _key(number: str, region: str, field: str) -> str:
    try:
        return entry_key(number, region)
    except ValueError as error:
        raise Invalid(str(error), field) from None
