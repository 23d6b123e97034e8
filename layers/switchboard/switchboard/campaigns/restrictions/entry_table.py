"""Read a do-not-call list from a table: each row is an entry, and a wrong row is named or skipped, never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from switchboard.campaigns.importing.model import ImportedTable, Line, Reading
from switchboard.campaigns.importing.rows import fields_of
from switchboard.campaigns.restrictions.contracts import MOST, EntryBody, entry_of
from switchboard.campaigns.restrictions.model import DoNotCallEntry
from switchboard.contracts import read_body
from switchboard.errors import Invalid
from switchboard.kernel.subscriber_list import MOST_TOLD, Problem, problem_view

_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")


@dataclass(slots=True)
class EntryTable:
    """The entries of a table by their keys; rows = kept + duplicates + skipped. Of one key the last row counts.

    A row may have several numbers, so there may be more entries than rows. `places` has the row of each entry.
    """

    rows: int = 0
    entries: dict[str, DoNotCallEntry] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    skipped: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def counts(self) -> Mapping[str, int]:
        """Return `rows`, `kept`, `duplicates` and `skipped`."""
        kept = len(set(self.places.values()))
        duplicates = self.rows - kept - self.skipped
        return {"rows": self.rows, "kept": kept, "duplicates": duplicates, "skipped": self.skipped}

    def keep(self, place: int, entries: Sequence[DoNotCallEntry]) -> None:
        """Take the entries of a row in the place of earlier ones with the same keys."""
        for entry in entries:
            self.entries.pop(entry.key, None)
            self.entries[entry.key], self.places[entry.key] = entry, place


class EntriesInvalid(Invalid):
    """Some rows of a do-not-call list are invalid: nothing was stored."""

    def __init__(self, found: EntryTable, place: int) -> None:
        first = found.problems[0]
        super().__init__(first.message, f"entries.{place}.{first.field or 'number'}")
        self._found = found

    @property
    def details(self) -> Mapping[str, Any]:
        """The counts of rows, and the first MOST_TOLD problems as `rows`."""
        rows = [problem_view(one) for one in self._found.problems[:MOST_TOLD]]
        return {"invalidCount": self._found.skipped, "rows": rows, "counts": self._found.counts}


def read_entry_table(
    account: str, region: str, table: ImportedTable, now: datetime, *, skip_invalid: bool
) -> EntryTable:
    """Return the entries of a table. Raises EntriesInvalid for a wrong row, unless wrong rows are skipped."""
    found, places, label = EntryTable(len(table.rows)), list[int](), _label(table)
    if not 1 <= found.rows <= MOST:
        raise Invalid(f"There must be 1 to {MOST} entries.", "entries")
    for place, (line, row) in enumerate(zip(table.rows, fields_of(table), strict=True)):
        try:
            bodies = [read_body(EntryBody, _checked(line, fields)) for fields in row]
            found.keep(place, [entry_of(account, region, body, now, "number") for body in bodies])
        except Invalid as error:
            found.skipped += 1
            places.append(place)
            name = str(error.field or "")
            found.problems.append(Problem(line.number, name, error.message, line.number, label.get(name, "")))
    if found.problems and not skip_invalid:
        raise EntriesInvalid(found, places[0])
    return found


def _label(table: ImportedTable) -> Mapping[str, str]:
    names = {Reading.PHONE: "number", Reading.REASON: "reason", Reading.UNTIL: "until"}
    return {names[one.reading]: one.label for one in table.columns if one.reading in names}


def _checked(line: Line, fields: Mapping[str, str]) -> Mapping[str, str]:
    """Return the fields, with a Russian date (`31.12.2030`) as ISO 8601. Raises Invalid for a row with a problem."""
    if line.problem:
        raise Invalid(line.problem, "number")
    found = _DAY.fullmatch(fields.get("until", ""))
    return {**fields, "until": f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"} if found else fields
