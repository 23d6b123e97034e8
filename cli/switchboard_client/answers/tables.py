"""Answers about tables: what the columns were read as, and the rows that are wrong."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict


class TableColumn(TypedDict):
    """A column: what the hub read the column as, and masked samples."""

    position: int
    heading: str
    readAs: str
    samples: list[str]


class RowProblem(TypedDict):
    """A wrong row."""

    row: int
    field: str
    message: str
    line: NotRequired[int]
    column: NotRequired[str]


class TableRead(TypedDict, total=False):
    """The counts of a table's rows, and the format that the table was read as. JSON without a table has none."""

    rows: int
    duplicates: int
    skipped: int
    format: str
    encoding: str
    delimiter: str
    headings: int
    sheet: str
    columns: list[TableColumn]
    problems: list[RowProblem]
