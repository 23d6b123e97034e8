"""The report of an execution as an Excel file of one sheet, streamed: only a page of rows is in memory.

Every cell is an inline string (ECMA-376, part 1, 18.3.1.53), so numbers keep their digits and nothing is a formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from io import RawIOBase
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from switchboard.campaigns.report_rows import HEADINGS, rows
from switchboard.kernel.campaign import Execution
from switchboard.kernel.campaign_outcome import SubscriberOutcome

MOST_ROWS = 1_048_575  # of a sheet, beside the headings
FULL = "The sheet is full. The report as CSV has all rows."
LONGEST = 32_767  # characters of a cell
PIECE = 64 * 1024
UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # characters that XML cannot hold
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KIND}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="report" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" '
    f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
SHEET = "xl/worksheets/sheet1.xml"
PANE = '<pane ySplit="1" topLeftCell="A2" state="frozen"/>'  # the headings stay in sight
VIEW = f'<sheetViews><sheetView workbookViewId="0">{PANE}</sheetView></sheetViews>'


class Outgoing(RawIOBase):
    """A file that is only written to, and taken away in pieces."""

    def __init__(self) -> None:
        self._data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._data += data
        return len(data)

    def taken(self) -> bytes:
        """Return what was written since the last call."""
        data = bytes(self._data)
        self._data.clear()
        return data

    @property
    def waiting(self) -> int:
        """The bytes that were written and not taken."""
        return len(self._data)


def workbook(execution: Execution, outcomes: Iterable[SubscriberOutcome]) -> Iterator[bytes]:
    """Yield the file in pieces. If the sheet is full, its last row says that the rest is in the CSV file."""
    out = Outgoing()
    with ZipFile(out, "w", ZIP_DEFLATED) as package:
        for name, text in PARTS.items():
            package.writestr(name, XML + text)
        with package.open(SHEET, "w", force_zip64=True) as sheet:
            sheet.write(f'{XML}<worksheet xmlns="{MAIN}">{VIEW}<sheetData>{_row(HEADINGS)}'.encode())
            for place, row in enumerate(rows(execution, outcomes)):
                if place >= MOST_ROWS - 1:
                    sheet.write(_row((FULL,)).encode())
                    break
                sheet.write(_row(row).encode())
                if out.waiting > PIECE:
                    yield out.taken()
            sheet.write(b"</sheetData></worksheet>")
    yield out.taken()


def _row(cells: Iterable[str]) -> str:
    return "<row>" + "".join(map(_cell, cells)) + "</row>"


def _cell(text: str) -> str:
    fit = escape(UNFIT.sub("\ufffd", text[:LONGEST]))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{fit}</t></is></c>' if text else "<c/>"
