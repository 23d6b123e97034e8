"""Read delimited text (RFC 4180 and its relatives) strictly: a quote that is not closed is an error of its line.

The delimiter is told from many lines, outside of quotes.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from switchboard.campaigns.importing.model import Line, Sheet
from switchboard.errors import Invalid
from switchboard.kernel.table_cells import unguarded

DELIMITERS = ";,\t|^~\x1f\x01"
NAMES = {"\t": "tab", "\x1f": "unit separator", "\x01": "start of heading", "": "none"}
SEEN = 200_000  # characters that tell the delimiter
LOOKED_AT = 400  # rows that tell the delimiter
MOST_SPANNED = 40  # lines of one cell
WIDEST = 400  # columns
NOTHING = "\x00"  # a delimiter that no text has
_SEP = re.compile(r"(?i)\s*\"?sep=(.)\"?[;,\t]*\s*(?:\r\n|\r|\n|$)")
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_NUMBER = re.compile(r"\+?[0-9][0-9()\-\s]{8,24}")

Judge = Callable[[Sequence[Sequence[str]]], bool]
"""Whether the first lines, parted so, have headings that name a column of numbers."""


def read_delimited(text: str, encoding: str, is_headed: Judge) -> Sheet:
    """Return the rows of a text. Raises Invalid, which names the line of a quote that is not closed."""
    text = text.replace("\x00", "").rstrip("\x1a").lstrip("\ufeff")
    first, told = 1, _SEP.match(text)
    if told:
        text, first = text[told.end() :], 2
    quote = _quote_of(text)
    delimiter = told[1] if told else _delimiter(text, quote, is_headed)
    lines = list(_rows(text, delimiter or NOTHING, quote, first))
    about = {"format": "csv", "encoding": encoding, "delimiter": NAMES.get(delimiter, delimiter)}
    return Sheet(lines, about)


def _quote_of(text: str) -> str:
    """Return the quote character: an apostrophe where it stands at both ends of most lines, and no other quote is."""
    begin = text[:20_000]
    if '"' in begin:
        return '"'
    lines = [line for line in begin.splitlines()[:-1] or begin.splitlines() if line.strip()]
    quoted = sum(1 for line in lines if len(line) > 1 and line[0] == line[-1] == "'")
    return "'" if lines and quoted * 2 > len(lines) else '"'


def _rows(text: str, delimiter: str, quote: str, first: int) -> Iterator[Line]:
    """Yield the rows, each with the number of its first line."""
    reader = csv.reader(_physical(text), delimiter=delimiter, quotechar=quote, strict=True)
    width, before = 0, 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise _unclosed(first + before) from None
        spanned = reader.line_num - before
        if spanned > 1:
            _check_spanned(cells, delimiter, max(width, len(cells)), spanned, first + before)
        if len(cells) > WIDEST:
            raise Invalid(f"Line {first + before} has more than {WIDEST} cells.", "body")
        width = max(width, len(cells))
        yield Line(first + before, tuple(map(unguarded, cells)))
        before = reader.line_num


def _physical(text: str) -> Iterator[str]:
    """Yield the lines with their ends. Only CR, LF and CR LF end a line."""
    return (found[0] for found in _LINES.finditer(text))


def _unclosed(line: int) -> Invalid:
    told = f"The quote in line {line} is not closed, or there is text behind its end. Double a quote within quotes."
    return Invalid(told, "body")


def _check_spanned(cells: Sequence[str], delimiter: str, width: int, spanned: int, line: int) -> None:
    """Raise Invalid if a cell of several lines has swallowed lines that look like rows."""
    for cell in cells:
        for inner in re.split(r"\r\n|\r|\n", cell)[1:]:
            parted = inner.count(delimiter)
            if parted and (parted >= min(width - 1, 2) or _NUMBER.search(inner)):
                raise _unclosed(line)
    if spanned > MOST_SPANNED:
        raise _unclosed(line)


def _delimiter(text: str, quote: str, is_headed: Judge) -> str:
    """Return the delimiter by which the rows are headed, alike, and have numbers in cells; empty for one column."""
    best, score = "", (False, 0.0)
    for delimiter in DELIMITERS:
        if delimiter not in text:
            continue
        rows = _sample(text, delimiter, quote)
        if rows is None:
            continue
        found = is_headed(rows), _evenness(rows)
        if found > score and found[1] > 0:
            best, score = delimiter, found
    return best


def _sample(text: str, delimiter: str, quote: str) -> list[list[str]] | None:
    """Return the first rows parted by a delimiter; None if quotes do not stand at the ends of the cells."""
    begin = text if len(text) < SEEN else text[: text.rfind("\n", 0, SEEN) + 1 or SEEN]
    reader = csv.reader(_physical(begin), delimiter=delimiter, quotechar=quote, strict=True)
    rows: list[list[str]] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(cells)
            if len(rows) >= LOOKED_AT:
                break
    except csv.Error:
        return rows or None
    return rows


def _evenness(rows: Sequence[Sequence[str]]) -> float:
    """Return how alike the rows are: the share of rows of the usual width, more if whole cells are numbers."""
    widths = Counter(len(row) for row in rows)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    if width <= 1:
        several = sum(1 for row in rows if len(row) > 1)
        if several * 2 < len(rows):
            return 0.0
        count = several
    numbers = sum(1 for row in rows if any(_NUMBER.fullmatch(cell.strip()) for cell in row))
    return count / len(rows) + 2 * numbers / len(rows)
