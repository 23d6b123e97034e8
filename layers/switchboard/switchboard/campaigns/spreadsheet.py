"""Read lists of subscribers from CSV: delimiter `,`, `;` or tab, with or without headings."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO

from switchboard.errors import Invalid
from switchboard.kernel.subscriber_list import Row, normalised

DELIMITERS = ",;\t"
WITHIN = re.compile(r"[,;|]")  # between the numbers of one cell
NAME, PHONES, EMAILS = "name", "phones", "emails"
HEADINGS: Mapping[str, str] = {
    "fullname": NAME,
    "name": NAME,
    "имя": NAME,
    "фио": NAME,
    "абонент": NAME,
    "phone": PHONES,
    "phones": PHONES,
    "number": PHONES,
    "телефон": PHONES,
    "телефоны": PHONES,
    "номер": PHONES,
    "email": EMAILS,
    "emails": EMAILS,
    "mail": EMAILS,
    "почта": EMAILS,
    "эл.почта": EMAILS,
}
ENCODINGS: Mapping[str, str] = {
    "": "utf-8-sig",
    "utf-8": "utf-8-sig",
    "utf8": "utf-8-sig",
    "cp1251": "cp1251",
    "windows-1251": "cp1251",
}


def decoded(data: bytes, encoding: str) -> str:
    """Decode a list; the default is UTF-8. Raises Invalid for an unknown encoding or wrong bytes."""
    name = ENCODINGS.get(encoding.strip().strip("\"'").lower())
    if name is None:
        raise Invalid("It must be utf-8 or windows-1251.", "encoding")
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        raise Invalid(f"The text is not in {encoding or 'utf-8'}; tell its encoding.", "encoding") from None


def read_rows(text: str) -> Iterator[Row]:
    """Yield the rows, numbered from 1 with headings included; empty rows are left out. Raises Invalid.

    Headings name the columns, in Russian or English, in any order. Several columns may hold numbers (`phone1`,
    `phone2`). Without headings, the first column is the name unless it holds a number. Each further column holds a
    number or an e-mail address.
    """
    lines = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text))
    columns: list[str] | None = None
    try:
        for number, cells in enumerate(lines, 1):
            if number == 1 and (columns := _columns(cells)):
                continue
            if any(cell.strip() for cell in cells):
                yield _row(number, cells, columns or _guessed(cells))
    except csv.Error:
        raise Invalid("This is no CSV that can be read.", "body") from None


def _delimiter(text: str) -> str:
    first = text[: text.find("\n")] if "\n" in text else text
    return max(DELIMITERS, key=first.count)


def _columns(cells: Sequence[str]) -> list[str] | None:
    """Return the content of each column, empty for other columns; None if the cells are no headings."""
    named = [HEADINGS.get(re.sub(r"[\s_\-№#0-9]+", "", cell).lower(), "") for cell in cells]
    return named if PHONES in named or EMAILS in named else None


def _guessed(cells: Sequence[str]) -> list[str]:
    kinds = [EMAILS if "@" in cell else PHONES for cell in cells]
    if kinds[0] == PHONES and not any(map(normalised, _within(cells[0]))):
        kinds[0] = NAME
    return kinds


def _row(number: int, cells: Sequence[str], columns: Sequence[str]) -> Row:
    found: dict[str, list[str]] = {NAME: [], PHONES: [], EMAILS: [], "": []}
    for kind, cell in zip(columns, cells, strict=False):
        found[kind] += [cell.strip()] if kind == NAME else _within(cell)
    return Row(number, " ".join(filter(None, found[NAME])), tuple(found[PHONES]), tuple(found[EMAILS]))


def _within(cell: str) -> list[str]:
    return [part.strip() for part in WITHIN.split(cell) if part.strip()]
