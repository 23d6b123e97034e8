"""The report of an execution as CSV for spreadsheets: no cell is a formula, and no number loses its digits.

Importing a list takes the apostrophe of a guarded cell away.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from switchboard.campaigns.report_rows import HEADINGS, rows
from switchboard.kernel.campaign import Execution
from switchboard.kernel.campaign_outcome import SubscriberOutcome
from switchboard.kernel.table_cells import guarded

MARK = "\ufeff"  # the byte order mark, by which spreadsheets detect UTF-8
LINES = 200  # rows of a piece


def lines(execution: Execution, outcomes: Iterable[SubscriberOutcome], delimiter: str) -> Iterator[str]:
    """Yield the table in pieces, headings first. Every cell is quoted."""
    text = StringIO(newline="")
    table = csv.writer(text, delimiter=delimiter, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    text.write(MARK)
    table.writerow(HEADINGS)
    for place, row in enumerate(rows(execution, outcomes), 1):
        table.writerow([guarded(cell) for cell in row])
        if place % LINES == 0:
            yield _taken(text)
    yield _taken(text)


def _taken(text: StringIO) -> str:
    found = text.getvalue()
    text.seek(0)
    text.truncate()
    return found
