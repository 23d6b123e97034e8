"""Read a sheet of a workbook: `.xlsx` and `.xlsm` (ECMA-376), `.ods` (ODF), and `.xls`."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from switchboard.campaigns.importing.model import Line, Sheet
from switchboard.campaigns.importing.unpacked import BROKEN, MOST_CELLS, TOO_WIDE, check_packed
from switchboard.errors import Invalid

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

LOCKED = "The workbook is protected by a password: save it without one."
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_OF_OLD = 30_000_000  # bytes of an `.xls`, which is not packed


def read_workbook(data: bytes, wanted: str) -> Sheet:
    """Return the sheet of this name, else the first visible sheet. Raises Invalid for a broken or too large file."""
    form = "xls"
    if data.startswith(OLE):
        if len(data) > MOST_OF_OLD:
            raise Invalid(TOO_WIDE, "body")
    else:
        form = "ods" if "content.xml" in check_packed(data).namelist() else "xlsx"
    book = _opened(data)
    sheet = _sheet(book, wanted)
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise Invalid(TOO_WIDE, "body")
    lines = list(_lines(sheet))
    return Sheet(lines, {"format": form, "sheet": sheet.name, "sheets": list(book.sheet_names)[:50]})


def _opened(data: bytes) -> CalamineWorkbook:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError  # noqa: PLC0415 - only for workbooks

    try:
        return CalamineWorkbook.from_filelike(BytesIO(data))
    except PasswordError:
        raise Invalid(LOCKED, "body") from None
    except (CalamineError, OSError, ValueError):
        raise Invalid(BROKEN, "body") from None


def _sheet(book: CalamineWorkbook, wanted: str) -> CalamineSheet:
    from python_calamine import CalamineError, SheetVisibleEnum  # noqa: PLC0415

    names = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible] or book.sheet_names
    if not names:
        raise Invalid(BROKEN, "body")
    if wanted and wanted not in book.sheet_names:
        raise Invalid(f"The workbook has no such sheet. Its sheets: {', '.join(book.sheet_names[:20])}.", "sheet")
    try:
        return book.get_sheet_by_name(wanted or names[0])
    except (CalamineError, OSError, ValueError):
        raise Invalid(BROKEN, "body") from None


def _lines(sheet: CalamineSheet) -> list[Line]:
    """Return the rows from the first row of the sheet on, numbered as the sheet shows them."""
    start = sheet.start
    if start is None:
        return []
    left = [""] * start[1]
    rows = sheet.to_python(skip_empty_area=True)
    return [Line(number, (*left, *map(_text, row))) for number, row in enumerate(rows, start[0] + 1)]


def _text(value: Any) -> str:
    """Return a cell's value as text: numbers without exponents, dates in ISO 8601."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)  # noqa: PLR2004
    if isinstance(value, datetime | date | time):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return str(value) if isinstance(value, bool | int | timedelta) else ""
