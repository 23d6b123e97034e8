"""Convert the rows of a table into rows of subscribers, and into entries of a do-not-call list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from switchboard.campaigns.importing.model import Column, ImportedTable, Line, Reading
from switchboard.kernel.subscriber_list import Problem, Row

_ADDRESSES = re.compile(r"[,;|\s]+")
_EXTENSION = re.compile(r"(?i)(?:доб|вн|ext|x|#)?[.:\s#]*([0-9]{1,6})(?:\.0)?")
_SEVERAL = re.compile(r"[,;/|\r\n]")
NO_EXTENSION = "An extension is 1 to 6 digits, behind one number."


def rows_of(table: ImportedTable) -> Iterator[Row]:
    """Yield the rows of subscribers, numbered by the lines of the file."""
    names, emails = table.places(Reading.NAME), table.places(Reading.EMAIL)
    phones, extensions = table.places(Reading.PHONE), table.places(Reading.EXTENSION)
    labels = tuple(table.columns[place].label for place in phones)
    for line in table.rows:
        cells = line.cells
        if line.problem:
            yield Row(
                line.number, problem=Problem(line.number, line.field, line.problem, line.number), line=line.number
            )
            continue
        written = tuple(_cell(cells, place) for place in phones)
        if extensions:
            found = _extended(written, phones, [(place, _cell(cells, place)) for place in extensions])
            if found is None:
                told = Problem(line.number, "phones", NO_EXTENSION, line.number, table.columns[extensions[0]].label)
                yield Row(line.number, problem=told, line=line.number)
                continue
            written = found
        yield Row(
            line.number,
            " ".join(part for place in names if (part := _cell(cells, place).strip())),
            written,
            tuple(one for place in emails for one in _ADDRESSES.split(_cell(cells, place)) if one),
            line=line.number,
            columns=labels,
        )


def _extended(
    written: tuple[str, ...], places: Sequence[int], extensions: Sequence[tuple[int, str]]
) -> tuple[str, ...] | None:
    """Return the numbers with their extensions, each at the nearest column before; None for another cell."""
    numbers = list(written)
    for place, cell in extensions:
        if not cell.strip():
            continue
        before = [index for index, one in enumerate(places) if one < place]
        found = _EXTENSION.fullmatch(cell.strip())
        if not before or not found or not numbers[before[-1]].strip() or _SEVERAL.search(numbers[before[-1]].strip()):
            return None
        numbers[before[-1]] = f"{numbers[before[-1]].strip()} доб. {found[1]}"
    return tuple(numbers)


def fields_of(table: ImportedTable) -> list[list[dict[str, str]]]:
    """Return the entries of each row of a do-not-call list, one for each filled cell with a number.

    An entry has `number`, `reason` and `until`, without empty fields. A row without a number has one entry.
    """
    return [_fields(table.columns, line) for line in table.rows]


def _fields(columns: Sequence[Column], line: Line) -> list[dict[str, str]]:
    names = {Reading.REASON: "reason", Reading.UNTIL: "until"}
    numbers, shared = list[str](), dict[str, str]()
    for column, cell in zip(columns, line.cells, strict=False):
        text = cell.strip()
        if text and column.reading is Reading.PHONE:
            numbers.append(text)
        elif text and column.reading in names:
            shared.setdefault(names[column.reading], text)
    return [{"number": number, **shared} for number in numbers or [""]]


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""
