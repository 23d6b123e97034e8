"""The report of an execution as CSV for spreadsheets: no cell is a formula, and no number loses its digits.

A spreadsheet turns digits into a number and shows 7.9E+10, and it works out what begins as a formula. An apostrophe
before such a cell keeps it as text. Importing a list takes the apostrophe away.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from io import StringIO

from switchboard.campaigns.report_rows import HEADINGS, rows
from switchboard.kernel.campaign import Execution
from switchboard.kernel.campaign_outcome import SubscriberOutcome

MARK = "\ufeff"  # the byte order mark, by which spreadsheets detect UTF-8
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'", "|", "%")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT")
DIGITS = 5  # a whole number of fewer digits is the same in every spreadsheet, unless it begins with a zero
CHANGED = re.compile(r"0\d|\d+[-/.:]\d")  # a spreadsheet drops the zero, or shows a date
LINES = 200  # rows of a piece


def lines(execution: Execution, outcomes: Iterable[SubscriberOutcome], delimiter: str) -> Iterator[str]:
    """Yield the table in pieces, headings first. Every cell is quoted."""
    text = StringIO(newline="")
    table = csv.writer(text, delimiter=delimiter, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    text.write(MARK)
    table.writerow(HEADINGS)
    for place, row in enumerate(rows(execution, outcomes), 1):
        table.writerow([as_text(cell) for cell in row])
        if place % LINES == 0:
            yield _taken(text)
    yield _taken(text)


def _taken(text: StringIO) -> str:
    found = text.getvalue()
    text.seek(0)
    text.truncate()
    return found


def as_text(cell: str) -> str:
    """Return a cell that a spreadsheet keeps as it is, with an apostrophe where needed."""
    bare = cell.lstrip()
    is_long = bare[:1].isdigit() and sum(map(str.isdigit, bare)) >= DIGITS
    is_number = (is_long or CHANGED.match(bare)) and not MOMENT.match(bare)
    return f"'{cell}" if is_number or bare.startswith(FORMULA) or cell.startswith(FORMULA) else cell
