"""Bound what a packed workbook may become: a small file can unpack to any size, or claim any number of cells."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Protocol
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import BadZipFile, ZipFile, ZipInfo

from switchboard.errors import Invalid

MOST_BYTES = 250_000_000  # unpacked, all parts together
MOST_PARTS = 2000
MOST_CELLS = 4_000_000  # of one sheet: rows by columns, since the reader keeps empty cells too
PIECE = 1 << 20
OVERLAP = 64
TOO_LARGE = "The workbook unpacks to more than 250 MB."
TOO_WIDE = "A sheet of the workbook has too many rows or columns: delete the empty ones."
BROKEN = "The file is not a workbook that can be read."
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]{0,80}?\br="([A-Z]{1,3})([0-9]{1,7})"')


def check_packed(data: bytes) -> ZipFile:
    """Return the opened archive. Raises Invalid for an archive that is broken, or that unpacks to too much."""
    try:
        packed = ZipFile(BytesIO(data))
        parts = packed.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
            raise Invalid(TOO_LARGE, "body")
        left = MOST_BYTES
        for part in parts:
            left -= _check_part(packed, part, left)
    except (BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise Invalid(BROKEN, "body") from None
    return packed


def _check_part(packed: ZipFile, part: ZipInfo, left: int) -> int:
    """Return the size of an unpacked part, which is read by the piece."""
    size, bounds = 0, _bounds_of(part.filename)
    for piece in _pieces(packed, part):
        size += len(piece)
        if size > left:
            raise Invalid(TOO_LARGE, "body")
        if bounds is not None:
            bounds.add(piece)
            if bounds.cells > MOST_CELLS:
                raise Invalid(TOO_WIDE, "body")
    return size


def _pieces(packed: ZipFile, part: ZipInfo) -> Iterator[bytes]:
    with packed.open(part) as opened:
        while piece := opened.read(PIECE):
            yield piece


class _Bounds(Protocol):
    """Measures a sheet while its XML is read."""

    @property
    def cells(self) -> int:
        """Rows by columns."""

    def add(self, piece: bytes) -> None:
        """Read on."""


def _bounds_of(filename: str) -> _Bounds | None:
    if filename.startswith("xl/worksheets/") and filename.endswith(".xml"):
        return _ExcelBounds()
    return _OpenBounds() if filename == "content.xml" else None


class _ExcelBounds:
    """The last row and the last column that a cell's reference names (ECMA-376, part 1, 18.3.1.4)."""

    def __init__(self) -> None:
        self._width = self._height = 1
        self._tail = b""

    @property
    def cells(self) -> int:
        return self._width * self._height

    def add(self, piece: bytes) -> None:
        found = _CELL.findall(self._tail + piece)
        self._tail = piece[-OVERLAP:]
        if found:
            self._width = max(self._width, *map(_index, {column for column, _ in found}))
            self._height = max(self._height, *(int(row) for _, row in found))


class _OpenBounds:
    """The last row and the last column with a value, repeats counted (ODF 1.2, part 1, 19.675 and 19.679)."""

    def __init__(self) -> None:
        self.cells = self._rows = self._width = self._place = 0
        self._has_value, self._repeated = False, 1
        self._parser = ParserCreate()
        self._parser.StartElementHandler = self._starts
        self._parser.EndElementHandler = self._ends

    def add(self, piece: bytes) -> None:
        try:
            self._parser.Parse(piece)
        except ExpatError:
            raise Invalid(BROKEN, "body") from None

    def _starts(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            self._rows = self._width = 0
        elif name == "table:table-row":
            self._repeated = int(attributes.get("table:number-rows-repeated", 1))
            self._place, self._has_value = 0, False
        elif name in {"table:table-cell", "table:covered-table-cell"}:
            self._place += int(attributes.get("table:number-columns-repeated", 1))
            if "office:value-type" in attributes:
                self._has_value, self._width = True, max(self._width, self._place)

    def _ends(self, name: str) -> None:
        if name == "table:table-row":
            self._rows += self._repeated
            if self._has_value:
                self.cells = max(self.cells, self._rows * self._width)


def _index(letters: bytes) -> int:
    found = 0
    for letter in letters:
        found = found * 26 + letter - 64
    return found
