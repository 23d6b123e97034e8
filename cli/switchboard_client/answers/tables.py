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
