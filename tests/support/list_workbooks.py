# ruff: noqa: E501 - a line is a file
"""Workbooks as programs write them, out of a few cells: `.xlsx` (ECMA-376) and `.ods` (ODF 1.2)."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

Cell = str | int | float | None
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
OASIS = "urn:oasis:names:tc:opendocument:xmlns"


def xlsx(*sheets: Sequence[Sequence[Cell]], names: Sequence[str] = (), hidden: Sequence[int] = ()) -> bytes:
    """A workbook with inline texts, and numbers as numbers."""
    called = [names[place] if place < len(names) else f"Лист{place + 1}" for place in range(len(sheets))]
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{place}" r:id="rId{place}"{_state(place - 1 in hidden)}/>'
        for place, name in enumerate(called, 1)
    )
    related = "".join(
        f'<Relationship Id="rId{place}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{place}.xml"/>'
        for place in range(1, len(sheets) + 1)
    )
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{place}.xml" ContentType="{KIND}.worksheet+xml"/>'
        for place in range(1, len(sheets) + 1)
    )
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
            f'"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
            f'ContentType="{KIND}.sheet.main+xml"/>{types}</Types>',
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>',
            **{f"xl/worksheets/sheet{place}.xml": sheet_xml(rows) for place, rows in enumerate(sheets, 1)},
        }
    )


def _state(is_hidden: bool) -> str:  # noqa: FBT001 - one word of XML
    return ' state="hidden"' if is_hidden else ""


def sheet_xml(rows: Sequence[Sequence[Cell]]) -> str:
    """The XML of a sheet."""
    body = "".join(
        f'<row r="{row}">{"".join(_cell(f"{chr(64 + column)}{row}", cell) for column, cell in enumerate(cells, 1))}</row>'
        for row, cells in enumerate(rows, 1)
    )
    return f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'


def _cell(place: str, cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
    return f'<c r="{place}"><v>{cell}</v></c>'


def ods(rows: Sequence[Sequence[Cell]]) -> bytes:
    """A workbook of LibreOffice, with its thousand empty rows at the end."""
    lines = "".join(f"<table:table-row>{''.join(map(_open_cell, cells))}</table:table-row>" for cells in rows)
    empty = '<table:table-cell table:number-columns-repeated="1024"/>'
    lines += f'<table:table-row table:number-rows-repeated="1048000">{empty}</table:table-row>'
    spaces = " ".join(f'xmlns:{name}="{OASIS}:{name}:1.0"' for name in ("office", "table", "text"))
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{OASIS}:manifest:1.0"/>',
            "content.xml": f"<office:document-content {spaces}><office:body><office:spreadsheet><table:table "
            f'table:name="Лист1">{lines}</table:table></office:spreadsheet></office:body></office:document-content>',
        }
    )


def _open_cell(cell: Cell) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{cell}"><text:p>{cell:.2E}</text:p></table:table-cell>'


def packed(parts: dict[str, str]) -> bytes:
    """A zip archive of texts."""
    data = BytesIO()
    with ZipFile(data, "w", ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return data.getvalue()
