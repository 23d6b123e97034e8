"""A table as uploaded: how to read a file, the lines of the file, and what each column was read as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from switchboard.kernel.subscriber_list import Problem


class Reading(StrEnum):
    """What a column is read as."""

    NAME = "name"
    PHONE = "phone"
    EXTENSION = "extension"  # of the number in the column before
    EMAIL = "email"
    REASON = "reason"
    UNTIL = "until"
    IGNORED = "ignored"


class TableKind(StrEnum):
    """What the rows of a table are."""

    SUBSCRIBERS = "subscribers"
    DO_NOT_CALL = "do_not_call"


@dataclass(frozen=True, slots=True)
class HowToRead:
    """What the caller says about a file; empty fields are told from the content.

    `kind` is the media type. `columns` are the readings of the columns, as in `name,phone,-`. `sheet` is the name of a
    workbook's sheet. `region` is the numbering plan of national numbers.
    """

    region: str
    kind: str = ""
    encoding: str = ""
    columns: str = ""
    sheet: str = ""
    table: TableKind = TableKind.SUBSCRIBERS


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file: the number of its first line, from 1, and its cells.

    `problem` is a fault of the whole row, or of the field that `field` names.
    """

    number: int
    cells: Sequence[str]
    problem: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The content of a file. `told` describes the format: `format`, `encoding`, `delimiter`, `sheet`, `sheets`.

    `is_headed` means that the first line is known to be headings, as the keys of JSON objects are.
    """

    lines: Sequence[Line]
    told: Mapping[str, object]
    is_headed: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column: position from 1, heading, what it was read as, and up to three samples, with numbers masked."""

    position: int
    heading: str
    reading: Reading
    samples: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The heading, or the position of a column without a heading."""
        return self.heading or str(self.position)


@dataclass(frozen=True, slots=True)
class ImportedTable:
    """A table whose columns are known. `rows` are the lines below the headings, without empty lines."""

    columns: Sequence[Column]
    rows: Sequence[Line]
    told: Mapping[str, object] = field(default_factory=dict)
    problems: Sequence[Problem] = ()

    def places(self, reading: Reading) -> list[int]:
        """The indexes of the columns that are read so."""
        return [place for place, column in enumerate(self.columns) if column.reading is reading]
