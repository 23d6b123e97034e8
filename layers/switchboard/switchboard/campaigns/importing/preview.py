"""Tell what a list was read as, and what its rows would become, without keeping anything."""

from __future__ import annotations

from typing import Any

from switchboard.campaigns.importing.model import ImportedTable
from switchboard.campaigns.importing.read import ImportedList
from switchboard.kernel.subscriber_list import MOST_KEPT, gather, problem_view


def preview(found: ImportedList, region: str) -> dict[str, Any]:
    """Return format, columns, counts (rows = kept + duplicates + skipped), and the problems of rows.

    Of more than MOST_KEPT problems the first are listed.
    """
    gathered = gather(found.rows(), region)
    extensions = sum("x" in phone for one in gathered.subscribers for phone in one.phones)
    return {
        **table_view(found.table),
        **gathered.counts,
        "extensions": extensions,
        "problems": [problem_view(one) for one in gathered.problems[:MOST_KEPT]],
    }


def read_as(table: ImportedTable) -> dict[str, Any]:
    """Return the same for the answer to a list that is kept; nothing for JSON, whose keys name its columns."""
    return {} if table.told.get("format") == "json" else table_view(table)


def table_view(table: ImportedTable) -> dict[str, Any]:
    """Return the format of a file and its columns: position, heading, what it was read as, and samples."""
    columns = [
        {
            "position": column.position,
            "heading": column.heading,
            "readAs": column.reading.value,
            "samples": list(column.samples),
        }
        for column in table.columns
    ]
    return {**table.told, "columns": columns}
