"""The importer: read a list from a file of any usual format, and tell what was understood."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from switchboard.campaigns.importing.columns import names_numbers, table_of
from switchboard.campaigns.importing.delimited import read_delimited
from switchboard.campaigns.importing.encodings import decoded
from switchboard.campaigns.importing.model import HowToRead, ImportedTable, Sheet
from switchboard.campaigns.importing.objects import read_objects
from switchboard.campaigns.importing.rows import rows_of
from switchboard.campaigns.importing.vcards import is_vcard, read_vcards
from switchboard.campaigns.importing.workbooks import OLE, read_workbook
from switchboard.errors import Invalid, UnsupportedMedia
from switchboard.kernel.subscriber_list import Row

JSON = frozenset({"application/json", "text/json"})
TEXT = frozenset({"text/csv", "application/csv", "text/plain", "text/tab-separated-values"})
CONTACTS = frozenset({"text/vcard", "text/x-vcard", "text/directory"})
WORKBOOKS = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-excel",
        "application/vnd.ms-excel.sheet.macroenabled.12",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/zip",
    }
)
ANY = frozenset({"", "application/octet-stream", "application/x-www-form-urlencoded", "binary/octet-stream"})
KINDS = JSON | TEXT | CONTACTS | WORKBOOKS | ANY
NO_LIST = "A list is CSV, .xlsx, .ods, .xls, vCard or JSON."
PACKED = b"PK\x03\x04"
OTHERS = ((b"%PDF", "a PDF"), (b"{\\rtf", "an RTF document"), (b"\x89PNG", "an image"), (b"\xff\xd8\xff", "an image"))


@dataclass(frozen=True, slots=True)
class ImportedList:
    """A list of subscribers: its table, and its rows."""

    table: ImportedTable

    def rows(self) -> Iterator[Row]:
        """Yield the rows of subscribers; those that could not be read have a problem."""
        return rows_of(self.table)


def read_list(data: bytes, how: HowToRead) -> ImportedList:
    """Return the list in a file. Nothing is guessed: what is not understood is refused, or ignored by name.

    Raises UnsupportedMedia for a media type or a content that is no list, and Invalid for a list that cannot be read.
    """
    return ImportedList(read_table(data, how))


def read_table(data: bytes, how: HowToRead) -> ImportedTable:
    """Return the table in a file, with what each column was read as. Raises the same."""
    return table_of(_sheet_of(data, how), how)


def _sheet_of(data: bytes, how: HowToRead) -> Sheet:
    if how.kind not in KINDS:
        raise UnsupportedMedia(NO_LIST)
    for begin, told in OTHERS:
        if data.startswith(begin):
            raise UnsupportedMedia(f"{NO_LIST} This is {told}.")
    if data.startswith((PACKED, OLE)):
        return read_workbook(data, how.sheet)
    if how.kind in WORKBOOKS and how.kind != "application/vnd.ms-excel":  # browsers name CSV so
        raise Invalid("The file is not a workbook that can be read.", "body")
    text, encoding = decoded(data, "utf-8" if how.kind in JSON else how.encoding)
    return _of_text(text, encoding, how)


def _of_text(text: str, encoding: str, how: HowToRead) -> Sheet:
    begin = text.lstrip("\ufeff \r\n\t")[:200]
    if how.kind in JSON or (how.kind in ANY and begin[:1] in {"[", "{"}) or (not how.kind and not begin):
        return read_objects(text.lstrip("\ufeff"))
    if how.kind in CONTACTS or is_vcard(text):
        return read_vcards(text, encoding)
    if begin[:1] == "<" and "<" in begin[1:]:
        raise UnsupportedMedia(f"{NO_LIST} This is HTML or XML: save the table as .xlsx or CSV.")
    return read_delimited(text, encoding, _headed(how))


def _headed(how: HowToRead) -> Callable[..., bool]:
    named = partial(names_numbers, table=how.table)
    return lambda rows: any(named(cells) for cells in rows[:30])
