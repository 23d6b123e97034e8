"""Cells of a CSV table that spreadsheets keep as text.

A spreadsheet turns digits into a number and shows 7.9E+10, shows a date, and works out what begins as a formula. An
apostrophe before such a cell keeps the cell as text.
"""

from __future__ import annotations

import re

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'", "|", "%")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT")
DIGITS = 5  # a whole number of fewer digits is the same in every spreadsheet, unless it begins with a zero
CHANGED = re.compile(r"0\d|\d+[-/.:]\d")  # a spreadsheet drops the zero, or shows a date


def guarded(cell: str) -> str:
    """Return a cell that a spreadsheet keeps as it is, with an apostrophe where needed."""
    bare = cell.lstrip()
    is_long = bare[:1].isdigit() and sum(map(str.isdigit, bare)) >= DIGITS
    is_number = (is_long or CHANGED.match(bare)) and not MOMENT.match(bare)
    return f"'{cell}" if is_number or bare.startswith(FORMULA) or cell.startswith(FORMULA) else cell


def unguarded(cell: str) -> str:
    """Return a cell without the apostrophe of `guarded`. An apostrophe that guards nothing stays: `'t Hooft`."""
    return cell[1:] if cell[:1] == "'" and guarded(cell[1:]) == cell else cell
